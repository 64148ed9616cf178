"""The grammar: what is read, how it is written again, and that any text is read or refused in one clear way."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slopewise.data.block import Kind
from slopewise.design.arithmetic import parse_arithmetic
from slopewise.design.design import Design
from slopewise.design.expressions import FUNCTIONS
from slopewise.design.formula import parse
from slopewise.design.terms import expand
from slopewise.design.tokens import MAX_DEPTH
from slopewise.design.tree import Call, Chain, Column, Expression, Negative, Number, Power, columns_of, text
from slopewise.errors import FormulaError, UnknownColumn

names = st.text(max_size=6) | st.sampled_from(["Lot.Area", "X1st.Flr.SF", "år", "面积", "my column", "a`b", "log", "."])


def larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    def chain(operators: str) -> st.SearchStrategy[Expression]:
        rest = st.lists(st.tuples(st.sampled_from(operators), inner), min_size=1, max_size=3).map(tuple)
        return st.builds(Chain, inner, rest)

    call = st.builds(Call, st.sampled_from(sorted(FUNCTIONS)), inner)
    return call | st.builds(Negative, inner) | st.builds(Power, inner, inner) | chain("+-") | chain("*/")


numbers = st.builds(Number, st.floats(0, allow_infinity=False).map(abs))
expressions = st.recursive(st.builds(Column, names) | numbers, larger, max_leaves=8)


@given(expressions)
def test_what_is_written_reads_back_as_the_same_tree(expression: Expression) -> None:
    assert parse_arithmetic(text(expression)) == expression


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("-x**2", "-x^2"),
        ("(-x)^2", "(-x)^2"),
        ("2^-x^2", "2^-x^2"),
        ("(2^x)^2", "(2^x)^2"),
        ("a-b-c", "a - b - c"),
        ("a-(b-c)", "a - (b - c)"),
        ("a/b*c", "a / b * c"),
        ("{ (a + 1.50) *2e3 }", "I((a + 1.5) * 2000)"),
        ("+a*-b", "a * -b"),
        ("log ( `my column` )", "log(`my column`)"),
        ("`plain`", "plain"),
        ("`a``b`", "`a``b`"),
        ("'it''s' / \"a b\"", "`it's` / `a b`"),
    ],
)
def test_every_tree_has_one_spelling(given: str, written: str) -> None:
    assert text(parse_arithmetic(given)) == written


@pytest.mark.parametrize(
    ("formula", "position", "says"),
    [
        ("price area", 10, "needs '~'"),
        ("price ~ area ~ zone", 13, "one '~'"),
        ("~ area", 0, "nothing stands left"),
        ("price ~ ", 8, "nothing stands right"),
        ("price ~ lot area", 12, "backticks: `lot area`"),
        ("price ~ 2nd.Floor + a", 9, "backticks: `2nd.Floor`"),
        ("sale price ~ area", 5, "backticks: `sale price`"),
        ("price ~ `lot` area", 14, "operator is missing"),
        ("price ~ area +", 14, "the formula ends where a term"),
        ("price ~ (area + 1", 8, "'(' is never closed"),
        ("price ~ {area", 8, "'{' is never closed"),
        ("log(price ~ area", 3, "'(' is never closed"),
        ("price ~ (area }", 14, "')' or an operator"),
        ("price ~ area)", 12, "')' stands where"),
        ("price ~ `area", 8, "backtick is never closed"),
        ("price ~ lg(area)", 8, "did you mean log?"),
        ("price ~ np.sqrt(area)", 8, "did you mean sqrt?"),
        ("price ~ __import__('os')", 8, "no function '__import__'"),
        ("price ~ __import__(os)", 8, "no function '__import__'"),
        ("price ~ log()", 12, "needs an argument"),
        ("price ~ log(area, 2)", 16, "one argument"),
        ("price ~ C(2)", 8, "name of one column"),
        ("price ~ C(log(area))", 13, "name of one column, and after a comma"),
        ("price ~ C(zone, 2)", 16, "the contrasts are Treatment, Sum, Helmert and Poly"),
        ("price ~ C(zone, Diff)", 16, "the contrasts are"),
        ("price ~ C(zone, Sum, Poly)", 21, "one contrast"),
        ("price ~ C(zone, Sum, base=2)", 21, "one contrast"),
        ("price ~ C(zone, Sum(2))", 20, "Sum takes no arguments"),
        ("price ~ C(zone, Treatment(first='a'))", 26, "its reference alone"),
        ("price ~ C(zone, contr.treatment(3))", 32, "base=2 for the second level"),
        ("price ~ C(zone, base=0)", 21, "place from 1 on"),
        ("price ~ C(zone, base=1.5)", 21, "place from 1 on"),
        ("price ~ C(zone, Treatment(a))", 26, "text in quotes or a number"),
        ("price ~ C(zone, levels='a')", 23, "levels are a list"),
        ("price ~ C(zone, levels=['a', 'a'])", 23, "name one of them twice"),
        ("price ~ C(zone, levels=['a'], levels=['b'])", 30, "one contrast"),
        ("price ~ C(zone, levels=['a'", 23, "'[' is never closed"),
        ("price ~ C(zone Sum)", 15, "after a comma how it is coded"),
        ("price ~ factor(zone)", 8, "did you mean C?"),
        ("price ~ scale()", 14, "scale() needs an argument"),
        ("price ~ scale(area, 2)", 18, "one argument"),
        ("price ~ log(scale(area))", 12, "never part of arithmetic"),
        ("price ~ I(center(area)^2)", 10, "never part of arithmetic"),
        ("scale(price) ~ area", 0, "never part of arithmetic"),
        ("price ~ 'area", 8, "quote is never closed"),
        ("price ~ area %% 2", 13, "'%' has no place"),
        ("price ~ area %in%", 17, "the formula ends where a term"),
        ("price ~ [area]", 8, "'[' stands where a term"),
        ("price ~ log(C(area))", 12, "never part of arithmetic"),
        ("C(price) ~ area", 0, "never part of arithmetic"),
        ("price ~ 2 * area", 8, "only numbers among terms"),
        ("price ~ area^0.5", 13, "whole number"),
        ("price ~ area^0", 13, "whole number"),
        ("price ~ area / 2", 15, "only numbers among terms"),
        ("price ~ I(1e999 * area)", 10, "overflows"),
        ("price:x ~ area", 5, "':' stands where"),
        (". ~ area", 0, "'.' stands where"),
        ("price = area", 6, "'~' stands between"),
        ("price ~ area; drop", 12, "';' has no place"),
        ("price ~ a\0b", 9, r"'\x00' has no place"),
    ],
)
def test_a_fault_is_named_with_its_position(formula: str, position: int, says: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(formula)
    assert says in str(caught.value)
    assert (caught.value.formula, caught.value.position) == (formula, position)


@pytest.mark.parametrize("nest", ["({})", "log({})", "{{{}}}", "-{}", "2^{}", "I(1 + 2 * -{})"])
def test_nesting_is_refused_before_the_stack_is_full(nest: str) -> None:
    written = "x"
    for _ in range(MAX_DEPTH // 2):
        written = nest.format(written)
    assert [column.name for column in columns_of(parse_arithmetic(written))] == ["x"]
    for _ in range(10 * MAX_DEPTH):
        written = nest.format(written)
    with pytest.raises(FormulaError, match="deeper than"):
        parse(f"y ~ I({written})")


def test_width_is_no_depth() -> None:
    wide = " + ".join(f"x{i}" for i in range(5_000))
    assert len(expand(parse(f"y ~ {wide}"))) == 5_001
    assert len(list(columns_of(parse_arithmetic(wide)))) == 5_000
    assert len(expand(parse("y ~ " + "-" * 5_000 + "x"))) == 2


pieces = st.sampled_from(
    [
        *"~+-:*/^.(){}[]`,'\"=0123 xyz\n",
        "%in%",
        "Treatment",
        "levels=",
        "base=",
        "Sum",
        "scale(",
        "**",
        "log(",
        "I(",
        "C(",
        "1e9",
        "année",
        "\ud800",
    ]
)


CATEGORIES = [
    ("C(zone)", "C(zone)"),
    ("C('my zone', Treatment)", "C(`my zone`)"),
    ("C(zone, contr.treatment(base=1))", "C(zone)"),
    ("C(zone, contr.treatment, base=2)", "C(zone, Treatment(base=2))"),
    ("C(zone, Treatment('a'))", 'C(zone, Treatment("a"))'),
    ('C(zone, Treatment(reference = "it\'s"))', 'C(zone, Treatment("it\'s"))'),
    ("C(zone, reference='say \"a\"')", 'C(zone, Treatment("say ""a"""))'),
    ("C(zone, contr.treatment(base='a'))", 'C(zone, Treatment("a"))'),
    ("C(n, Treatment(2))", 'C(n, Treatment("2"))'),
    ("C(n, Treatment(2.0))", 'C(n, Treatment("2"))'),
    ("C(n, Treatment(-2.5))", 'C(n, Treatment("-2.5"))'),
    ("C(n, Treatment(9007199254740993))", 'C(n, Treatment("9007199254740993"))'),
    ("C(air, Treatment(TRUE))", 'C(air, Treatment("True"))'),
    ("C(zone, 'contr.sum')", "C(zone, Sum)"),
    ("C(zone, Helmert())", "C(zone, Helmert)"),
    ("C(zone, levels=c('lo', 'hi'), poly)", 'C(zone, Poly, levels=["lo", "hi"])'),
    ("C(zone, levels=(1, 2), Treatment(2))", 'C(zone, Treatment("2"), levels=["1", "2"])'),
]


@pytest.mark.parametrize(("given", "written"), CATEGORIES)
def test_every_category_has_one_spelling(given: str, written: str) -> None:
    for spelling in (given, written):
        (_, term) = expand(parse(f"y ~ {spelling}"))
        assert term.text == written


@given(st.text() | st.lists(pieces, max_size=20).map("".join) | st.lists(pieces).map("".join).map("y ~ ".__add__))
@example("y ~ ``")
@example("y ~ a.__class__")
@example("y ~ (x + y.z)^999999999999")
@example("y ~ (((x+a+b+c+d+e+f+g+h+i+j+k)^12)^12)^12")
def test_any_text_is_a_formula_or_a_clear_error(formula: str) -> None:
    columns: dict[str, Kind] = {"x": "number", "y": "number", "z": "text", "my column": "boolean"}
    with contextlib.suppress(FormulaError, UnknownColumn):
        design = Design.of(formula, columns)
        assert Design.from_json(design.to_json()) == design

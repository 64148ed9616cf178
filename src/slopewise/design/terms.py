"""Terms: what the right-hand side of a formula comes to once its algebra is worked out.

A term is a product of factors; the empty product is the intercept. Categories and polynomials make several columns
of a term, all others one. `a:b` and `b:a` are one term, as are a term and its repeat; terms stand by the number of
their factors, and in the formula's order within, as in R; the factors of a term stand in the order it first has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from slopewise.data.block import Kind
from slopewise.design.formula import Algebra, Constant, Crossing, Dot, Formula, Repeated, Sum
from slopewise.design.tree import Categorical, Column, Polynomial, Variable, columns_of, label, text
from slopewise.errors import FormulaError

MAX_TERMS = 10_000
"""As many terms as a formula may come to."""

MAX_PRODUCTS = 200_000
"""As many products of terms as working a formula out may take: those that coincide cost time, too."""


@dataclass(frozen=True)
class Factor:
    """One expression of a term, known by its text.

    `levels` says what the levels of a category are named by, text or numbers; it is None for a factor of numbers.
    `declared` are the levels, in their order, that the formula or the table declares for a category.
    """

    text: str
    expression: Variable = field(compare=False)
    levels: Literal["text", "number"] | None = field(default=None, compare=False)
    declared: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, expression: Variable) -> Factor:
        return cls(text(expression), expression)

    def resolve(self, kinds: Mapping[str, Kind], declared: Mapping[str, tuple[str, ...]]) -> Factor:
        """The factor on a table: C(…) is a category, and so is a bare column of text or booleans."""
        match self.expression:
            case Categorical(Column(name), _, listed):
                levels: Literal["text", "number"] = "number" if kinds[name] == "number" else "text"
                return replace(self, levels=levels, declared=listed or declared.get(name, ()))
            case Column(name) if kinds[name] in ("text", "boolean"):
                return replace(self, levels="text", declared=declared.get(name, ()))
            case _:
                return replace(self, levels=None, declared=())

    @property
    def category(self) -> Categorical:
        """How the category that the factor is was written; a bare column as C(column)."""
        match self.expression:
            case Categorical() as category:
                return category
            case Column() as column:
                return Categorical(column)
        raise TypeError(f"{self.text} is no category")

    @property
    def polynomial(self) -> Polynomial | None:
        """The factor's expression if it is a polynomial."""
        return self.expression if isinstance(self.expression, Polynomial) else None

    @property
    def powers(self) -> tuple[int, ...]:
        """The powers that the pass has of a polynomial: an orthogonal one needs the constant, too; none of others."""
        polynomial = self.polynomial
        return tuple(range(int(polynomial.form == "raw"), polynomial.degree + 1)) if polynomial else ()

    @property
    def label(self) -> str:
        """The factor as results name it."""
        return label(self.expression)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the factor reads, each once, in order."""
        return tuple(dict.fromkeys(column.name for column in columns_of(self.expression)))


@dataclass(frozen=True)
class Term:
    """A product of distinct factors in the order first named; equal to any other order of them."""

    factors: tuple[Factor, ...] = field(compare=False)
    key: frozenset[str]

    @classmethod
    def of(cls, factors: Iterable[Factor]) -> Term:
        distinct = tuple(dict.fromkeys(factors))
        return cls(distinct, frozenset(factor.text for factor in distinct))

    def resolve(self, kinds: Mapping[str, Kind], declared: Mapping[str, tuple[str, ...]] | None = None) -> Term:
        """The term on a table with columns of these kinds, which declares the levels of some."""
        return Term.of(factor.resolve(kinds, declared or {}) for factor in self.factors)

    @property
    def categories(self) -> tuple[Factor, ...]:
        """The factors that are categories."""
        return tuple(factor for factor in self.factors if factor.levels)

    @property
    def spread(self) -> tuple[Factor, ...]:
        """The factors that make several columns, categories and polynomials: each column has a level of each."""
        return tuple(factor for factor in self.factors if factor.levels or factor.polynomial)

    @property
    def orthogonal(self) -> Polynomial | None:
        """The orthogonal polynomial that is all of the term, if one is."""
        return self.factors[0].polynomial if len(self.factors) == 1 and is_orthogonal(self.factors[0]) else None

    @property
    def label(self) -> str:
        """The term as results name it: `Neighborhood:log(area)`."""
        return ":".join(factor.label for factor in self.factors)

    @property
    def text(self) -> str:
        """The term as a formula writes it, backticks included."""
        return ":".join(factor.text for factor in self.factors)


INTERCEPT = Term((), frozenset())


def carried(terms: Sequence[Term]) -> tuple[Term, ...]:
    """The terms of the pass: `terms`, and after them each orthogonal polynomial by itself, if it is not among them.

    From the products of its powers comes its basis, whatever it interacts with.

    >>> from slopewise.design.formula import parse
    >>> [term.label for term in carried(expand(parse("y ~ 0 + poly(a, 2):b + poly(b, 2, raw=True)")))]
    ['poly(b, 2, raw=True)', 'poly(a, 2):b', 'poly(a, 2)']
    """
    bases = (Term.of([factor]) for term in terms for factor in term.factors if is_orthogonal(factor))
    return tuple(dict.fromkeys((*terms, *bases)))


def is_orthogonal(factor: Factor) -> bool:
    """Whether the factor is an orthogonal polynomial; what is centred or scaled is one of degree 1."""
    return factor.polynomial is not None and factor.polynomial.form != "raw"


def expand(formula: Formula, others: Sequence[str] = ()) -> tuple[Term, ...]:
    """The terms of a formula, the intercept (`INTERCEPT`) first if there is one; `.` stands for the columns `others`.

    Raises `FormulaError` for a factor without a column, for a `0` or `-1` inside a product or a lower sum, where it
    could mean two things, and for more than `MAX_TERMS` terms.

    >>> from slopewise.design.formula import parse
    >>> [term.label for term in expand(parse("y ~ (b + a)^2 + log(c) - a"))]
    ['', 'b', 'log(c)', 'b:a']
    >>> [term.label for term in expand(parse("y ~ 0 + ."), ["a", "my column"])]
    ['a', 'my column']
    """
    found = _Expansion(formula, others).right()
    return tuple(sorted(found, key=lambda term: len(term.factors)))


class _Expansion:
    """The algebra of terms over ordered sets (dictionaries without values), with the work counted."""

    def __init__(self, formula: Formula, others: Sequence[str]) -> None:
        self.formula = formula
        self.others = others
        self.products = 0

    def right(self) -> dict[Term, None]:
        """The terms of the right-hand side, the intercept among them unless it is taken away."""
        return self._sum(self.formula.right.parts, outermost=True)

    def terms(self, node: Algebra) -> dict[Term, None]:
        match node:
            case Sum(parts):
                return self._sum(parts, outermost=False)
            case Crossing(first, rest):
                return self._crossing(self.terms(first), [(operator, self.terms(part)) for operator, part in rest])
            case Repeated(base, times):
                return self._repeated(self.terms(base), times)
            case Dot():
                return dict.fromkeys(Term.of([Factor.of(Column(name))]) for name in self.others)
            case Constant(value, position):
                return {INTERCEPT: None} if value else self._misplaced(position)
            case _:
                return {Term.of([self._factor(node)]): None}

    def _sum(self, parts: tuple[tuple[str, Algebra], ...], *, outermost: bool) -> dict[Term, None]:
        found: dict[Term, None] = {INTERCEPT: None} if outermost else {}
        for place, (sign, part) in enumerate(parts):
            if isinstance(part, Constant) and (sign == "-" or part.value == 0):
                if not outermost:
                    self._misplaced(part.position)
                _add_or_take(found, {INTERCEPT: None}, adding=(sign == "+") == (part.value == 1))
            elif outermost and place == 0 and sign == "+" and isinstance(part, Sum):
                # parentheses around the beginning, or the whole, of a formula change nothing
                found = self._sum(part.parts, outermost=True)
            else:
                _add_or_take(found, self.terms(part), adding=sign == "+")
            self._check(len(found), MAX_TERMS, "terms")
        return found

    def _crossing(self, first: dict[Term, None], rest: Iterable[tuple[str, dict[Term, None]]]) -> dict[Term, None]:
        found = first
        for operator, operand in rest:
            match operator:
                case ":":
                    found = self._product(found, operand)
                case "*":
                    found = found | operand | self._product(found, operand)
                case "/":
                    found = found | self._product(_together(found), operand)
                case _:  # b %in% a is what a/b adds to a
                    found = self._product(_together(operand), found)
            self._check(len(found), MAX_TERMS, "terms")
        return found

    def _repeated(self, base: dict[Term, None], times: int) -> dict[Term, None]:
        found = base
        for _ in range(times - 1):
            before, found = found, self._product(found, base)
            if len(found) == len(before):  # a product holds its operands, so nothing more is coming
                break
        return found

    def _product(self, left: dict[Term, None], right: dict[Term, None]) -> dict[Term, None]:
        self.products += len(left) * len(right)
        self._check(self.products, MAX_PRODUCTS, "products of terms on the way")
        found = {Term.of((*one.factors, *other.factors)): None for one in left for other in right}
        self._check(len(found), MAX_TERMS, "terms")
        return found

    def _factor(self, expression: Variable) -> Factor:
        if next(columns_of(expression), None) is None:
            reason = f"{text(expression)} names no column; the intercept, written 1, is the only constant term"
            raise FormulaError(reason, self.formula.text, self.formula.tilde)
        return Factor.of(expression)

    def _misplaced(self, position: int) -> dict[Term, None]:
        reason = "0 and -1 take the intercept away and stand outside of parentheses and products: a + b - 1"
        raise FormulaError(reason, self.formula.text, position)

    def _check(self, number: int, limit: int, what: str) -> None:
        if number > limit:
            reason = f"the right-hand side comes to more than {limit:,} {what}; name the ones that matter"
            raise FormulaError(reason, self.formula.text, self.formula.tilde)


def _together(terms: Iterable[Term]) -> dict[Term, None]:
    """The one product of all factors of some terms."""
    return {Term.of(factor for term in terms for factor in term.factors): None}


def _add_or_take(found: dict[Term, None], terms: dict[Term, None], *, adding: bool) -> None:
    if adding:
        found.update(terms)
    else:
        for term in terms:
            found.pop(term, None)

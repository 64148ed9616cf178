"""Hypotheses as they are written, and their Wald test against statsmodels and against the laws of algebra."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.errors import ArgumentError, FitError, FormulaError, ShapeError
from slopewise.inference import hypotheses
from slopewise.inference.estimates import covariance, degrees_of_freedom, estimates
from slopewise.inference.hypotheses import constraints, decorrelated, wald
from slopewise.moments import Moments
from slopewise.solvers.exact import solve
from slopewise.typing import Array

ODD = (
    "Intercept",
    "x",
    "x1",
    "Lot.Area",
    "zone[T.RL]",
    "zone[T.RL]:Lot.Area",
    "poly(x, 2)[1]",
    "I(x^2)",
    "my col",
    "2020",
    "a - b",
    "f[T.a]]",
    "f[T.x = 1, y]",
    "log(I(`my col`^2 + 1))",
    "größe",
    "-t",
    "`",
)


def fitted() -> tuple[Array, Array, int, sm.regression.linear_model.RegressionResults]:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(60, 4)) @ np.triu(np.ones((4, 4)))
    y = X @ [1.0, 1.0, 0.0, -0.5] + rng.normal(size=60)
    moments = Moments.of(X, y)
    solution = solve(moments)
    df = degrees_of_freedom(moments, solution)
    referee = sm.OLS(y, np.column_stack([np.ones(60), X])).fit()
    return solution.theta, covariance(moments, solution), df, referee


NAMES = ("Intercept", "x1", "x2", "x3", "x4")


@pytest.mark.parametrize(
    ("text", "rows", "values"),
    [
        ("x1 = x2", [[0, 1, -1, 0, 0]], [0]),
        ("x1 = x2, x3 = 0", [[0, 1, -1, 0, 0], [0, 0, 0, 1, 0]], [0, 0]),
        ("2*x1 - x2/4 + 1 = x3", [[0, 2, -0.25, -1, 0]], [-1]),
        ("x1 = x2 = 0", [[0, 1, -1, 0, 0], [0, 0, 1, 0, 0]], [0, 0]),
        ("x4", [[0, 0, 0, 0, 1]], [0]),
        ("(Intercept) == -1e2", [[1, 0, 0, 0, 0]], [-100]),
        ("-(x1 - 2*(x2 + 3))/.5 = +x1*2 - -3", [[0, -4, 4, 0, 0]], [-9]),
        ("0.1*x1 + 0.2*x1 = 0.3", [[0, 0.3, 0, 0, 0]], [0.3]),
    ],
)
def test_equations_are_read(text: str, rows: list[list[float]], values: list[float]) -> None:
    found = constraints(text, NAMES)
    assert found.matrix.tolist() == rows
    assert found.values.tolist() == values
    assert len(found.texts) == len(rows)


def test_several_texts_are_one_hypothesis() -> None:
    found, whole = constraints(["x1 = x2", "x3"], NAMES), constraints("x1 = x2, x3", NAMES)
    assert found.matrix.tolist() == whole.matrix.tolist()
    assert found.texts == whole.texts == ("x1 = x2", "x3 = 0")


@pytest.mark.parametrize("name", ODD)
def test_every_name_can_be_written_in_backticks(name: str) -> None:
    found = constraints(f"3*`{name.replace('`', '``')}` = 1", ODD)
    assert found.matrix[0].tolist() == [3.0 * (other == name) for other in ODD]


@pytest.mark.parametrize("name", [name for name in ODD if name not in ("2020", "-t", "`")])
@pytest.mark.parametrize("text", ["{}", "1 - {}=2", "2*{}/3 = Intercept*0 + 1", "({}) = 0"])
def test_names_are_read_whole(name: str, text: str) -> None:
    found = constraints(text.format(name), ODD)
    assert [other for other, share in zip(ODD, found.matrix[0], strict=True) if share] == [name]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("poly(x,2)[1]", "poly(x, 2)[1]"),
        ("I( x ^ 2 )", "I(x^2)"),
        ("zone[T.RL] : Lot.Area", "zone[T.RL]:Lot.Area"),
        ("zone[T.RL]:`Lot.Area`", "zone[T.RL]:Lot.Area"),
        ("log(I(`my col`^2+1))", "log(I(`my col`^2 + 1))"),
    ],
)
def test_spaces_and_backticks_make_no_other_name(written: str, name: str) -> None:
    assert constraints(written, ODD).matrix.tolist() == constraints(f"`{name.replace('`', '``')}`", ODD).matrix.tolist()


@pytest.mark.parametrize(
    ("text", "reason", "position"),
    [
        ("x1 = x99", r"no coefficient 'x99'; it has 'Intercept', 'x1'", 5),
        ("x1 = intercep", r"no coefficient 'intercep'; did you mean 'Intercept'\?", 5),
        ("x1 + x2:x3 = 0", r"no coefficient 'x2:x3'", 5),
        ("log(x1) = 0", r"no coefficient 'log\(x1\)'", 0),
        ("x1 = 0, 1 = 0", r"'1 = 0' names no coefficient", 8),
        ("x1 = x1", r"the coefficients cancel", 0),
        ("x1*x2 = 1", r"a product of coefficients", 3),
        ("1/x2 = 1", r"a ratio of coefficients", 2),
        ("x1/0", r"divides by zero", 3),
        ("x1/(2 - 2)", r"divides by zero", 3),
        ("x1 = 0, x1 = x2, x2 = 0", r"'x2 = 0' follows from 'x1 = 0' and 'x1 = x2' already; leave it out", 17),
        ("x3, x1 = 1, 2*x1 = 3", r"'2\*x1 = 3' contradicts 'x1 = 1'; take one", 12),
        ("x1 = x2 = x1", r"'x2 = x1' follows from 'x1 = x2'", 5),
        ("2x1", r"an operator is missing here; write 2\*x1", 1),
        ("x1 = 0 x2 = 0", r"an operator is missing here; .* comma", 7),
        ("x1 =", r"should follow here", 4),
        ("x1 = 0,", r"should follow here", 7),
        ("  ", r"should follow here", 2),
        ("(x1 + x2 = 0", r"this '\(' is never closed", 0),
        ("`x1 = 0", r"this backtick is never closed", 0),
        ("x1 > 0", r"'>' has no place here", 3),
        ("x1^2 = 0", r"'\^' has no place here", 2),
        ("x1 = 1e999", r"beyond what a float holds", 5),
        ("x1 = 1e-999999999", r"beyond what a float holds", 5),
        ("x2 = 1, 1e300*1e300*x1", r"multiply to more, or to less", 8),
        ("1e-300*1e-300*x1", r"multiply to more, or to less", 0),
        ("(" * 99 + "x1" + ")" * 99, r"nests deeper than 50", 50),
        ("-" * 99 + "x1", r"nests deeper than 50", 51),
    ],
)
def test_what_is_no_hypothesis_is_refused_and_shown(text: str, reason: str, position: int) -> None:
    with pytest.raises(FormulaError, match=reason) as caught:
        constraints(text, NAMES)
    assert caught.value.position == position
    assert str(caught.value).endswith("^")


def test_no_hypothesis_is_none() -> None:
    with pytest.raises(ArgumentError, match="no hypothesis to test"):
        constraints([], NAMES)


@pytest.mark.parametrize("text", ["x1 = x2", "x1 = x2, x3 = 0", "2*x1 - x2/4 + 1 = x3", "x1 = x2 = 1, Intercept = 0.2"])
def test_the_test_is_that_of_statsmodels(text: str) -> None:
    theta, V, df, referee = fitted()
    found = constraints(text, NAMES)
    test, said = wald(theta, V, found, df), referee.f_test((found.matrix, found.values))
    assert_allclose(test.statistic, said.fvalue, rtol=1e-10)
    assert_allclose(test.p_value, said.pvalue, rtol=1e-8)
    assert (test.df, test.df_residual) == (said.df_num, said.df_denom)
    one_by_one = referee.t_test((found.matrix, found.values))
    assert_allclose(test.estimate, found.matrix @ referee.params - found.values, rtol=1e-9, atol=1e-12)
    assert_allclose(test.std_error, one_by_one.sd.ravel(), rtol=1e-9)
    assert math.isnan(test.t) if test.df > 1 else np.isclose(test.t, one_by_one.tvalue)


def test_one_coefficient_is_tested_as_the_summary_does() -> None:
    rng = np.random.default_rng(4)
    moments = Moments.of(rng.normal(size=(20, 4)), rng.normal(size=20))
    solution = solve(moments)
    e = estimates(moments, solution)
    for place, name in enumerate(NAMES):
        test = wald(solution.theta, covariance(moments, solution), constraints(name, NAMES), 15)
        assert_allclose([test.t, test.p_value], [e.statistic[place], e.p_value[place]], rtol=1e-12)


@given(
    seed=st.integers(0, 2**32 - 1),
    units=st.lists(st.integers(-120, 120), min_size=4, max_size=4),
    mixing=st.lists(st.integers(-3, 3), min_size=4, max_size=4).filter(lambda m: m[0] * m[3] != m[1] * m[2]),
)
def test_units_and_the_choice_of_equations_do_not_matter(seed: int, units: list[int], mixing: list[int]) -> None:
    rng = np.random.default_rng(seed)
    root, theta = rng.normal(size=(4, 9)), rng.normal(size=4)
    R, r = rng.integers(-2, 3, size=(2, 4)) + np.eye(2, 4) * 7.0, rng.normal(size=2)
    first = wald(theta, root @ root.T, hypotheses.Constraints(R, r, ("a", "b")), 9)
    s = 10.0 ** np.array(units)
    scaled = wald(theta / s, root @ root.T / s[:, None] / s, hypotheses.Constraints(R * s, r, ("a", "b")), 9)
    assert_allclose(scaled.statistic, first.statistic, rtol=1e-8)
    M = np.array(mixing, dtype=float).reshape(2, 2)
    mixed = wald(theta, root @ root.T, hypotheses.Constraints(M @ R, M @ r, ("a", "b")), 9)
    assert_allclose(mixed.statistic, first.statistic, rtol=1e-7)
    assert_allclose(mixed.p_value, first.p_value, rtol=1e-6)


def test_columns_in_extreme_units() -> None:
    rng = np.random.default_rng(5)
    X, y = rng.normal(size=(30, 2)), rng.normal(size=30)
    tests = []
    for units in ([1.0, 1.0], [1e150, 1e-150]):
        moments = Moments.of(X * units, y)
        solution = solve(moments)
        found = constraints("a = 0, b = 0", ["Intercept", "a", "b"])
        tests.append(wald(solution.theta, covariance(moments, solution), found, 27))
    assert_allclose(tests[1].statistic, tests[0].statistic, rtol=1e-10)


def test_the_parts_of_a_joint_test_add_up() -> None:
    theta, V, _, _ = fitted()
    u, std_error, singular = decorrelated(theta, np.eye(5), V)
    assert singular is None
    assert_allclose(std_error, np.sqrt(np.diagonal(V)))
    for q in range(1, 6):
        assert_allclose(u[:q] @ u[:q], theta[:q] @ np.linalg.solve(V[:q, :q], theta[:q]), rtol=1e-9)


def test_few_clusters_do_not_test_many_hypotheses() -> None:
    rng = np.random.default_rng(6)
    sums = rng.normal(size=(4, 5))
    sums -= sums.mean(axis=0)  # scores of clusters sum to zero: rank 3
    V, theta = sums.T @ sums, rng.normal(size=5)
    assert wald(theta, V, constraints("x1, x2, x3", NAMES), 3).df == 3
    with pytest.raises(FitError, match=r"'x4 = 0' cannot be tested with the others: .* room for 3 .* these are 4"):
        wald(theta, V, constraints("x1, x2, x3, x4", NAMES), 3)


def test_a_coefficient_that_was_left_out_is_not_tested() -> None:
    theta, V = np.array([1.0, np.nan, 2.0]), np.diag([1.0, np.nan, 1.0])
    names = ("Intercept", "celsius", "x")
    assert wald(theta, V, constraints("x = 1", names), 5).t == 1.0
    with pytest.raises(FitError, match=r"celsius was left out of the fit, .* take it out of the hypotheses"):
        wald(theta, V, constraints("x = celsius", names), 5)


@pytest.mark.parametrize(
    ("V", "df", "reason"),
    [
        (np.full((2, 2), np.nan), 0, "no degrees of freedom"),
        (np.full((2, 2), np.nan), 3, "no standard errors"),
        (np.zeros((2, 2)), 3, "has no variance: the fit is perfect"),
        (np.ones((2, 2)), 3, "given those before it, it has no variance"),
    ],
)
def test_without_a_variance_there_is_no_test(V: Array, df: int, reason: str) -> None:
    with pytest.raises(FitError, match=reason):
        wald(np.array([1.0, 2.0]), V, constraints("a, b", ["a", "b"]), df)


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match="theta has shape"):
        wald(np.zeros(2), np.eye(3), constraints("a", ["a", "b"]), 3)


def test_a_test_is_told_in_words_and_as_a_dictionary() -> None:
    test = wald(np.array([2.0, 1.0]), np.diag([1.0, 0.25]), constraints("a = 1, b", ["a", "b"]), 20)
    assert str(test).splitlines() == [
        "F 2.5 on 2 and 20 degrees of freedom, p 0.107, of",
        "  a = 1: off by 1 (standard error 1)",
        "  b = 0: off by 1 (standard error 0.5)",
    ]
    record = test.to_dict()
    assert record["hypotheses"] == ["a = 1", "b = 0"]
    assert (record["df"], record["df_residual"], record["t"]) == (2, 20, None)
    single = wald(np.array([2.0, 1.0]), np.eye(2), constraints("a", ["a", "b"]), 1)
    assert single.to_dict()["t"] == 2.0
    assert str(single) == "a = 0: off by 2 (standard error 1), t 2 on 1 degree of freedom, p 0.295"

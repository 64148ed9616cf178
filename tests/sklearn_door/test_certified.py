"""The lassos where scikit-learn's sweeps do not arrive: beside their conditions of optimality, solved without rounding.

Which coefficients are not zero, and their signs, say what the others are by linear equations; solved in fractions of
integers, these are the answer if the signs come out as said and no other column pulls harder than the penalty. That
decides between the two sides: see `ARRIVES` in test_same_answers.py.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from slopewise import sklearn as ours


def solved(H, rest):
    """H⁻¹ rest in fractions; the pivots of a positive definite matrix need no search."""
    rows = [[*row, right] for row, right in zip(H, rest, strict=True)]
    for i, row in enumerate(rows):
        rows[i] = row = [value / row[i] for value in row]
        for k, other in enumerate(rows):
            if k != i:
                rows[k] = [a - other[i] * b for a, b in zip(other, row, strict=True)]
    return [row[-1] for row in rows]


def quadratic(X, y, intercept):
    """XᵀX/m and Xᵀy/m about the means, in fractions, and these means, the target's last."""
    columns = [[Fraction(float(value)) for value in column] for column in (*X.T, y)]
    means = [sum(column) / len(y) if intercept else Fraction(0) for column in columns]
    about = [[value - mean for value in column] for column, mean in zip(columns, means, strict=True)]
    S = [[sum(a * b for a, b in zip(one, other, strict=True)) / len(y) for other in about] for one in about]
    return [row[:-1] for row in S[:-1]], [row[-1] for row in S[:-1]], means


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    shape=st.tuples(st.integers(8, 20), st.integers(2, 12)),
    alpha=st.floats(1e-3, 0.3),
    l1_ratio=st.sampled_from([0.5, 0.9, 0.99]),
    likeness=st.sampled_from([1.0, 1e-1, 1e-2, 1e-3]),
    intercept=st.booleans(),
    positive=st.booleans(),
)
def test_an_answer_meets_its_conditions(seed, shape, alpha, l1_ratio, likeness, intercept, positive):
    """Columns that hardly differ, tables wider than long: to 1e-8, and most often far beyond."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(shape[0], 1)) + likeness * rng.normal(size=shape)
    y = X @ rng.normal(size=shape[1]) + 0.1 * rng.normal(size=shape[0])
    options = {"fit_intercept": intercept, "positive": positive}
    found = ours.ElasticNet(alpha, l1_ratio=l1_ratio, **options).fit(X, y)

    G, c, means = quadratic(X, y, intercept)
    lasso, ridge = Fraction(alpha) * Fraction(l1_ratio), Fraction(alpha) * (1 - Fraction(l1_ratio))
    chosen = np.flatnonzero(found.coef_).tolist()
    sign = [int(np.sign(found.coef_[j])) for j in chosen]
    H = [[G[j][k] + ridge * (j == k) for k in chosen] for j in chosen]
    values = solved(H, [c[j] - lasso * s for j, s in zip(chosen, sign, strict=True)])
    pulls = [c[j] - sum(G[j][k] * w for k, w in zip(chosen, values, strict=True)) for j in range(shape[1])]
    others = [pulls[j] if positive else abs(pulls[j]) for j in range(shape[1]) if j not in chosen]
    # A column may enter or leave right at this penalty: then either choice is an answer, and they hardly differ.
    assume(all(abs(pull - lasso) > Fraction(1, 10**12) for pull in others))
    assert all(value * s > 0 for value, s in zip(values, sign, strict=True))
    assert all(pull <= lasso for pull in others)

    exact = np.zeros(shape[1])
    exact[chosen] = [float(value) for value in values]
    np.testing.assert_allclose(found.coef_, exact, rtol=1e-8, atol=1e-8 * max(1.0, np.abs(exact).max()))
    b = float(means[-1] - sum(w * means[j] for j, w in zip(chosen, values, strict=True)))
    np.testing.assert_allclose(found.intercept_, b, rtol=1e-8, atol=1e-8 * max(1.0, abs(b)))

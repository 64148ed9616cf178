"""Pictures of penalised fits: what stands where, names that do not overlap, and what cannot be drawn."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.testing import assert_allclose

from slopewise.answering import of_moments
from slopewise.errors import ArgumentError, ShapeError
from slopewise.moments import Moments
from slopewise.penalties import cross_validate, elastic_net_path, lasso_path, ridge_path
from slopewise.views.path_plots import cross_validation, penalty_paths, spaced


def folds(p: int = 20) -> Moments:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, p)) + rng.normal(size=(200, 1))
    y = X @ rng.normal(size=p) + 3 * rng.normal(size=200)
    return Moments.stack([Moments.of(X[k::5], y[k::5]) for k in range(5)])


def drawn(figure: Figure) -> None:
    """As a file would have it: warnings are errors here."""
    figure.draw_without_rendering()


def test_a_line_for_each_coefficient_from_strong_to_weak() -> None:
    path = lasso_path(folds().pool())
    figure = path.figure()
    drawn(figure)
    (ax,) = figure.axes
    left, right = ax.get_xlim()
    assert left > path.lambdas[0] > path.lambdas[-1] > right
    curves = [line for line in ax.lines if len(np.atleast_1d(line.get_xdata())) == 100]
    assert len(curves) == 20
    for j, curve in enumerate(curves):
        assert_allclose(curve.get_ydata(), path.coefficients[:, j] * path.spread[j])
    assert "not zero" in ax.child_axes[0].get_xlabel()
    labels = [text.get_text() for text in ax.child_axes[0].get_xticklabels()]
    assert labels[0] == "0"
    assert labels[-1] == str(path.nonzero[-1])


def test_the_largest_have_their_names_without_overlap() -> None:
    state = folds().pool()
    names = [f"column_{j}" for j in range(20)]
    path = ridge_path(of_moments(state, names=names))
    figure = path.figure()
    drawn(figure)
    (ax,) = figure.axes
    written = [text for text in ax.texts if text.get_text().startswith("column")]
    largest = np.argsort(-np.abs(path.coefficients[-1] * path.spread))[:12]
    assert {text.get_text() for text in written} == {names[j] for j in largest}
    low, high = ax.get_window_extent().y0, ax.get_window_extent().y1
    centre = {text.get_text(): low + (high - low) * text.xyann[1] for text in written}
    tall = max(Text.get_window_extent(text).height for text in written)
    wide = max(Text.get_window_extent(text).width for text in written)
    assert all(above - below >= tall for below, above in pairwise(sorted(centre.values())))
    assert ax.transAxes.transform((written[0].xyann[0], 0))[0] + wide <= figure.bbox.x1
    ends = sorted(largest, key=lambda j: path.coefficients[-1, j] * path.spread[j])
    assert sorted(centre, key=centre.__getitem__) == [names[j] for j in ends]


def test_chosen_penalties_have_a_line_each() -> None:
    path = lasso_path(folds().pool())
    figure = penalty_paths(path, chosen={"bic": path.lambdas[30], "gcv": path.lambdas[30], "best": path.lambdas[50]})
    texts = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert [text.split(":")[0] for text in texts] == ["bic, gcv", "best"]


@pytest.mark.parametrize("kind", ["ridge", "lasso"])
def test_the_curve_of_cross_validation(kind: str) -> None:
    found = cross_validate(folds(), kind)
    figure = found.figure()
    drawn(figure)
    (ax,) = figure.axes
    (points,) = [line for line in ax.lines if len(np.atleast_1d(line.get_xdata())) == 100]
    assert_allclose(points.get_ydata(), found.mean)
    bars = np.array([segment[:, 1] for segment in ax.collections[0].get_segments()])
    assert_allclose(bars, np.column_stack([found.mean - found.std_error, found.mean + found.std_error]))
    texts = [text.get_text().split(":")[0] for text in ax.get_legend().get_texts()]
    assert texts == ["mean of the folds ± 1 SE", "best", "one_se"]
    assert ax.get_title(loc="left") == f"{kind.capitalize()}: error on held-out rows, 5 folds"
    top = ax.child_axes[0].get_xlabel()
    assert top == ("degrees of freedom" if kind == "ridge" else "coefficients that are not zero")


def test_odd_names_few_penalties_and_zero() -> None:
    state = folds(3).pool()
    kept = of_moments(state, names=["$x_1$", "a very long name that goes on and on and on", "面积"])
    drawn(elastic_net_path(kept, [1.0, 0.1, 0.0]).figure())
    drawn(elastic_net_path(kept, [0.3]).figure())
    drawn(lasso_path(kept, [1e9, 1e8]).figure())  # every coefficient is zero
    drawn(ridge_path(kept, [3.0, 2.5, 2.0]).figure())  # no power of ten between
    drawn(cross_validate(folds(3), "lasso", [1.0, 0.0]).figure())
    drawn(cross_validation(cross_validate(folds(3), "ridge", [0.4])))


def test_what_cannot_be_drawn_is_refused() -> None:
    path = ridge_path(folds(3).pool(), [0.0])
    with pytest.raises(ArgumentError, match="logarithmic"):
        path.figure()
    with pytest.raises(ShapeError, match="2 names are given for 3"):
        penalty_paths(lasso_path(folds(3).pool()), names=["a", "b"])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_places_keep_their_distance_and_order(places: list[float]) -> None:
    given_places = np.array(places)
    moved = spaced(given_places, 0.05)
    step = min(0.05, 1 / max(len(places) - 1, 1))
    order = np.argsort(given_places, kind="stable")
    assert (np.diff(moved[order]) >= step - 1e-9).all()
    assert moved.min() >= -1e-9
    assert moved.max() <= 1 + 1e-9
    if len(places) == 1:
        assert_allclose(moved, given_places)

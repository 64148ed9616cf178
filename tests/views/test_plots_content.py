"""What the pictures show are the numbers of the lesson and of the exact quadratic form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from slopewise.errors import ArgumentError, FitError, NotFinite, ShapeError
from slopewise.inference.estimates import estimates
from slopewise.moments import Moments
from slopewise.objective.quadratic import Quadratic, compute_cost, compute_gradient
from slopewise.solvers.descent import descend
from slopewise.solvers.exact import solve
from slopewise.views import plots
from slopewise.views.section import Section, user_quadratic

TWO = Moments.of([1.0, 2.0], [300.0, 500.0])
HOUSES = Moments.of(
    [[2104.0, 5.0, 1.0, 45.0], [1416.0, 3.0, 2.0, 40.0], [852.0, 2.0, 1.0, 35.0]], [460.0, 232.0, 178.0]
)
HOUSE_NAMES = ["size_sqft", "bedrooms", "floors", "age"]
SIX_X, SIX_Y = [1.0, 1.7, 2.0, 2.5, 3.0, 3.2], [250.0, 300.0, 480.0, 430.0, 630.0, 730.0]


def titles(figure: Figure) -> list[str]:
    return [ax.get_title(loc="left") for ax in figure.axes]


def rings(ax: Axes) -> list[Any]:
    return [np.column_stack(line.get_data()) for line in ax.lines if len(line.get_xdata()) > 100]


def random_moments(seed: int, p: int, offset: float) -> Moments:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(p + 5, p)) * 10.0 ** rng.uniform(-4, 4, size=p) * np.array(1.0) + offset
    return Moments.of(X, X.sum(axis=1) + rng.normal(size=p + 5), weights=rng.uniform(0.5, 2, size=p + 5))


class TestSection:
    @given(st.integers(0, 10**6), st.integers(1, 4), st.sampled_from([0.0, 3.0, 1000.0]), st.booleans())
    @settings(max_examples=60, deadline=None)
    def test_every_point_of_a_ring_has_the_level_of_the_ring(
        self, seed: int, p: int, offset: float, intercept: bool
    ) -> None:
        moments = random_moments(seed, p + (not intercept), offset)
        quadratic, optimum = user_quadratic(moments, None, intercept)
        q = len(optimum)
        pair = (seed % q, (seed + 1) % q)
        section = Section.of(quadratic, optimum, pair)
        radius = 10.0 ** (seed % 7 - 3) * (1 + np.sqrt(quadratic.minimum))
        level = section.minimum + 0.5 * radius**2
        for point in section.ring(radius, section.extent(radius))[::37]:
            theta = optimum.copy()
            theta[list(pair)] = point
            rounding = 1e-15 * np.abs(quadratic.gradient(theta)) @ np.abs(theta)  # of theta itself
            assert quadratic.cost(theta) == pytest.approx(level, rel=1e-9, abs=rounding)

    def test_the_level_is_the_cost_of_the_moments(self) -> None:
        figure = plots.contours(TWO)
        for ring in rings(figure.axes[0]):
            costs = [compute_cost(TWO, w, b) for b, w in ring[::50]]
            assert costs == pytest.approx([costs[0]] * len(costs), rel=1e-9)

    @given(st.integers(0, 10**6))
    @settings(max_examples=30, deadline=None)
    def test_a_ring_touches_its_extent(self, seed: int) -> None:
        quadratic, optimum = user_quadratic(random_moments(seed, 2, 1.0), None, True)
        section = Section.of(quadratic, optimum, (1, 2))
        half = section.extent(2.0)
        reached = np.abs(section.ring(2.0, half) - section.centre).max(axis=0)
        assert reached == pytest.approx(half, rel=1e-3)
        assert (reached <= half * (1 + 1e-9)).all()

    @pytest.mark.parametrize("pair", [(1, 2), (2, 1)])
    @pytest.mark.parametrize("second", [[2.0, 4.0, 6.0], [0.0, 0.0, 0.0]])
    def test_a_flat_valley_has_straight_level_lines(self, pair: tuple[int, int], second: list[float]) -> None:
        moments = Moments.of(np.column_stack([[1.0, 2.0, 3.0], second]), [1.0, 2.0, 4.0])
        quadratic, optimum = user_quadratic(moments, None, True)
        section = Section.of(quadratic, optimum, pair)
        assert section.flat
        ring = section.ring(1.5, np.array([2.0, 3.0]))
        lines = ring[np.isfinite(ring).all(axis=1)]
        for point in lines:
            theta = optimum.copy()
            theta[list(pair)] = point
            assert quadratic.cost(theta) == pytest.approx(section.minimum + 0.5 * 1.5**2, rel=1e-9)
        assert np.abs(lines - section.centre)[:, pair.index(2)].max() >= 3.0 - (pair == (2, 1))

    def test_nearly_collinear_columns_are_not_called_flat(self) -> None:
        x = np.arange(8.0)
        moments = Moments.of(np.column_stack([x, x + 1e-5 * np.cos(5 * x)]), x**2)
        quadratic, optimum = user_quadratic(moments, None, True)
        assert not Section.of(quadratic, optimum, (1, 2)).flat

    def test_two_columns_of_zeros_have_no_contours(self) -> None:
        moments = Moments.of(np.zeros((3, 2)), [1.0, 2.0, 4.0])
        with pytest.raises(FitError, match="does not depend on these two parameters"):
            plots.contours(moments, parameters=("x1", "x2"))

    def test_of_several_optima_the_one_that_the_run_reaches_is_shown(self) -> None:
        run = descend(HOUSES, iterations=2000, scale=True)
        figure = plots.contours(HOUSES, run, names=HOUSE_NAMES, parameters=("size_sqft", "bedrooms"))
        optimum = next(line for line in figure.axes[0].lines if line.get_label() == "optimum")
        end = next(line for line in figure.axes[0].lines if line.get_label() == "end")
        assert np.ravel(end.get_data()) == pytest.approx(np.ravel(optimum.get_data()), rel=1e-6)
        assert np.ravel(end.get_data()) == pytest.approx(run.coefficients[:2])


class TestContours:
    def test_the_path_is_the_run_from_start_to_end(self) -> None:
        run = descend(TWO, learning_rate=0.01, iterations=1000, tolerance=0)
        ax = plots.contours(TWO, run, names=["size"]).axes[0]
        path = next(line for line in ax.lines if len(line.get_xdata()) == 1001)
        assert np.column_stack(path.get_data()) == pytest.approx(run.path)
        marks = {
            line.get_label(): np.ravel(line.get_data()).tolist() for line in ax.lines if len(line.get_xdata()) == 1
        }
        assert marks["start"] == [0.0, 0.0]
        assert marks["end"] == run.path[-1].tolist()
        assert marks["optimum"] == pytest.approx([100.0, 200.0])

    @pytest.mark.parametrize("iterations", [10, 2000])
    def test_a_run_that_leaves_is_cut_and_the_title_says_so(self, iterations: int) -> None:
        run = descend(TWO, learning_rate=0.8, iterations=iterations)
        ax = plots.contours(TWO, run, names=["size"]).axes[0]
        assert "outside the picture from step 5 on" in ax.get_title(loc="left")
        half = np.diff(ax.get_xlim())[0] / 2
        drawn = np.concatenate([line.get_xdata() for line in ax.lines if line.get_linestyle() != "None"])
        path = next(line for line in ax.lines if line.get_zorder() == 3)
        assert np.abs(path.get_xdata()).max() <= 30 * half
        assert np.isfinite(drawn).all()
        assert "end" not in [line.get_label() for line in ax.lines]

    def test_parameters_that_are_not_shown_are_named(self) -> None:
        figure = plots.contours(HOUSES, names=HOUSE_NAMES, parameters=("age", "size_sqft"))
        assert titles(figure) == ["Level lines of the cost J\nheld at the optimum: Intercept, bedrooms, floors"]
        assert figure.axes[0].get_xlabel() == "coefficient of age"

    def test_without_an_intercept_the_features_are_drawn(self) -> None:
        moments = random_moments(3, 2, 1.0)
        run = descend(moments, intercept=False, iterations=50, scale=True)
        for figure in (plots.contours(moments, run), plots.contours(moments, intercept=False)):
            assert figure.axes[0].get_xlabel() == "coefficient of x1"
            level = [
                Quadratic.cost(user_quadratic(moments, None, False)[0], point)
                for point in rings(figure.axes[0])[2][::70]
            ]
            assert level == pytest.approx([level[0]] * len(level), rel=1e-9)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"parameters": ("size", "size")}, "two different parameters"),
            ({"parameters": ("Intercept", "aera")}, "no parameter 'aera' to draw; there are 'Intercept', 'size'"),
            ({"intercept": False}, "draw cost_slice instead"),
        ],
    )
    def test_parameters_that_make_no_picture(self, arguments: dict[str, Any], message: str) -> None:
        with pytest.raises(ArgumentError, match=message):
            plots.contours(TWO, names=["size"], **arguments)

    def test_the_run_must_be_of_as_many_features(self) -> None:
        with pytest.raises(ShapeError, match="the run has 4 features and the moments 1"):
            plots.contours(TWO, descend(HOUSES, iterations=1))

    def test_names_that_do_not_fit(self) -> None:
        with pytest.raises(ShapeError, match="2 names were given for 1 features"):
            plots.contours(TWO, names=["a", "b"])

    def test_scaling_draws_each_run_in_its_own_coordinates(self) -> None:
        raw, scaled = descend(HOUSES, iterations=100), descend(HOUSES, iterations=100, scale=True)
        figure = plots.scaling(raw, scaled, names=HOUSE_NAMES, parameters=("size_sqft", "age"))
        assert [title.split("\n")[0] for title in titles(figure)] == [
            "before scaling: κ = 1.008×10⁷",
            "after scaling: κ = 2.991",
        ]
        assert [ax.get_aspect() for ax in figure.axes] == [1.0, 1.0]
        end = next(np.ravel(line.get_data()) for line in figure.axes[1].lines if line.get_label() == "end")
        assert end == pytest.approx(scaled.scaling.to_scaled(scaled.path[-1])[[1, 4]])
        assert figure.axes[1].get_xlabel() == "coefficient of standardised size_sqft"


class TestSlice:
    def test_the_lesson_s_tangents(self) -> None:
        ax = plots.cost_slice(TWO, names=["size"], tangents=[100.0, 200.0, 300.0]).axes[0]
        assert [text.get_text() for text in ax.texts] == ["slope −250", "slope 0", "slope 250"]
        tangents = [line for line in ax.lines if len(line.get_xdata()) == 2]
        slopes = [np.diff(line.get_ydata())[0] / np.diff(line.get_xdata())[0] for line in tangents]
        assert slopes == pytest.approx([-250.0, 0.0, 250.0], abs=1e-9)
        assert ax.get_title(loc="left").endswith("held: Intercept\u00a0=\u00a0100")

    @given(st.integers(0, 10**6), st.sampled_from(["Intercept", "x1", "x2"]))
    @settings(max_examples=25, deadline=None)
    def test_the_curve_is_the_cost_and_its_tangents_the_gradient(self, seed: int, parameter: str) -> None:
        moments = random_moments(seed, 2, 1.0)
        at = np.array([0.5, 0.1, -0.2])
        k = ["Intercept", "x1", "x2"].index(parameter)
        ax = plots.cost_slice(moments, parameter, at=at).axes[0]
        curve = ax.lines[0]
        for value, height in list(zip(*curve.get_data(), strict=True))[::40]:
            theta = np.where(np.arange(3) == k, value, at)
            assert height == pytest.approx(compute_cost(moments, theta[1:], theta[0]), rel=1e-8)
        for tangent, mark in zip(ax.lines[1::2], ax.lines[2::2], strict=True):
            theta = np.where(np.arange(3) == k, mark.get_xdata(), at)
            dj_dw, dj_db = compute_gradient(moments, theta[1:], theta[0])
            slope = np.diff(tangent.get_ydata())[0] / np.diff(tangent.get_xdata())[0]
            scale = compute_cost(moments, theta[1:], theta[0]) / np.ptp(curve.get_xdata())
            assert slope == pytest.approx(np.append(dj_db, dj_dw)[k], rel=1e-6, abs=1e-6 * scale)

    def test_a_parameter_that_changes_nothing_is_level(self) -> None:
        ax = plots.cost_slice(Moments.of([0.0, 0.0], [300.0, 500.0])).axes[0]
        assert np.ptp(ax.lines[0].get_ydata()) == 0.0

    def test_only_an_intercept(self) -> None:
        figure = plots.cost_slice(Moments.of(np.empty((2, 0)), [300.0, 500.0]))
        assert titles(figure) == ["Cost against the intercept"]

    def test_where_the_others_are_held_must_fit(self) -> None:
        with pytest.raises(ShapeError, match="at has shape"):
            plots.cost_slice(TWO, at=[1.0])
        with pytest.raises(NotFinite, match="tangents holds nan"):
            plots.cost_slice(TWO, tangents=[1.0, np.nan])


class TestBowl:
    def test_the_surface_is_the_cost(self) -> None:
        figure = plots.bowl(TWO, descend(TWO, learning_rate=0.01, iterations=100), names=["size"])
        ax: Any = figure.axes[0]
        b, w, costs = (np.asarray(part) for part in ax.lines[0].get_data_3d())
        assert costs == pytest.approx([compute_cost(TWO, w[k], b[k]) for k in range(len(w))], rel=1e-9)
        low, high = ax.get_zlim()
        assert low <= 0
        assert high >= 85_000

    def test_flat_axes_are_refused(self) -> None:
        with pytest.raises(ArgumentError, match='projection="3d"'):
            plots.bowl(TWO, ax=Figure().subplots())


class TestRows:
    def test_the_sticks_say_the_lesson_s_costs(self) -> None:
        ax = plots.residual_sticks(SIX_X, SIX_Y, -100.0, 200.0, x_label="size", y_label="price").axes[0]
        assert [text.get_text() for text in ax.texts] == ["11,250", "1800", "16,200", "450", "8450", "18,050"]
        assert "J = 9367" in ax.get_title(loc="left")
        sticks = np.array(ax.collections[0].get_segments())
        assert sticks[:, :, 1].T.tolist() == [SIX_Y, [-100.0 + 200.0 * x for x in SIX_X]]

    def test_the_line_before_and_after(self) -> None:
        ax = plots.line(SIX_X, SIX_Y, -100.0, 200.0, before=(50.0, 0.0)).axes[0]
        before, after = ax.lines[1], ax.lines[2]
        assert before.get_ydata() == pytest.approx(50.0)
        assert after.get_ydata() == pytest.approx(-100.0 + 200.0 * np.asarray(after.get_xdata()))
        assert before.get_linestyle() != after.get_linestyle()

    def test_a_line_far_away_does_not_press_the_points_flat(self) -> None:
        ax = plots.line(SIX_X, SIX_Y, -100.0, 200.0, before=(1e250, -1e300)).axes[0]
        assert np.diff(ax.get_ylim())[0] <= 10 * np.ptp(SIX_Y)

    @pytest.mark.parametrize("draw", [plots.scatter, plots.predicted_against_actual, plots.residuals])
    def test_many_rows_are_a_density_that_counts_them_all(self, draw: Any) -> None:
        x = np.random.default_rng(5).normal(size=5001)
        figure = draw(x, 2 * x)
        cells = figure.axes[0].collections[0]
        assert cells.get_array().sum() == 5001
        assert [ax.get_ylabel() for ax in figure.axes][-1] == "rows in a cell"
        assert not any(len(line.get_xdata()) > 2 for line in figure.axes[0].lines)

    def test_coefficients_are_per_standard_deviation(self) -> None:
        figure = plots.coefficients(
            ["a", "b"], [2.0, -3.0], [1.0, -4.0], [3.0, -2.0], spread=[10.0, 1.0], target="price"
        )
        bars = np.array(figure.axes[0].collections[0].get_segments())[:, :, 0]
        assert bars.tolist() == [[10.0, 30.0], [-4.0, -2.0]]
        assert figure.axes[0].get_xlabel() == "change of price\nper standard deviation"

    def test_of_many_coefficients_the_largest_are_shown_in_their_order(self) -> None:
        size = np.r_[np.arange(1.0, 41.0), np.nan]
        names = [f"x{k}" for k in range(41)]
        figure = plots.coefficients(names, size, size - 1, size + 1)
        assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == names[10:40]
        assert titles(figure)[0].endswith("the 30 largest of 40")

    @pytest.mark.parametrize(
        ("x", "y", "error", "message"),
        [
            ([1.0, 2.0], [1.0], ShapeError, r"x \(2,\), y \(1,\)"),
            ([], [], ShapeError, "at least one row"),
            ([[1.0]], [[2.0]], ShapeError, r"x \(1, 1\)"),
            ([1.0, np.nan], [1.0, 2.0], NotFinite, "x holds nan in row 1"),
            ([1.0, 2.0], [np.inf, 2.0], NotFinite, "y holds inf in row 0"),
            ([1.0, 2.0], [1.0, -1e307], NotFinite, r"y holds -1e\+307 in row 1"),
        ],
    )
    def test_columns_that_cannot_be_drawn(self, x: Any, y: Any, error: type[Exception], message: str) -> None:
        with pytest.raises(error, match=message):
            plots.scatter(x, y)

    def test_intervals_must_fit_the_names(self) -> None:
        with pytest.raises(ShapeError, match="one for each name"):
            plots.coefficients(["a"], [1.0], [1.0, 2.0], [1.0])


class TestLearningCurve:
    def test_the_first_steps_and_the_whole(self) -> None:
        run = descend(TWO, learning_rate=0.01, iterations=10_000, tolerance=0)
        figure = plots.learning_curve(run.costs, minimum=run.minimum)
        assert titles(figure) == ["The first 100 steps", "All 10,000 steps"]
        first = figure.axes[0].lines[0]
        assert np.asarray(first.get_ydata()).tolist() == run.costs[:101].tolist()
        assert first.get_ydata()[0] == 85_000.0

    def test_above_the_minimum_the_logarithm_falls_straight(self) -> None:
        costs = 7.0 + 100.0 * 0.5 ** np.arange(30)
        figure = plots.learning_curve(costs, minimum=7.0, log=True)
        ax = figure.axes[0]
        assert ax.get_yscale() == "log"
        assert np.diff(np.log2(ax.lines[0].get_ydata())) == pytest.approx(-1.0)

    def test_a_curve_that_is_nowhere_above_zero_is_linear(self) -> None:
        assert plots.learning_curve([0.0, 0.0], log=True).axes[0].get_yscale() == "linear"

    @given(st.integers(0, 10**6), st.integers(1, 9000))
    @settings(max_examples=15, deadline=None)
    def test_thinning_keeps_the_extremes_and_the_ends(self, seed: int, steps: int) -> None:
        costs = np.random.default_rng(seed).exponential(size=steps)
        shown = np.asarray(plots.learning_curve(costs, ax=Figure().subplots()).axes[0].lines[0].get_ydata())
        assert len(shown) <= 6001
        assert [shown[0], shown[-1], shown.min(), shown.max()] == [costs[0], costs[-1], costs.min(), costs.max()]

    @pytest.mark.parametrize(
        ("costs", "error"), [([], ShapeError), ([[1.0]], ShapeError), ([1.0, np.inf], NotFinite), ([np.nan], NotFinite)]
    )
    def test_costs_that_cannot_be_drawn(self, costs: Any, error: type[Exception]) -> None:
        with pytest.raises(error, match="cost"):
            plots.learning_curve(costs)

    def test_no_steps_to_show(self) -> None:
        with pytest.raises(ArgumentError, match="first=0"):
            plots.learning_curve([1.0, 0.5], first=0)

    def test_the_lesson_s_diverging_run(self) -> None:
        run = descend(TWO, learning_rate=0.8, iterations=10)
        figure = plots.diverging(run, names=["size"])
        assert "multiplied the cost by 3.033" in titles(figure)[0]
        b, w = figure.axes[1].lines[:2]
        assert w.get_ydata()[-1] == pytest.approx(-4.845e4, rel=1e-3)
        assert b.get_ydata()[-1] == pytest.approx(-2.99567e4, rel=1e-5)
        assert b.get_marker() != w.get_marker()


class TestOverviews:
    def test_a_fit_of_one_feature_shows_its_line_and_residuals(self) -> None:
        moments = Moments.of(SIX_X, SIX_Y)
        answer = solve(moments)
        fitted = answer.intercept + answer.coefficients[0] * np.array(SIX_X)
        figure = plots.fit_overview(
            SIX_Y, fitted, estimates(moments, answer), moments, names=["Intercept", "size"], target="price", x=SIX_X
        )
        line = figure.axes[0].lines[-1]
        assert np.polyfit(line.get_xdata(), line.get_ydata(), 1) == pytest.approx(
            [answer.coefficients[0], answer.intercept]
        )
        assert figure.axes[1].lines[0].get_ydata() == pytest.approx(np.array(SIX_Y) - fitted)

    @pytest.mark.parametrize("intercept", [True, False])
    def test_a_fit_of_many_features_shows_predictions_and_coefficients(self, intercept: bool) -> None:
        X = np.random.default_rng(0).normal(size=(20, 2)) * [1.0, 100.0]
        y = X @ [1.0, 2.0] + np.cos(np.arange(20))
        moments = Moments.of(X, y)
        answer = solve(moments, intercept=intercept)
        names = ["Intercept"] * intercept + ["a", "b"]
        figure = plots.fit_overview(
            y, X @ answer.coefficients, estimates(moments, answer), moments, names=names, r_squared=0.5
        )
        assert "R²" in titles(figure)[0]
        assert [text.get_text() for text in figure.axes[1].get_yticklabels()] == ["a", "b"]
        assert figure.axes[1].lines[1].get_xdata() == pytest.approx(answer.coefficients * X.std(axis=0))

    @pytest.mark.parametrize(
        ("rate", "third"), [(0.01, "price against size"), (0.8, "The parameters, the first 30 steps")]
    )
    def test_a_descent_of_one_feature(self, rate: float, third: str) -> None:
        run = descend(TWO, learning_rate=rate, iterations=30)
        figure = plots.descent_overview(TWO, run, names=["size"], target="price", x=[1.0, 2.0], y=[300.0, 500.0])
        assert titles(figure)[2] == third
        assert figure.get_suptitle().startswith(f"30 steps at learning rate {rate}: {run.status}")
        if rate < 0.5:
            after = figure.axes[2].lines[-1]
            assert np.polyfit(after.get_xdata(), after.get_ydata(), 1) == pytest.approx(
                [run.coefficients[0], run.intercept]
            )

    def test_a_descent_of_one_parameter_shows_a_slice(self) -> None:
        run = descend(TWO, intercept=False, iterations=5)
        figure = plots.descent_overview(TWO, run, names=["size"], x=[1.0, 2.0], y=[300.0, 500.0])
        assert titles(figure)[1] == "Cost against the coefficient of size"
        assert figure.axes[2].lines[-1].get_label() == "after: y = 0 + 260 × size"

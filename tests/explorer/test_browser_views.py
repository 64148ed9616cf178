"""One state, all views: what is moved in one picture moves in every other, and each picture says what it shows."""

from __future__ import annotations

import numpy as np
import pytest
from explorer.browser import payload_of
from explorer.reading import (
    FOUR,
    HOUSES,
    SIX,
    TALL,
    TWO,
    amount,
    card,
    choose,
    drag,
    field,
    figures,
    handle,
    press,
    settled,
)

import slopewise as sw

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def two(open_page):
    return open_page(payload_of("price ~ size", TWO, learning_rate=0.01), height=TALL)


def test_dragging_the_line_moves_every_view(two):
    before = {name: figures(two, name) for name in ("data", "contours", "slice", "curve", "predictions", "bowl")}
    drag(two, "Right end of the line", 0, -60)
    after = {name: figures(two, name) for name in before}
    assert all(after[name] != before[name] for name in before)
    w, b = (amount(after["data"][name]) for name in "wb")
    assert amount(after["contours"]["w"]) == amount(after["slice"]["w"]) == w > 0
    line = np.array([w + b - 300, 2 * w + b - 500])
    assert amount(after["curve"]["J"]) == pytest.approx((line**2).mean() / 2, rel=1e-4)
    assert figures(two, "numbers")["k"] == "0"


def test_dragging_w_and_b_on_the_contour_starts_descent_there(two):
    drag(two, "The current parameters", 40, -20)
    moved = figures(two, "contours")
    assert amount(moved["w"]) > 0
    assert amount(moved["b"]) > 0
    assert two.get_by_role("textbox", name="w at the start").input_value() == moved["w"]
    press(two, "One step forward")
    assert figures(two, "contours") != moved


def test_dragging_a_row_changes_the_data_and_all_that_follows(two):
    drag(two, "Row 2", 0, 30)
    assert "changed here" in two.locator(".source").inner_text()
    table = card(two, "data")
    table.locator("summary").click()
    y = amount(table.locator("tbody tr").nth(1).locator("td").nth(2).inner_text())
    assert y < 500
    rows = {"size": [1.0, 2.0], "price": [300.0, y]}
    assert amount(card(two, "numbers").locator("tbody tr").nth(1).locator("td").nth(2).inner_text()) == pytest.approx(
        sw.fit("price ~ size", rows).coefficients["size"], rel=1e-6
    )


def test_the_slice_goes_through_the_current_parameters_with_tangent_and_step(open_page):
    page = open_page(payload_of("price ~ size", TWO, parameters=[100, 100], learning_rate=0.1), height=TALL)
    assert figures(page, "slice") == {"w": "100", "J": "12,500", "∂J/∂w": "−250", "lowest at": "200"}
    for w, slope in [(200, "0"), (300, "250")]:
        field(page, "w at the start", w)
        assert figures(page, "slice")["∂J/∂w"] == slope
    for line in ("tangent", "step"):
        assert card(page, "slice").locator(f"path.{line}").first.get_attribute("d")


def test_of_many_parameters_the_contour_shows_two_and_says_what_the_others_do(open_page):
    page = open_page(payload_of(FOUR, HOUSES, learning_rate=5e-7), height=TALL)
    contours = card(page, "contours")
    said = contours.locator(".caption").inner_text
    assert said().startswith("w[size_sqft] and w[bedrooms]; the other 3 are held where they are now.")
    choose(page, "contours", "Others", "reoptimised")
    choose(page, "contours", "Across", "4")
    choose(page, "contours", "Up", "0")
    assert said().startswith("w[age] and b; the other 3 take their best values for each point.")
    assert list(figures(page, "contours"))[:2] == ["w[age]", "b"]


def test_contours_are_ellipses_and_where_they_have_no_end_parallel_lines(two, open_page):
    rings = card(two, "contours").locator(".rings path").evaluate_all("all => all.map((one) => one.getAttribute('d'))")
    assert all(ring.count("A") == 2 for ring in rings)
    assert len(rings) > 5
    page = open_page(payload_of("y ~ a + b", {"a": [1.0, 2, 3], "b": [2.0, 4, 6], "y": [1.0, 3, 4]}), height=TALL)
    choose(page, "contours", "Others", "reoptimised")
    lines = card(page, "contours").locator(".rings path").evaluate_all("all => all.map((one) => one.getAttribute('d'))")
    assert lines
    assert all("A" not in line and line.count("L") == 2 for line in lines)


def test_the_bowl_turns_by_drag_and_by_its_sliders(two):
    first = card(two, "bowl").locator(".cells polygon").first
    before = first.get_attribute("points")
    box = card(two, "bowl").locator("svg.picture").bounding_box()
    two.mouse.move(box["x"] + 150, box["y"] + 150)
    two.mouse.down()
    two.mouse.move(box["x"] + 230, box["y"] + 150, steps=3)
    two.mouse.up()
    settled(two)
    dragged = first.get_attribute("points")
    assert dragged != before
    card(two, "bowl").get_by_label("Tilt").fill("60")
    settled(two)
    assert first.get_attribute("points") != dragged


def test_the_learning_curve_has_linear_and_logarithmic_scales(two):
    curve = card(two, "curve")
    label = curve.locator("svg.picture .label").nth(1)
    assert label.inner_html() == "J − J*, logarithmic"
    choose(two, "curve", "Cost", "linear")
    choose(two, "curve", "Iterations", "first")
    assert label.inner_html() == "J"
    ticks = curve.locator("svg.picture .ticks").first.locator("text").all_text_contents()
    assert float(ticks[-1]) <= 100


def test_scaling_is_shown_before_and_after_on_axes_of_one_length(open_page):
    page = open_page(payload_of(FOUR, HOUSES, learning_rate=5e-7), height=TALL)
    assert figures(page, "scaling")["κ before"] == "1.0077×10⁷"
    assert figures(page, "scaling")["κ after"] == "2.9912"
    boxes = (
        card(page, "scaling")
        .locator("rect.panel")
        .evaluate_all("all => all.map((one) => [one.width.baseVal.value, one.height.baseVal.value])")
    )
    assert boxes[0] == boxes[1]
    page.get_by_role("checkbox", name="Standardise the features").check()
    field(page, "Learning rate α", 0.5)
    field(page, "Iteration k", 10)
    assert amount(figures(page, "curve")["J"]) == pytest.approx(0.046, abs=5e-4)


def test_numbers_arithmetic_and_the_check_are_those_of_the_lesson(two):
    shown = figures(two, "numbers")
    assert (shown["λmin"], shown["λmax"], shown["κ"], shown["rank"], shown["rows m"]) == (
        "0.072949",
        "3.4271",
        "46.979",
        "2 of 2",
        "2",
    )
    lines = card(two, "arithmetic").locator("li").all_inner_texts()
    assert lines[-1] == "w ← 0 − 0.01·(−650) = 6.5"
    press(two, "Check the gradient")
    assert card(two, "arithmetic").locator(".checked p").inner_text().startswith("They agree")
    field(two, "Iteration k", 1)
    assert card(two, "arithmetic").locator(".checked p").count() == 0


def test_predictions_and_residuals(open_page):
    page = open_page(payload_of("price ~ size", SIX, parameters=[-100, 200]), height=TALL)
    choose(page, "data", "Residuals", "squares")
    card(page, "data").locator("summary").click()
    settled(page)
    halves = card(page, "data").locator("tbody tr td:last-child").all_inner_texts()
    assert [amount(text) for text in halves] == [11250, 1800, 16200, 450, 8450, 18050]
    assert amount(figures(page, "curve")["J"]) == pytest.approx(9367, abs=0.5)
    choose(page, "predictions", "Show", "residuals")
    assert card(page, "predictions").locator(".label").nth(1).inner_html() == "residual: target − prediction"


def test_without_rows_it_says_so_and_draws_what_the_moments_allow(open_page):
    rng = np.random.default_rng(0)
    table = {"x": rng.normal(size=500), "y": rng.normal(size=500)}
    page = open_page(payload_of("y ~ x", table) | {"sample": None}, height=TALL)
    for name in ("data", "predictions"):
        assert "No rows came with this page" in card(page, name).inner_text()
        assert card(page, name).locator("path.spread").get_attribute("d").startswith("M")
    assert amount(figures(page, "predictions")["RMSE"]) > 0


def test_a_sample_says_of_how_many_rows_it_is(open_page):
    rng = np.random.default_rng(0)
    x = rng.normal(size=30_000)
    page = open_page(payload_of("y ~ x", {"x": x, "y": x + rng.normal(size=30_000)}), height=TALL)
    assert card(page, "data").locator(".caption").inner_text().startswith("2,000 of 30,000 rows")


def test_one_parameter_has_no_plane_and_its_views_say_so(open_page):
    page = open_page(payload_of("y ~ x + 0", {"x": [1.0, 2, 3], "y": [2.0, 3, 7]}), height=TALL)
    for name in ("contours", "bowl", "scaling"):
        assert card(page, name).locator(".absent").inner_text() != ""
        assert card(page, name).locator("svg.picture").is_hidden()
    drag(page, "Right end of the line", 0, -30)
    assert amount(figures(page, "data")["w"]) > 0
    assert handle(page, "The current parameter").is_visible()


def test_data_that_cannot_be_shown_are_refused_in_a_sentence(open_page):
    payload = payload_of("y ~ x", {"x": [1.0, 2, 3], "y": [2.0, 3, 7]})
    for faulty, said in [
        ({"schema": 2}, "These data are of another version of slopewise; write the page anew."),
        ({"mean": [1.0]}, "The page's moments do not have the 2 columns that it names; write the page anew."),
        ({"start": {"learning_rate": -1.0}}, "That learning rate makes no steps; give a positive number."),
    ]:
        page = open_page(payload | faulty)
        assert page.get_by_role("alert").first.inner_text() == said

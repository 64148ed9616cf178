"""Descent in the page: any step at once, exact marks on the rate, and a run that stops where its numbers end."""

from __future__ import annotations

import pytest
from explorer.browser import payload_of
from explorer.reading import FOUR, HOUSES, SIX, TALL, TWO, amount, card, field, figures, press, sentence, settled, words

import slopewise as sw

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def two(open_page):
    return open_page(payload_of("price ~ size", TWO, learning_rate=0.01), height=TALL)


def test_the_scrubber_reaches_any_step_up_to_a_billion_at_once(two):
    assert figures(two, "curve")["J"] == "85,000"
    field(two, "Iteration k", 10_000)
    line = figures(two, "data")
    assert (line["w"], line["b"]) == ("199.9929", "100.0116")
    two.get_by_role("slider", name="Iteration k").fill("10000")
    assert figures(two, "numbers")["k"] == "1,000,000,000"
    assert figures(two, "contours")["w"] == "200"
    press(two, "One step back")
    assert figures(two, "numbers")["k"] == "999,999,999"
    press(two, "Back to the start")
    press(two, "One step forward")
    first = figures(two, "contours")
    assert (first["w"], first["b"], first["J"]) == ("6.5", "4", "79,275")


def test_playing_goes_on_until_it_is_paused(two):
    press(two, "Play")
    two.wait_for_function(
        "() => document.querySelector('[data-slopewise]').shadowRoot.querySelector('dd').textContent !== '0'"
    )
    press(two, "Pause")
    settled(two)
    k = figures(two, "numbers")["k"]
    two.wait_for_timeout(200)
    assert figures(two, "numbers")["k"] == k != "0"


def test_the_rate_has_the_exact_marks_of_these_data(two):
    run = sw.descend(sw.collect("price ~ size", TWO), learning_rate=0.01, iterations=0)
    exact = {"1/λmax": run.stable_below / 2, "2/(λmin + λmax)": run.best_rate, "2/λmax": run.stable_below}
    for button, (mark, rate) in zip(two.locator("button.mark").all(), exact.items(), strict=True):
        button.click()
        settled(two)
        assert button.inner_text().split("\n")[0] == mark
        assert button.get_attribute("aria-pressed") == "true"
        assert float(two.get_by_role("textbox", name="Learning rate α").input_value()) == pytest.approx(rate, rel=1e-15)


def test_a_sentence_says_what_the_rate_does(two):
    assert (
        sentence(two)
        == "Converges: in the long run a step multiplies J − J* by 0.9985; 3,531 steps to a millionth of the gap."
    )
    field(two, "Learning rate α", 0.5835)
    assert sentence(two).startswith("Zig-zags")
    assert "21,874 steps" in sentence(two)
    field(two, "Learning rate α", 0.8)
    assert sentence(two).startswith("Diverges: above the limit 0.5836 a step multiplies J − J* by 3.033")
    field(two, "Iteration k", 10)
    assert amount(figures(two, "curve")["J"]) == pytest.approx(5.60e9, rel=1e-3)


def test_a_run_that_overflows_stops_at_its_last_finite_step_and_says_why(two):
    field(two, "Learning rate α", 0.8)
    field(two, "Iteration k", 1_000_000_000)
    said = two.locator(".stopped").inner_text()
    k = figures(two, "numbers")["k"]
    assert said.startswith(f"Stopped at iteration {k}, the last whose numbers fit into a float")
    assert amount(figures(two, "numbers")["J"]) > 1e300
    assert "2/λmax" in words(two)
    assert "NaN" not in words(two)
    assert "Infinity" not in words(two)


def test_one_bar_a_mode_shows_its_factor_and_null_modes_are_left_out_and_said(open_page):
    page = open_page(payload_of(FOUR, HOUSES, learning_rate=5e-7), height=TALL)
    assert card(page, "modes").locator("rect.bar").count() == 3
    assert "2 flat directions have λ = 0 and are left out" in card(page, "modes").inner_text()
    assert page.locator(".rank").inner_text().startswith("Rank 3 of 5: infinitely many parameters fit equally well")
    assert figures(page, "modes")["κ"] == "1.0077×10⁷"
    field(page, "Iteration k", 1000)
    assert amount(figures(page, "curve")["J"]) == pytest.approx(686.70, abs=0.01)


def test_momentum_and_scaling_are_those_of_descend(open_page):
    page = open_page(payload_of("price ~ size", SIX, learning_rate=0.1), height=TALL)
    page.get_by_role("checkbox", name="Standardise the features").check()
    field(page, "Momentum β", 0.5)
    field(page, "Learning rate α", 0.3)
    field(page, "Iteration k", 7)
    kept = sw.collect("price ~ size", SIX)
    run = sw.descend(kept, learning_rate=0.3, momentum=0.5, scale=True, iterations=7, tolerance=0)
    shown = figures(page, "data")
    assert [amount(shown["b"]), amount(shown["w"])] == pytest.approx([run.intercept, *run.coefficients], rel=1e-6)

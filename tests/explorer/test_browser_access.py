"""Everything by keyboard, by touch, with little motion, in the dark, and by the rules of WCAG 2.2."""

from __future__ import annotations

import numpy as np
import pytest
from explorer.browser import payload_of
from explorer.node import installed
from explorer.reading import (
    FOUR,
    HOUSES,
    TALL,
    TWO,
    amount,
    card,
    centre,
    choose,
    field,
    figures,
    handle,
    press,
    settled,
)

pytestmark = pytest.mark.needs("chromium")

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TABLED = ("data", "contours", "curve", "slice", "bowl", "modes", "predictions", "scaling", "numbers")


@pytest.fixture
def two(open_page):
    return open_page(payload_of("price ~ size", TWO, learning_rate=0.01), height=TALL)


def focused(page) -> str:
    """What has the focus: its accessible name."""
    return page.evaluate(
        """() => {
          let one = document.activeElement;
          while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
          return one?.getAttribute('aria-label') ?? one?.labels?.[0]?.innerText ?? one?.innerText ?? '';
        }"""
    )


def tab_to(page, name: str) -> None:
    """Press Tab until what bears that name has the focus, and it is seen to have it."""
    for _ in range(90):
        page.keyboard.press("Tab")
        if focused(page) == name:
            break
    else:
        raise AssertionError(f"Tab never reaches {name}")


def test_keyboard_alone_plays_steps_and_moves_rate_row_line_and_parameters(two):
    tab_to(two, "One step forward")
    two.keyboard.press("Enter")
    assert figures(two, "numbers")["k"] == "1"
    tab_to(two, "Iteration k")
    for key, k in [
        ("ArrowRight", "2"),
        ("Shift+ArrowRight", "12"),
        ("ArrowLeft", "11"),
        ("End", "1,000,000,000"),
        ("Home", "0"),
    ]:
        two.keyboard.press(key)
        assert figures(two, "numbers")["k"] == k
    tab_to(two, "Learning rate α")
    two.keyboard.press("ArrowRight")
    one = amount(figures(two, "numbers")["α"])
    two.keyboard.press("Shift+ArrowRight")
    assert 1 < one / 0.01 < 1.05
    assert amount(figures(two, "numbers")["α"]) / one == pytest.approx((one / 0.01) ** 10, rel=1e-2)
    for name, view, what in [
        ("Row 1", "numbers", "J"),
        ("Right end of the line", "data", "w"),
        ("The current parameters", "contours", "w"),
        ("The current parameter", "slice", "w"),
    ]:
        tab_to(two, name)
        before = amount(figures(two, view)[what])
        two.keyboard.press("ArrowUp" if name.startswith("Ro") else "ArrowRight")
        near = amount(figures(two, view)[what])
        two.keyboard.press("Shift+ArrowUp" if name.startswith("Ro") else "Shift+ArrowRight")
        assert 0 < abs(near - before) < abs(amount(figures(two, view)[what]) - before)


def test_play_and_pause_by_keyboard(two):
    tab_to(two, "Play")
    two.keyboard.press("Space")
    two.wait_for_timeout(300)
    assert focused(two) == "Pause"
    two.keyboard.press("Space")
    assert figures(two, "numbers")["k"] != "0"


def test_what_has_the_focus_is_seen_to_have_it(two):
    two.keyboard.press("Tab")
    for _ in range(25):
        two.keyboard.press("Tab")
        seen = two.evaluate(
            """() => {
              let one = document.activeElement;
              while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
              const ring = getComputedStyle(one.querySelector('.reach') ?? one);
              return ring.outlineStyle !== 'none' || ring.stroke !== 'none';
            }"""
        )
        assert seen, focused(two)


def test_fingers_reach_every_control_and_drag_the_handles(open_page):
    page = open_page(payload_of("price ~ size", TWO, learning_rate=0.01), width=390, height=TALL + 3000, touch=True)
    controls = "button, select, summary, .handle, label.check, input[type=range]"
    small = page.locator(", ".join(f"{one}:visible" for one in controls.split(", "))).evaluate_all(
        "all => all.map((one) => [one.getBoundingClientRect(), one.getAttribute('aria-label') ?? one.innerText])"
        ".filter(([box]) => box.height < 24 || box.width < 24).map(([, name]) => name)"
    )
    assert small == []
    page.get_by_role("button", name="One step forward").tap()
    assert figures(page, "numbers")["k"] == "1"
    x, y = centre(handle(page, "The current parameters"))
    touch = page.context.new_cdp_session(page)
    for kind, points in [("Start", [(x, y)]), ("Move", [(x + 30, y)]), ("Move", [(x + 60, y)]), ("End", [])]:
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": f"touch{kind}", "touchPoints": [{"x": px, "y": py} for px, py in points]},
        )
    moved = figures(page, "contours")
    assert amount(moved["w"]) > 20
    assert figures(page, "numbers")["k"] == "0"


def test_each_drag_has_a_field_to_type_into(two):
    field(two, "w at the start", 150)
    field(two, "b at the start", 90)
    assert [figures(two, "contours")[name] for name in "wb"] == ["150", "90"]
    card(two, "table").locator("summary").click()
    cell = two.get_by_role("textbox", name="price, row 2")
    cell.fill("520")
    cell.press("Tab")
    settled(two)
    assert "changed here" in two.locator(".source").inner_text()
    field(two, "Learning rate α", "0,1x")
    assert two.locator(".rating .fault").inner_text() == "Give a number."


def test_little_motion_where_that_is_asked_for(open_page):
    page = open_page(payload_of("price ~ size", TWO, learning_rate=0.01), height=TALL, reduced_motion=True)
    page.wait_for_timeout(300)
    assert figures(page, "numbers")["k"] == "0"
    page.evaluate(
        """() => {
          const dd = document.querySelector('[data-slopewise]').shadowRoot.querySelector('[data-view="numbers"] dd');
          window.changes = 0;
          const seen = new MutationObserver(() => (window.changes += 1));
          seen.observe(dd, { childList: true, characterData: true, subtree: true });
        }"""
    )
    press(page, "Play")
    page.wait_for_timeout(1400)
    assert 1 <= page.evaluate("window.changes") <= 4


def test_a_table_stands_behind_each_chart(two):
    for name in TABLED:
        card(two, name).get_by_text("Data table").click()
        settled(two)
        rows = card(two, name).locator("details .table tbody tr")
        assert rows.count() >= 2, name
        assert "–" not in rows.first.inner_text()


@pytest.mark.needs("node")
@pytest.mark.parametrize(("width", "dark"), [(1400, False), (390, True)])
def test_axe_finds_no_violation_of_wcag(open_page, width, dark):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    table = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "y": X.sum(axis=1)}
    page = open_page(payload_of("y ~ a + b + c", table, learning_rate=0.1, k=5), width=width, height=TALL, dark=dark)
    for summary in page.locator("summary").all():
        summary.click()
    press(page, "Check the gradient")
    page.evaluate((installed() / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", RULES)
    told = [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
    assert told == []
    assert len(found["passes"]) > 10


def test_forced_colours_keep_the_marks_and_the_theme_can_be_chosen(open_page):
    page = open_page(payload_of(FOUR, HOUSES, learning_rate=5e-7), height=TALL, forced_colors="active")
    ink = page.evaluate(
        "() => getComputedStyle(document.querySelector('[data-slopewise]').shadowRoot.querySelector('.curve')).stroke"
    )
    assert ink != "none"
    page = open_page(payload_of("price ~ size", TWO))
    ground = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Theme: system; press for the next").click()
    assert page.evaluate(ground) != light
    choose(page, "curve", "Cost", "linear")

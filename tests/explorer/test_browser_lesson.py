"""The learn page in a real browser: whole at every width, in light and dark, by keyboard, without a request."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from explorer.axe import violations

import slopewise as sw
from slopewise.learning.live import PICTURES
from slopewise.learning.pages import chapters

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node")]

WIDTHS = (1400, 800, 390)
LIVE = "[data-slopewise]"
TEXT = "main p, main h2, main h3, main li, main .formula, main pre, main figure"
BEYOND = "(one) => one.getBoundingClientRect().right > innerWidth + 1"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sw.learn(tmp_path_factory.mktemp("lesson") / "learn.html")


def scrolled(page: Any) -> None:
    """Look at the whole page from top to bottom, so that all of it is drawn."""
    for top in range(0, page.evaluate("document.documentElement.scrollHeight"), 700):
        page.evaluate(f"scrollTo({{top: {top}, behavior: 'instant'}})")
        page.wait_for_timeout(30)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_overflows_and_every_picture_is_drawn_at_any_width(open_page: Any, path: Path, dark: bool) -> None:
    page = open_page(path, width=WIDTHS[0], dark=dark)
    pictures = page.locator(LIVE)
    assert pictures.count() == len(PICTURES)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        scrolled(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.locator(TEXT).evaluate_all(f"(all) => all.filter({BEYOND}).length") == 0
    assert [i for i in range(len(PICTURES)) if not pictures.nth(i).locator("svg.picture path").count()] == []


@pytest.mark.parametrize(("width", "dark"), [(1400, False), (390, True)], ids=["wide-light", "narrow-dark"])
def test_axe_finds_nothing_to_mend(open_page: Any, path: Path, width: int, dark: bool) -> None:
    page = open_page(path, width=width, dark=dark, reduced_motion=True)
    page.locator("summary").evaluate_all("(all) => all.forEach((one) => (one.parentElement.open = true))")
    scrolled(page)
    assert violations(page, leaving_out=LIVE) == []  # what is inside has tests of its own


def test_the_contents_lead_to_every_chapter_by_keyboard(open_page: Any, path: Path) -> None:
    page = open_page(path, reduced_motion=True)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text"
    page.locator("nav summary").focus()
    for place in range(len(chapters())):
        page.keyboard.press("Tab")
        link = page.evaluate("document.activeElement.getAttribute('href')")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        page.keyboard.press("Enter")
        heading = page.locator(f"h2{link}")
        assert (page.locator("h2").nth(place).get_attribute("id"), outline) == (link.removeprefix("#"), "solid")
        assert -1 < heading.bounding_box()["y"] < 400 or place == len(chapters()) - 1
        page.locator("nav a").nth(place).focus()


def test_an_answer_opens_by_keyboard(open_page: Any, path: Path) -> None:
    page = open_page(path)
    answer = page.locator(".exercise details").first
    answer.locator("summary").focus()
    assert not answer.locator("p").first.is_visible()
    page.keyboard.press("Enter")
    assert answer.locator("p").first.is_visible()


def test_live_pictures_stand_where_the_engine_stands(open_page: Any, path: Path) -> None:
    page = open_page(path)
    shown = re.findall(r"^@explorer (.+)$", "\n".join(chapters().values()), re.MULTILINE)
    for place, live in enumerate(PICTURES[name] for name in shown):
        start = dict(live.start)
        theta = page.locator(LIVE).nth(place).evaluate("(host) => Array.from(host.slopewise.state().theta)")
        rate, scale, steps = start.get("learning_rate", "auto"), start.get("scale", False), start.get("k", 0)
        state = sw.Moments.of(live.houses.x, live.houses.y)
        run = sw.descend(
            state, learning_rate=rate, iterations=0, scale=scale, start=start.get("parameters"), tolerance=0.0
        )
        np.testing.assert_allclose(theta, run.at(steps), rtol=1e-9, atol=1e-9)

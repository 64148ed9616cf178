"""The report in a real browser: it asks nobody for anything, breaks no rule of WCAG, and fits every width and paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from explorer.axe import violations
from explorer.reading import settled

import slopewise as sw

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node")]

AMES = sw.datasets.path("ames")
FORMULA = "log(price) ~ log(area) * Street + Overall.Qual + Bldg.Type"


FARTHEST_RIGHT = """() => Math.max(
    ...[...document.querySelectorAll("table, figure, pre")].map((one) => one.getBoundingClientRect().right))"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kept = sw.collect(FORMULA, AMES, folds=5)
    model = sw.fit(FORMULA, AMES, cov="HC3")
    also = sw.cross_validate(kept, penalty="lasso")
    return sw.report(model, AMES, tmp_path_factory.mktemp("report") / "r.html", keep=["PID"], also=also)


@pytest.mark.parametrize(("width", "dark"), [(1400, False), (800, True), (390, False)])
def test_axe_finds_nothing_to_mend_and_nothing_is_wider_than_the_page(
    open_page: Any, path: Path, width: int, dark: bool
) -> None:
    page = open_page(path, width=width, dark=dark)
    settled(page)
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_its_drawings_follow_the_theme(open_page: Any, path: Path) -> None:
    ink = "() => getComputedStyle(document.querySelector('#trust svg text, #trust svg use, #trust svg path')).fill"
    grounds = []
    for dark in (False, True):
        page = open_page(path, dark=dark)
        grounds.append((page.evaluate("() => getComputedStyle(document.body).backgroundColor"), page.evaluate(ink)))
    assert grounds[0] != grounds[1]


def test_every_section_is_reached_by_its_link_and_the_explorer_is_alive(open_page: Any, path: Path) -> None:
    page = open_page(path)
    for link in page.locator("nav a").all():
        link.click()
        assert page.evaluate("(hash) => !!document.querySelector(hash)", link.get_attribute("href"))
    page.get_by_role("link", name="Explore").click()
    settled(page)
    assert page.locator(".slopewise-explorer").get_by_role("button", name="Play").count() == 1


def test_it_prints_whole_without_what_only_a_screen_can_do(open_page: Any, path: Path) -> None:
    page = open_page(path)
    page.emulate_media(media="print")
    assert not page.locator("nav").first.is_visible()
    assert not page.locator("#explorer").is_visible()
    assert page.locator("#answer table").first.is_visible()
    page.set_viewport_size({"width": 680, "height": 900})  # A4 less its margins
    assert page.evaluate(FARTHEST_RIGHT) <= 680
    assert page.get_by_text("Condition indices").last.is_visible()  # folded on a screen
    assert page.pdf().startswith(b"%PDF")

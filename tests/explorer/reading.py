"""What a test does with an explorer in a page: reads its cards, moves its fields, drags its handles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "examples"
TWO, SIX, HOUSES = (EXAMPLES / name for name in ("two_houses.csv", "six_houses.csv", "houses.csv"))
FOUR = "price ~ size_sqft + bedrooms + floors + age"
TALL = 3600
"""Pixels in which a whole page is on screen: what is not is not drawn."""


def card(page: Any, name: str) -> Any:
    return page.locator(f'[data-view="{name}"]')


def words(page: Any) -> str:
    """Every text of the explorer, those in pictures and in what is folded away included."""
    settled(page)
    return str(page.locator(".explorer").text_content())


def settled(page: Any) -> None:
    """Wait for the frame in which a change is drawn, and the one after it."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def figures(page: Any, name: str) -> dict[str, str]:
    """The numbers beside a picture, by what they are called."""
    settled(page)
    read = "all => all.map((one) => [one.children[0].textContent, one.children[1].textContent])"
    return dict(card(page, name).locator("dl.numbers > div").evaluate_all(read))


def amount(text: str) -> float:
    """The number that a figure of the page shows."""
    digits = text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")).replace(",", "")
    return float(digits.replace("×10", "e"))


def field(page: Any, name: str, value: object) -> None:
    """Type into the number field of that accessible name, and leave it."""
    box = page.get_by_role("textbox", name=name, exact=True)
    box.fill(str(value))
    box.press("Enter")
    settled(page)


def choose(page: Any, name: str, label: str, value: str) -> None:
    """Choose in one of the lists of a card."""
    card(page, name).get_by_role("combobox", name=label, exact=True).select_option(value)
    settled(page)


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    settled(page)


def sentence(page: Any) -> str:
    settled(page)
    return str(page.locator(".sentence").inner_text())


def handle(page: Any, name: str) -> Any:
    return page.get_by_role("slider", name=name, exact=True)


def centre(locator: Any) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Any, name: str, right: float, down: float) -> None:
    """Drag the handle of that name by so many pixels with the mouse."""
    x, y = centre(handle(page, name))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=4)
    page.mouse.up()
    settled(page)

"""How it looks: nothing overlaps, is cut off or left empty at three widths; the pictures in docs show this page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from explorer.browser import payload_of
from explorer.reading import FOUR, HOUSES, SIX, TWO, settled
from PIL import Image

pytestmark = pytest.mark.needs("chromium")

DOCS = Path(__file__).parents[2] / "docs"
WIDTHS = (1400, 800, 390)
ALIKE = 12.0  # of 255: the mean difference of small squares that other fonts and another browser may make

LAID_OUT = """() => {
  const faults = [];
  const root = document.querySelector('[data-slopewise]').shadowRoot;
  if (document.documentElement.scrollWidth > innerWidth) faults.push('the page is wider than its window');
  const seen = (one) => one.textContent.trim() && one.checkVisibility({ visibilityProperty: true });
  for (const svg of root.querySelectorAll('svg.picture')) {
    if (!svg.checkVisibility()) continue;
    const name = svg.closest('[data-view]').dataset.view;
    const frame = svg.getBoundingClientRect();
    const shapes = [...svg.querySelectorAll('path, polygon, rect')];
    if (!shapes.some((one) => one.getBoundingClientRect().width > frame.width / 3)) faults.push(`${name} is empty`);
    const texts = [...svg.querySelectorAll('text')]
      .filter(seen)
      .map((one) => [one.textContent, one.getBoundingClientRect()]);
    texts.forEach(([text, box], i) => {
      const aside = box.left < frame.left - 1 || box.right > frame.right + 1;
      if (aside || box.top < frame.top - 2 || box.bottom > frame.bottom + 2) faults.push(`${name}: ${text} is cut off`);
      for (const [other, that] of texts.slice(i + 1)) {
        const across = Math.min(box.right, that.right) - Math.max(box.left, that.left);
        const down = Math.min(box.bottom, that.bottom) - Math.max(box.top, that.top);
        if (across > 1 && down > 3) faults.push(`${name}: ${text} and ${other} overlap`);
      }
    });
  }
  for (const one of root.querySelectorAll('button, h1, h2, h3, summary, .caption, dd, .sentence, legend, .legend li')) {
    if (seen(one) && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline') {
      faults.push(`${one.textContent.slice(0, 40)} is cut off`);
    }
  }
  return faults;
}"""


def wide_table() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 50)) * np.geomspace(1, 30, 50)
    names = [f"a rather long name of column {j}" for j in range(50)]
    return dict(zip(names, X.T, strict=True)) | {"y": X @ rng.normal(size=50) + 1e6}


PAGES = {
    "two houses": lambda: payload_of("price ~ size", TWO, learning_rate=0.5, k=7),
    "four features": lambda: payload_of(FOUR, HOUSES, learning_rate=5e-7, k=1000),
    "fifty features": lambda: payload_of("y ~ .", wide_table(), k=20),
    "no rows": lambda: payload_of("price ~ size", SIX, k=100) | {"sample": None},
    "overflow": lambda: payload_of("price ~ size", SIX, learning_rate=3.0, k=10_000),
}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_overlaps_is_cut_off_or_empty(open_page, name):
    page = open_page(PAGES[name](), width=WIDTHS[0])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 7000 if width < 500 else 4000})
        settled(page)
        assert page.evaluate(LAID_OUT) == [], width


def small_squares(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("L").resize((70, 45), Image.Resampling.BOX), dtype=float)


@pytest.mark.parametrize(
    ("name", "formula", "data", "width", "height", "dark", "start"),
    [
        ("explorer.png", "price ~ size", TWO, 1400, 1060, False, {"learning_rate": 0.5, "k": 14}),
        ("explorer-dark.png", FOUR, HOUSES, 1400, 1060, True, {"learning_rate": 0.6, "scale": True, "k": 4}),
        ("explorer-phone.png", "price ~ size", SIX, 390, 900, False, {"learning_rate": 0.1, "k": 30}),
    ],
)
def test_the_pictures_in_docs_show_this_page(open_page, tmp_path, name, formula, data, width, height, dark, start):
    page = open_page(payload_of(formula, data, **start), width=width, height=height, dark=dark)
    settled(page)
    shot = page.screenshot(path=tmp_path / name)
    if not (DOCS / name).exists():  # a picture is renewed by deleting it and running this test
        (DOCS / name).write_bytes(shot)
    there, made = small_squares(DOCS / name), small_squares(tmp_path / name)
    assert abs(there - made).mean() < ALIKE, f"docs/{name} shows another page; delete it and run this test again"

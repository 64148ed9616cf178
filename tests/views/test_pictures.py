"""Every picture looks as it did when somebody last looked at it.

The pictures of `gallery.py` stand in `pictures/` as matplotlib's Agg drew them. What is compared is local: both are
blurred by a pixel, so that anti-aliasing does not matter, and the largest mean difference of any 5 × 5 pixels counts.
A figure for the whole picture would not do: its RMS moves by 3 where the label of an axis vanishes, and by 6 where all
letters are hinted differently. Another release of matplotlib lays a picture out a pixel or two apart, which is seen:
the pictures are those of the release in `constraints.txt`.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.artist import getp, setp
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D
from PIL import Image, ImageChops, ImageFilter
from transcripts import PROJECT
from views.gallery import GALLERY

from slopewise import views
from slopewise.views import style

KEPT = Path(__file__).parent / "pictures"
NEW, DIFFERENCES = PROJECT / "build" / "figures" / "new", PROJECT / "build" / "figures" / "differences"
LIMIT = 6
"""Of 255. The same picture drawn twice differs by 0; the least of the changes below by more than twice as much."""

TONES = [17 * round(value / 17) for value in range(256)]
"""Sixteen of each colour are enough to see by, and make the files half as large."""


def drawn(figure: Figure) -> Image.Image:
    """The picture in few pixels, its letters as their outlines are, not fitted to the pixels."""
    figure.set_dpi(60)
    canvas = FigureCanvasAgg(figure)
    with rc_context({"text.hinting": "none"}):
        canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").point(3 * TONES)


def save(picture: Image.Image, path: Path) -> None:
    """As small as it gets without loss."""
    colours = picture.getcolors(256)
    small = picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=len(colours)) if colours else picture
    small.save(path, optimize=True)


def opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """The largest mean difference of a colour over 5 × 5 pixels, 0 … 255; infinite for another size."""
    if one.size != other.size:
        return np.inf
    soft = [picture.filter(ImageFilter.BoxBlur(1)) for picture in (one, other)]
    apart = ImageChops.difference(*soft).filter(ImageFilter.BoxBlur(2))
    return max(high for _, high in apart.getextrema())


def side_by_side(old: Image.Image, new: Image.Image) -> Image.Image:
    """The old one, the new one, and what differs."""
    wide, tall = max(old.width, new.width), max(old.height, new.height)
    panels = [Image.new("RGB", (wide, tall), "white") for _ in range(2)]
    for panel, picture in zip(panels, (old, new), strict=True):
        panel.paste(picture)
    page = Image.new("RGB", (3 * wide, tall))
    for place, panel in enumerate([*panels, ImageChops.invert(ImageChops.difference(*panels))]):
        page.paste(panel, (place * wide, 0))
    return page


def compare(name: str, new: Image.Image) -> str:
    """What there is to look at, and how to accept it, where `new` is not what is kept as `name`."""
    kept, shown, apart = (folder / f"{name}.png" for folder in (KEPT, NEW, DIFFERENCES))
    for path in (shown, apart):
        path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
    old = opened(kept) if kept.exists() else None
    found = np.inf if old is None else difference(old, new)
    if found <= LIMIT:
        return ""
    save(new, shown)
    if old is not None:
        side_by_side(old, new).save(apart)
    told = f"{name} differs by {found} of 255" if old is not None else f"{name} was not drawn before"
    look, *files = (path.relative_to(PROJECT) for path in (apart if old is not None else shown, shown, kept))
    return f"{told}: look at {look}; to accept it: cp {' '.join(map(str, files))}"


@functools.cache
def figure(name: str) -> Figure:
    return GALLERY[name]()


@pytest.mark.parametrize("name", GALLERY)
def test_every_picture_is_as_it_was(name: str) -> None:
    if told := compare(name, drawn(figure(name))):
        pytest.fail(told, pytrace=False)


def drawing_functions() -> Iterator[str]:
    """The public functions of the views that return a figure, those apart that only make the sheet for one."""
    for module in pkgutil.walk_packages(views.__path__, f"{views.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            own = inspect.isfunction(value) and value.__module__ == module.name and value.__module__ != style.__name__
            if own and name[0] != "_" and inspect.signature(value).return_annotation == "Figure":
                yield name


def test_every_picture_is_in_the_gallery() -> None:
    chooses = "diagnosis_panel"  # among four that are there by their own names
    assert {chooses, *(name.partition("-")[0] for name in GALLERY)} == {*drawing_functions()}
    assert {path.stem for path in KEPT.iterdir()} == {*GALLERY}
    assert sum(path.stat().st_size for path in KEPT.iterdir()) < 600_000


def _moved(ax: Any) -> dict[str, Any]:
    """3 % of the picture upwards."""
    return {"transform": ax.lines[0].get_transform() + Affine2D().translate(0.0, 0.03 * ax.bbox.height)}


CHANGES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], dict[str, Any]]]] = {
    "a line moves": (lambda ax: ax.lines[0], _moved),
    "a line has another colour": (lambda ax: ax.lines[-1], lambda ax: {"color": style.PURPLE}),
    "a line vanishes": (lambda ax: ax.lines[0], lambda ax: {"visible": False}),
    "the legend vanishes": (lambda ax: ax.get_legend(), lambda ax: {"visible": False}),
    "the label of an axis vanishes": (lambda ax: ax.xaxis.label, lambda ax: {"visible": False}),
    "a number of an axis vanishes": (lambda ax: ax.xaxis.get_major_ticks()[2].label1, lambda ax: {"visible": False}),
}


@pytest.mark.parametrize("name", ["line", "cross_validation", "contours-descent", "effect-by", "leverage_plot"])
def test_a_change_is_seen(name: str) -> None:
    picture = GALLERY[name]()
    before = drawn(picture)
    picture.set_layout_engine("none")
    assert difference(before, drawn(picture)) == 0
    seen = {}
    for change, (find, changed) in CHANGES.items():
        artist, properties = find(picture.axes[0]), changed(picture.axes[0])
        kept = {name: getp(artist, name) for name in properties}
        setp(artist, **properties)
        seen[change] = difference(before, drawn(picture))
        setp(artist, **kept)
    assert difference(before, drawn(picture)) == 0
    assert {change: found for change, found in seen.items() if found <= 2 * LIMIT} == {}


def test_a_changed_picture_is_shown_beside_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, folder in (("PROJECT", ""), ("KEPT", "kept"), ("NEW", "new"), ("DIFFERENCES", "differences")):
        monkeypatch.setitem(globals(), place, tmp_path / folder)
    picture, other = Image.new("RGB", (60, 40), "white"), Image.new("RGB", (60, 40), "white")
    other.paste("black", (10, 10, 14, 14))
    accept = "to accept it: cp new/a.png kept/a.png"
    assert compare("a", picture) == f"a was not drawn before: look at new/a.png; {accept}"
    (tmp_path / "new").rename(tmp_path / "kept")
    assert compare("a", picture) == ""
    assert compare("a", other).endswith(f"of 255: look at differences/a.png; {accept}")
    assert opened(tmp_path / "differences" / "a.png").size == (180, 40)
    assert opened(tmp_path / "new" / "a.png").tobytes() == other.tobytes()
    assert compare("a", picture) == ""
    assert [*(tmp_path / "new").iterdir(), *(tmp_path / "differences").iterdir()] == []
    assert compare("a", picture.resize((61, 40))).startswith("a differs by inf of 255")

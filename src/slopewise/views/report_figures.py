"""Figures inside a page: drawings in its own colours, so that they follow light and dark, with a description each.

matplotlib writes SVG in fixed colours; those of the text, the grid and the ground become the page's. Crowds of points
are pixels within the drawing, so that a page of thousands of rows stays small.
"""

from __future__ import annotations

import html
import io
import re

import numpy as np
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from slopewise.views import style

CROWD = 400
"""Points of one series beyond which they are drawn as pixels."""

COLOURS = {
    style.INK: "--ink",
    style.BLACK: "--ink",
    style.GREY: "--soft",
    style.GRID: "--line",
    "#ffffff": "--paper",
    "#d9e4ee": "--band",
    style.BLUE: "--blue",
    style.VERMILLION: "--vermillion",
    style.GREEN: "--green",
    style.PURPLE: "--purple",
    style.ORANGE: "--orange",
}
"""The page's name for each colour of a picture."""


PANEL = 0.75
"""A figure that shares its line with another one: smaller by so much, its letters as large as ever."""


def inline(figure: Figure, name: str, described: str, caption: str = "", *, panel: bool = False) -> str:
    """A figure as HTML: an SVG that is `described` for who does not see it, with a `caption` under it.

    `name` sets its identifiers apart from those of other figures of the page; a `panel` stands beside another figure.

    >>> from slopewise.views.data_plots import scatter
    >>> page = inline(scatter([1.0], [2.0]), "one", "y against x: one row")
    >>> page.startswith('<figure><svg'), 'role="img" aria-label="y against x: one row"' in page, "#ffffff" in page
    (True, True, False)
    """
    if panel:
        figure.set_size_inches(PANEL * figure.get_figwidth(), PANEL * figure.get_figheight())
    told = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"<figure>{_coloured(_alone(_svg(figure), name), described)}{told}</figure>"


def _svg(figure: Figure) -> str:
    """The drawing alone, the same in every run, its letters as shapes."""
    for ax in figure.axes:
        for artist in (*ax.lines, *ax.collections):
            if _points(artist) > CROWD:
                artist.set_rasterized(True)
    written = io.StringIO()
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "slopewise"}):
        figure.savefig(written, format="svg", dpi=80, metadata={"Date": None, "Creator": None})
    text = written.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r"(scale\([^)]*\)|\d+\.\d\d)\d*", r"\1", text)  # a hundredth of a point is enough
    return re.sub(r"\s*\n\s*", " ", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))


def _points(artist: Artist) -> int:
    """How many marks an artist draws; a line without marks is one."""
    if isinstance(artist, Line2D):
        return len(np.asarray(artist.get_xdata())) if artist.get_marker() not in ("", "None", None) else 1
    return len(np.asarray(artist.get_offsets())) if isinstance(artist, Collection) else 1


def _alone(svg: str, name: str) -> str:
    """The drawing with identifiers of its own."""
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'href="#', f'href="#{name}-', svg)
    return svg.replace("url(#", f"url(#{name}-")


def _coloured(svg: str, described: str) -> str:
    """The drawing in the page's colours, as wide as its place, and with a description."""
    for colour, variable in COLOURS.items():
        svg = svg.replace(colour, f"var({variable})")
    opening, rest = svg.split(">", 1)
    viewbox = re.search(r'viewBox="[^"]*"', opening)
    wide = re.search(r'width="([\d.]+)pt"', opening)
    size = f' style="max-width: {float(wide[1]) * 4 / 3:.0f}px"' if wide else ""
    attributes = f'{viewbox[0] if viewbox else ""}{size} role="img" aria-label="{html.escape(described)}"'
    return f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>{rest.strip()}'

"""`learn`: the lesson's chapters, in their order, as one page with a list of contents."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from slopewise.learning.drawings import picture
from slopewise.learning.houses import figures
from slopewise.learning.live import live
from slopewise.learning.markup import Makers, inline, rendered, slug
from slopewise.learning.tables import table
from slopewise.views.explorer.pages import page, write_page

TITLE = "Linear regression, step by step"
OPENING = (
    "Gradient descent from the first two houses to the limit of the learning rate. The pictures are live: drag what "
    "they are made of. The Python runs as it is printed."
)
WRITTEN = "learn.html"


def learn(path: str | Path | None = None) -> Path:
    """Write the lesson as one page, to `path` or to learn.html in the working folder, and return where it is.

    Text, formulas, Python that runs as it is printed, exercises, and pictures in which descent runs live. Its figures
    are computed when it is written; formulas: `slopewise.lesson`, `slopewise.solvers.modes`. Raises `OutputError` if it
    cannot be written.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     learn(f"{folder}/lesson.html").name
    'lesson.html'
    """
    return write_page(lesson(), WRITTEN if path is None else path)


def lesson() -> str:
    """The whole page."""
    makers = Makers(figures(), {"explorer": live, "picture": picture, "table": table})
    texts = chapters()
    parts = [f"<section>{rendered(text, makers)}</section>" for text in texts.values()]
    contents = f"<details open><summary>Contents</summary>{_contents(texts.values())}</details>"
    body = (
        '<a class="skip" href="#text">Skip to the text</a>\n<div class="lesson">\n'
        f"<header><h1>{TITLE}</h1><p>{OPENING}</p></header>\n"
        f'<nav aria-label="Contents">{contents}</nav>\n'
        f'<main id="text" tabindex="-1">\n{"".join(parts)}\n</main>\n</div>'
    )
    return page(TITLE, body, style=_text("page.css"))


@functools.cache
def chapters() -> dict[str, str]:
    """The chapters' texts, in order, by the names of their files."""
    folder = resources.files(__package__).joinpath("chapters")
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".md")
    }


def _contents(texts: Iterable[str]) -> str:
    """A numbered list of links to the chapters."""
    titles = [title for text in texts for title in re.findall(r"^# (.+)$", text, flags=re.MULTILINE)]
    return "<ol>" + "".join(f'<li><a href="#{slug(title)}">{inline(title)}</a></li>' for title in titles) + "</ol>"


def _text(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")

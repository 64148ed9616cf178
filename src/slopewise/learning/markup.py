r"""A chapter's text as HTML, from a little markup of our own.

    # A chapter            ## A part of it        *stressed*   **strong**   `code`   $w x + b$   [a part](#its-place)
    $$ \frac{1}{2m} $$     a formula on a line of its own, or two with \quad between them
    - an item              [[name]], [[name:.4f]]: a figure that the engine has computed, so that none is typed
    > in the margin        ```python … ```: lines as a Python session shows them, which tests run
    @explorer name, @picture name, @table name: what others make, by name
    @question …, @answer, @end: an exercise, whose answer is folded away

Blocks are parted by empty lines. Whatever is not known is an error, so that a slip is seen when the page is made.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slopewise.errors import ArgumentError
from slopewise.learning.mathematics import mathml
from slopewise.learning.sessions import session
from slopewise.numerals import typeset

FIGURE = re.compile(r"\[\[([a-z]\w*)(?::([^\]]+))?\]\]")
INLINE = re.compile(r"`([^`]+)`|\$([^$]+)\$|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\((#[\w-]+)\)")


@dataclass(frozen=True)
class Makers:
    """What a text may refer to: `figures` by name, and for each kind of thing after an @ what makes its HTML."""

    figures: Mapping[str, Any]
    things: Mapping[str, Callable[[str], str]]


def rendered(text: str, makers: Makers) -> str:
    """The HTML of one chapter."""
    return "\n".join(_blocks(_filled(text, makers.figures), makers))


def slug(title: str) -> str:
    """A title as the name of a place in the page.

    >>> slug("How long a step?")
    'how-long-a-step'
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def inline(text: str) -> str:
    """A line of text with what is stressed, code, formulas and links in it.

    >>> inline("so `a < b` and *no* more")
    'so <code>a &lt; b</code> and <em>no</em> more'
    """
    parts, last = [], 0
    for found in INLINE.finditer(text):
        parts += [html.escape(text[last : found.start()], quote=False), _styled(*found.groups())]
        last = found.end()
    return "".join([*parts, html.escape(text[last:], quote=False)])


def _styled(
    code: str | None,
    formula: str | None,
    strong: str | None,
    stressed: str | None,
    label: str | None,
    place: str | None,
) -> str:
    if code is not None:
        return f"<code>{html.escape(code, quote=False)}</code>"
    if formula is not None:
        return mathml(formula)
    if strong is not None:
        return f"<strong>{inline(strong)}</strong>"
    if stressed is not None:
        return f"<em>{inline(stressed)}</em>"
    return f'<a href="{place}">{inline(label or "")}</a>'


def _filled(text: str, figures: Mapping[str, Any]) -> str:
    """The text with each [[figure]] written out as its format says."""

    def written(found: re.Match[str]) -> str:
        name, form = found[1], found[2]
        if name not in figures:
            raise ArgumentError(f"the lesson names the figure {name!r}, which nobody computes")
        value = figures[name]
        return typeset(format(value, form or ","))

    return FIGURE.sub(written, text)


def _blocks(text: str, makers: Makers) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", _fenced(text.strip())):
        if block.strip():
            yield _block(block.strip("\n"), makers)


def _fenced(text: str) -> str:
    """The text with the empty lines inside code marked, so that they part no blocks."""
    return re.sub(r"```python\n.*?```", lambda code: code[0].replace("\n\n", "\n\0\n"), text, flags=re.DOTALL)


def _block(block: str, makers: Makers) -> str:
    first, _, rest = block.partition(" ")
    if block.startswith("```python\n"):
        return session(block.removeprefix("```python\n").removesuffix("```").replace("\0", ""))
    if block.startswith("$$"):
        parts = "".join(mathml(part, display=True) for part in block.strip("$").split(r"\quad"))
        return f'<div class="formula" tabindex="0" role="group" aria-label="Formula">{parts}</div>'
    if first in ("#", "##"):
        level = len(first) + 1
        return f'<h{level} id="{slug(rest)}">{inline(rest)}</h{level}>'
    if first == ">":
        return f"<aside>{inline(_unwrapped(rest))}</aside>"
    if first == "-":
        items = re.split(r"\n- ", rest)
        return "<ul>" + "".join(f"<li>{inline(_unwrapped(item))}</li>" for item in items) + "</ul>"
    if first.startswith("@"):
        return _thing(first[1:], _unwrapped(rest), makers)
    return f"<p>{inline(_unwrapped(block))}</p>"


def _thing(kind: str, rest: str, makers: Makers) -> str:
    if kind == "question":
        return f'<section class="exercise"><p class="label">Try it</p><p>{inline(rest)}</p>'
    if kind == "answer":
        return "<details><summary>Answer</summary>"
    if kind == "end":
        return "</details></section>"
    if kind not in makers.things:
        raise ArgumentError(f"the lesson has an @{kind}, which nobody makes")
    return makers.things[kind](rest)


def _unwrapped(text: str) -> str:
    return re.sub(r"\n[> ]*", " ", text)

"""A page that holds everything: style, program and data in one HTML file that opens from a disk and asks nobody.

Its policy forbids every request. Data are JSON in which no character can end the element around it.
"""

from __future__ import annotations

import functools
import html
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from slopewise.data.writing import write_whole

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
SHELL = """\
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1d2329; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181c; --ink: #e6e9ec; } }
:root[data-theme="light"] { color-scheme: light; --paper: #ffffff; --ink: #1d2329; }
:root[data-theme="dark"] { color-scheme: dark; --paper: #14181c; --ink: #e6e9ec; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
"""
WITHOUT = "This picture is drawn by a program in the page, and the browser is told to run none: allow scripts here."


def page(title: str, body: str, *, style: str = "", language: str = "en") -> str:
    """A whole HTML document around `body`, which is HTML, with the program that brings its explorers to life."""
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{SHELL}{style}</style>\n</head>\n"
        f"<body>\n{body}\n<script>\n{built('explorer.js')}\n</script>\n</body>\n</html>\n"
    )


def explorer_page(payload: Mapping[str, Any]) -> str:
    """The page of one explorer, which keeps its state in the address."""
    place = explorer(payload, {"data-hash": ""})
    return page(f"{payload['title']} · {payload['source']}", f"<main>\n{place}\n</main>")


def explorer(payload: Mapping[str, Any], attributes: Mapping[str, str]) -> str:
    """The place in a page where an explorer is to be, with its data; `attributes` say which parts of it."""
    asked = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
    return (
        f'<div class="slopewise-explorer" data-slopewise data-title="{html.escape(str(payload["title"]))}"{asked}>'
        f'<script type="application/json">{embedded(payload)}</script><noscript><p>{WITHOUT}</p></noscript></div>'
    )


def embedded(value: Any) -> str:
    """JSON for a place between script tags: ASCII alone, with <, > and & by their numbers.

    >>> embedded({"</script>": 0.1})
    '{"\\\\u003c/script\\\\u003e": 0.1}'
    """
    text = json.dumps(value, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@functools.cache
def built(name: str) -> str:
    """One of the files that `js/` is built into."""
    return resources.files(__package__).joinpath("built", name).read_text(encoding="utf-8")


def write_page(text: str, path: str | Path) -> Path:
    """Write a page, whole or not at all. Raises `OutputError`."""
    with write_whole(path) as file:
        file.write(text)
    return Path(path)

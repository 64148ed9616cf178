"""What tables of results have in common as HTML: their look, figures in line at the decimal point, escaped text.

The look follows a notebook's own colours where it names them, and the reader's system where it does not.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from slopewise.numerals import on_a_line, padding, typeset

LONGEST = 2_000  # characters of a sentence
NAME = 120  # characters of a name
OPEN = 8  # sentences that are shown at once; more are folded

_LIGHT = "--ink: #1d2329; --soft: #59626b; --line: #c9ced3; --paper: #ffffff;"
_DARK = "--ink: #e6e9ec; --soft: #a3adb6; --line: #48525b; --paper: #14181c;"

STYLE = f"""
.slopewise-fit {{ {_LIGHT} }}
@media (prefers-color-scheme: dark) {{ .slopewise-fit {{ {_DARK} }} }}
[data-theme="light"] .slopewise-fit, [data-jp-theme-light="true"] .slopewise-fit, .vscode-light .slopewise-fit {{
  {_LIGHT}
}}
html[theme="dark"] .slopewise-fit, [data-theme="dark"] .slopewise-fit, [data-jp-theme-light="false"] .slopewise-fit,
.vscode-dark .slopewise-fit {{ {_DARK} }}
.slopewise-fit {{
  color: var(--jp-content-font-color1, var(--ink)); background: var(--jp-layout-color0, var(--paper));
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  padding: 10px 14px; overflow-x: auto; text-align: left;
}}
.slopewise-fit table {{
  border-collapse: collapse; border: 0; margin: 0; width: auto; table-layout: auto; font-size: inherit;
  font-variant-numeric: tabular-nums lining-nums; color: inherit; background: none;
}}
.slopewise-fit table caption {{ caption-side: top; text-align: left; color: inherit; padding: 0 0 9px; }}
.slopewise-fit caption b {{ display: block; font-size: 1.08em; font-weight: 600; overflow-wrap: anywhere; }}
.slopewise-fit caption span {{ color: var(--soft); overflow-wrap: anywhere; }}
.slopewise-fit caption .model {{ display: block; color: inherit; }}
.slopewise-fit caption strong {{ font-weight: 600; margin-right: .4em; }}
.slopewise-fit table tr, .slopewise-fit table tbody tr:nth-child(n), .slopewise-fit table tbody tr:hover {{
  background: none;
}}
.slopewise-fit table th, .slopewise-fit table td {{
  border: 0; padding: 2px 0 2px 22px; text-align: right; vertical-align: top; white-space: nowrap;
  font-weight: 400; color: inherit; background: none; line-height: 1.45; max-width: none;
}}
.slopewise-fit table th:first-child {{
  text-align: left; padding-left: 0; white-space: normal; overflow-wrap: anywhere; min-width: 9em; max-width: 30em;
}}
.slopewise-fit table thead th {{
  vertical-align: bottom; font-weight: 600; padding: 4px 0 4px 22px; white-space: normal;
  border: solid var(--ink); border-width: 1.5px 0 1px;
}}
.slopewise-fit table thead + tbody tr:first-child > *, .slopewise-fit table tfoot tr:first-child > * {{
  padding-top: 5px;
}}
.slopewise-fit table tbody tr:last-child > * {{ padding-bottom: 5px; }}
.slopewise-fit table tfoot tr:first-child > * {{ border-top: 1px solid var(--line); }}
.slopewise-fit table tr.last > * {{ padding-bottom: 5px; border-bottom: 1.5px solid var(--ink); }}
.slopewise-fit table [data-pad]::after {{ content: attr(data-pad); visibility: hidden; }}
.slopewise-fit table td > span {{ display: block; }}
.slopewise-fit table .soft {{ color: var(--soft); }}
.slopewise-fit p {{ margin: 9px 0 0; max-width: 62em; color: inherit; }}
.slopewise-fit p span {{ white-space: nowrap; }}
.slopewise-fit p .soft {{ white-space: normal; }}
.slopewise-fit ul {{ margin: 9px 0 0; padding: 0 0 0 1.15em; max-width: 62em; }}
.slopewise-fit li {{ margin: 2px 0; overflow-wrap: anywhere; }}
.slopewise-fit details {{ margin: 9px 0 0; }}
.slopewise-fit summary {{ cursor: pointer; color: var(--soft); }}
.slopewise-fit details ul, .slopewise-fit .title + ul {{ margin-top: 2px; }}
.slopewise-fit .title {{ color: var(--soft); }}
.slopewise-fit code {{
  font: .94em ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; color: inherit;
  background: none; padding: 0; white-space: pre-wrap;
}}
@media print {{ .slopewise-fit {{ --ink: #000; --soft: #333; --line: #999; --paper: #fff; padding: 0; }} }}
"""


def escape(text: str, longest: int = LONGEST) -> str:
    """Text for a place between tags or in an attribute, on one line.

    >>> escape("<script>")
    '&lt;script&gt;'
    """
    return html.escape(on_a_line(text, longest))


def term(name: str) -> str:
    """The name of a coefficient, which may go on in a new line before a level and after the sign of an interaction.

    >>> term("area:Street[T.Pave]")
    'area:<wbr>Street<wbr>[T.Pave]'
    """
    return escape(name, NAME).replace("[", "<wbr>[").replace(":", ":<wbr>")


def fragment(parts: Sequence[str]) -> str:
    """One element with its style inside, as a notebook shows it; `parts` are HTML, empty ones left out."""
    inside = "\n".join(part for part in parts if part)
    return f'<div class="slopewise-fit">\n<style>{STYLE}</style>\n{inside}\n</div>'


def padded(figures: Sequence[str]) -> list[tuple[str, str]]:
    """Each figure of a column as HTML, and the attribute of its element that puts its decimal point in line.

    >>> padded(["-28,351", "60.0"])
    [('−28,351', ' data-pad=".0"'), ('60.0', '')]
    """
    shown = [typeset(figure) for figure in figures]
    return [
        (html.escape(figure), f' data-pad="{pad}"' if pad else "")
        for figure, pad in zip(shown, padding(shown), strict=True)
    ]


def code(formula: str) -> str:
    """A formula, its line breaks kept."""
    return f"<code>{'<br>'.join(escape(line) for line in formula.splitlines())}</code>"


def sentences(title: str, listed: Sequence[str]) -> str:
    """A list of sentences under its title, folded if it is long; nothing for none."""
    if not listed:
        return ""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in listed)
    if len(listed) <= OPEN:
        return f'<p class="title">{escape(title)}</p>\n<ul aria-label="{escape(title)}">{items}</ul>'
    return f"<details><summary>{escape(title)} ({len(listed):,})</summary><ul>{items}</ul></details>"

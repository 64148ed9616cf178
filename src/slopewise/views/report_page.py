"""The page of a report: its sections under one another, a list of them beside, in light and dark, on paper too."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from slopewise.views.tables_html import code, escape


@dataclass(frozen=True)
class Section:
    """One part: `name` is its place in the page's address, `title` its heading, `body` HTML; `screen`: not on paper."""

    name: str
    title: str
    body: str
    screen: bool = False


LONG = 90
"""Characters of a formula from which its heading is set smaller."""

STYLE = """
:root { --ink: #1d2329; --soft: #59626b; --line: #dfe2e5; --paper: #ffffff; --card: #f6f7f8; --link: #00588a;
  --band: #d9e4ee; --blue: #0072b2; --vermillion: #c65300; --green: #00815e; --purple: #a8527f; --orange: #b07900; }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { --ink: #e6e9ec; --soft: #a3adb6;
  --line: #323a42; --paper: #14181c; --card: #1b2025; --link: #7cc4f0; --band: #24384a; --blue: #56b4e9;
  --vermillion: #ff8a4c; --green: #4fd1a5; --purple: #e3a1c4; --orange: #f0b93f; } }
:root[data-theme="dark"] { --ink: #e6e9ec; --soft: #a3adb6; --line: #323a42; --paper: #14181c; --card: #1b2025;
  --link: #7cc4f0; --band: #24384a; --blue: #56b4e9; --vermillion: #ff8a4c; --green: #4fd1a5; --purple: #e3a1c4;
  --orange: #f0b93f; }
html { scroll-padding-top: 1rem; }
body { font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.report { display: grid; grid-template-columns: 13rem minmax(0, 1fr); gap: 0 3rem; max-width: 76rem; margin: 0 auto;
  padding: 2.2rem clamp(1rem, 4vw, 3rem) 4rem; overflow-wrap: anywhere; }
.report > header { grid-column: 1 / -1; border-bottom: 1px solid var(--line); margin-bottom: 1.6rem; }
.report h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .3rem; font-weight: 650; }
.report h1 code { font: inherit; }
.report h1.long { font-size: 1.2rem; line-height: 1.4; }
.report h2 { font-size: 1.22rem; line-height: 1.3; margin: 0 0 .7rem; font-weight: 650; }
.report h3 { font-size: 1.02rem; margin: 1.4rem 0 .4rem; font-weight: 650; }
.report header p { color: var(--soft); margin: 0 0 1.1rem; }
.report nav { font-size: .92rem; position: sticky; top: 1.2rem; align-self: start; max-height: 95vh; overflow-y: auto; }
.report nav ol { list-style: none; margin: 0; padding: 0; }
.report nav a { display: block; padding: .28rem 0; color: var(--soft); text-decoration: none; }
.report nav a:hover, .report nav a:focus-visible { color: var(--link); text-decoration: underline; }
.report a { color: var(--link); }
.report main { min-width: 0; }
.report section { margin: 0 0 2.8rem; }
.report section > p { max-width: 44rem; margin: .5rem 0; }
.report .lead { font-size: 1.16rem; line-height: 1.5; }
.report .scroll { overflow-x: auto; }
.report .slopewise-fit { padding: 0; background: none; color: inherit; font-size: .95rem; }
.report #answer .slopewise-fit { margin-top: 1.1rem; } .report th, .report td { overflow-wrap: normal; }
.report #answer caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.report figure { margin: 1.1rem 0; }
.report figure svg { display: block; width: 100%; height: auto; }
.report figcaption { color: var(--soft); font-size: .92rem; max-width: 44rem; margin-top: .4rem; }
.report ul { max-width: 44rem; padding-left: 1.2rem; }
.report li { margin: .3rem 0; }
.report table.plain { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.report table.plain caption { text-align: left; color: var(--soft); padding-bottom: .4rem; }
.report table.plain th, .report table.plain td { padding: .25rem 1.6rem .25rem 0; text-align: left;
  border-bottom: 1px solid var(--line); font-weight: 400; vertical-align: top; }
.report table.plain thead th { font-weight: 600; border-bottom: 1.5px solid var(--ink); }
.report pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem;
  overflow-x: auto; font: .9rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: pre-wrap; }
.report dl { display: grid; grid-template-columns: minmax(8rem, 14rem) minmax(0, 1fr); gap: .3rem 1.4rem; margin: 0; }
.report dt { color: var(--soft); } .report dd { margin: 0; }
.report .panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr));
  gap: 0 1.8rem; align-items: start; }
.report .slopewise-explorer { margin-top: 1rem; }
@media (max-width: 60rem) { .report { display: block; }
  .report nav { position: static; margin-bottom: 1.6rem; max-height: none; }
  .report nav ol { display: flex; flex-wrap: wrap; gap: 0 1.2rem; } .report nav a { min-height: 24px; }
  .report .slopewise-fit table th:not(:first-child), .report .slopewise-fit table td { padding-left: 14px; }
  .report dl { grid-template-columns: 1fr; gap: 0; } .report dd { margin-bottom: .5rem; } }
@media print { :root, :root[data-theme] { color-scheme: light; --ink: #000000; --soft: #444444; --line: #d6d6d6;
    --paper: #ffffff; --card: #ffffff; --link: #000000; --band: #d9e4ee; --blue: #0072b2; --vermillion: #c65300;
    --green: #00815e; --purple: #a8527f; --orange: #b07900; }
  body { font-size: 10.5pt; background: #ffffff; } .report { display: block; padding: 0; max-width: none; }
  .report nav, .report .screen { display: none; } .report figure, .report tr, .report li { break-inside: avoid; }
  .report table.plain { break-inside: avoid; } .report h2, .report h3, .report .title { break-after: avoid; }
  .report section { margin-bottom: 1.6rem; }
  .report li { orphans: 3; widows: 3; } .report section > p { break-inside: avoid; }
  .report section > p:has(+ .panels) { break-after: avoid; }
  .report .panels { display: block; } .report .panels figure { display: inline-block; width: 48%;
    vertical-align: top; margin-right: 1.5%; }
  .report .lead { font-size: 11.5pt; } .report .slopewise-fit, .report table.plain { font-size: 8.5pt; }
  .report .slopewise-fit table th:not(:first-child), .report .slopewise-fit table td { padding-left: 11px; }
  .report figcaption { font-size: 8.5pt; } .report pre { font-size: 8pt; }
  .report details::details-content { content-visibility: visible; display: block; block-size: auto; }
  .report summary { list-style: none; } .report .scroll, .report .slopewise-fit { overflow: visible; } }
"""
"""Contrast of text is at least 4.5 to 1 in both themes (WCAG 2.2)."""


def body(title: str, about: str, sections: Sequence[Section]) -> str:
    """What stands in the page: the formula as its heading, `about` under it, then the sections and the list of them."""
    items = "".join(f'<li{_screen(part)}><a href="#{part.name}">{escape(part.title)}</a></li>' for part in sections)
    parts = "\n".join(
        f'<section id="{part.name}" aria-labelledby="{part.name}-title"{_screen(part)}>\n'
        f'<h2 id="{part.name}-title">{escape(part.title)}</h2>\n{part.body}\n</section>'
        for part in sections
    )
    long = ' class="long"' * (len(title) > LONG)
    return (
        f'<div class="report">\n<header>\n<h1{long}>{code(title)}</h1>\n<p>{escape(about)}</p>\n</header>\n'
        f'<nav aria-label="Sections"><ol>{items}</ol></nav>\n<main>\n{parts}\n</main>\n</div>'
    )


def paragraph(sentence: str, kind: str = "") -> str:
    """One sentence or more, as text."""
    return f"<p{f' class={chr(34)}{kind}{chr(34)}' if kind else ''}>{escape(sentence)}</p>"


def bullets(sentences: Sequence[str]) -> str:
    """Sentences in a list."""
    return f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in sentences)}</ul>"


def table(caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Text cells in a table, the first of each row its heading."""
    titles = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    lines = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in others)}</tr>'
        for first, *others in rows
    )
    return (
        f'<div class="scroll"><table class="plain"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def listing(facts: Sequence[tuple[str, str]]) -> str:
    """Names and what they are."""
    return f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{escape(fact)}</dd>' for name, fact in facts)}</dl>"


def program(text: str) -> str:
    """Lines to copy."""
    return f"<pre><code>{html.escape(text)}</code></pre>"


def _screen(part: Section) -> str:
    return ' class="screen"' if part.screen else ""

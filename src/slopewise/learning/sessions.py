"""A Python session, as the lesson prints it, in colours: prompts, words, texts, numbers, and answers."""

from __future__ import annotations

import html
import keyword
import re

TOKEN = re.compile(
    r"(?P<comment>\#.*)|(?P<text>f?\"[^\"\n]*\"|f?'[^'\n]*')|(?P<number>\b\d[\d_.]*(?:e[+-]?\d+)?\b)|(?P<word>\b[A-Za-z_]\w*\b)"
)


def session(lines: str) -> str:
    """Lines of a session as HTML: those behind a prompt are code, the others what Python answers.

    >>> session(">>> x\\n2\\n").partition("<code>")[2]
    '<b>&gt;&gt;&gt; </b>x\\n<samp>2</samp></code></pre>'
    """
    shown = "\n".join(_line(line) for line in lines.rstrip().split("\n"))
    return f'<pre class="python" tabindex="0" role="group" aria-label="Python"><code>{shown}</code></pre>'


def _line(line: str) -> str:
    for prompt in (">>> ", "... "):
        if line.startswith(prompt):
            return f"<b>{html.escape(prompt)}</b>{_coloured(line[4:])}"
    if line in (">>>", "..."):
        return f"<b>{html.escape(line)}</b>"
    return f"<samp>{html.escape(line)}</samp>"


def _coloured(code: str) -> str:
    parts, last = [], 0
    for found in TOKEN.finditer(code):
        kind, token = str(found.lastgroup), html.escape(found[0], quote=False)
        parts.append(html.escape(code[last : found.start()], quote=False))
        shown = kind != "word" or keyword.iskeyword(found[0])
        parts.append(f'<i class="{kind}">{token}</i>' if shown else token)
        last = found.end()
    return "".join([*parts, html.escape(code[last:], quote=False)])

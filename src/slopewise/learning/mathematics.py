r"""Formulas as MathML, from the small part of TeX's notation that the lesson is written in.

    f(x) = w x + b        \frac{1}{2m} \sum_{i=1}^{m} (f(x_i) - y_i)^2        \matrix{a & b \\ c & d}

A letter is a variable, a command of `SYMBOLS` one sign, and braces hold things together. Anything else is an error, so
that a slip is seen when the page is made.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from slopewise.errors import ArgumentError

SYMBOLS = {"alpha": "α", "lambda": "λ", "theta": "θ", "kappa": "κ", "sigma": "σ", "mu": "μ", "partial": "∂"}
SYMBOLS |= {"ell": "ℓ", "dots": "…"}
OPERATORS = {"cdot": "⋅", "times": "×", "gets": "←", "sum": "∑"}
ACCENTS = {"bar": "¯"}
WORDS = ("max", "min")  # functions whose names stand upright

TOKEN = re.compile(r"\\text\{[^{}]*\}|\\[A-Za-z]+|\\\\|\d+(?:[.,]\d+)*|[A-Za-z]|[{}_^&]|[^\sA-Za-z\d\\]")


def mathml(formula: str, *, display: bool = False) -> str:
    r"""A formula as one `math` element; `display` gives it a line of its own.

    Raises `ArgumentError` for what cannot be read.

    >>> mathml(r"x_i^2")
    '<math><msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup></math>'
    """
    reader = _Reader(formula)
    inside = reader.row(end=None)
    return f'<math display="block">{inside}</math>' if display else f"<math>{inside}</math>"


class _Reader:
    """Reads the tokens of one formula from left to right."""

    def __init__(self, formula: str) -> None:
        self.formula = formula
        self.tokens = TOKEN.findall(formula)
        self.at = 0

    def row(self, end: str | None) -> str:
        """What stands up to `end`, as elements side by side."""
        return "".join(self.parts(end))

    def parts(self, end: str | None) -> Iterator[str]:
        while (token := self.next(end)) != end:
            yield self.scripted(token or "")

    def next(self, wanted: str | None = None) -> str | None:
        """The next token; None at the end, which is an error where something is still wanted."""
        if self.at == len(self.tokens):
            if wanted is not None:
                raise ArgumentError(f"the formula {self.formula!r} ends too early: {wanted!r} is missing")
            return None
        self.at += 1
        return str(self.tokens[self.at - 1])

    def scripted(self, token: str) -> str:
        """A thing with what is written below and above it."""
        base, scripts = self.thing(token), {}
        while self.at < len(self.tokens) and self.tokens[self.at] in "_^":
            place = self.tokens[self.at]
            self.at += 1
            scripts[place] = self.argument()
        if not scripts:
            return base
        around = "under" if token == r"\sum" else "sub"
        over = "over" if token == r"\sum" else "sup"
        name = {"_": around, "^": over, "_^": around + over}["".join(sorted(scripts, key="_^".index))]
        return f"<m{name}>{base}{scripts.get('_', '')}{scripts.get('^', '')}</m{name}>"

    def argument(self) -> str:
        """One thing, or a group of them as one."""
        return self.thing(self.next("}") or "")

    def thing(self, token: str) -> str:
        if token == "{":
            return f"<mrow>{self.row('}')}</mrow>"
        if token in ("}", "_", "^", "&", r"\\"):
            raise ArgumentError(f"the formula {self.formula!r} has {token!r} where nothing is open")
        if token.startswith(r"\text{"):
            return f"<mtext>{html.escape(token[6:-1])}</mtext>"
        if token.startswith("\\"):
            return self.command(token[1:])
        if token[0].isdigit():
            return f"<mn>{token}</mn>"
        if token.isalpha():
            return f"<mi>{token}</mi>"
        return f"<mo>{'−' if token == '-' else html.escape(token)}</mo>"

    def command(self, name: str) -> str:
        if name in SYMBOLS:
            return f"<mi>{SYMBOLS[name]}</mi>"
        if name in OPERATORS:
            return f"<mo>{OPERATORS[name]}</mo>"
        if name in WORDS:
            return f"<mi>{name}</mi>"
        if name in ACCENTS:
            return f'<mover accent="true">{self.argument()}<mo>{ACCENTS[name]}</mo></mover>'
        built: dict[str, Callable[[], str]] = {
            "frac": lambda: f"<mfrac>{self.argument()}{self.argument()}</mfrac>",
            "bold": lambda: f'<mrow class="bold">{self.argument()}</mrow>',
            "matrix": self.matrix,
        }
        if name not in built:
            raise ArgumentError(f"the formula {self.formula!r} has the unknown command \\{name}")
        return built[name]()

    def matrix(self) -> str:
        """Rows between `\\\\`, entries between `&`."""
        if self.next("{") != "{":
            raise ArgumentError(f"the formula {self.formula!r} has a \\matrix without braces")
        rows = [[""]]
        while (token := self.next("}")) != "}":
            if token == "&":
                rows[-1].append("")
            elif token == r"\\":
                rows.append([""])
            else:
                rows[-1][-1] += self.scripted(token or "")
        cells = ("".join(f"<mtd>{entry}</mtd>" for entry in row) for row in rows)
        table = "".join(f"<mtr>{row}</mtr>" for row in cells)
        return f"<mrow><mo>[</mo><mtable>{table}</mtable><mo>]</mo></mrow>"

"""A formula as tokens, and the cursor that both grammars read them with. Each token keeps its place for messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NoReturn, TypeAlias, TypeVar

from slopewise.errors import FormulaError

TokenKind: TypeAlias = Literal["name", "quoted", "string", "number", "symbol", "end"]
Parsed = TypeVar("Parsed")

MAX_DEPTH = 50
"""How deep parentheses, signs and exponents may nest: far beyond use, and well within Python's own stack."""

_SYMBOL = re.compile(r"\*\*|%in%|[~+\-:*^/.(){}\[\],=]")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_QUOTED = re.compile(r"([`\"'])((?:(?!\1).|\1\1)*)\1", re.DOTALL)
_BRACKETS = {"(": ")", "{": "}", "[": "]"}


@dataclass(frozen=True)
class Token:
    """A piece of a formula: `text` is the name itself, the number or the symbol; it stands at `start` … `end`.

    A name in backticks is "quoted"; what stands in other quotes, "string", is a name, too, or that of a level.
    """

    kind: TokenKind
    text: str
    start: int
    end: int

    @property
    def is_name(self) -> bool:
        """Whether it may be the name of a column."""
        return self.kind in ("name", "quoted", "string")

    def is_symbol(self, *symbols: str) -> bool:
        return self.kind == "symbol" and self.text in symbols


def tokenize(formula: str) -> tuple[Token, ...]:
    """The tokens of `formula`, an "end" token last; `**` is read as `^`.

    Names are identifiers (of any alphabet) in which dots may stand; anything else goes in backticks or quotes, the
    mark itself doubled. Raises `FormulaError` at a character that no token begins with.

    >>> [token.text for token in tokenize("price ~ Lot.Area + `my column`**2")]
    ['price', '~', 'Lot.Area', '+', 'my column', '^', '2', '']
    """
    tokens: list[Token] = []
    place = 0
    while place < len(formula):
        if formula[place].isspace():
            place += 1
        else:
            tokens.append(_token_at(formula, place))
            place = tokens[-1].end
    return (*tokens, Token("end", "", len(formula), len(formula)))


def is_plain_name(name: str) -> bool:
    """Whether a column name can stand in a formula without backticks."""
    return bool(name) and _name_end(name, 0) == len(name)


def _token_at(formula: str, place: int) -> Token:
    if (end := _name_end(formula, place)) > place:
        return Token("name", formula[place:end], place, end)
    if match := _QUOTED.match(formula, place):
        mark, inner = match.groups()
        return Token("quoted" if mark == "`" else "string", inner.replace(2 * mark, mark), place, match.end())
    if formula[place] in "`\"'":
        what = "backtick" if formula[place] == "`" else "quote"
        raise FormulaError(f"this {what} is never closed", formula, place)
    if match := _NUMBER.match(formula, place):
        return Token("number", match[0], place, match.end())
    if match := _SYMBOL.match(formula, place):
        return Token("symbol", "^" if match[0] == "**" else match[0], place, match.end())
    character = formula[place]
    raise FormulaError(f"{character!r} has no place in a formula", formula, place)


def _name_end(text: str, start: int) -> int:
    """Where the name that begins at `start` ends; `start` itself if none does."""
    first = start + 1 if text[start] == "." else start
    if first >= len(text) or not text[first].isidentifier():
        return start
    end = first
    while end < len(text) and (text[end] == "." or ("_" + text[end]).isidentifier()):
        end += 1
    return end


class Cursor:
    """A place among the tokens of one formula, moved by the parsers."""

    def __init__(self, formula: str) -> None:
        self.formula = formula
        self.tokens = tokenize(formula)
        self._next = 0
        self._depth = 0

    @property
    def peek(self) -> Token:
        return self.tokens[self._next]

    @property
    def after(self) -> Token:
        """The token behind the next one."""
        return self.tokens[min(self._next + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.peek
        self._next = min(self._next + 1, len(self.tokens) - 1)
        return token

    def accept(self, *symbols: str) -> Token | None:
        """The next token if it is one of `symbols`."""
        return self.take() if self.peek.is_symbol(*symbols) else None

    def nested(self, parse: Callable[[Cursor], Parsed]) -> Parsed:
        """What `parse` reads here, one level deeper."""
        if self._depth == MAX_DEPTH:
            self.fail(f"the formula nests deeper than {MAX_DEPTH} levels; write it flatter")
        self._depth += 1
        parsed = parse(self)
        self._depth -= 1
        return parsed

    def enclosed(self, parse: Callable[[Cursor], Parsed]) -> Parsed:
        """What `parse` reads between the bracket that comes next and its partner."""
        opening = self.take()
        closing = _BRACKETS[opening.text]
        parsed = self.nested(parse)
        if self.peek.is_symbol(closing):
            self.take()
            return parsed
        if self.peek.kind == "end" or self.peek.is_symbol("~"):
            self.fail(f"this {opening.text!r} is never closed", opening)
        return self.unexpected(f"{closing!r} or an operator")

    def fail(self, reason: str, at: Token | None = None) -> NoReturn:
        raise FormulaError(reason, self.formula, (at or self.peek).start)

    def unexpected(self, wanted: str) -> NoReturn:
        """Refuse the next token, where `wanted` should be."""
        token = self.peek
        if token.kind == "end":
            self.fail(f"the formula ends where {wanted} should follow")
        if token.kind != "symbol" and self._next and self._is_operand(self._next - 1):
            self._adjacent()
        self.fail(f"{self.formula[token.start : token.end]!r} stands where {wanted} should")

    def _is_operand(self, index: int) -> bool:
        return self.tokens[index].is_name or self.tokens[index].kind == "number"

    def _adjacent(self) -> NoReturn:
        """Two names side by side are most likely one name with a space in it; say how to write it."""
        first = last = self._next - 1
        while self._is_operand(last + 1):
            last += 1
        run = self.tokens[first : last + 1]
        reason = f"an operator is missing between {run[0].text!r} and {run[1].text!r}"
        if all(token.kind in ("name", "number") for token in run):
            name = self.formula[run[0].start : run[-1].end]
            reason += f"; put names with spaces in backticks: `{name}`"
        self.fail(reason, run[1])

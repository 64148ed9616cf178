"""Equations about coefficients, read from text: sums of multiples of names and numbers on both sides of an equals sign.

    hypotheses := equation ("," equation)*          product := unit (("*" | "/") unit)*
    equation   := sum ("=" sum)*                    unit    := name | number | "(" sum ")" | ("-" | "+") unit
    sum        := product (("+" | "-") product)*

All of it is in exact fractions, so that what follows from what is a question with an answer: no tolerance decides
whether two hypotheses say the same.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, NoReturn, TypeAlias

from slopewise.errors import FormulaError, suggest

MAX_DEPTH = 50
"""How deep parentheses and signs may nest."""

Form: TypeAlias = dict[int, Fraction]
"""A sum of multiples of coefficients, by their place, and of CONSTANT."""

CONSTANT = -1

_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_QUOTED = re.compile(r"`((?:[^`]|``)*)`")
_COLON = re.compile(r"\s*:\s*")
_BEGINNING = re.compile(r"`|\.?[^\W\d]")


class Equation(NamedTuple):
    """`form` = 0, as `text` says it, at `position` of `source`."""

    form: Form
    text: str
    source: str
    position: int


class _Side(NamedTuple):
    form: Form
    text: str
    position: int


class Reader:
    """A place in a text, and what can be read there."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self.text = text
        self.names = names
        self.at = 0
        self._depth = 0
        self._longest_first = sorted(range(len(names)), key=lambda place: -len(names[place]))
        self._loosely: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            self._loosely.setdefault(_bare(name), []).append(place)

    def equations(self) -> Iterator[Equation]:
        """All of the text."""
        while True:
            sides = [self._side()]
            while self._accept("==", "="):
                sides.append(self._side())
            if not self._at_end() and self.text[self.at] != ",":
                self._unexpected()
            if len(sides) == 1:
                sides.append(_Side({}, "0", self.at))
            for left, right in itertools.pairwise(sides):
                yield self._equation(left, right)
            if not self._accept(","):
                return

    def _equation(self, left: _Side, right: _Side) -> Equation:
        text = f"{left.text} = {right.text}"
        form = _plus(left.form, right.form, Fraction(-1))
        if not (form.keys() | left.form.keys() | right.form.keys()) - {CONSTANT}:
            self._fail(f"{text!r} names no coefficient; write which one is to be so large: 'x1 = 1'", left.position)
        if not form.keys() - {CONSTANT}:
            self._fail(f"in {text!r} the coefficients cancel, and nothing is left to test", left.position)
        return Equation(form, text, self.text, left.position)

    def _side(self) -> _Side:
        self._skip()
        start = self.at
        form = self._sum()
        return _Side(form, self.text[start : self.at].strip(), start)

    def _sum(self) -> Form:
        total = self._product()
        while sign := self._accept("+", "-"):
            total = _plus(total, self._product(), Fraction(1 if sign == "+" else -1))
        return total

    def _product(self) -> Form:
        found = self._unit()
        while operator := self._accept("*", "/"):
            self._skip()
            start = self.at
            factor = self._unit()
            if operator == "/":
                factor = {CONSTANT: 1 / self._constant(factor, start)}
            elif factor.keys() - {CONSTANT}:
                found, factor = factor, found
            if factor.keys() - {CONSTANT}:
                self._fail("a product of coefficients is no linear hypothesis; multiply them by numbers only", start)
            found = _plus({}, found, factor.get(CONSTANT, Fraction(0)))
        return found

    def _constant(self, divisor: Form, start: int) -> Fraction:
        if divisor.keys() - {CONSTANT}:
            self._fail("a ratio of coefficients is no linear hypothesis; divide by numbers only", start)
        if not divisor:
            self._fail("this divides by zero", start)
        return divisor[CONSTANT]

    def _unit(self) -> Form:
        self._skip()
        if self._at_end():
            self._fail("a coefficient or a number should follow here", self.at)
        if sign := self._accept("-", "+"):
            return _plus({}, self._nested(signed=True), Fraction(-1 if sign == "-" else 1))
        if (place := self._name()) is not None:
            return {place: Fraction(1)}
        if found := _NUMBER.match(self.text, self.at):
            self.at = found.end()
            value = self._number(found)
            return {CONSTANT: value} if value else {}
        if self.text[self.at] == "(":
            return self._nested(signed=False)
        return self._unexpected()

    def _nested(self, *, signed: bool) -> Form:
        """What follows a sign, or stands between the parentheses that open here, one level deeper."""
        start = self.at
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"this nests deeper than {MAX_DEPTH} levels; write it flatter", start)
        if signed:
            form = self._unit()
        else:
            self.at += 1
            form = self._sum()
            if not self._accept(")"):
                self._fail("this '(' is never closed", start)
        self._depth -= 1
        return form

    def _number(self, found: re.Match[str]) -> Fraction:
        size = float(found[0])
        if math.isinf(size) or (size == 0 and re.search("[1-9]", re.split("[eE]", found[0])[0])):
            self._fail("this number is beyond what a float holds", found.start())
        return Fraction(found[0])

    def _name(self) -> int | None:
        """The place of the coefficient named here, or None where no name begins; fails for a name that is unknown."""
        start = self.at
        if self.text[start] == "`" and not _QUOTED.match(self.text, start):
            self._fail("this backtick is never closed", start)
        if (quoted := _QUOTED.match(self.text, start)) and not self._goes_on(quoted.end(), "`"):
            inner = quoted[1].replace("``", "`")
            if inner in self.names:
                self.at = quoted.end()
                return self.names.index(inner)
        for place in self._longest_first:
            name = self.names[place]
            if self.text.startswith(name, start) and name[:1] not in "(+-*/=," and not _NUMBER.fullmatch(name):
                end = start + len(name)
                if name and not self._goes_on(end, name[-1]):
                    self.at = end
                    return place
        if not _BEGINNING.match(self.text, start):
            return None
        self.at = self._extent()
        written = self.text[start : self.at]
        loosely = self._loosely.get(_bare(written), [])
        if len(loosely) != 1:
            self._fail(f"the model has no coefficient {written!r}; {suggest(written, tuple(self.names))}", start)
        return loosely[0]

    def _goes_on(self, end: int, last: str) -> bool:
        """Whether a name that could end here, with the character `last`, is but the beginning of a longer one."""
        following = self.text[end : end + 1]
        if following and following in "[(":
            return True
        in_word = bool(following) and (following == "." or ("_" + following).isidentifier())
        return (in_word and ("_" + last).isidentifier()) or bool(_COLON.match(self.text, end))

    def _extent(self) -> int:
        """Where what looks like a name ends: words, brackets with whatever they hold, and colons between them."""
        end = self.at
        while end < len(self.text):
            character = self.text[end]
            if quoted := _QUOTED.match(self.text, end):
                end = quoted.end()
            elif character in "[(":
                end = _closing(self.text, end)
            elif character == "." or ("_" + character).isidentifier():
                end += 1
            elif colon := _COLON.match(self.text, end):
                end = colon.end()
            else:
                break
        return end

    def _skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _at_end(self) -> bool:
        self._skip()
        return self.at == len(self.text)

    def _accept(self, *symbols: str) -> str | None:
        """The first of `symbols` that stands here, read."""
        self._skip()
        for symbol in symbols:
            if self.text.startswith(symbol, self.at):
                self.at += len(symbol)
                return symbol
        return None

    def _unexpected(self) -> NoReturn:
        character = self.text[self.at]
        if _BEGINNING.match(self.text, self.at) or character == "(" or character.isdigit():
            self._fail("an operator is missing here; write 2*x1, and a comma between hypotheses", self.at)
        self._fail(f"{character!r} has no place here; a hypothesis reads as in 'x1 = 2*x2 + 1'", self.at)

    def _fail(self, reason: str, position: int) -> NoReturn:
        raise FormulaError(reason, self.text, position)


def _plus(one: Mapping[int, Fraction], other: Mapping[int, Fraction], times: Fraction) -> Form:
    """one + times·other, without zeros."""
    total = dict(one)
    for place, share in other.items():
        total[place] = total.get(place, Fraction(0)) + times * share
    return {place: share for place, share in total.items() if share}


def _bare(name: str) -> str:
    """A name without spaces and backticks: two of these are the same if people would take them for the same."""
    return re.sub(r"[\s`]", "", name)


def _closing(text: str, start: int) -> int:
    """Where the bracket that opens at `start` has closed again; the end of the text if it never does."""
    depth = 0
    for end in range(start, len(text)):
        depth += (text[end] in "[(") - (text[end] in "])")
        if not depth:
            return end + 1
    return len(text)


def check_independent(equations: Sequence[Equation], k: int) -> None:
    """Refuse an equation that follows from those before it, or contradicts them, by elimination in fractions.

    Beyond the k coefficients each form has a place for its own equation: what is left there says which took part.
    """
    reduced: list[tuple[int, Form]] = []
    for i, equation in enumerate(equations):
        form: Form = {**equation.form, k + i: Fraction(1)}
        for pivot, row in reduced:
            if pivot in form:
                form = _plus(form, row, -form[pivot])
        own = [place for place in form if 0 <= place < k]
        if own:
            reduced.append((own[0], _plus({}, form, 1 / form[own[0]])))
            continue
        others = " and ".join(repr(equations[place - k].text) for place in sorted(form) if k <= place < k + i)
        if CONSTANT in form:
            reason = f"{equation.text!r} contradicts {others}; take one of them away"
        else:
            reason = f"{equation.text!r} follows from {others} already; leave it out"
        raise FormulaError(reason, equation.source, equation.position)

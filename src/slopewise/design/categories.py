"""The grammar of `C(…)`: a column as a category, how it is coded, and which levels it has in which order.

category  := "C" "(" name ("," option)* ")"
option    := contrast ["(" [reference] ")"] | reference | "levels" "=" ("[" | "c" "(") level ("," level)* ("]" | ")")
contrast  := Treatment | Sum | Helmert | Poly               R's contr.treatment, contr.sum … are read, too
reference := ("reference" | "base") "=" level | level | "base" "=" place
level     := text in quotes | number | True | False

`base=2` is the second level, as R counts them; `reference=2` is the level that is named 2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

from slopewise.design.levels import level_name
from slopewise.design.tokens import Cursor, Token
from slopewise.design.tree import Categorical, Column, Contrast

_Name: TypeAlias = Literal["Treatment", "Sum", "Helmert", "Poly"]

_CONTRASTS: dict[str, _Name] = {"treatment": "Treatment", "sum": "Sum", "helmert": "Helmert", "poly": "Poly"}
_NAMED = {"True": "True", "TRUE": "True", "False": "False", "FALSE": "False"}


def read_category(cursor: Cursor) -> Categorical:
    """The category that begins at the cursor.

    >>> from slopewise.design.tree import text
    >>> text(read_category(Cursor("C(size, contr.sum, levels = c('lo', 'hi'))")))
    'C(size, Sum, levels=["lo", "hi"])'
    """
    name = cursor.take()
    if not cursor.after.is_name:
        cursor.fail("C(…) takes the name of one column first", name)
    return cursor.enclosed(_read_inner)


def _read_inner(cursor: Cursor) -> Categorical:
    column = cursor.take()
    if not cursor.peek.is_symbol(",", ")"):
        cursor.fail("C(…) takes the name of one column, and after a comma how it is coded")
    category = Categorical(Column(column.text, column.start))
    contrast: Contrast | None = None
    while cursor.accept(","):
        token = cursor.peek
        option = token.text if cursor.after.is_symbol("=") else ""
        if option == "levels" and not category.levels:
            category = replace(category, levels=_read_levels(cursor))
        elif option in ("base", "reference") and (contrast or Contrast()) == Contrast():
            contrast = _read_reference(cursor, Contrast(), token)
        elif not option and contrast is None:
            contrast = _read_contrast(cursor)
        else:
            cursor.fail("C(…) takes one contrast (Treatment, Sum, Helmert, Poly) and levels=[…]", token)
    return replace(category, contrast=contrast or Contrast())


def _read_contrast(cursor: Cursor) -> Contrast:
    token = cursor.take()
    known = _CONTRASTS.get(token.text.removeprefix("contr.").lower())
    if known is None or token.kind not in ("name", "string"):
        cursor.fail("the contrasts are Treatment, Sum, Helmert and Poly: C(zone, Sum)", token)
    contrast = Contrast(known)
    if not cursor.peek.is_symbol("("):
        return contrast
    if cursor.after.is_symbol(")"):
        return cursor.enclosed(lambda _: contrast)
    return cursor.enclosed(lambda inner: _read_reference(inner, contrast, token))


def _read_reference(cursor: Cursor, contrast: Contrast, named: Token) -> Contrast:
    if contrast.name != "Treatment":
        cursor.fail(f"{named.text} takes no arguments")
    option = cursor.peek.text if cursor.after.is_symbol("=") else ""
    if option not in ("", "base", "reference"):
        cursor.fail('Treatment takes its reference alone: Treatment("a")')
    if option:
        cursor.take()
        cursor.take()
    token = cursor.peek
    if token.kind != "number" or option == "reference" or (named.text == "Treatment" and not option):
        return replace(contrast, reference=_read_level(cursor))
    if option != "base":
        cursor.fail('say base=2 for the second level, or name the reference: Treatment("a")')
    cursor.take()
    if not token.text.isdigit() or not 1 <= float(token.text) <= 1e9:
        cursor.fail("base is a level's place from 1 on, or its name in quotes", token)
    return replace(contrast, reference=None if float(token.text) == 1 else int(token.text))


def _read_levels(cursor: Cursor) -> tuple[str, ...]:
    cursor.take()
    cursor.accept("=")
    if cursor.peek.text == "c" and cursor.after.is_symbol("("):
        cursor.take()
    opening = cursor.peek
    if not opening.is_symbol("[", "("):
        cursor.fail('levels are a list: levels=["lo", "mid", "hi"]')
    levels = cursor.enclosed(_read_list)
    if len(set(levels)) < len(levels):
        cursor.fail("these levels name one of them twice", opening)
    return levels


def _read_list(cursor: Cursor) -> tuple[str, ...]:
    found = [_read_level(cursor)]
    while cursor.accept(","):
        found.append(_read_level(cursor))
    return tuple(found)


def _read_level(cursor: Cursor) -> str:
    negative = cursor.after.kind == "number" and cursor.accept("-") is not None
    token = cursor.take()
    if token.kind == "number":
        number = int(token.text) if token.text.isdigit() else float(token.text)
        return level_name(-number if negative else number)
    if token.kind == "string":
        return token.text
    if token.kind == "name" and token.text in _NAMED:
        return _NAMED[token.text]
    return cursor.fail('a level is a text in quotes or a number: "lo"', token)

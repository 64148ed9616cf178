"""What `fit` would do with a column, in a word and in a sentence."""

from __future__ import annotations

from slopewise.survey.figures import estimated, rows
from slopewise.survey.found import Found
from slopewise.survey.record import Role

_EXPECTED = {
    "number": ("a number", "numbers"),
    "text": ("a number", "numbers"),
    "boolean": ("true or false", "true or false"),
    "date": ("a date", "dates"),
}


def role_and_use(found: Found) -> tuple[Role, str]:
    """What the column would be to `fit`."""
    state, spread = found.state, found.state.spread
    if found.kind == "other":
        return "refused", f"cannot be used: {state.type or 'it'} is neither numbers, booleans, text nor dates"
    if not state.gaps.rows:
        return "empty", "nothing yet: there are no rows"
    if not found.count:
        return "empty", "leave it out: no row has a value, so no row would be complete"
    if spread.infinite:
        one = spread.infinite == 1
        values = f"{spread.infinite:,} infinite value{'s' * (not one)}"
        return "refused", f"refused: {values}, {'' if one else 'first '}in {rows(spread.first_infinite)}"
    if state.spelling.strays and (found.kind != "text" or found.mostly_numbers):
        return "refused", _strays(found)
    if state.levels.distinct == 1:
        return "constant", f"left out: {found.label(0)} in every row{' that has a value' * bool(state.gaps.missing)}"
    if found.is_key:
        what = "each text occurs once" if found.kind == "text" else "whole numbers, each of them once"
        return "id", f"leave it out: {what}, as keys and row numbers do"
    return _usable(found)


def _usable(found: Found) -> tuple[Role, str]:
    levels = found.state.levels
    if found.kind == "number":
        return "number", "a number"
    if found.kind == "date":
        return "date", "a date, counted in days since 1970-01-01"
    if not levels.complete:
        return "category", f"a category of about {estimated(levels.distinct)} levels"
    reference = found.state.reference[1] if found.state.reference else min(levels.labels.tolist())
    return "category", f"a category of {levels.distinct:,} levels, reference {reference!r}"


def _strays(found: Found) -> str:
    spelling = found.state.spelling
    texts = ", ".join(f"{text!r} (row {row:,})" for row, text in spelling.first)
    more = ", …" if spelling.strays > len(spelling.first) else ""
    one, many = _EXPECTED[found.kind]
    cells = f"1 cell is not {one}" if spelling.strays == 1 else f"{spelling.strays:,} cells are not {many}"
    return f"refused: {cells}: {texts}{more}"

"""What is read from a record is found to be what it should be, before anything is made of it.

A record is taken for a stranger's: every size is checked, and whatever is wrong with it is a `SourceError`, or what
Python raises, of which the reader of a file makes one sentence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from slopewise.design import Design, Gathered
from slopewise.design.rows import MAX_COLUMNS
from slopewise.errors import SourceError

LONGEST = 200_000
"""As many characters as a formula may have."""

STEEPEST = 5_000
"""As large as an exponent of two may be: those of float64 end at 1 100, and products double them twice."""

COUNTS = ("read", "dropped", "dropped_by", "first_missing", "weightless")
"""What a record of gathered rows says of the rows themselves."""


def item(record: Any, name: str, kind: type) -> Any:
    """`record[name]`, found to be a `kind`."""
    value = record[name] if isinstance(record, dict) and name in record else None
    if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
        raise SourceError(f"its {name!r} is missing, or not what it should be")
    return value


def number(value: Any, *, exponent: bool = False) -> int | float:
    """A value, found to be a number; an `exponent` of two not to be beyond those of any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SourceError(f"{str(value)[:50]!r} stands where a number should")
    if exponent and abs(value) > STEEPEST:
        raise SourceError("its exponents are beyond those of any number")
    return value


def check_text(record: Any) -> None:
    """Raise `UnicodeError` for half of a surrogate pair: JSON can spell it, and no file or terminal can hold it."""
    waiting = [record]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            value.encode()
        elif isinstance(value, dict):
            waiting += (*value, *value.values())
        elif isinstance(value, list) and not {*map(type, value)} <= {int, float}:
            waiting += value


def design_of(record: Any) -> Design:
    """The design in a record."""
    columns = item(record, "columns", dict)
    if any(len(item(record, name, str)) > LONGEST for name in ("formula", "expanded")) or len(columns) > LONGEST:
        raise SourceError("its formula is longer than any")
    return _design(json.dumps(record))


@lru_cache(maxsize=8)
def _design(record: str) -> Design:
    """The design of a JSON text: files read one after another mostly have one, and parsing it takes longest."""
    return Design.from_json(json.loads(record))


def gathered_of(design: Design, record: Mapping[str, Any]) -> Gathered:
    """What was gathered, its sizes found to fit each other before anything large is made of them."""
    record = dict(record)
    if min(item(record, name, int) for name in ("read", "dropped", "weightless")) < 0:
        raise SourceError("it counts fewer rows than none")
    record["origins"] = {
        name: [number(centre), number(exponent, exponent=True)]
        for name, (centre, exponent) in item(record, "origins", dict).items()
    }
    gathered = Gathered.from_dict(design, record)
    columns, numbers = len(gathered.keys), gathered.sums.numbers
    if not len(design.terms) <= columns <= numbers.q + MAX_COLUMNS:
        raise SourceError("it has fewer columns than terms, or too many")
    shapes = numbers.rows.shape, numbers.weight.shape, numbers.log_weight.shape, numbers.rounding.shape
    if shapes != ((), (), (), (numbers.q,)) or numbers.rows < 1 or not 0 < numbers.weight < np.inf:
        raise SourceError("its state is not one of rows")
    return gathered

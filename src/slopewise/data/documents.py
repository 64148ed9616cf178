"""JSON documents: written for people to read, and read as a stranger's.

What is short stands on one line, and a matrix has a line for each row. Nothing that is read may be larger than a
document can be, name a thing twice, or hold a number that is none.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from slopewise.data.writing import write_whole
from slopewise.errors import SourceError

LARGEST = 2**28
"""As many bytes as a document may have: a model of two thousand columns has half of that."""

NESTED = 200_000
"""As many brackets as it may have: empty ones take thirty times their size in memory."""


def write_document(path: str | Path, record: Mapping[str, Any]) -> None:
    """Write the JSON to `path`, whole or not at all. Raises `OutputError`."""
    with write_whole(path, "w") as file:
        file.write(text(record) + "\n")


def read_document(path: str | Path, what: str) -> Any:
    """The JSON at `path`, which is to be `what`, for messages. Raises `SourceError` if it cannot be read.

    >>> read_document("/dev/null", "a model")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    slopewise.errors.SourceError: /dev/null is not a model (...); name one that was saved
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST + 1)
        data.decode()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise SourceError(f"{path} cannot be read: {why}; name a file that holds {what}") from None
    try:
        return parsed(data)
    except ValueError as error:
        raise unfit(path, what, error) from None


def parsed(data: bytes) -> Any:
    """The value of a JSON text in UTF-8. Raises `ValueError` for any that no document can be.

    >>> parsed(b'{"rows": 3}')
    {'rows': 3}
    """
    if len(data) > LARGEST or data.count(b"[") + data.count(b"{") > NESTED:
        raise ValueError("it is larger than any")
    try:
        return json.loads(data.decode(), object_pairs_hook=_distinct, parse_float=_finite, parse_constant=_refuse)
    except json.JSONDecodeError:
        raise ValueError("it is no JSON text") from None
    except RecursionError:
        raise ValueError("it is nested more deeply than any") from None


def unfit(where: str | Path, what: str, error: Exception) -> SourceError:
    """The error for something at `where` that is not `what`, and why: on one line of bearable length."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0]
    why = line if len(line) <= 200 else line[:200] + "…"
    return SourceError(f"{where} is not {what} ({why}); name one that was saved")


def text(value: Any, indent: str = "") -> str:
    """The JSON of plain values for people: a matrix has a line for each row, and what is short stands on one line.

    >>> print(text({"schema": 2, "columns": {"x": "number", "y": "number"}, "products": [[3.0], [6.0, 14.0]]}))
    {
     "schema": 2,
     "columns": {"x": "number", "y": "number"},
     "products": [
      [3.0],
      [6.0, 14.0]
     ]
    }
    """
    line = json.dumps(value, ensure_ascii=False, allow_nan=False) if _is_short(value) else ""
    if line and (len(line) < 100 or not isinstance(value, dict)):
        return line
    inner = indent + " "
    if isinstance(value, dict):
        items = [f"{json.dumps(key, ensure_ascii=False)}: {text(item, inner)}" for key, item in value.items()]
    else:
        items = [text(item, inner) for item in value]
    opened, closed = "{}" if isinstance(value, dict) else "[]"
    return f"{opened}\n{inner}" + f",\n{inner}".join(items) + f"\n{indent}{closed}"


def _is_short(value: Any) -> bool:
    """Whether a value has no lists or dictionaries inside."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not any(isinstance(item, dict | list) for item in items)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one place")
    return found


def _finite(number: str) -> float:
    value = float(number)
    return value if math.isfinite(value) else _refuse(number)


def _refuse(number: str) -> NoReturn:
    raise ValueError(f"{number[:50]} is no finite number")

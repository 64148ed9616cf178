"""Cells that stand in a file as text, read as the values that their column should hold, and those that are none.

A pass meets such cells only where the source's own reading of them has failed: then these rules say how many stand in
the way, and which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slopewise.data.block import Kind
from slopewise.data.buffers import as_numpy
from slopewise.data.tally import MARKERS
from slopewise.typing import BoolArray

if TYPE_CHECKING:
    import pyarrow as pa

SPELLED = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_NUMBER = rf"^(?:{SPELLED}|(?i:[+-]?inf(?:inity)?|nan))$"
_TRUE, _FALSE = ["true", "t", "yes", "y", "1"], ["false", "f", "no", "n", "0"]
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9:.+Z-]*)?$"


def spells_number(texts: pa.Array) -> pa.Array:
    """Which texts spell a number.

    >>> import pyarrow as pa
    >>> spells_number(pa.array(["12", " -1.5e3 ", "1,5", "x"])).to_pylist()
    [True, True, False, False]
    """
    from pyarrow import compute

    return compute.match_substring_regex(compute.utf8_trim_whitespace(texts), _NUMBER)


def parsed(texts: pa.Array, kind: Kind) -> tuple[pa.Array, BoolArray]:
    """The values of `kind` that the texts spell, null where they spell none, and where (m,) that is so.

    A text that marks a missing value wherever no text is expected, such as N/A, is missing here too.

    >>> import pyarrow as pa
    >>> values, strays = parsed(pa.array(["1.5", None, "N/A", "n/a"]), "number")
    >>> values.to_pylist(), strays.tolist()
    ([1.5, None, None, None], [False, False, False, True])
    """
    import pyarrow as pa
    from pyarrow import compute

    marked = compute.is_in(texts, pa.array(MARKERS))
    texts = compute.if_else(marked, pa.scalar(None, pa.string()), texts)
    trimmed = compute.utf8_trim_whitespace(texts)
    values = {"number": _numbers, "boolean": _booleans, "date": _dates}[kind](trimmed)
    return values, as_numpy(compute.and_(values.is_null(), texts.is_valid()))


def _numbers(texts: pa.Array) -> pa.Array:
    import pyarrow as pa
    from pyarrow import compute

    return compute.if_else(spells_number(texts), texts, pa.scalar(None, pa.string())).cast(pa.float64())


def _booleans(texts: pa.Array) -> pa.Array:
    import pyarrow as pa
    from pyarrow import compute

    lower = compute.utf8_lower(texts)
    true, false = (compute.is_in(lower, pa.array(words)) for words in (_TRUE, _FALSE))
    return compute.if_else(compute.or_(true, false), true, pa.scalar(None, pa.bool_()))


def _dates(texts: pa.Array) -> pa.Array:
    """The day that each text begins with; a time behind it is left aside."""
    import pyarrow as pa
    from pyarrow import compute

    days = compute.utf8_slice_codeunits(texts, 0, 10)
    moments = compute.strptime(days, format="%Y-%m-%d", unit="s", error_is_null=True)
    # strptime takes 2020-02-31 for the second of March.
    same = compute.equal(compute.strftime(moments, format="%Y-%m-%d"), days)
    real = compute.and_(same, compute.match_substring_regex(texts, _DATE))
    return compute.if_else(real, moments.cast(pa.date32()), pa.scalar(None, pa.date32()))

"""Hashes of values, the same in every run, for choosing some of them at random without a seed.

Equal values have equal hashes, whatever the block or the shard they stand in; so what is chosen by hash is the same
for any order and any cut of the rows.

Reference: R. M. Karp & M. O. Rabin (1987), "Efficient randomized pattern-matching algorithms", IBM Journal of Research
and Development 31(2) (a text as a polynomial in its bytes).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from slopewise.data.hashing import Hashes, mixed, of_rows
from slopewise.typing import AnyArray, IntArray

if TYPE_CHECKING:
    import pyarrow as pa

_BASE = 0x5851F42D4C957F2D  # odd, so that it has an inverse among the numbers of 64 bits
_PIECE = 2**20  # bytes of text hashed at a time: the work takes some 40 times their memory
_EXACT = 2**53


def of_numbers(values: AnyArray) -> Hashes:
    """A hash for each number (m,): integers beyond 2⁵³ by all their digits, all others by their float64.

    >>> of_numbers(np.array([0.0, -0.0, 3.0])).tolist() == of_numbers(np.array([0, 0, 3])).tolist()
    True
    """
    hashes = mixed((values.astype(np.float64) + 0.0).view(np.uint64))  # + 0.0: there is one zero
    if values.dtype.kind in "iu":
        large = (values > _EXACT) | (values < -_EXACT)
        if large.any():  # mixed once more: as an integer's bits are also those of some float64
            return np.where(large, mixed(mixed(values.astype(np.uint64))), hashes)
    return hashes


def of_texts(texts: pa.Array) -> Hashes:
    """A hash for each text (m,), none of them null: Σ (bᵢ + 1) rⁱ modulo 2⁶⁴ over its bytes bᵢ, mixed.

    >>> import pyarrow as pa
    >>> one, other = of_texts(pa.array(["Oslo", "", "Bergen"])), of_texts(pa.array(["x", "Bergen"]))
    >>> bool(one[2] == other[1]), len({*one.tolist(), *other.tolist()})
    (True, 4)
    """
    import pyarrow as pa

    if not len(texts):
        return np.zeros(0, dtype=np.uint64)
    array = texts.cast(pa.large_string())
    _, ends, data = array.buffers()
    offsets = np.frombuffer(ends, dtype=np.int64, count=len(array) + 1, offset=8 * array.offset)
    content = np.frombuffer(data if data is not None else b"", dtype=np.uint8)
    hashes = np.empty(len(array), dtype=np.uint64)
    start = 0
    while start < len(array):
        stop = max(int(np.searchsorted(offsets, offsets[start] + _PIECE, side="right")) - 1, start + 1)
        hashes[start:stop] = _polynomials(content, offsets[start : stop + 1])
        start = stop
    return mixed(hashes)


def _polynomials(content: npt.NDArray[np.uint8], offsets: IntArray) -> Hashes:
    """The polynomials of the texts between the offsets: differences of one running sum, each moved to its own r⁰."""
    first, last = int(offsets[0]), int(offsets[-1])
    if last - first > _PIECE:  # one long text: its pieces' polynomials, and their places
        cuts = np.append(np.arange(first, last, _PIECE), last)
        pieces = np.array([_polynomials(content, cuts[i : i + 2])[0] for i in range(len(cuts) - 1)])
        return np.asarray(np.sum(mixed(pieces ^ of_rows(cuts[:-1] - first)), dtype=np.uint64, keepdims=True))
    powers, inverses = _powers(_BASE), _powers(pow(_BASE, -1, 2**64))
    running = np.zeros(last - first + 1, dtype=np.uint64)
    np.cumsum((content[first:last].astype(np.uint64) + np.uint64(1)) * powers[: last - first], out=running[1:])
    places = offsets - first
    polynomials: Hashes = (running[places[1:]] - running[places[:-1]]) * inverses[places[:-1]]
    return polynomials


@cache
def _powers(base: int) -> Hashes:
    """base⁰, base¹, … modulo 2⁶⁴, one for each place in a piece."""
    factors = np.full(_PIECE + 1, base, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)

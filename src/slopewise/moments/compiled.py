"""What the compiled kernels share: how a function is compiled and kept, and how chunks of rows go to threads.

Importing this file imports Numba.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar, cast

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.core import event
from numba.extending import intrinsic

from slopewise.typing import AnyArray, Array

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

CHUNKS, CHUNK_ROWS = 64, 4096
"""At most 64 chunks of at least 4096 rows: even shares for many cores, and few partial sums to add up."""

RUN = 4
"""Chunks that a thread takes one after another where each is quickly done: few enough for even shares."""


def compiled(function: F) -> F:
    """`function` compiled to run without the interpreter's lock."""
    return cast(F, njit(nogil=True)(function))


def kept(function: F) -> F:
    """`compiled`, and kept on disk for the next process where any cache folder can be written.

    What is kept is made anew when the file of `function` changes, not when another one does whose functions it calls:
    who changes those files removes `__pycache__` (`make clean`).
    """
    try:
        return cast(F, njit(nogil=True, cache=True)(function))
    except RuntimeError:  # Numba found no such folder
        return compiled(function)


class Announcement(event.Listener):
    """Says once, in a terminal, that a kernel of ours is being compiled: seconds of silence look like a fault."""

    def __init__(self) -> None:
        self.said = False

    def on_start(self, event: Any) -> None:
        module = event.data["dispatcher"].py_func.__module__
        if not self.said and module.startswith("slopewise.") and sys.stderr.isatty():
            self.said = True
            print("slopewise: compiling its kernels for this machine; the next run finds them ready", file=sys.stderr)

    def on_end(self, event: Any) -> None:
        """Nothing to say."""


ANNOUNCEMENT = Announcement()
event.register("numba:compile", ANNOUNCEMENT)  # type: ignore[no-untyped-call]


def frozen(array: AnyArray) -> AnyArray:
    """A read-only view, a vector as contiguous float64: Numba compiles anew for each kind of array it meets."""
    view = array.view() if array.ndim == 2 else np.ascontiguousarray(array, dtype=np.float64).view()
    view.flags.writeable = False
    return view


def aligned(*shape: int) -> Array:
    """Zeros that start on a cache line: vectors across two of them load at half speed."""
    size = math.prod(shape)
    space = np.zeros(size + 8)
    skip = -space.ctypes.data % 64 // 8
    return space[skip : skip + size].reshape(shape)


def chunk_length(m: int, block: int) -> int:
    """Rows of a chunk of a table of `m` rows, whole blocks of `block` rows: it depends on `m` alone."""
    return -(-max(CHUNK_ROWS, -(-m // CHUNKS)) // block) * block


def in_order(work: Callable[[int], T], starts: Sequence[int], threads: int) -> Iterator[T]:
    """work(start) for each start, computed on up to `threads` threads and handed over in the order of `starts`."""
    workers = min(threads, len(starts))
    if workers < 2:
        yield from map(work, starts)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(work, starts)


def in_turn(work: Callable[[], bool], threads: int) -> None:
    """Call work() on up to `threads` threads, the calling one among them, again and again until it returns False.

    For work that finds its next piece by itself (`take`) and does without the interpreter's lock for long.
    """
    faults: list[Exception] = []

    def all_of_it() -> None:
        while work():
            pass

    def noted() -> None:
        try:
            all_of_it()
        except Exception as fault:  # noqa: BLE001 - raised below, by the calling thread
            faults.append(fault)

    others = [Thread(target=noted, daemon=True) for _ in range(threads - 1)]
    try:
        for other in others:
            other.start()
            _keep_away(other)
        all_of_it()
    finally:
        for other in others:
            if other.ident is not None:
                other.join()
    if faults:
        raise faults[0]


def _keep_away(thread: Thread) -> None:
    """Let the thread run anywhere but on the processor that this one is on.

    Where Linux is a guest, it takes a processor that has just fallen asleep for one that the host took away, and wakes
    a thread that waited for the interpreter's lock on the processor of the one that had it: the two would share that
    for some milliseconds, which is longer than a pass over ten million values takes.
    """
    with suppress(AttributeError, OSError):  # not Linux, or not allowed
        elsewhere = os.sched_getaffinity(0) - {ctypes.CDLL(None).sched_getcpu()}
        if elsewhere and thread.native_id is not None:
            os.sched_setaffinity(thread.native_id, elsewhere)


def _taking(typing: Any, counter: Any) -> Any:
    """The number in counter[0], which is one more from then on: no two threads take the same."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.atomic_rmw("add", data, ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(counter), emit


take: Any = intrinsic(_taking)


def square(tiles: Array, size: int) -> Array:
    """A symmetric (size, size) from its tiles (pairs, a, a) on and above the diagonal, row by row: pairs i ≤ j."""
    edge = tiles.shape[-1]
    count = -(-size // edge)
    full = np.zeros((count, edge, count, edge))
    i, j = np.triu_indices(count)
    full[i, :, j, :] = tiles
    upper = np.triu(full.reshape(count * edge, count * edge)[:size, :size])
    return upper + np.triu(upper, 1).T

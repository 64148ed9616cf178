"""How many threads: the argument, else SLOPEWISE_THREADS, else one per core; and one inside a worker of a pass."""

from __future__ import annotations

import contextlib
import functools
import operator
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

from slopewise.errors import ArgumentError

VARIABLE = "SLOPEWISE_THREADS"
MOST = 1_024  # more than that only waits for one another

_here = threading.local()


def thread_count(threads: int | None = None) -> int:
    """The number of threads to use, at least 1.

    `threads` decides if given; else it is 1 within `one_thread`, as in the workers of a pass, whose siblings hold
    the other cores; else the environment variable SLOPEWISE_THREADS decides; else there is one for each core that
    this process may use.

    Raises ArgumentError if `threads` or the variable is not a whole number from 1 to `MOST`.

    >>> thread_count(3)
    3
    """
    if threads is not None:
        return _checked(threads, "threads")
    if getattr(_here, "alone", False):
        return 1
    setting = os.environ.get(VARIABLE, "").strip()
    return _checked(setting, VARIABLE) if setting else _cores()


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Within the block, and in the calling thread alone, `thread_count()` is 1.

    >>> with one_thread():
    ...     thread_count()
    1
    """
    before = getattr(_here, "alone", False)
    _here.alone = True
    try:
        yield
    finally:
        _here.alone = before


@contextlib.contextmanager
def one_blas_thread() -> Iterator[None]:
    """Within the block NumPy's products take one thread each: for workers that multiply side by side.

    Otherwise two workers on two cores hand their products to the same two threads of BLAS, and wait for one another:
    that takes longer than one worker alone (measured).
    """
    with _libraries(len(sys.modules)).limit(limits=1, user_api="blas"):
        yield


@functools.lru_cache(maxsize=1)
def _libraries(modules: int) -> Any:
    """The libraries with threads of their own in a process of so many modules.

    To look for them takes milliseconds, longer than many a pass, and none comes without a module that brings it.
    """
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _checked(value: int | str, name: str) -> int:
    try:
        count = int(value) if isinstance(value, str) else operator.index(value)
    except (TypeError, ValueError):
        count = 0
    if not 1 <= count <= MOST or isinstance(value, bool):
        raise ArgumentError(f"{name} is {value!r}; give the number of threads as a whole number from 1 to {MOST:,}")
    return count


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

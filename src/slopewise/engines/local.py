"""One pass over a source on the threads of this machine.

One thread reads, the others prepare blocks and add them up, and the sums are merged in the order of the blocks. So the
answer depends neither on timing nor on the number of threads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from slopewise.data.block import Block
from slopewise.data.protocol import Source
from slopewise.threads import one_thread, thread_count

if TYPE_CHECKING:
    from concurrent.futures import Future

FEW = 10_000
"""As many rows as are done before a second thread would have started."""

AHEAD = 2  # blocks read beyond those in work, so that no worker waits for the reader

Rows = TypeVar("Rows")
RowsIn = TypeVar("RowsIn", contravariant=True)


class Accumulator(Protocol[RowsIn]):
    """What is gathered from rows. Both methods are pure: they return a new accumulator and change neither operand.

    The laws: `merge` is associative, the empty accumulator is its identity, and adding two runs of rows one after the
    other equals merging what each gives — all up to rounding. It need not be commutative: `reduce` keeps the order.
    """

    def add(self, rows: RowsIn, /) -> Self: ...

    def merge(self, other: Self, /) -> Self: ...


A = TypeVar("A", bound=Accumulator[Any])


def reduce(
    source: Source,
    columns: Sequence[str],
    prepare: Callable[[Block], Rows],
    accumulator: A,
    *,
    begun: tuple[A, int] | None = None,
    keep: Callable[[A, int], None] | None = None,
    threads: int | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> A:
    """Merge, in block order, `accumulator.add(prepare(block))` over the blocks of `source`.

    With the blocks b₁ … b_k and e = `accumulator`, which is to be the identity of `merge`,

        e · e.add(prepare(b₁)) · … · e.add(prepare(b_k)),     where · is `merge`, from left to right.

    `prepare` and `add` run on `threads` threads (see `slopewise.threads.thread_count`), in which `thread_count()` is 1;
    `merge` and `progress(rows_done, rows_of_the_source_or_None)` run in the caller's. At most `threads` + 2 blocks are
    alive at a time.

    `keep(total, rows_done)` is called with each step of the sum; and with `begun`, what it was once called with, the
    sum goes on from there, to the same answer.

    An error of the source, of `prepare` or of `add` is raised as itself; of several, the one of the earliest block.

    >>> from slopewise.data.source import open_source
    >>> class Total(int):
    ...     def add(self, rows): return Total(self + sum(rows))
    ...     def merge(self, other): return Total(self + other)
    >>> reduce(open_source({"x": [1, 2, 3]}), ["x"], lambda block: block.table["x"].to_pylist(), Total())
    6
    """

    def gathered(block: Block) -> tuple[A, int]:
        with one_thread():
            return accumulator.add(prepare(block)), block.rows

    workers = workers_for(source, threads)
    total, done = begun or (accumulator, 0)
    blocks = source.blocks(columns, skip=done) if done else source.blocks(columns)
    with closing(in_order(gathered, blocks, workers)) as parts:
        for part, rows in parts:
            total = total.merge(part)
            done += rows
            if keep is not None:
                keep(total, done)
            if progress is not None:
                progress(done, source.rows)
    return total


def workers_for(source: Source, threads: int | None) -> int:
    """The threads of a pass over `source`: `thread_count(threads)`, but one alone for few rows."""
    return 1 if source.rows is not None and source.rows <= FEW else thread_count(threads)


Result = TypeVar("Result")


def in_order(work: Callable[[Block], Result], blocks: Iterator[Block], workers: int) -> Generator[Result, None, None]:
    """`map(work, blocks)` on `workers` threads, reading no more than a few blocks ahead; one worker is the caller."""
    if workers == 1:
        yield from map(work, blocks)
        return
    from concurrent.futures import ThreadPoolExecutor

    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="slopewise")
    source_error: Exception | None = None
    try:
        while True:
            try:
                block = next(blocks, None)
            except Exception as error:  # noqa: BLE001 — held back: an earlier block that is still in work may fail too
                source_error = error
                break
            if block is None:
                break
            waiting.append(pool.submit(work, block))
            del block
            while waiting and (len(waiting) >= workers + AHEAD or waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
        if source_error is not None:
            raise source_error
    finally:
        # What runs ends with its block, what waits is dropped: nobody is left working after an error or Ctrl-C.
        pool.shutdown(wait=True, cancel_futures=True)

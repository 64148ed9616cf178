"""Run the benchmarks, print their tables, and write them to results.md beside this file.

python -m benchmarks [speed roofline claims …] [--quick]
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import (
    accuracy,
    claims,
    cluster,
    constants,
    coverage,
    descent,
    estimators,
    explorer,
    files,
    large_file,
    machine,
    rank,
    roofline,
    same_state,
    second_pass,
    speed,
    startup,
)
from benchmarks.tables import Table, read, tally

BENCHMARKS: dict[str, Callable[[bool], Table]] = {
    "speed": speed.answer,
    "roofline": roofline.answer,
    "coefficients": lambda _quick: accuracy.coefficients(),
    "exact_inputs": lambda _quick: accuracy.exact_inputs(),
    "std_errors": lambda _quick: accuracy.std_errors(),
    "sigma": lambda _quick: accuracy.sigma(),
    "r_squared": lambda _quick: accuracy.r_squared(),
    "claims": claims.answer,
    "rank": rank.answer,
    "descent": descent.answer,
    "startup": startup.answer,
    "files": files.answer,
    "large_file": large_file.answer,
    "second_pass": second_pass.answer,
    "same_state": same_state.answer,
    "cluster": cluster.answer,
    "constants": constants.answer,
    "coverage": coverage.answer,
    "estimators": estimators.answer,
    "explorer": explorer.answer,
}
RESULTS = Path(__file__).parent / "results.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 1 if a benchmark failed, which the others survive.

    Each table asked for takes its place among those written before; the figures of a quick run are only shown.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="slopewise beside its peers.")
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"which tables: {', '.join(BENCHMARKS)}; all unless told"
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows: shows that it runs, not how fast")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    print(f"# Benchmarks\n\n{machine.description()}", flush=True)
    tables, failures = _run(chosen.names or list(BENCHMARKS), chosen.quick)
    print("\n" + "\n".join([tally(tables), *failures]))
    if not chosen.quick:
        written = read(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
        RESULTS.write_text(_page({table.question: table for table in [*written, *tables]}), encoding="utf-8")
        print(f"\nWritten to {RESULTS.parent.name}/{RESULTS.name}.")
    return 1 if failures else 0


def _page(tables: dict[str, Table]) -> str:
    """All tables, the newest machine and versions above them."""
    said = "Each table is one run, in which all of it was timed side by side; it says on which machine. The last one:"
    every = list(tables.values())
    parts = ["# Benchmarks", said, machine.description(), tally(every), *(table.markdown() for table in every)]
    return "\n\n".join(parts) + "\n"


def _run(names: Sequence[str], quick: bool) -> tuple[list[Table], list[str]]:
    """The tables, each printed as it comes, and a line for each benchmark that failed."""
    tables: list[Table] = []
    failures: list[str] = []
    for name in names:
        start = time.perf_counter()
        try:
            table = BENCHMARKS[name](quick)
            tables.append(replace(table, notes=(*table.notes, f"Measured on: {machine.processor()}.")))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is reported and the other tables still come
            traceback.print_exc()
            failures.append(f"- FAILED: {name}, {type(error).__name__}: {' '.join(str(error).split())}")
        else:
            print(f"\n{tables[-1].markdown()}\n\n({name}: {time.perf_counter() - start:.0f} s)", flush=True)
    return tables, failures


if __name__ == "__main__":
    sys.exit(main())

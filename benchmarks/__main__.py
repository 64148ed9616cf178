"""Run the benchmarks, print their tables, and write them to results.md beside this file.

python -m benchmarks [one_pass descent startup large_file …] [--quick]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import descent, large_file, machine, one_pass, startup

BENCHMARKS = {"one_pass": one_pass, "descent": descent, "startup": startup, "large_file": large_file}
RESULTS = Path(__file__).parent / "results.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for. Only a full run is written: the figures of a quick one, or of some tables, are shown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="slopewise beside its peers.")
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"which tables: {', '.join(BENCHMARKS)}; all unless told"
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows: shows that it runs, not how fast")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    parts = ["# Benchmarks", machine.description()]
    print("\n\n".join(parts), flush=True)
    for name in chosen.names or BENCHMARKS:
        parts.append(BENCHMARKS[name].answer(chosen.quick).markdown())
        print("\n" + parts[-1], flush=True)
    if not chosen.quick and not chosen.names:
        RESULTS.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
        print(f"\nWritten to {RESULTS.parent.name}/{RESULTS.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

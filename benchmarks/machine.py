"""What the figures were measured on: processor, memory, versions, and how many threads each contender may use."""

from __future__ import annotations

import os
import platform
from importlib import metadata, util
from pathlib import Path

from slopewise.threads import thread_count

PACKAGES = (
    "slopewise", "numpy", "scipy", "numba", "duckdb", "pyarrow",
    "scikit-learn", "scikit-learn-intelex", "statsmodels", "glum", "polars-ds",
)  # fmt: skip


def description() -> str:
    """The lines that stand above every table, in Markdown."""
    lines = [
        f"- Processor: {processor()}; memory {_memory()}",
        f"- Python {platform.python_version()} on {platform.system()} {platform.machine()}",
        f"- Versions: {', '.join(f'{name} {_version(name)}' for name in PACKAGES)}",
        f"- Threads: slopewise {thread_count()}; {_blas_threads()}; the others as they choose by themselves",
    ]
    return "\n".join(lines)


def processor() -> str:
    """The processor, as Linux names it, or else Python, and its cores."""
    return f"{_name()}, {os.cpu_count()} cores"


def _name() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    if util.find_spec("psutil") is None:
        return "unknown (psutil is not installed)"
    import psutil

    return f"{psutil.virtual_memory().total / 1e9:.0f} GB"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "absent"


def _blas_threads() -> str:
    if util.find_spec("threadpoolctl") is None:
        return "BLAS as it chooses"
    import numpy as np
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    names = {f"{pool['internal_api']} {pool['num_threads']}" for pool in pools}
    return "BLAS " + ", ".join(sorted(names))

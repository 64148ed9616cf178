"""docs/scale.md: its Python runs, its tables are what the simulation prints, and the simulation keeps its own laws."""

from __future__ import annotations

import re
import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[1]
PAGE = PROJECT / "docs" / "scale.md"
SHOWN = re.findall(r"<!-- (\w+) -->\n(.*?)\n<!-- end -->", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def tree() -> dict[str, Any]:
    return runpy.run_path(str(PROJECT / "examples" / "tree_of_workers.py"))


def test_the_tables_are_those_of_the_simulation(tree: dict[str, Any]) -> None:
    assert dict(SHOWN) == {name: tree[name]() for name in ("constants", "troubles", "predictions")}


def test_trouble_costs_time_and_never_rows(tree: dict[str, Any]) -> None:
    simulate, (ten, *_), Cluster = tree["simulate"], tree["MEASURED"], tree["Cluster"]
    calm = Cluster(workers=50, spread=0.0, stragglers=0.0, failures=0.0, repeats=False)
    without, slow, repeated = (
        simulate(1e9, ten, cluster)
        for cluster in (calm, replace(calm, stragglers=0.05), replace(calm, stragglers=0.05, repeats=True))
    )
    assert without.reading == pytest.approx(without.ideal) == pytest.approx(1e9 * ten.row_bytes / 1e9 / 50)
    assert without.ideal < repeated.reading < slow.reading
    assert (without.repeated, slow.repeated) == (0, 0)
    assert repeated.repeated > 0
    fan_ins = 16, 15, 4  # of 1,000 tasks 63 groups, then 4: the tasks that end last are in the last of these
    assert without.tree == pytest.approx(sum(tree["_merging"](n, ten, calm) for n in fan_ins), rel=1e-9)


def test_exact_states_of_ten_thousand_workers_are_one_state_to_the_bit(tree: dict[str, Any]) -> None:
    assert tree["same_bits"]()

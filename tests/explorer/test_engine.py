"""The engine of the explorer: its own tests, the figures they compare with, what was built, and what it copies out."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import explorer_figures
import numpy as np
import pytest
from explorer.node import JS, installed, run

from slopewise import cli

pytestmark = pytest.mark.needs("node")


def test_the_engine_passes_its_tests() -> None:
    run("node", "--test", *sorted(str(path) for path in (JS / "test").glob("*.test.js")))


def test_what_pages_hold_is_what_the_sources_build() -> None:
    installed()
    run("node", "build.mjs", "--check")


def test_the_packages_are_pinned_and_are_only_those_of_the_build() -> None:
    package = json.loads((JS / "package.json").read_text(encoding="utf-8"))
    assert "dependencies" not in package
    assert sorted(package["devDependencies"]) == ["axe-core", "esbuild"]
    assert all(version[0].isdigit() for version in package["devDependencies"].values())


# The figures.


def assert_same(there: Any, made: Any, place: str = "") -> None:
    """Equal but for rounding: vectors by their length, numbers by their size, the rest exactly; 1e-18 is 0."""
    assert type(there) is type(made), place
    if isinstance(made, dict):
        assert there.keys() == made.keys(), place
        for key in made:
            assert_same(there[key], made[key], f"{place}/{key}")
    elif isinstance(made, list) and not all(isinstance(value, float) for value in made):
        assert len(there) == len(made), place
        for n, (one, other) in enumerate(zip(there, made, strict=True)):
            assert_same(one, other, f"{place}/{n}")
    elif isinstance(made, list | float):
        apart = np.linalg.norm(np.subtract(there, made))
        assert apart <= 1e-12 * np.linalg.norm(made) + 1e-18, f"{place}: {there} for {made}"
    else:
        assert there == made, place


def test_the_figures_are_those_that_slopewise_computes() -> None:
    there = json.loads(explorer_figures.FIGURES.read_text(encoding="utf-8"))
    made = [json.loads(json.dumps(explorer_figures.figures(case))) for case in explorer_figures.cases()]
    assert [case["name"] for case in there] == [case["name"] for case in made]
    for one, other in zip(there, made, strict=True):
        assert_same(one, other, other["name"])


# What is copied out of a page runs, and comes to where the page is.

COPIED = """
import { makeDescent } from "./engine/descent.js";
import { makeProblem } from "./engine/problem.js";
import { asCommand, asPython, asTable } from "./engine/spellings.js";
import { fromRows } from "./engine/state.js";

let text = "";
for await (const piece of process.stdin) text += piece;
const run = JSON.parse(text);
const { x, y, weights } = run.rows;
const problem = makeProblem(fromRows(x, y, weights, run), { scale: run.scale });
const theta = makeDescent(problem, run).at(run.k);
console.log(JSON.stringify([asPython(run), asCommand(run), asTable(run), Array.from(theta)]));
"""

ROWS = {"x": [[1.0, 2.0, 3.5], [0.1, -7e-3, 2.0]], "y": [300.0, 500.0, 410.0], "weights": None}
HOSTILE = ["a b`c'\"\\ </script> $(id)", "__proto__"]


def copied(**changes: Any) -> tuple[str, dict[str, str], str, list[float]]:
    """A run as Python, as a command and as a table, and where the page is after its steps."""
    plain = {"formula": None, "data": None, "names": HOSTILE, "target": "y;\n#'", "intercept": True, "rows": ROWS}
    chosen = {**plain, "rate": 0.01, "k": 30, "momentum": 0, "scale": False, "start": None, **changes}
    program, command, table, theta = json.loads(
        run("node", "--input-type=module", "-e", COPIED, text=json.dumps(chosen))
    )
    return program, command, table, theta


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"k": 0, "start": [1.0, -2.5e-7, 3.0]},
        {"k": 10**9, "scale": True},
        {"k": 25, "momentum": 0.9, "intercept": False, "start": [1e3, 0.5]},
        {"rows": {**ROWS, "weights": [1.0, 2.0, 0.5]}, "names": ["weight", "weight_"]},
    ],
)
def test_the_copied_program_comes_to_where_the_page_is(
    changes: dict[str, Any], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, _, _, theta = copied(**changes)
    monkeypatch.chdir(tmp_path)
    exec(compile(program, "copied", "exec"), {})
    said = capsys.readouterr().out
    printed = [float(word) for word in said.split("]")[0].strip("[ ").split()]
    np.testing.assert_allclose(printed, theta, rtol=1e-7, atol=1e-7 * np.abs(theta).max())


def test_the_copied_command_comes_to_where_the_page_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, command, table, theta = copied(scale=True, rate=0.3, target="y;#'")
    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text(table, encoding="utf-8")
    program, *arguments = shlex.split(command["text"])
    assert program == "slopewise"
    assert cli.run([*arguments, "--save", "model.json", "--quiet"]) == 0
    found = json.loads(Path("model.json").read_text(encoding="utf-8"))["coefficients"]
    assert list(found) == ["Intercept", *HOSTILE]
    np.testing.assert_allclose(list(found.values()), theta, rtol=1e-9)

"""The widget in a real notebook: JupyterLab draws it, a click moves it, and the next cell reads where it stands."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import slopewise as sw

pytestmark = pytest.mark.needs("chromium")

PATIENCE = 60.0  # seconds
CELLS = (
    "import slopewise as sw\n"
    "w = sw.explore({'size': [1.0, 2.0], 'price': [300.0, 500.0]}, formula='price ~ size', learning_rate=0.01)\n"
    "w",
    "import json\nprint(json.dumps([len(In), w.step, w.learning_rate, w.parameters]))",
    "w.step = 10_000",
)


def notebook(cells: tuple[str, ...]) -> str:
    """A notebook of these cells, as a file holds it."""
    made = [
        {"cell_type": "code", "id": f"c{i}", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for i, source in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """The address of a notebook in a JupyterLab of its own, on the loopback alone, with nothing of the user's in it."""
    token, runtime = secrets.token_hex(16), tmp_path / "runtime"
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "houses.ipynb").write_text(notebook(CELLS), encoding="utf-8")
    places = {"RUNTIME": runtime, "CONFIG": tmp_path / "config", "DATA": tmp_path / "data"}
    environment = os.environ | {f"JUPYTER_{name}_DIR": str(place) for name, place in places.items()}
    environment["PYTHONPATH"] = str(Path(sw.__file__).parents[1])  # the kernel imports what is tested
    environment |= {"IPYTHONDIR": str(tmp_path / "ipython"), "JUPYTER_TOKEN": token, "JUPYTER_NO_CONFIG": "1"}
    options = ("--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--ServerApp.port_retries=0")
    quiet = ("--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=None")
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options, *quiet, f"--ServerApp.root_dir={tmp_path / 'work'}"],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield f"{address(server, runtime, tmp_path / 'log')}doc/tree/houses.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


def address(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Where the server listens, as it writes it down."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            if text := file.read_text(encoding="utf-8"):
                return str(json.loads(text)["url"])
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab does not start:\n{log.read_text(encoding='utf-8')}")


def run_cell(page: Any, place: int) -> None:
    """Run one cell with the keyboard."""
    page.locator(".jp-CodeCell .cm-content").nth(place).click()
    page.keyboard.press("Shift+Enter")


def told(page: Any) -> tuple[int, float, list[float]]:
    """What the second cell prints when it is run once more: the step, the rate, the parameters."""
    output = page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-output pre")
    before = json.loads(output.text_content())[0] if output.count() else 0
    run_cell(page, 1)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if output.count() and (found := json.loads(output.first.text_content() or "[0]"))[0] > before:
            return tuple(found[1:])
        page.wait_for_timeout(50)
    raise AssertionError("the cell prints nothing")


def told_at(page: Any, step: int) -> tuple[float, list[float]]:
    """The rate and the parameters, once the widget has told Python that it is at `step`."""
    end, last = time.monotonic() + PATIENCE, -1
    while time.monotonic() < end:
        last, rate, parameters = told(page)
        if last == step and parameters:  # before it has told anything, there are none
            return rate, parameters
    raise AssertionError(f"Python hears of step {last} and not {step}")


def test_a_notebook_draws_the_widget_and_reads_where_it_stands(chromium: Any, lab: str) -> None:
    context = chromium.new_context(viewport={"width": 1200, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.goto(lab)
    run_cell(page, 0)
    forward = page.locator(".jp-CodeCell").first.get_by_role("button", name="One step forward")
    forward.wait_for()
    rate, parameters = told_at(page, 0)
    assert (rate, parameters) == (0.01, [0.0, 0.0])
    for _ in range(3):
        forward.click()
    rate, parameters = told_at(page, 3)
    run = sw.descend(sw.Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.01, iterations=3)
    assert rate == 0.01
    np.testing.assert_allclose(parameters, run.path[-1], rtol=1e-12)
    run_cell(page, 2)  # Python asks for another step, and hears where that is
    told_at(page, 10_000)
    iteration = page.locator(".jp-CodeCell").first.get_by_role("textbox", name="Iteration k")
    assert iteration.input_value() == "10000"
    _, parameters = told_at(page, 10_000)
    np.testing.assert_allclose(parameters, run.at(10_000), rtol=1e-9)
    context.close()
    assert [url for url in urls if not re.match(r"(http|ws)://127\.0\.0\.1|data:|blob:", url)] == []

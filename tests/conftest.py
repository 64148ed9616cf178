"""What holds for every test: no deadline on a shared machine, and no test that quietly does not run."""

from __future__ import annotations

import functools
import os
from typing import Any

import hypothesis
import needs
import pytest

hypothesis.settings.register_profile("slopewise", deadline=None)
hypothesis.settings.load_profile("slopewise")


@functools.cache
def met(need: needs.Need) -> bool:
    """Whether this machine has it; looked up once."""
    return need.met()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose need is not met, saying how to meet it."""
    known = {need.name: need for need in needs.NEEDS}
    for marker in item.iter_markers("needs"):
        (name,) = marker.args
        if name not in known:
            pytest.fail(f"the need {name!r} is not listed in scripts/needs.py", pytrace=False)
        if not met(known[name]):
            pytest.skip(f"this machine has no {name} (apt install {known[name].apt})")


def not_run(config: pytest.Config) -> list[str]:
    """A sentence for each test or file that was skipped, for whatever reason."""
    terminal: Any = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None:  # a worker of several: what runs them all reports for it
        return []
    return [
        f"not run: {report.nodeid} because {report.longrepr[2].removeprefix('Skipped: ')}"
        for report in terminal.stats.get("skipped", [])
    ]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """On the machine that guards the project (CI=true), a test not run is a failure."""
    if os.environ.get("CI") == "true" and session.exitstatus == pytest.ExitCode.OK and not_run(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """List what was not run, last, where it is seen."""
    for line in not_run(config):
        terminalreporter.write_line(line, yellow=True)

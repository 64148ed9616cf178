"""Pages in a real browser, without a network: a page that asks for anything, complains or fails, fails its test.

`open_page` is a fixture that opens payloads, or pages that were written, at any width, theme and way of pointing.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import slopewise as sw
from slopewise.explored import of_collected
from slopewise.views.explorer.pages import explorer_page, write_page

PATIENCE = 20_000  # milliseconds
MOUNTED = "() => !document.querySelector('[data-slopewise]:not([data-mounted])')"
HARMLESS = ("data:", "blob:")

OpenPage = Callable[..., Any]


def payload_of(formula: str, data: Any, **start: Any) -> dict[str, Any]:
    """What a page of `formula` on `data` is given, with where it starts."""
    return of_collected(sw.collect(formula, data), start=start)


def faults_of(page: Any, allowed: str) -> list[str]:
    """A list that from now on receives each request but that for `allowed`, each complaint and each error of `page`."""
    faults: list[str] = []

    def requested(request: Any) -> None:
        if request.url.split("#")[0] != allowed and not request.url.startswith(HARMLESS):
            faults.append(f"a request for {request.url[:200]}")

    def said(message: Any) -> None:
        if message.type in ("error", "warning"):
            faults.append(f"the console says: {message.text}")

    page.on("request", requested)
    page.on("console", said)
    page.on("pageerror", lambda error: faults.append(f"an error in the page: {error}"))
    return faults


@functools.cache
def started() -> Any:
    """The system's chromium, started once in this process: Playwright can run only once, whoever asks for it."""
    from playwright.sync_api import sync_playwright

    playwright = sync_playwright().start()
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=sandbox)
    atexit.register(playwright.stop)
    atexit.register(browser.close)
    return browser


@pytest.fixture
def chromium() -> Any:
    """The browser."""
    return started()


@pytest.fixture
def open_page(chromium: Any, tmp_path: Path) -> Iterator[OpenPage]:
    """A function that opens what it is given and returns Playwright's page, mounted; faults of all are raised last."""
    contexts: list[Any] = []
    faults: list[list[str]] = []

    def opened(
        what: Mapping[str, Any] | Path,
        width: int = 1400,
        height: int = 900,
        dark: bool = False,
        reduced_motion: bool = False,
        touch: bool = False,
        hash: str = "",
        **options: Any,
    ) -> Any:
        path = what if isinstance(what, Path) else tmp_path / f"page-{len(contexts)}.html"
        if not isinstance(what, Path):
            write_page(explorer_page(what), path)
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if reduced_motion else "no-preference",
            has_touch=touch,
            offline=True,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        faults.append(faults_of(page, path.as_uri()))
        page.goto(path.as_uri() + hash)
        page.wait_for_function(MOUNTED)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [fault for found in faults for fault in found] == []

"""The documentation: every block of code runs, every page is in the site, every public name is described."""

from __future__ import annotations

import doctest
import re
import sys
from pathlib import Path
from typing import Any

import docs_hooks
import pytest
import yaml
from explorer.browser import chromium
from transcripts import PROJECT, blocks, check_command, check_here, check_python, commands

import slopewise as sw

__all__ = ["chromium"]

DOCS = PROJECT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
SITE = yaml.safe_load((PROJECT / "mkdocs.yml").read_text(encoding="utf-8"))


def listed(nav: object) -> list[str]:
    """The pages that the site's menu names."""
    if isinstance(nav, str):
        return [nav]
    items = nav.values() if isinstance(nav, dict) else nav
    return [page for item in items for page in listed(item)]  # type: ignore[union-attr]


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_a_page_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for example in sw.datasets.TABLES:
        sw.datasets.copy(example.name, tmp_path / "examples")
    names: dict[str, object] = {"__name__": "page"}
    monkeypatch.setattr(sys, "argv", ["page", "jan.moments"])  # what a program of a page is given
    for language, block in blocks((DOCS / page).read_text(encoding="utf-8")):
        if language == "console":
            for command, shown in commands(block):
                check_here(command, shown, tmp_path)
        elif language in ("python", "pycon"):
            check_python(language, block, names, page)
        else:
            assert language in ("text", "r", "json"), f"{page}: a block of {language} is run by nobody"


def test_every_page_is_in_the_menu() -> None:
    assert sorted(listed(SITE["nav"])) == PAGES


def test_every_public_name_has_a_place_in_the_reference() -> None:
    described = {
        name
        for page in PAGES
        for name in re.findall(r"^::: slopewise\.([\w.]+)$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert set(sw.__all__) - {"__version__"} - {name.split(".")[0] for name in described} == set()


def test_every_picture_is_drawn_by_the_build() -> None:
    program = docs_hooks._module(docs_hooks.PICTURES)
    shown = {name for page in PAGES for name in re.findall(r"pictures/(\w+)\.png", (DOCS / page).read_text("utf-8"))}
    assert shown
    assert all(callable(getattr(program, name)) for name in shown)


def test_formulas_become_mathml_and_code_stays() -> None:
    made = docs_hooks.outside_code("cost $J = \\frac{1}{2}$, `$HOME`\n```text\n$x$\n```\n", docs_hooks.mathematics)
    assert "<math" in made
    assert "<mfrac>" in made
    assert "`$HOME`" in made
    assert "```text\n$x$\n```" in made


def test_the_examples_of_the_hooks_are_right() -> None:
    found = doctest.testmod(docs_hooks)
    assert found.attempted
    assert not found.failed


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site, built as `make docs` builds it: a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    check_command(f"{sys.executable} -m mkdocs build --strict --site-dir {folder}", "", PROJECT)
    return folder


def test_the_site_describes_names_and_commands(site: Path) -> None:
    assert "slopewise fit" in (site / "reference" / "command-line.html").read_text(encoding="utf-8")
    assert 'id="fit_arrays"' in (site / "reference" / "fit.html").read_text(encoding="utf-8")
    for page in site.rglob("*.html"):
        assert not re.search(
            r'^::: |⟦|(src|href)="https?://[^"]*\.(js|css|woff2?)"', page.read_text("utf-8"), re.MULTILINE
        )


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("page", ["index", "explanation/penalties", "reference/model", "coming-from/peers"])
@pytest.mark.parametrize("width", [1400, 390])
def test_a_page_opened_as_a_file_asks_for_nothing_else_fits_and_finds(
    site: Path, chromium: Any, page: str, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, offline=True)
    opened, faults = context.new_page(), []
    opened.on(
        "request", lambda request: None if request.url.startswith(("file:", "data:")) else faults.append(request.url)
    )
    opened.on("console", lambda message: faults.append(message.text))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto((site / f"{page}.html").as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    opened.goto((site / f"{page}.html").as_uri() + "?q=clustered")
    opened.wait_for_selector(".md-search-result__item", state="attached")
    context.close()
    assert faults == []

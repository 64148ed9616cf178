"""The documentation: every block of code runs, every page is in the site, every public name is described."""

from __future__ import annotations

import doctest
import re
import sys
from pathlib import Path

import docs_hooks
import pytest
import yaml
from transcripts import PROJECT, blocks, check_command, check_python, commands

import slopewise as sw

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
    for language, block in blocks((DOCS / page).read_text(encoding="utf-8")):
        if language == "console":
            for command, shown in commands(block):
                check_command(command, shown, tmp_path)
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


def test_the_site_builds_strictly(tmp_path: Path) -> None:
    check_command(f"{sys.executable} -m mkdocs build --strict --site-dir {tmp_path}", "", PROJECT)
    page = (tmp_path / "reference" / "command-line.html").read_text(encoding="utf-8")
    assert "slopewise fit" in page
    assert not re.search(r'(src|href)="https?://[^"]*\.(js|css|woff2?)"', page)

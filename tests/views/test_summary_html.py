"""The summary as a page and as Markdown: whole, escaped, its columns in line, whatever names and numbers there are."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import slopewise as sw
from slopewise.inference.record import FitRecord
from slopewise.numerals import cells_wide, on_a_line
from slopewise.views.summary_html import summary_html
from slopewise.views.summary_markdown import pipes, prose, span, summary_markdown
from slopewise.views.tables_html import OPEN

NASTY = "<img onerror=alert(1) src=x>|`a` *b*_c_ [d](e) $f$ & \\ \"'\n~~g~~"
ODD = st.text(alphabet=st.sampled_from("ab |`*_[]()<>!#~$&\\\n\"'-+.1面é\u202e"), max_size=30)
VOID = {"br", "img", "hr", "wbr"}
MARKED = {"p", "code", "strong", "table", "thead", "tbody", "tr", "th", "td", "ul", "li"}
"""The elements that a summary in Markdown comes to, and no others."""


class Page(HTMLParser):
    """The elements and texts of HTML; it fails where tags do not close in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[list[str]] = []
        self.items: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.cells.append([])
        if tag in ("td", "th"):
            self.cells[-1].append("")
        if tag == "li":
            self.items.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "td" in self.open or "th" in self.open:
            self.cells[-1][-1] += data
        if "li" in self.open:
            self.items[-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def rendered(markdown: str) -> Page:
    return Page(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))


@functools.cache
def small_record() -> FitRecord:
    return sw.fit("y ~ x", {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 4.0, 4.0]}).record()


def nasty_record(name: str = NASTY) -> FitRecord:
    sentences = (f"{name} is left out.", name)
    changes = {"names": (name, "x"), "target": name, "source": name, "uncertainty": name}
    return replace(small_record(), formula=f"y ~ {name}", notes=sentences, readings=sentences, **changes)


@pytest.fixture(scope="module")
def ames() -> FitRecord:
    formula = "price ~ area + Overall.Qual + I(area * 2) + Bldg.Type"
    return replace(sw.fit(formula, "examples/ames.csv").record(), uncertainty="HC3 standard errors")


def test_the_page_says_what_the_text_says(ames: FitRecord) -> None:
    page = Page(summary_html(ames))
    assert page.cells[0] == ["price", "estimate", "std. error", "t", "p", "95 % low", "high"]
    assert page.cells[1][0] == "Intercept"
    assert page.cells[1][1].startswith("−")
    assert page.cells[4][:2] == ["I(area * 2)", "left out"]
    assert {len(row) for row in page.cells} == {7}
    html = summary_html(ames)
    assert "least squares · HC3 standard errors · ames.csv · 2,930 rows used" in html
    assert "<10⁻¹⁵" in html.replace("&lt;", "<")
    assert "equals 2·area in every row" in page.items[0]
    assert "AICc" in html


def test_decimal_points_stand_in_a_line(ames: FitRecord) -> None:
    pads = [pad["data-pad"] for pad in Page(summary_html(ames)).all("td") if "data-pad" in pad]
    assert set(pads) == {".0"}


def test_a_reader_that_speaks_finds_its_way(ames: FitRecord) -> None:
    page = Page(summary_html(ames))
    assert [tag for tag, _ in page.elements].count("caption") == 1
    scopes = [head["scope"] for head in page.all("th")]
    assert scopes == ["col"] * 7 + ["row"] * (len(page.cells) - 1)


def test_nothing_runs_and_nothing_is_fetched(ames: FitRecord) -> None:
    for record in (ames, nasty_record()):
        html = summary_html(record)
        page = Page(html)
        assert page.all("script") == page.all("img") == page.all("link") == []
        assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
        assert not re.search(r"(?:src|href)=\"|@import|url\(", re.sub(r"&[a-z]+;", "", html))


def test_the_style_keeps_to_its_own_element(ames: FitRecord) -> None:
    style = re.search(r"<style>(.*?)</style>", summary_html(ames), flags=re.DOTALL)
    assert style is not None
    for selectors in re.findall(r"([^{}]+)\{", re.sub(r"@media[^{]+\{", "", style[1])):
        assert all(".slopewise-fit" in selector for selector in selectors.split(",")), selectors


@given(ODD)
def test_any_name_is_text_on_a_page(name: str) -> None:
    page = Page(summary_html(nasty_record(name)))
    assert page.cells[1][0] == on_a_line(name, 120)
    assert page.items[0] == on_a_line(f"{name} is left out.")


def test_many_sentences_are_folded() -> None:
    record = nasty_record("x")
    assert not Page(summary_html(record)).all("details")
    many = Page(summary_html(replace(record, readings=("a",) * (OPEN + 1))))
    assert len(many.all("details")) == 1
    assert many.items.count("a") == OPEN + 1


def test_markdown_says_what_the_text_says(ames: FitRecord) -> None:
    text = summary_markdown(ames)
    page = rendered(text)
    assert page.cells[0][0] == "price"
    assert page.cells[4][:2] == ["I(area * 2)", "left out"]
    assert {len(row) for row in page.cells} == {7}
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(set(map(cells_wide, table))) == 1
    assert "HC3 standard errors" in text


@given(ODD)
def test_any_name_is_text_in_markdown(name: str) -> None:
    page = rendered(summary_markdown(nasty_record(name)))
    shown = on_a_line(name, 120)
    assert page.cells[1][0].strip() == shown.strip()
    assert {len(row) for row in page.cells} == {7}
    assert {tag for tag, _ in page.elements} <= MARKED
    assert " ".join(page.items[0].split()) == " ".join(on_a_line(f"{name} is left out.").split())


def test_columns_are_in_line_in_the_source_of_markdown() -> None:
    lines = pipes([(span("面积|x"), "cost"), (span("a`"), "1,000.5")])
    assert len(set(map(cells_wide, lines))) == 1
    assert lines[1].endswith("-: |")


@pytest.mark.parametrize(
    "text", ["- a", "1. b", "+ c", "=", "# d", "1986) e", "[x] f", "> g", "1.5 h", "-1 i", "--", "== j"]
)
def test_a_sentence_begins_no_block(text: str) -> None:
    page = rendered(f"- {prose(text)}")
    assert page.items == [text]
    assert {tag for tag, _ in page.elements} <= {"ul", "li"}

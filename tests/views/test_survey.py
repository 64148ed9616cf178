"""A survey as text and as a page: nothing is wider than it may be, nothing is unescaped, every bar is in its place."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopewise.described import Description, describe
from slopewise.survey.figures import figure, percent
from slopewise.survey.record import ColumnRecord, Histogram, Level
from slopewise.views import survey_text

VOID = {"meta", "path", "rect"}


class Page(HTMLParser):
    """The elements of a page; it fails where tags do not close in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


NASTY = "<script>alert('\"&')</script>"


@pytest.fixture(scope="module")
def messy() -> Description:
    rng = np.random.default_rng(3)
    table = pa.table(
        {
            NASTY: rng.normal(size=60),
            "city": [NASTY, "Oslo", "oslo "] * 20,
            "age": [-999.0] * 3 + rng.integers(20, 80, 57).tolist(),
            "blank": pa.nulls(60),
            "x": [None] * 10 + rng.normal(size=50).tolist(),
            "when": pa.array(rng.integers(0, 10**5, 60).tolist(), pa.date32()),
            "list": [[1]] * 60,
            "price": rng.normal(size=60),
        }
    )
    return describe(table, target="price")


@settings(max_examples=15)
@given(width=st.integers(60, 240))
def test_no_line_is_wider_than_it_may_be(messy, width):
    lines = messy.text(width).splitlines()
    assert max(map(len, lines)) <= width
    assert any(line.startswith("city") for line in lines)


def test_a_wide_text_holds_more(messy):
    assert "std. dev." not in messy.text(80)
    assert "std. dev." in messy.text(140)


def test_the_text_says_what_is_worth_a_look(messy):
    text = messy.text()
    assert "What fit would refuse\n  list, cannot be used: list<item: int64> is neither" in text
    assert "Leave out\n  blank (empty)" in text
    assert "age (-999 in 3 rows)" in text
    assert "A formula to begin with\n  price ~ . - blank - list" in text


def test_a_pipe_gets_plain_text(messy, capsys):
    survey_text.show(messy)
    assert capsys.readouterr().out == messy.text() + "\n"


@pytest.mark.parametrize("no_color", [True, False])
def test_a_terminal_gets_colours_where_they_are_wanted(messy, monkeypatch, capsys, no_color):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("NO_COLOR", "1") if no_color else monkeypatch.delenv("NO_COLOR", raising=False)
    survey_text.show(messy)
    shown = capsys.readouterr().out
    assert ("\x1b[31m" in shown) is not no_color
    assert "std. dev." in shown


def test_the_page_is_whole_and_nothing_in_it_runs(messy):
    page = Page(messy.html())
    assert page.all("script") == []
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert not re.search(r"(?:src|href)=\"(?!#)", messy.html())
    assert "@import" not in messy.html()
    assert "url(" not in messy.html()
    assert NASTY in page.text
    assert page.all("html")[0]["lang"] == "en"


def test_links_lead_to_cards_and_pictures_have_names(messy):
    page = Page(messy.html())
    cards = {card["id"] for card in page.all("article")}
    assert len(cards) == 8
    assert {link["href"] for link in page.all("a")} <= {f"#{card}" for card in cards}
    assert all(picture["role"] == "img" and picture["aria-label"] for picture in page.all("svg"))
    headings = [tag for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert headings[:2] == ["h1", "h2"]
    assert set(headings[2:]) == {"h3"}


def test_a_notebook_gets_the_same_without_a_document(messy):
    fragment = messy._repr_html_()
    assert fragment in messy.html()
    Page(fragment)
    rules = re.findall(r"^(\.[^\s{]+|@media[^{]+)", fragment, flags=re.MULTILINE)
    assert len(rules) > 20
    assert all(rule.startswith((".slopewise-survey", "@media")) for rule in rules)


def test_bars_are_as_tall_as_their_counts():
    found = describe({"x": [0.0] * 6 + [1.0] * 3 + [3.0]})
    assert found["x"].histogram == Histogram((-0.5, 0.5, 1.5, 2.5, 3.5), (6, 3, 0, 1))
    bars = Page(found.html()).all("rect")
    heights = [float(bar["height"] or 0) for bar in bars]
    assert heights[1] / heights[0] == pytest.approx(0.5, abs=0.01)
    assert [float(bar["x"] or 0) for bar in bars] == [0.5, 60.5, 180.5]


def test_shapes_in_eight_characters():
    record = ColumnRecord("x", "number", "double", "number", "", (), 3, 0, ())
    with_bins = ColumnRecord(**vars(record) | {"histogram": Histogram(tuple(range(25)), (4,) * 12 + (0,) * 12)})
    assert survey_text.shape(with_bins) == "████    "
    assert survey_text.shape(record) == ""
    levels = (Level("a", 10, 0.5), Level("b", 5, 0.25))
    assert survey_text.shape(ColumnRecord(**vars(record) | {"kind": "text", "top": levels})) == "█▅"


@given(st.floats(-1e300, 1e300))
def test_a_figure_is_right_to_four_digits_and_short(value):
    shown = figure(value)
    assert float(shown.replace(",", "")) == pytest.approx(value, rel=1e-3)
    assert len(shown) <= 15


@given(st.floats(0, 1))
def test_some_is_never_none_and_most_never_all(share):
    shown = percent(share)
    assert (shown == "0 %") == (share == 0)
    assert (shown == "100 %") == (share == 1)

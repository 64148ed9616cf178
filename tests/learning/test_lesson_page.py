"""The learn page says what the engine computes: its code runs as printed, and its figures are the lesson's."""

from __future__ import annotations

import doctest
import html
import json
import re
from pathlib import Path

import numpy as np
import pytest

import slopewise as sw
from slopewise.errors import ArgumentError
from slopewise.learning import drawings, live, tables
from slopewise.learning.houses import SIX, THREE, TWO, figures
from slopewise.learning.markup import Makers, rendered
from slopewise.learning.mathematics import mathml
from slopewise.learning.pages import chapters, learn, lesson

EXAMPLES = Path(__file__).parents[2] / "examples"
PAGE = lesson()


def shown(page: str) -> str:
    """What a reader sees of a page: no tags, no data, no program, spaces run together."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def test_every_line_of_python_prints_what_the_page_says() -> None:
    names: dict = {}
    parser, tried = doctest.DocTestParser(), 0
    for chapter, text in chapters().items():
        for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
            test = parser.get_doctest(code, names, chapter, chapter, 0)
            test.globs = names  # one session from the first chapter to the last
            result = doctest.DocTestRunner().run(test, clear_globs=False)
            assert result.failed == 0, (chapter, code)
            tried += result.attempted
    assert tried >= 50


def test_the_page_shows_the_code_as_the_chapters_have_it() -> None:
    blocks = [code for text in chapters().values() for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL)]
    printed = [html.unescape(re.sub(r"<[^>]+>", "", code)) for code in re.findall(r"<pre.*?</pre>", PAGE, re.DOTALL)]
    assert printed == [block.rstrip() for block in blocks]


LESSON = """
12,500 · 340 · 9,367 · 85,000 · 2.5 ( w − 200 ) · −250 · 0.5836 · 4/7 · 3.427 · 0.0729 · 3.033 · 199.9929 · 100.0116
iteration 0 cost 7.93e+04 dj_dw -6.500e+02 dj_db -4.000e+02 w 6.500e+00 b 4.00000e+00
iteration 1000 cost 3.41e+00 dj_dw -3.712e-01 dj_db 6.007e-01 w 1.949e+02 b 1.08228e+02
iteration 2000 cost 7.93e-01 dj_dw -1.789e-01 dj_db 2.895e-01 w 1.975e+02 b 1.03966e+02
iteration 3000 cost 1.84e-01 dj_dw -8.625e-02 dj_db 1.396e-01 w 1.988e+02 b 1.01912e+02
iteration 4000 cost 4.28e-02 dj_dw -4.158e-02 dj_db 6.727e-02 w 1.994e+02 b 1.00922e+02
iteration 5000 cost 9.95e-03 dj_dw -2.004e-02 dj_db 3.243e-02 w 1.997e+02 b 1.00444e+02
iteration 6000 cost 2.31e-03 dj_dw -9.660e-03 dj_db 1.563e-02 w 1.999e+02 b 1.00214e+02
iteration 7000 cost 5.37e-04 dj_dw -4.657e-03 dj_db 7.535e-03 w 1.999e+02 b 1.00103e+02
iteration 8000 cost 1.25e-04 dj_dw -2.245e-03 dj_db 3.632e-03 w 2.000e+02 b 1.00050e+02
iteration 9000 cost 2.90e-05 dj_dw -1.082e-03 dj_db 1.751e-03 w 2.000e+02 b 1.00024e+02
cost 2.58e+05 · cost 7.82e+05 · cost 2.37e+06 · cost 7.19e+06 · cost 2.18e+07 · cost 6.62e+07 · cost 2.01e+08
cost 6.09e+08 · cost 1.85e+09 · cost 5.60e+09 · w -4.845e+04 b -2.99567e+04
−48,454 · −29,957
3531, 163, 21874 · 18,932 · 324 · 43,747 · 0.001 · 0.003 · 0.01 · 0.03 · 0.1 · 0.3 · 1 4.27×10¹²
11,250 · 1,800 · 16,200 · 450 · 8,450 · 18,050
459.999998 · 1.558e-12 · -1.673925e-06 · -2.726e-03 -6.272e-06 -2.217e-06 -6.924e-05
2529.46 · 695.99 · 694.92 · 693.86 · 692.81 · 691.77 · 690.73 · 689.71 · 688.70 · 687.69 · 686.7
-0.0022354 · 0.20396569, 0.00374919, -0.0112487, -0.0658614 · 426.19, 286.17, 171.47 · 460 · 232 · 178
8.377×10⁻⁷ · 1.0×10⁷ · 1.2×10⁸ · 2.99 · 0.669 · 0.046 · 0.154, 23.47, −65.69, 1.83 · b = 1.24
"""


def test_every_figure_of_the_lesson_is_on_the_page() -> None:
    gap = re.compile(r"(?<=[\d.)(=wb−]) (?=[\d.)(=wb−])")  # between the parts of a formula
    seen = gap.sub("", shown(PAGE).replace(" , ", ", "))
    wanted = [figure.strip() for line in LESSON.strip().split("\n") for figure in line.split("·")]
    assert [figure for figure in wanted if gap.sub("", figure) not in seen] == []


def test_the_tables_are_the_examples() -> None:
    for houses, name in ((TWO, "two_houses"), (SIX, "six_houses"), (THREE, "houses")):
        rows = np.loadtxt(EXAMPLES / f"{name}.csv", delimiter=",", skiprows=1)
        np.testing.assert_array_equal(np.column_stack([houses.x, houses.y]), rows)


def test_all_that_is_made_is_used_and_all_links_lead_somewhere() -> None:
    text = "\n".join(chapters().values())
    for kind, made in (("explorer", live.PICTURES), ("picture", drawings.PICTURES), ("table", tables.TABLES)):
        assert sorted(re.findall(rf"^@{kind} (.+)$", text, re.MULTILINE)) == sorted(made)
    assert set(re.findall(r"\[\[([a-z]\w*)", text)) <= set(figures())
    places = re.findall(r' id="([^"]+)"', PAGE)
    assert len(places) == len(set(places))
    assert set(re.findall(r'href="#([^"]+)"', PAGE)) <= set(places)
    for chapter in list(chapters().values())[:-1]:
        assert chapter.count("@question ") == chapter.count("@answer") == chapter.count("@end") >= 1


def test_the_live_pictures_start_from_what_the_engine_knows() -> None:
    payloads = [json.loads(data) for data in re.findall(r'application/json">(.*?)</script>', PAGE)]
    assert len(payloads) == len(live.PICTURES)
    for houses in (TWO, SIX, THREE):
        state = sw.Moments.of(houses.x, houses.y)
        mine = [
            payload
            for payload in payloads
            if payload["names"] == list(houses.names) and payload["rows"] == len(houses.y)
        ]
        assert mine
        for payload in mine:
            assert payload["mean"] == state.mean.tolist()
            assert payload["solution"]["rank"] == sw.solve(state).rank
            assert payload["sample"]["complete"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[nobody]]", "the figure 'nobody', which nobody computes"),
        ("@film one", "has an @film, which nobody makes"),
        (r"so $\wrong{x}$", r"unknown command \\wrong"),
        ("so $x_{i$", "ends too early"),
        ("so $x}$", "where nothing is open"),
    ],
)
def test_a_slip_in_a_chapter_is_an_error(text: str, fault: str) -> None:
    with pytest.raises(ArgumentError, match=fault):
        rendered(text, Makers({}, {}))


def test_what_a_chapter_says_is_text_and_never_markup() -> None:
    text = "# <b>\n\nA <script> & `<i>` *<u>* **<s>** [<a>](#x)\n\n- <li>\n\n```python\n>>> '<em>'\n'<em>'\n```"
    tags = set(re.findall(r"<(\w+)", rendered(text, Makers({}, {}))))
    assert tags == {"h2", "p", "code", "em", "strong", "a", "ul", "li", "pre", "b", "i", "samp"}
    assert "<mo>&lt;</mo>" in mathml("a < b")


def test_learn_writes_the_page_where_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert learn() == Path("learn.html")
    assert sw.learn("lesson.html").read_text(encoding="utf-8") == (tmp_path / "learn.html").read_text(encoding="utf-8")

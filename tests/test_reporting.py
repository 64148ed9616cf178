"""The report: what it says is what the model says, and it is one safe, small file."""

from __future__ import annotations

import html
import re

import numpy as np
import pytest

import slopewise as sw
from slopewise.engines import places
from slopewise.errors import ArgumentError, OutputError

AMES = sw.datasets.path("ames")
FORMULA = "price ~ area * Street + Overall.Qual + Bldg.Type"


def told(page: str) -> str:
    """The words of a page, without its programs, drawings and style."""
    page = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page.replace("<wbr>", ""), flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    kept = sw.collect(FORMULA, AMES, folds=5)
    model = sw.fit(FORMULA, AMES, cov="HC3")
    place = tmp_path_factory.mktemp("report") / "r.html"
    also = sw.cross_validate(kept, penalty="lasso")
    assert sw.report(model, AMES, place, keep=["PID"], also=also) == place
    return place.read_text(encoding="utf-8")


def test_it_tells_what_the_model_tells(page):
    model = sw.fit(FORMULA, AMES, cov="HC3")
    words = told(page)
    assert "least squares · HC3 standard errors · ames.csv · 2,930 rows used" in words
    assert f"{100 * model.r2:.0f} % of the variation of price" in words
    for sentence in model.diagnose(AMES, keep=["PID"]).sentences:
        assert sentence in words
    for name in model.names:
        assert name in words
    assert model.kept.digest() in words
    assert "cross-validated" in words.lower() or "folds" in words
    assert "slopewise fit" in words
    assert "sw.fit('price ~ area * Street + Overall.Qual + Bldg.Type'" in words
    assert "cov='HC3'" in words


def test_its_python_repeats_it(page, tmp_path, monkeypatch):
    (program,) = re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)
    python = html.unescape(program).split("\n\n", 1)[1]
    monkeypatch.chdir(tmp_path)
    exec(python)  # the page's own lines, in a folder of their own
    assert "report.html" in {path.name for path in tmp_path.iterdir()}


def test_every_drawing_is_described_and_has_identifiers_of_its_own(page):
    drawings = re.findall(r"<svg\b[^>]*>", page)
    assert len(drawings) >= 12
    assert all(re.search(r'role="img" aria-label="[^"]{20,}"', drawing) for drawing in drawings)
    ids = re.findall(r'\bid="([^"]+)"', page.split("<script>")[0])
    assert len(ids) == len(set(ids))
    assert len(page.encode()) < 1_500_000


def test_names_run_nothing(tmp_path):
    evil = "<img src=x onerror=alert(1)></script>"
    table = {evil: np.arange(9.0), "g": [evil, "b", "c"] * 3, "y": np.arange(9.0) ** 2}
    place = sw.report(sw.fit(f"y ~ `{evil}` + g", table), table, tmp_path / "r.html", keep=["g"])
    assert "<img" not in place.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("formula", "rows"),
    [("y ~ 1", 5), ("y ~ x", 2), ("y ~ x", 3), ("y ~ 0 + x + f", 8), ("y ~ x + z", 12), ("y ~ poly(x, 3) + f:x", 30)],
)
def test_small_and_odd_models_have_a_report(formula, rows, tmp_path):
    rng = np.random.default_rng(1)
    x = np.arange(float(rows))
    table = {"x": x, "z": 2 * x, "f": (["a", "b", "c"] * rows)[:rows], "y": x + rng.normal(size=rows)}
    model = sw.fit(formula, table)
    page = sw.report(model, table, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "nan" not in told(page).lower().replace("explanation", "")


def test_a_saved_model_has_a_report_from_its_rows(tmp_path):
    model = sw.fit("price ~ area", AMES)
    model.save(tmp_path / "m.json")
    one = sw.report(model, AMES, tmp_path / "a.html").read_text(encoding="utf-8")
    other = sw.report(sw.load(tmp_path / "m.json"), AMES, tmp_path / "b.html").read_text(encoding="utf-8")
    assert told(one) == told(other)


def test_the_rows_of_a_saved_model_are_read_once_to_judge_and_once_to_draw(tmp_path, monkeypatch):
    sw.fit(FORMULA, AMES).save(tmp_path / "m.json")
    passes, reduce = [], places.reduce
    monkeypatch.setattr(
        places, "reduce", lambda source, *rest, **more: passes.append(source) or reduce(source, *rest, **more)
    )
    sw.report(sw.load(tmp_path / "m.json"), AMES, tmp_path / "r.html")
    assert sum(source.name == "ames.csv" for source in passes) == 2


def test_it_refuses_before_and_writes_nothing(tmp_path):
    model = sw.fit("price ~ area", AMES)
    with pytest.raises(OutputError, match="there is no folder"):
        sw.report(model, AMES, tmp_path / "no" / "r.html")
    with pytest.raises(ArgumentError, match="give the data of the fit"):
        sw.report(model, sw.datasets.load("ames").slice(0, 100), tmp_path / "r.html")
    with pytest.raises(ArgumentError, match="a report is of one model"):
        sw.report(sw.fit("price ~ area", AMES, by="Street"), AMES, tmp_path / "r.html")
    assert not list(tmp_path.iterdir())

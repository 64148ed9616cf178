"""A page holds what it was given, to the bit, asks nobody, and lets nothing that it was given run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from explorer.browser import payload_of

import slopewise as sw
from slopewise.errors import ArgumentError, MissingExtra, OutputError, ShapeError
from slopewise.explored import of_collected
from slopewise.views.explorer import payload as payloads
from slopewise.views.explorer.pages import explorer_page

HOUSES = {"size": [1.0, 2.0], "price": [300.0, 500.0]}
EXAMPLES = Path(__file__).parents[2] / "examples"


def embedded(path: Path) -> dict:
    """The payload in a page, read as a browser reads it: up to the first end of a script."""
    (data,) = re.findall(r'<script type="application/json">(.*?)</script', path.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(data)


def test_a_page_holds_the_state_its_answer_and_its_rows(tmp_path):
    found = embedded(sw.explore(HOUSES, tmp_path / "page.html", formula="price ~ size", learning_rate=0.01, step=1000))
    assert (found["names"], found["target"], found["rows"], found["mean"]) == (["size"], "price", 2, [1.5, 400.0])
    assert found["centred"] == [[0.25, 50.0], [50.0, 10_000.0]]
    assert found["solution"]["parameters"] == [100.0, 200.0]
    assert (found["solution"]["cost"], found["solution"]["rank"], found["solution"]["minimum_norm"]) == (0.0, 2, None)
    assert found["sample"] == {
        "x": [[1.0, 2.0]],
        "y": [300.0, 500.0],
        "weights": None,
        "rows": [1, 2],
        "complete": True,
    }
    assert found["start"] == {"learning_rate": 0.01, "k": 1000}


def test_a_model_a_state_what_was_collected_and_a_run_give_the_same_page(tmp_path):
    kept = sw.collect("price ~ size", EXAMPLES / "six_houses.csv")
    run = sw.descend(kept, learning_rate=0.1, iterations=40)
    whats = [kept, sw.fit("price ~ size", EXAMPLES / "six_houses.csv"), run]
    pages = [embedded(sw.explore(what, tmp_path / "page.html")) for what in whats]
    assert pages[2].pop("start") == {
        "learning_rate": 0.1,
        "scale": False,
        "momentum": 0.0,
        "parameters": [0.0, 0.0],
        "k": 40,
    }
    for page in pages[:2]:
        page.pop("start")
    assert pages[0] == pages[1] == pages[2]
    bare = embedded(sw.explore(kept.moments, tmp_path / "page.html"))
    assert (bare["mean"], bare["centred"], bare["sample"]) == (pages[0]["mean"], pages[0]["centred"], None)


def test_a_saved_model_is_explored_by_its_path_and_draws_given_rows(tmp_path):
    sw.fit("price ~ size", EXAMPLES / "six_houses.csv").save(tmp_path / "line.json")
    found = embedded(sw.explore(tmp_path / "line.json", tmp_path / "page.html"))
    assert (found["sample"], found["data_argument"]) == (None, None)
    drawn = embedded(sw.explore(tmp_path / "line.json", tmp_path / "page.html", data=EXAMPLES / "six_houses.csv"))
    assert (len(drawn["sample"]["y"]), drawn["sample"]["complete"]) == (6, False)


def test_rows_that_decide_less_than_the_parameters_bring_the_answer_nearest_to_zero():
    found = payload_of("price ~ size_sqft + bedrooms + floors + age", EXAMPLES / "houses.csv")["solution"]
    assert found["rank"] == 3
    assert found["dropped"] == [2, 3]
    assert [text.split(" equals ")[0] for text in found["dropped_text"]] == ["floors", "age"]
    np.testing.assert_allclose(found["minimum_norm"], [1.24, 0.154, 23.47, -65.69, 1.83], atol=0.006)


@pytest.mark.parametrize("weights", [None, "v"])
def test_a_large_table_sends_a_stated_sample_of_its_coded_rows(weights):
    rng, m = np.random.default_rng(0), 30_000
    z, f, v = rng.normal(size=m), rng.choice(list("abc"), m), rng.uniform(1, 2, m)
    table = {"z": z, "f": f, "v": v, "y": z + (f == "b") + rng.normal(size=m)}
    found = of_collected(sw.collect("y ~ z + f", table, weights=weights))
    sample, rows = found["sample"], np.array(found["sample"]["rows"]) - 1
    assert (found["rows"], len(rows), sample["complete"]) == (m, 2_000, False)
    assert sample["x"] == [z[rows].tolist(), (f[rows] == "b").tolist(), (f[rows] == "c").tolist()]
    assert sample["y"] == table["y"][rows].tolist()
    assert sample["weights"] == (None if weights is None else v[rows].tolist())
    assert found["weighted"] is (weights is not None)


def test_rows_that_are_copies_or_incomplete_are_counted_as_the_fit_counts_them():
    table = {"x": [1.0, 2.0, None, 4.0], "n": [2, 1, 1, 0], "y": [1.0, 3.0, 5.0, 6.0]}
    found = of_collected(sw.collect("y ~ x", table, frequency="n"))
    assert (found["rows"], found["weight"]) == (3, 3.0)
    assert found["sample"] == {
        "x": [[1.0, 2.0]],
        "y": [1.0, 3.0],
        "weights": [2.0, 1.0],
        "rows": [1, 2],
        "complete": True,
    }


def test_wide_tables_send_fewer_rows_and_too_wide_ones_are_refused():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(3_000, 201)), rng.normal(size=3_000)
    table = {f"x{j}": X[:, j] for j in range(201)} | {"y": y}
    found = of_collected(sw.collect("y ~ . - x200", table))
    assert len(found["sample"]["y"]) == payloads.NUMBERS // 201
    assert len(json.dumps(found)) < 2.5e6
    with pytest.raises(ArgumentError, match="201 columns and a page takes 200; take terms out"):
        of_collected(sw.collect("y ~ .", table))


HOSTILE = ("</script><script>boom()</script>", "<!--<script>", "<img onerror=boom()>", "a\u2028b\u2029", '"];boom();["')


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_ends_the_data_or_becomes_markup(tmp_path, name):
    path = sw.explore({name: [1.0, 2.0], "y": [3.0, 5.0]}, tmp_path / "page.html", formula=f"y ~ `{name}`")
    text = path.read_text(encoding="utf-8")
    assert embedded(path)["names"] == [name]
    assert "<img" not in text
    assert re.search(r'json">(.*?)</script', text, re.DOTALL)[1].isascii()
    assert list(re.findall(r"<script[^>]*>", text.split("<body>")[1])) == [
        '<script type="application/json">',
        "<script>",
    ]


def test_what_cannot_be_explored_is_refused_in_a_sentence(tmp_path):
    kept = sw.collect("y ~ x", {"x": [1.0, 2.0], "y": [3.0, 5.0]})
    with pytest.raises(ArgumentError, match=r"the data come first: explore\(data, formula='y ~ x'\)"):
        sw.explore("y ~ x", HOUSES)
    with pytest.raises(ArgumentError, match="formula= is for rows, and this is a Collected already"):
        sw.explore(kept, formula="y ~ x")
    with pytest.raises(ArgumentError, match="a dict holds no state; give its formula="):
        sw.explore(HOUSES)
    with pytest.raises(ArgumentError, match=r"these are 2 models, and a page shows one: explore\(models\['a'\]\)"):
        sw.explore(sw.fit("y ~ x", {"f": list("aabb"), "x": [1.0, 2, 1, 3], "y": [1.0, 2, 3, 5]}, by="f"))
    with pytest.raises(ArgumentError, match="learning_rate=-1 makes no steps"):
        sw.explore(kept, learning_rate=-1)
    with pytest.raises(ArgumentError, match="further than an explorer goes"):
        sw.explore(kept, step=10**10)
    with pytest.raises(ShapeError, match="give a finite number for each of Intercept, x"):
        sw.explore(kept, start=[1.0])
    with pytest.raises(OutputError, match="there is no folder"):
        sw.explore(kept, tmp_path / "nowhere" / "page.html")


def test_a_page_that_nobody_names_is_called_after_its_data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert sw.explore(EXAMPLES / "two_houses.csv", formula="price ~ size") == Path("two_houses-explorer.html")
    assert [path.name for path in tmp_path.iterdir()] == ["two_houses-explorer.html"]


def test_a_page_without_data_weighs_less_than_300_kilobytes():
    assert len(explorer_page(payload_of("price ~ size", HOUSES)).encode()) < 300_000


def test_importing_slopewise_and_writing_pages_load_no_widget():
    code = (
        "import sys, slopewise as sw; from slopewise.explored import of_collected; "
        f"of_collected(sw.collect('price ~ size', {HOUSES})); print('anywidget' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_without_anywidget_a_notebook_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "slopewise.widget", raising=False)
    with pytest.raises(MissingExtra, match=r"pip install 'slopewise\[notebook\]'"):
        import_module("slopewise.widget")

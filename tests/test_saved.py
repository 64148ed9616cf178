"""Models that last: files that are read back bit for bit, that people can read, and that can do nothing else."""

from __future__ import annotations

import copy
import json
import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise import saved
from slopewise.collected import Collected
from slopewise.data import documents
from slopewise.errors import OutputError, SlopewiseError, SourceError
from slopewise.model import LinearModel

EXAMPLES = Path(__file__).parents[1] / "examples"
AMES = pd.read_csv(EXAMPLES / "ames.csv", keep_default_na=False, na_values=[""])
SCHEMA_1 = Path(__file__).parent / "data" / "models" / "schema-1.json"
OLD_FORMULA = "log(price) ~ poly(area, 2) * Street + Total.Bsmt.SF + BsmtFin.SF.1 + BsmtFin.SF.2 + Bsmt.Unf.SF"

x, y = np.random.default_rng(3).normal(size=(2, 30))
MODELS = {
    "categories": lambda: sw.fit("log(price) ~ area * Bldg.Type + I(area^2) + `Central.Air`", AMES, weights="Lot.Area"),
    "polynomials": lambda: sw.fit("price ~ poly(area, 3) * Street", AMES),
    "a file": lambda: sw.fit("price ~ area", EXAMPLES / "ames.csv"),
    "saturated": lambda: sw.fit("price ~ size", EXAMPLES / "two_houses.csv"),
    "collinear": lambda: sw.fit("price ~ BsmtFin.SF.1 + BsmtFin.SF.2 + Bsmt.Unf.SF + Total.Bsmt.SF", AMES),
    "a mean": lambda: sw.fit("y ~ 1", {"y": y}),
    "constant": lambda: sw.fit("y ~ x", {"x": np.ones(30), "y": y}),
    "arrays": lambda: sw.fit_arrays(np.c_[x, x**2], y, names=["a b", "ü"], intercept=False),
    "double": lambda: sw.fit_arrays(np.c_[x, x**2, np.cos(x)], y, precision="double"),
    "exact": lambda: sw.fit_arrays(np.c_[x, x**2, np.cos(x)], y, precision="exact"),
    "extreme": lambda: sw.fit_arrays(x * 1e150, y * 1e-150),
    "descent": lambda: sw.descend(sw.Moments.of([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])).model(),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_saved_model_is_the_same_model(name: str, tmp_path: Path) -> None:
    model = MODELS[name]()
    model.save(tmp_path / "m.json")
    again = sw.load(tmp_path / "m.json")
    assert again == model
    assert pickle.loads(pickle.dumps(model)) == model
    assert again.summary() == model.summary()
    assert again.kept.provenance == model.kept.provenance
    assert again.made_with == model.made_with == saved.versions()
    again.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "m.json").read_bytes()
    assert (tmp_path / "m.json").stat().st_size < 20_000
    assert again != "a model"


def test_a_loaded_model_predicts_the_same_bits(tmp_path: Path) -> None:
    for name in ("categories", "polynomials"):
        model = MODELS[name]()
        model.save(tmp_path / "m.json")
        again = sw.load(tmp_path / "m.json")
        assert again.predict(AMES).tolist() == model.predict(AMES).tolist()
        assert again.predict(AMES, interval="prediction").equals(model.predict(AMES, interval="prediction"))


def test_the_file_can_be_read_from_the_top(tmp_path: Path) -> None:
    model = sw.fit("price ~ size", EXAMPLES / "six_houses.csv")
    model.save(tmp_path / "m.json")
    text = (tmp_path / "m.json").read_text()
    assert text.startswith('{\n "kind": "slopewise model",\n "schema": 3,\n "formula": "price ~ size",\n')
    record = json.loads(text)
    assert list(record)[4:8] == ["coefficients", "rows", "source", "provenance"]
    assert record["coefficients"] == dict(model.coefficients)
    assert record["rows"]["used"] == 6
    assert record["made_with"].keys() == {"slopewise", "numpy", "python"}
    assert str(tmp_path) not in text
    assert all(len(line) < 140 for line in text.splitlines())


def test_where_the_rows_came_from_is_told() -> None:
    one = Collected(*_kept(pd.DataFrame({"x": x, "y": y})), ({"name": "a.csv", "bytes": 7},))
    other = Collected(*_kept(pd.DataFrame({"x": y, "y": x})), ({"name": "b.csv", "bytes": 9},))
    assert (one + other + one).provenance == (*one.provenance, *other.provenance, *one.provenance)


def _kept(table: pd.DataFrame) -> tuple[Any, ...]:
    kept = sw.collect("y ~ x", table)
    return kept.design, kept.gathered, kept.source


def test_equal_models_are_equal_files_and_a_date_is_there_if_asked_for(tmp_path: Path) -> None:
    for name, dated in (("a", False), ("b", False), ("c", True)):
        MODELS["polynomials"]().save(tmp_path / name, dated=dated)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    plain, dated_record = (json.loads((tmp_path / name).read_text()) for name in "ac")
    assert dated_record.pop("saved").startswith("20")
    assert dated_record == plain
    assert sw.load(tmp_path / "c") == sw.load(tmp_path / "a")


def test_the_digest_knows_the_rows_and_nothing_else() -> None:
    table = pd.DataFrame({"x": x, "y": y, "f": np.where(x > 0, "a", "b")})
    digest = sw.collect("y ~ x + f", table).digest()
    assert sw.collect("y ~ x + f", pl.DataFrame(table.assign(z=1.0).to_dict("list"))).digest() == digest
    assert sw.collect("y ~ x + f", table.assign(x=x + 1e-9)).digest() != digest
    assert sw.collect("y ~ f + x", table).digest() != digest
    exact = [sw.collect("y ~ x + f", table.sample(frac=1, random_state=k), precision="exact") for k in (0, 1)]
    assert exact[0].digest() == exact[1].digest()
    halves = [sw.collect("y ~ x + f", part, precision="exact") for part in (table[:11], table[11:])]
    assert (halves[0] + halves[1]).digest() == exact[0].digest()


def test_a_model_of_the_first_schema_is_read() -> None:
    old, new = sw.load(SCHEMA_1), sw.fit(OLD_FORMULA, AMES, weights="Lot.Area")
    assert dict(old.made_with) == {"slopewise": "0.1.0"}
    assert old.names == new.names
    assert (old.kept.rows.used, old.kept.rows.dropped) == (new.kept.rows.used, new.kept.rows.dropped)
    assert_allclose(old.predict(AMES), new.predict(AMES), rtol=1e-12)
    assert_allclose(old.vcov(), new.vcov(), rtol=1e-10)
    assert LinearModel.from_dict(json.loads(json.dumps(old.to_dict()))) == old


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is not a slopewise model"),
        ("{", "is not a slopewise model"),
        ("[1, 2]", "its 'kind' is missing"),
        ('{"kind": "table"}', "it is a 'table'"),
        ('{"kind": "slopewise model", "schema": 0}', "is not a slopewise model"),
        ('{"kind": "slopewise model", "schema": true}', "its 'schema' is missing, or not what it should be"),
        (
            '{"kind": "slopewise model", "schema": 99}',
            r"has schema 99, and slopewise [0-9.]+ reads schemas up to 3; up",
        ),
        ('{"kind": "slopewise model", "schema": 1, "solution": {}, "kept": {}}', "is not a slopewise model"),
        ('{"kind": NaN}', "NaN is no finite number"),
        ('{"kind": [-Infinity]}', "-Infinity is no finite number"),
        ('{"kind": 1e999}', "1e999 is no finite number"),
        ('{"kind": ' + "9" * 5_000 + "}", "is not a slopewise model"),
        ('{"kind": 1, "kind": 1}', "a name stands twice"),
        ("[" * 150_000 + "]" * 150_000, "is not a slopewise model"),
        ("[[" + "[],[]," * 100_000 + "[]]]", "larger than any"),
    ],
)
def test_what_is_no_model_is_refused(content: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text(content)
    with pytest.raises(SourceError, match=says) as caught:
        sw.load(path)
    assert len(str(caught.value)) < 500


def test_no_more_of_a_file_is_read_than_a_model_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    MODELS["saturated"]().save(tmp_path / "m.json")
    monkeypatch.setattr(documents, "LARGEST", 100)
    for path in (tmp_path / "m.json", "/dev/zero"):
        with pytest.raises(SourceError, match="larger than any"):
            sw.load(path)


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nothing.json cannot be read: No such file"):
        sw.load(tmp_path / "nothing.json")
    with pytest.raises(SourceError, match="Is a directory"):
        sw.load(tmp_path)
    (tmp_path / "m.json").write_bytes(b'{"kind": "\xff"}')
    with pytest.raises(SourceError, match="it is not text"):
        sw.load(tmp_path / "m.json")
    with pytest.raises(OutputError, match="there is no folder"):
        MODELS["saturated"]().save(tmp_path / "no" / "m.json")


def _table() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    table = {"x": rng.normal(size=40), "z": rng.random(40), "f": rng.choice(list("pqr"), 40).tolist()}
    return table | {"y": table["x"] + rng.normal(size=40), "w": 2 * table["x"] + 1, "v": rng.random(40) + 0.5}


TABLE = _table()
FORMULA = "log(y + 9) ~ x * f + w + poly(z, 2)"
RECORDS = [
    json.loads(json.dumps(sw.fit(FORMULA, TABLE, weights="v", precision=precision).to_dict()))
    for precision in ("double", "double-double", "exact")
]


@pytest.fixture
def _forged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digests that fit whatever numbers there are, as somebody who means harm would have them."""
    monkeypatch.setattr(Collected, "digest", lambda self: RECORDS[0]["digest"])
    for record in RECORDS:
        monkeypatch.setitem(record, "digest", RECORDS[0]["digest"])


def _changed(record: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(record)
    place: Any = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


NUMBERS = ("gathered", "sums", "numbers")
DROPPED = next(iter(RECORDS[1]["solution"]["combinations"]))
BOMB = "y ~ " + " + ".join(["x"] * 100_000)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("solution", "unscaled_covariance"), [[1.0]], "do not fit its formula"),
        (("solution", "unscaled_covariance"), -1, "do not fit its formula"),
        (("solution", "unscaled_covariance", 1, 1), -1.0, "its unscaled covariance is not that of any columns"),
        (("solution", "unscaled_covariance", 1, 0), 1e9, "its unscaled covariance is not that of any columns"),
        (("solution", "unscaled_covariance", 4, 0), 1.0, "its unscaled covariance is not that of any columns"),
        (("solution", "unscaled_covariance", 2), [0.0], "is not a slopewise model"),
        (("solution", "residual_sum_of_squares"), -1, "do not fit its formula"),
        (("solution", "residual_sum_of_squares"), None, "do not fit its formula"),
        (("solution", "combinations"), {"70": [0.0]}, "do not fit its formula"),
        (("solution", "rank"), 10**30, "do not fit its formula"),
        (("solution", "has_intercept"), 1, "its 'has_intercept' is missing"),
        (("coefficients", "x"), None, "it lacks numbers that predictions need"),
        (("coefficients", "x"), "1", "'1' stands where a number should"),
        (("coefficients",), {"x": 1.0}, "its coefficients are not those of its formula"),
        (("rows", "used"), 0, "do not fit its digest"),
        ((*NUMBERS, "rows"), 0, "its state is not one of rows"),
        ((*NUMBERS, "rows"), 2**70, "is not a slopewise model"),
        (("rows", "dropped"), -1, "it counts fewer rows than none"),
        (("rows", "read"), 40.0, "its 'read' is missing, or not what it should be"),
        (("gathered", "cells", 0, 1), ["p"], "is not a slopewise model"),
        (("gathered", "cells", 0), [["p"]] * 3, "is not a slopewise model"),
        (("gathered", "sums", "counts", 0), 10**12, "is not a slopewise model"),
        (("gathered", "sums", "own", 0, "sums", 1, 0), [1.0], "is not a slopewise model"),
        (("gathered", "sums", "own", 0, "left", 0), 10**12, "its exponents are beyond those of any number"),
        (("gathered", "origins", "poly(z, 2)"), [0.5, 10**9], "its exponents are beyond those of any number"),
        ((*NUMBERS, "exponents"), 10**12, "its exponents are beyond those of any number"),
        ((*NUMBERS, "rounding"), 1, "its state is not one of rows"),
        ((*NUMBERS, "log_weight"), [[1.0]], "its state is not one of rows"),
        ((*NUMBERS, "products", 3), [1.0, "nan"], "'nan' stands where a number should"),
        ((*NUMBERS, "precision"), "triple", "is not one of"),
        (("design", "expanded"), "y ~ __import__('os').system('touch owned')", "is not a slopewise model"),
        (("design", "expanded"), BOMB, "its formula is longer than any"),
        (("design", "weights"), "nothing", "is not a slopewise model"),
        (("design", "columns"), ["x"], "its 'columns' is missing"),
        (("method",), 7, "its 'method' is missing"),
        (("provenance",), [7], "its 'provenance' is missing"),
        (("made_with", "numpy"), 2.4, "its 'numpy' is missing"),
        (("source",), "\ud800", "surrogates not allowed"),
        (("provenance", 0, "name"), "\udfff.csv", "surrogates not allowed"),
        (("solution", "combinations", DROPPED), [1e308] * len(RECORDS[1]["coefficients"]), "overflow"),
    ],
)
@pytest.mark.usefixtures("_forged")
def test_a_crafted_model_is_refused_and_does_nothing(
    path: tuple[str | int, ...], value: Any, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    record = RECORDS[2] if path[-1] == "exponents" else RECORDS[1]
    Path("m.json").write_text(json.dumps(_changed(record, path, value)))
    with pytest.raises(SourceError, match=says) as caught:
        sw.load("m.json")
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.json"]


def test_sums_that_were_changed_are_noticed() -> None:
    products = RECORDS[1]["gathered"]["sums"]["numbers"]["products"]
    changed = _changed(RECORDS[1], (*NUMBERS, "products", 2, 1), products[2][1] + 1.0)
    with pytest.raises(SourceError, match="do not fit its digest: it was changed after it was saved"):
        LinearModel.from_dict(changed)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.integers(),
    st.sampled_from([10**30, 10**400, 2**63, 1e308, -1e308, 5e-324, "nan", "inf", "y ~ x", "poly(z, 20)", "\x00"]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.recursive(st.integers(0, 3), lambda inner: st.lists(inner, max_size=3), max_leaves=6),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
@pytest.mark.usefixtures("_forged")
def test_whatever_is_changed_it_predicts_or_is_refused(data: st.DataObject) -> None:
    record = copy.deepcopy(data.draw(st.sampled_from(RECORDS), "precision"))
    place, key = record, data.draw(st.sampled_from(sorted(record)))
    while isinstance(place[key], dict | list) and place[key] and data.draw(st.integers(0, 4)):
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place)) if isinstance(place, dict) else st.integers(0, len(place) - 1))
    if data.draw(st.booleans(), "remove it"):
        del place[key]
    else:
        place[key] = data.draw(VALUES, "value")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # numbers may be absurd, as long as they are numbers
        try:
            model = LinearModel.from_dict(record)
        except SourceError:
            return
        try:
            assert model.predict(TABLE, unseen="missing").shape == (40,)
            assert model.predict(TABLE, interval="prediction", unseen="missing").num_rows == 40
        except SlopewiseError:  # a formula of other columns, or no degrees of freedom: what any model may say
            pass
        assert model.summary()
        assert LinearModel.from_dict(json.loads(json.dumps(model.to_dict()))) == model

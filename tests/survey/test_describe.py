"""`describe` from the outside: any carrier, hard tables, what the pass must survive, and what it writes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import slopewise as sw
from slopewise.data import open_source
from slopewise.data.options import ReadOptions
from slopewise.described import Description, describe
from slopewise.errors import ArgumentError, ColumnTypeError, DataError, UnknownColumn

AMES = Path(__file__).resolve().parents[2] / "examples" / "ames.csv"
TABLE = pa.table(
    {"size": [1.5, 2.0, None, 4.0], "city": ["Oslo", None, "Bergen", "Oslo"], "price": [3.0, 4.0, 5.0, 9.0]}
)


@pytest.fixture(scope="module")
def ames() -> Description:
    return describe(AMES, target="price")


def carriers(folder: Path) -> dict[str, object]:
    pq.write_table(TABLE, folder / "t.parquet")
    TABLE.to_pandas().to_csv(folder / "t.csv", index=False)
    return {
        "csv": folder / "t.csv",
        "parquet": folder / "t.parquet",
        "pandas": TABLE.to_pandas(),
        "polars": pl.from_arrow(TABLE),
        "lazy": pl.from_arrow(TABLE).lazy(),
        "mapping": {name: TABLE[name] for name in TABLE.column_names},
        "source": open_source(TABLE),
    }


def test_every_carrier_says_the_same(tmp_path):
    def columns(data: object) -> list[dict[str, object]]:
        return [vars(column) | {"type": ""} for column in describe(data, target="price").columns]

    expected = columns(TABLE)
    for name, data in carriers(tmp_path).items():
        assert columns(data) == expected, name


def test_figures_are_those_of_pandas(ames):
    frame = pd.read_csv(AMES, keep_default_na=False, na_values=["", "NA"])
    for column in ames.columns:
        values = frame[column.name].dropna()
        assert column.missing == len(frame) - len(values)
        assert column.distinct == values.nunique()
        if column.quantiles is None:
            assert [(level.label, level.rows) for level in column.top[:1]] == [
                (label, rows) for label, rows in values.value_counts().items()
            ][:1]
            continue
        assert tuple(column.quantiles) == pytest.approx(tuple(values.quantile([0.05, 0.25, 0.5, 0.75, 0.95])))
        assert (column.mean, column.deviation) == pytest.approx((values.mean(), values.std()))
        assert column.histogram is not None
        assert sum(column.histogram.counts) == len(values)
        if column.name != "price":
            assert column.correlation == pytest.approx(frame["price"].corr(frame[column.name]))


def test_the_formula_to_begin_with_works(ames):
    assert ames.formula == (
        "price ~ . - Order - PID - Alley - Mas.Vnr.Type - Fireplace.Qu - Pool.QC - Fence - Misc.Feature"
    )
    model = sw.fit("price ~ size - z", {"price": [1.0, 2.0, 4.0], "size": [1.0, 2.0, 3.0], "z": [1.0, 1.0, 2.0]})
    assert list(model.coefficients) == ["Intercept", "size"]
    odd = {"a b": [1.0, 2.0, 4.0, 3.0], "<x>": [3.0, 1.0, 2.0, 9.0], "if": [None, None, 1.0, 1.0]}
    formula = describe(odd, target="a b").formula
    assert formula == "`a b` ~ . - if"
    assert list(sw.fit(formula, odd).coefficients) == ["Intercept", "<x>"]


def test_threads_and_blocks_change_nothing():
    values = np.random.default_rng(1).normal(size=300_000)
    table = pa.table({"x": values, "s": [f"{v:.1f}" for v in values]})
    one, two = (describe(table, target="x", threads=threads) for threads in (1, 3))
    assert one.to_dict() == two.to_dict()
    assert one.sampled == 16_384
    assert one.rank_error == pytest.approx(1 / 128)
    assert any("rows drawn at random" in note for note in one.notes)
    assert any("distinct values are estimated" in note for note in one.notes)


def test_the_condition_and_progress_reach_the_pass():
    seen: list[tuple[int, int | None]] = []
    found = describe(TABLE, where="price > 3.5", progress=lambda *at: seen.append(at))
    assert found.rows == 3
    assert seen == [(3, None)]


STRAY_ROW = 24_000


@pytest.fixture(scope="module")
def stray_file(tmp_path_factory):
    """A file whose first 20 480 rows promise more than later ones hold."""
    path = tmp_path_factory.mktemp("stray") / "stray.csv"
    rows = [f"{i * 0.5},2020-01-02,{'true' if i % 2 else 'false'},{i % 7}" for i in range(1, 25_001)]
    rows[STRAY_ROW - 1] = "oops,soon,maybe,5"
    rows[STRAY_ROW + 9] = "oops,2020-01-03,true,5"
    path.write_text("x,when,flag,y\n" + "\n".join(rows) + "\n")
    return path


def test_cells_that_would_stop_fit_are_counted_and_shown(stray_file):
    with pytest.raises(ColumnTypeError, match="'oops'"):
        sw.fit("y ~ x", stray_file)
    found = describe(stray_file, target="y")
    assert found["x"].use == "refused: 2 cells are not numbers: 'oops' (row 24,000), 'oops' (row 24,010)"
    assert found["when"].use == "refused: 1 cell is not a date: 'soon' (row 24,000)"
    assert found["flag"].use == "refused: 1 cell is not true or false: 'maybe' (row 24,000)"
    assert found["x"].high == 12_500.0
    assert found["x"].missing == 0
    assert found["y"].role == "target"
    assert found["y"].quantiles is not None
    assert found["y"].quantiles.median == 3.0


def test_a_file_of_one_column_that_cannot_be_read_says_why(tmp_path):
    (tmp_path / "one.csv").write_text("x\n" + "1\n" * 21_000 + "oops\n")
    (column,) = describe(tmp_path / "one.csv").columns
    assert column.role == "refused"
    assert column.use.startswith("refused: one.csv has 'oops' in column 'x' at row 21001")


def test_cells_that_mark_missing_values_are_no_strays(tmp_path):
    rows = ["1,a", "N/A,b", "-,c", *["2,a"] * 21_000, "oops,a"]
    (tmp_path / "marked.csv").write_text("x,s\n" + "\n".join(rows) + "\n")
    found = describe(tmp_path / "marked.csv")
    assert found["x"].use == "refused: 1 cell is not a number: 'oops' (row 21,004)"
    assert (found["x"].missing, found["x"].first_missing) == (2, (2, 3))


def test_numbers_in_dress_are_refused_until_told(tmp_path):
    path = tmp_path / "rates.csv"
    path.write_text("rate,x\n" + "\n".join(f"{i}%,{i}" for i in range(40)) + "\n")
    found = describe(path, target="x")
    assert found["rate"].role == "refused"
    assert "numbers='rate'" in found["rate"].use
    assert found["x"].mean == 19.5
    told = describe(path, target="x", options=ReadOptions(numbers="rate"))["rate"]
    assert (told.kind, told.correlation) == ("number", pytest.approx(1.0))


def test_decimals_that_only_the_source_understands_are_not_miscounted(tmp_path):
    path = tmp_path / "decimals.csv"
    path.write_text("x;s\n" + "1,5;a\n" * 21_000 + "oops;a\n")
    found = describe(path, options=ReadOptions(decimal=","))
    assert found["x"].use.startswith("refused: decimals.csv has 'oops'")
    assert found["s"].role == "constant"


@pytest.mark.parametrize(("codes", "reference"), [([0, 1, 2], "z"), ([2, 1], "y")])
def test_the_first_declared_level_that_occurs_is_the_reference(codes, reference):
    declared = pa.DictionaryArray.from_arrays(pa.array(codes * 9, pa.int32()), pa.array(["z", "y", "1"]))
    column = describe(pa.table({"c": pa.chunked_array([declared, declared])}))["c"]
    assert column.use == f"a category of {len(codes)} levels, reference {reference!r}"


DONE = {
    "number": [1.0, 2.0, 4.0, 8.0],
    "text": ["b", "a", "b", "c"],
    "boolean": [True, False, True, True],
    "date": pa.array([0, 1, 5, 7], pa.date32()),
    "constant": [7, 7, 7, 7],
    "empty": [None] * 4,
    "infinite": [1.0, np.inf, 2.0, 3.0],
    "strays": ["1", "2", "3", "n/a"],
    "list": [[1]] * 4,
}


@pytest.mark.parametrize("name", DONE)
def test_what_is_said_of_fit_is_what_fit_does(name):
    """Each column in a fit of its own: refused, left out, one slope, or levels beside the reference named."""
    table = pa.table({"y": [1.0, 2.0, 5.0, 3.0] * 2, "c": pa.chunked_array([pa.array(DONE[name])] * 2)})
    column = describe(table, target="y")["c"]
    if column.role in ("refused", "empty"):
        with pytest.raises(DataError):
            sw.fit("y ~ c", table)
        return
    coefficients = sw.fit("y ~ c", table).coefficients
    slopes = {term for term, value in coefficients.items() if np.isfinite(value)} - {"Intercept"}
    if column.role == "constant":
        assert slopes == set()
    elif column.role == "category":
        reference = column.use.rpartition("reference ")[2].strip("'")
        levels = {level.label for level in column.top} - {reference}
        assert len(levels) == (column.distinct or 0) - 1
        assert slopes == {f"c[T.{level}]" for level in levels}
    else:
        assert len(slopes) == 1


def test_a_column_of_odd_objects_does_not_hide_the_others():
    frame = pd.DataFrame({"mixed": [1, "x", 2.5], "objects": [object()] * 3, "b": [1.0, 2.0, 3.0]})
    found = describe(frame, target="b")
    assert found["mixed"].role == found["objects"].role == "refused"
    assert found["mixed"].use.startswith("refused: ")
    assert "'x' in column 'mixed' at row 2" in found["mixed"].use
    assert found["b"].mean == 2.0
    assert found.rows == 3
    with pytest.raises(ColumnTypeError, match="'x' in column 'mixed'"):
        describe(frame, target="mixed")


@pytest.mark.parametrize("table", [{"x": []}, {"x": [], "s": []}])
def test_no_rows(table):
    found = describe(table)
    assert found.rows == 0
    assert {column.role for column in found.columns} == {"empty"}
    assert found.notes == ("there are no rows",)
    assert "there are no rows" in found.text()
    assert found.html().count("<article") == len(table)


def test_a_header_and_no_rows(tmp_path):
    (tmp_path / "empty.csv").write_text("a,b\n")
    assert describe(tmp_path / "empty.csv").rows == 0


def test_nothing_but_columns_that_cannot_be_read():
    found = describe(pd.DataFrame({"o": [object()]}))
    assert found["o"].role == "refused"
    assert "o" in found.text()


def test_very_many_columns_keep_little_of_each():
    rng = np.random.default_rng(2)
    table = pa.table({f"c{i}": rng.normal(size=40) for i in range(1_500)})
    found = describe(table)
    assert len(found.columns) == 1_500
    assert "and 1,300 more columns" in found.text()
    assert found.html().count("<article") == 500
    assert len(found.to_columns()["name"]) == 1_500


def test_very_many_levels_are_estimated():
    found = describe({"s": [f"level {i}" for i in range(30_000)], "t": [f"{i // 3}" for i in range(30_000)]})
    assert found["s"].role == "id"
    assert found["t"].distinct == pytest.approx(10_000, rel=0.06)
    assert not found["t"].distinct_exact
    assert found["t"].use.startswith("a category of about ")


def test_a_frequent_level_among_very_many_is_found():
    texts = [f"level {i}" for i in range(20_000)] + ["unknown"] * 10_000
    (top, *_) = describe({"s": texts})["s"].top
    assert top.label == "unknown"
    assert top.rows == pytest.approx(10_000, rel=0.05)


def test_names_of_every_sort():
    names = ["<script>alert(1)</script>", "line\nbreak", 'a "b"', "", " ", "größe", "select", "x" * 300]
    found = describe(pd.DataFrame({name: [1.0, 2.0] for name in names}))
    assert [column.name for column in found.columns] == names
    assert all(len(line) <= 80 for line in found.text().splitlines())


def test_a_target_has_to_be_numbers():
    with pytest.raises(UnknownColumn, match="did you mean 'price'"):
        describe(TABLE, target="prise")
    with pytest.raises(ArgumentError, match="column 'city' of the table holds text, and a target needs numbers"):
        describe(TABLE, target="city")


def test_booleans_and_dates_are_targets():
    table = pa.table({"x": [1.0, 2.0, 3.0], "b": [False, False, True], "d": pa.array([1, 2, 3], pa.date32())})
    assert describe(table, target="b")["x"].correlation == pytest.approx(np.corrcoef([1, 2, 3], [0, 0, 1])[0, 1])
    assert describe(table, target="d")["x"].correlation == pytest.approx(1.0)


def test_a_target_is_never_left_out():
    even = [i % 7 * 0.5 for i in range(30)]
    table = pa.table({"x": even, "key": range(30), "same": [7] * 30, "none": pa.array([None] * 30, pa.float64())})
    found = describe(table, target="key")
    assert (found["key"].role, found["key"].use, found["key"].hints) == ("target", "the target: a number", ())
    assert found.formula == "key ~ . - same - none"
    constant, empty = describe(table, target="same"), describe(table, target="none")
    assert constant["same"].use == "the target: 7 in every row, so that there is nothing to explain"
    assert empty["none"].use == "the target: no row has a value, so that there is nothing to fit"
    assert not constant["same"].hints
    assert not empty["none"].hints
    assert constant.formula is empty.formula is None


@pytest.mark.parametrize("suffix", [".html", ".json", ".csv", ".txt"])
def test_what_is_saved_reads_back(tmp_path, ames, suffix):
    path = tmp_path / f"survey{suffix}"
    ames.save(path)
    content = path.read_text(encoding="utf-8")
    if suffix == ".json":
        assert json.loads(content) == json.loads(json.dumps(ames.to_dict()))
        assert json.loads(content)["columns"][3]["quantiles"]["median"] == 160_000
    elif suffix == ".csv":
        lines = list(csv.DictReader(content.splitlines()))
        assert [line["name"] for line in lines] == [column.name for column in ames.columns]
        assert lines[3]["median"] == "160000.0"
    elif suffix == ".txt":
        assert content == ames.text() + "\n"
    else:
        assert content == ames.html()


def test_another_suffix_is_refused(tmp_path, ames):
    with pytest.raises(ArgumentError, match=r"end its name in \.html, \.json, \.csv or \.txt"):
        ames.save(tmp_path / "survey.pdf")


def test_dates_are_written_as_dates():
    found = describe(pa.table({"d": pa.array([0, 1, 10], pa.date32())})).to_dict()
    (column,) = found["columns"]
    assert (column["low"], column["high"]) == ("1970-01-01", "1970-01-11")
    assert column["quantiles"]["median"] == "1970-01-02"


def test_a_description_is_a_value(ames):
    assert describe(AMES, target="price") == ames
    assert repr(ames) == "<Description: ames.csv, 2,930 rows, 82 columns>"
    assert str(ames) == ames.text()
    with pytest.raises(UnknownColumn, match="did you mean"):
        ames["prize"]

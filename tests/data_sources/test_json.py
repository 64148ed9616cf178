"""JSON lines and arrays of records: what a field holds, what is missing, and where a fault is."""

from __future__ import annotations

import datetime
import json
import math
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slopewise.data import jsonlines, open_source
from slopewise.data.textual import SAMPLE
from slopewise.errors import ColumnTypeError, SlopewiseError


def cells_of(path: Path, content: str | bytes, **options: Any) -> dict[str, list[Any]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    source = open_source(path, **options)
    tables = [block.table for block in source.blocks(list(source.columns))]
    return pa.concat_tables(tables).to_pydict()  # type: ignore[no-any-return]


fields = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=5)
texts = st.text(st.characters(codec="utf-8"), max_size=6).map(lambda text: "ß" + text)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**63), 2**64)


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(fields, min_size=3, max_size=3, unique_by=str.casefold), data=st.data(), array=st.booleans())
def test_what_is_written_is_read(tmp_path: Path, names: list[str], data: st.DataObject, array: bool) -> None:
    """Any names, texts, numbers and truths come back; null and what is absent are missing."""
    kinds = (st.none() | texts, st.none() | numbers, st.none() | st.booleans())
    rows = [("ß", 0.5, True), *data.draw(st.lists(st.tuples(*kinds), max_size=4))]
    records = [{name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows]
    records[1:] = data.draw(st.permutations(records[1:]))
    path = tmp_path / "t.json"
    path.write_text(json.dumps(records) if array else "\n".join(map(json.dumps, records)), encoding="utf-8")
    source = open_source(path)
    assert source.columns == dict(zip(names, ("text", "number", "boolean"), strict=True))
    assert source.rows == len(records)
    (block,) = source.blocks(names)
    expected = [[record.get(name) for name in names] for record in records]
    assert list(map(list, zip(*(block.table[name].to_pylist() for name in names), strict=True))) == [
        [text, None if number is None else float(number), truth] for text, number, truth in expected
    ]


@pytest.mark.parametrize(
    ("values", "kind", "read"),
    [
        (["1", "-1.5e3", "null"], "number", [1, -1500, None]),
        (["true", "false"], "boolean", [True, False]),
        (['"true"', '"x"'], "text", ["true", "x"]),
        (['"NA"', '""', '"-"'], "text", ["NA", "", "-"]),
        (["1", "2", '"NA"', '""', '"?"', "NaN"], "number", [1, 2, None, None, None, None]),
        (["1", "2", '"3"'], "number", [1, 2, 3]),
        (["1", "Infinity", "-Infinity", "1e400"], "number", [1, math.inf, -math.inf, math.inf]),
        (['"2020-01-31"', "null"], "date", [datetime.date(2020, 1, 31), None]),
        (['"2020-01-31T10:00:01"'], "date", [datetime.datetime(2020, 1, 31, 10, 0, 1)]),
        (["[1, 2]", "null"], "other", ["[1,2]", None]),
        (['{"a": 1}', '"x"'], "other", ['{"a":1}', "x"]),
        (['"x"', "1"], "text", ["x", "1"]),
        (["null", "null"], "number", [None, None]),
    ],
)
def test_kinds(values: list[str], kind: str, read: list[Any], tmp_path: Path) -> None:
    content = "\n".join(f'{{"v": {value}}}' for value in values)
    assert cells_of(tmp_path / "t.jsonl", content) == {"v": read}
    assert open_source(tmp_path / "t.jsonl").columns == {"v": kind}


def test_records_whose_fields_differ(tmp_path: Path) -> None:
    content = '{"a": 1}\n{"b": "x", "a": 2}\n{}\n{"c": true}\n'
    expected = {"a": [1, 2, None, None], "b": [None, "x", None, None], "c": [None, None, None, True]}
    assert cells_of(tmp_path / "t.jsonl", content) == expected


def test_blank_lines_and_line_ends(tmp_path: Path) -> None:
    assert cells_of(tmp_path / "t.jsonl", '\n{"a": 1}\r\n\r\n  \n{"a": 2}') == {"a": [1, 2]}


def test_names_of_any_kind(tmp_path: Path) -> None:
    names = ["a b", "x'y", 'say "x"', "Lot.Area", "$", "ä\t", "*"]
    assert cells_of(tmp_path / "t.json", json.dumps([dict.fromkeys(names, 1)])) == dict.fromkeys(names, [1])  # noqa: RUF024


def test_a_condition(tmp_path: Path) -> None:
    content = '{"a": 1, "s": "x"}\n{"a": 5, "s": "y"}\n{"s": "y"}\n'
    assert cells_of(tmp_path / "t.jsonl", content, where="a > 2 AND s = 'y'") == {"a": [5], "s": ["y"]}


BROKEN = {
    "line that is cut": ('{"a": 1}\n\n{"a": 2\n{"a": 3}\n', r"row 2 \(line 3\) is not a whole JSON record"),
    "two records in a line": ('{"a": 1}\n{"a": 2} {"a": 3}\n', r"row 2 \(line 2\) .* \(Extra data at character 10\)"),
    "end that is cut": ('{"a": 1}\n' * (SAMPLE + 9) + '{"a": 2', rf"row {SAMPLE + 10} \(line {SAMPLE + 10}\)"),
    "a list among records": ('{"a": 1}\n[1]\n', r"row 2 \(line 2\) is no record"),
    "a list far down": (
        '{"a": 1}\n' * (SAMPLE + 9) + "[1]\n",
        rf"row {SAMPLE + 10} \(line {SAMPLE + 10}\) is no record",
    ),
    "null for a record": ('null\n{"a": 1}\n', r"row 1 \(line 1\) is no record"),
    "a field twice": ('{"a": 1}\n{"a": 1, "a": 2}\n', r"row 2 .*the field 'a' stands in it twice"),
    "names that differ in case": ('{"a": 1, "A": 2}\n', "'a' and 'A', which differ in case alone"),
    "no fields": ("{}\n", "it has no fields"),
    "blank lines": ("\n\n", "it has no fields"),
    "Latin-1": ('{"a": "é"}\n'.encode("latin-1"), r'row 1 \(line 1\) is not UTF-8 text.*encoding="latin-1"'),
    "binary": (bytes(range(256)), r"row 1 \(line 1\) is not"),
    "deep nesting": ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "cannot be read"),
    "record over many lines": ('{\n"a": 1\n}\n', r"row 1 \(line 1\) is not a whole JSON record"),
    "array that is cut": ('[{"a": 1},\n {"a": 2}', r"not whole JSON \(Expecting ',' delimiter: line 2"),
    "array with a number": ('[{"a": 1}, 5]', "value 2 in its array is no record"),
    "empty array": ("[]", "it has no fields"),
    "text after the array": ('[{"a": 1}] x', "not whole JSON"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_broken_json(fault: str, tmp_path: Path) -> None:
    content, expected = BROKEN[fault]
    with pytest.raises(SlopewiseError) as caught:
        cells_of(tmp_path / "t.json", content)
    assert re.search(expected, str(caught.value))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("stray", ['"oops"', "true", "[1]", '{"b": 1}'])
def test_a_stray_value(stray: str, tmp_path: Path) -> None:
    content = '{"a": 1}\n\n' * 3 + f'{{"a": {stray}}}\n'
    shown = stray.strip('"').replace(": ", ":")
    expected = rf"has {shown!r} in column 'a' at row 4 (line 7), where numbers are expected"
    with pytest.raises(ColumnTypeError, match=re.escape(expected)):
        cells_of(tmp_path / "t.jsonl", content)


@pytest.mark.parametrize("form", ['{{"a": 1}}\n{{"a": 2, "b": "{}"}}', '[{{"a": 2, "b": "{}"}}]'])
def test_a_record_that_is_too_long(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines, "LONGEST_RECORD", 2**20)
    with pytest.raises(SlopewiseError, match="longer than 1 MB"):
        cells_of(tmp_path / "t.json", form.format("x" * 40_000_000))

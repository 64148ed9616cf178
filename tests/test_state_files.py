"""States as files: the same bits again, any damage found, nothing of a stranger's taken on trust."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import slopewise as sw
from slopewise.answering import least_squares
from slopewise.cli import run
from slopewise.collected import Collected
from slopewise.data import containers
from slopewise.errors import ArgumentError, OutputError, PrecisionLost, SourceError
from slopewise.model import LinearModel

AMES = Path(__file__).parents[1] / "examples" / "ames.csv"
SMALL = {"zone": list("abcab"), "x": [1.0, 2.0, 3.0, 5.0, 8.0], "y": [1.0, 2.0, 2.0, 4.0, 9.0]}
RNG = np.random.default_rng(5)
X, Y = RNG.normal(size=(60, 3)), RNG.normal(size=60)

STATES: dict[str, Callable[[], Collected]] = {
    "numbers": lambda: sw.collect("price ~ area + Overall.Qual", AMES),
    "categories": lambda: sw.collect("log(price) ~ area * Street + Bldg.Type:Street", AMES, weights="Lot.Area"),
    "polynomials": lambda: sw.collect("price ~ poly(area, 3) * Street", AMES),
    "gaps": lambda: sw.collect("price ~ Garage.Yr.Blt", AMES),
    "double": lambda: sw.collect("price ~ area + Street", AMES, precision="double"),
    "exact": lambda: sw.collect("price ~ area + Street", AMES, precision="exact"),
    "groups": lambda: sw.collect("price ~ area", AMES, by=["Neighborhood", "Year.Built"]),
    "folds": lambda: sw.collect("price ~ area * Street", AMES, folds=5, seed=3, fold_key="Neighborhood"),
    "arrays": lambda: sw.collect_arrays(X, Y, names=["a b", "ü", "c"], intercept=False),
    "folds of arrays": lambda: sw.collect_arrays(X, Y, folds=4),
    "extreme": lambda: sw.collect_arrays(X * 1e150, Y * 1e-150),
    "extreme and exact": lambda: sw.collect_arrays(X * 1e150, Y * 1e-150, precision="exact"),
}


@pytest.mark.parametrize("name", STATES)
def test_a_saved_state_is_the_same_state(name: str, tmp_path: Path) -> None:
    kept = STATES[name]()
    kept.save(tmp_path / "a.moments")
    again = sw.load(tmp_path / "a.moments")
    assert isinstance(again, Collected)
    assert again == kept
    assert again.digest() == kept.digest()
    assert again.provenance == kept.provenance
    assert least_squares(again) == least_squares(kept)  # to the bit
    assert again + kept == kept + kept
    if kept.keyed is not None or kept.folds is not None:
        assert again.states == kept.states
    again.save(tmp_path / "again.moments")
    assert (tmp_path / "again.moments").read_bytes() == (tmp_path / "a.moments").read_bytes()


def test_groups_are_there_again(tmp_path: Path) -> None:
    kept = sw.collect("price ~ area", AMES, by="Neighborhood")
    kept.save(tmp_path / "a.moments")
    assert run(["fit", str(tmp_path / "a.moments"), "--by", "Neighborhood"]) == 0
    assert sw.Models(Collected.load(tmp_path / "a.moments")) == sw.Models(kept)
    bare = sw.collect("price ~ area", AMES)
    assert bare != kept  # groups are part of what was collected


def test_models_and_states_are_told_apart_by_what_they_hold(tmp_path: Path) -> None:
    sw.fit("y ~ x", SMALL).save(tmp_path / "one")
    sw.collect("y ~ x", SMALL).save(tmp_path / "other")
    assert isinstance(sw.load(tmp_path / "one"), LinearModel)
    assert isinstance(sw.load(tmp_path / "other"), Collected)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A small file, and its bytes."""
    path = tmp_path_factory.mktemp("small") / "small.moments"
    sw.collect("y ~ x + zone", SMALL).save(path)
    return path, path.read_bytes()


def test_a_file_cut_short_anywhere_is_refused(small: tuple[Path, bytes], tmp_path: Path) -> None:
    _, whole = small
    path = tmp_path / "cut.moments"
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(SourceError, match=r"cut short|is not a state of rows|damaged") as caught:
            sw.load(path)
        assert "\n" not in str(caught.value)


def test_any_flipped_bit_is_found(small: tuple[Path, bytes], tmp_path: Path) -> None:
    _, whole = small
    path = tmp_path / "flipped.moments"
    for place in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        if place % 61 and 200 < place // 8 < len(whole) - 200:  # all of both ends, and one bit in 61 between them
            continue
        path.write_bytes(damaged)
        with pytest.raises(SourceError, match=r"cut short|is not a state of rows|damaged"):
            sw.load(path)
    path.write_bytes(whole + b"\n")
    with pytest.raises(SourceError, match="cut short"):
        sw.load(path)


def forged(path: Path, change: Callable[[dict[str, Any], dict[str, bytes]], object]) -> None:
    """Change the header and entries of a file and put a fitting checksum on it, as somebody might who means harm."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    header = json.loads(entries.pop("header.json"))
    change(header, entries)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.comment = bytes(containers.SEAL)
        for name, data in {"header.json": json.dumps(header).encode(), **entries}.items():
            archive.writestr(name, data)
    buffer.write(b"")
    seal = containers._seal(buffer)
    path.write_bytes(buffer.getvalue()[: -containers.SEAL] + seal)


def array(values: Any, dtype: str = "<f8") -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(values, dtype), allow_pickle=False)
    return buffer.getvalue()


def set_in(*path: str | int, to: Any) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    def change(header: dict[str, Any], entries: dict[str, bytes]) -> None:
        place: Any = header
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = to

    return change


def entry(name: str, to: bytes) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    def change(header: dict[str, Any], entries: dict[str, bytes]) -> None:
        assert name in entries
        entries[name] = to

    return change


NUMBERS = "gathered/sums/numbers"
HUGE = array([1.0]).replace(b"(1,), }" + b" " * 18, b"(99999999999999,), }     ")
FORGERIES: dict[str, tuple[Callable[[dict[str, Any], dict[str, bytes]], object], str]] = {
    "a later format": (set_in("format", to=2), "has format 2, and slopewise .* reads formats up to 1; upgrade"),
    "another kind": (set_in("kind", to="slopewise checkpoint"), "it is a 'slopewise checkpoint'"),
    "no kind": (lambda header, _: header.pop("kind"), "'kind' is missing"),
    "no rows": (set_in("gathered", "sums", "numbers", "rows", to=0), "not one of rows"),
    "rows below none": (set_in("gathered", "sums", "numbers", "rows", to=-3), "not one of rows"),
    "half a row": (set_in("gathered", "read", to=2.5), "'read' is missing, or not what it should be"),
    "NaN": (entry(f"{NUMBERS}/products.npy", array(np.full((3, 3), np.nan))), "a number that is none"),
    "negative squares": (entry(f"{NUMBERS}/products.npy", array(-np.eye(3))), "not one of rows|below zero"),
    "another shape": (entry(f"{NUMBERS}/products.npy", array(np.eye(4))), "do not fit each other"),
    "a claim of more than there is": (entry(f"{NUMBERS}/exponents.npy", HUGE), "another size than its header says"),
    "objects": (entry(f"{NUMBERS}/exponents.npy", array([1.0]).replace(b"'<f8'", b"'|O8'")), "of another format"),
    "python in an array": (
        entry(f"{NUMBERS}/exponents.npy", array([1.0]).replace(b"'fortran_order': False", b"'fortran_order': 1>2  ")),
        "of another format",
    ),
    "an array too many": (lambda _, entries: entries.update({"a/b.npy": array([1.0])}), "belongs nowhere"),
    "an array too few": (lambda _, entries: entries.pop(f"{NUMBERS}/products.npy"), "is not a state of rows"),
    "an exponent without end": (entry(f"{NUMBERS}/exponents.npy", array([1e300, 0.0])), "beyond those of any number"),
    "another design": (set_in("design", "expanded", to="y ~ 1 + x"), "is not a state of rows"),
    "code for a formula": (set_in("design", "expanded", to="y ~ __import__('os')"), "is not a state of rows"),
    "cells out of order": (set_in("gathered", "cells", to=[[["b"], ["a"], ["c"]]]), "is not a state of rows"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_no_pass_would_write_is_refused(name: str, small: tuple[Path, bytes], tmp_path: Path) -> None:
    path = tmp_path / "forged.moments"
    path.write_bytes(small[1])
    change, message = FORGERIES[name]
    forged(path, change)
    with pytest.raises(SourceError, match=message) as caught:
        sw.load(path)
    assert "\n" not in str(caught.value)


FORMULAS = (
    "price ~ area + Street * Bldg.Type",
    "price ~ poly(area, 2) * Bldg.Type",
    "price ~ area:Bldg.Type + Garage.Yr.Blt",
)


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("precision", ["double", "double-double", "exact"])
def test_taking_out_is_as_if_the_rows_had_never_been_there(formula: str, precision: Any, tmp_path: Path) -> None:
    gone = '"Bldg.Type" = \'Twnhs\' or "Lot.Area" > 30000'
    whole, part, rest = (
        sw.collect(formula, AMES, where=where, precision=precision) for where in (None, gone, f"not ({gone})")
    )
    left = whole - part
    assert left.names == rest.names  # a level of which no row is left is gone
    assert (left.rows.used, left.rows.dropped, left.rows.dropped_by) == (
        rest.rows.used,
        rest.rows.dropped,
        rest.rows.dropped_by,
    )
    ours, theirs = (np.array(list(least_squares(kept).coefficients.values())) for kept in (left, rest))
    np.testing.assert_allclose(ours, theirs, rtol=1e-7 if precision == "double" else 1e-12)
    assert least_squares(left).digits <= least_squares(rest).digits
    assert left.provenance[-1]["taken_out"] is True
    left.save(tmp_path / "left.moments")
    assert sw.load(tmp_path / "left.moments") == left
    with pytest.raises(ArgumentError, match=r"not all in this state, which has no .*Twnhs"):
        left - part
    with pytest.raises(ArgumentError, match="none would be left"):
        left - left
    if precision == "exact" and "poly" not in formula:
        assert left.digest() == rest.digest()


def test_what_a_huge_customer_leaves_behind_is_said(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    x, f = rng.normal(size=40), rng.choice(["a", "b"], 40)
    table = {"x": x, "f": f, "y": x + rng.normal(size=40)}
    big = {"x": rng.normal(size=5) * 1e13, "f": np.array(["a"] * 5), "y": rng.normal(size=5) * 1e13}
    both = sw.collect("y ~ x * f", table) + sw.collect("y ~ x * f", big)
    with pytest.warns(PrecisionLost, match="digits in the sums of"):
        left = both - sw.collect("y ~ x * f", big)
    (tmp_path / "a").write_bytes(b"")
    left.save(tmp_path / "a")
    for kept in (left, sw.load(tmp_path / "a")):
        model = least_squares(kept)  # type: ignore[arg-type]
        truth = sw.fit("y ~ x * f", table, precision="exact")
        error = np.abs(np.array(list(model.coefficients.values())) / list(truth.coefficients.values()) - 1).max()
        assert model.digits < 8
        assert -np.log10(error) >= model.digits
        assert sw.submodel(kept, "y ~ x").digits < 8  # what was taken out goes along


def test_states_that_do_not_go_together_are_refused() -> None:
    kept = sw.collect("y ~ x", SMALL)
    for other, why in (
        (sw.collect("y ~ x + zone", SMALL), "the formulas differ"),
        (sw.collect("y ~ x", SMALL, weights="x"), "their weights differ, None and 'x'"),
        (sw.collect("y ~ x", SMALL, missing="error"), "their rules for missing values differ"),
        (
            sw.collect("y ~ x", {**SMALL, "x": [True, False, True, True, False]}),
            "kinds of columns differ, 'x' number and 'x' boolean;",
        ),
    ):
        for together in (lambda other=other: kept + other, lambda other=other: kept - other):
            with pytest.raises(ArgumentError, match=why):
                together()
    with pytest.raises(ArgumentError, match="groups or folds differ, 2 folds of seed 0 and 3 folds of seed 0;"):
        sw.collect("y ~ x", SMALL, folds=2) + sw.collect("y ~ x", SMALL, folds=3)


def test_a_state_goes_only_where_it_can_begin_anew(tmp_path: Path) -> None:
    kept = sw.collect("y ~ x", SMALL)
    for place in ("/dev/stdout", str(tmp_path)):
        with pytest.raises(OutputError, match="regular file"):
            kept.save(place)
    with pytest.raises(SourceError, match="cannot be read: No such file"):
        sw.load(tmp_path / "none.moments")


@pytest.mark.parametrize("formula", ["price ~ area + Overall.Qual", "price ~ area * Street + Bldg.Type"])
def test_the_reader_in_the_documentation_reads_it(formula: str, tmp_path: Path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "moments-format.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "reader.py").write_text(code, encoding="utf-8")
    sw.collect(formula, AMES).save(tmp_path / "a.moments")
    command = [sys.executable, "reader.py", "a.moments"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    found = {line[16:]: float(line[:14]) for line in printed.splitlines()[1:]}
    model = sw.fit(formula, AMES)
    if "Street" not in formula:
        for name, value in model.coefficients.items():
            np.testing.assert_allclose(found["1" if name == "Intercept" else name], value, rtol=1e-5)
        return
    level = {"Street": "Pave", "Bldg.Type": "Duplex"}
    ours = sum(found[f"1 where {name} = {of}"] for name, of in level.items()) + found["1"]
    ours += 1000 * (found["area"] + found["area where Street = Pave"])
    (fitted,) = model.predict({**{name: [of] for name, of in level.items()}, "area": [1000.0]})
    np.testing.assert_allclose(ours, fitted, rtol=1e-4)


def test_sums_are_no_rows_to_be_read() -> None:
    kept = sw.collect("y ~ x + zone", SMALL)
    for given in (kept, "jan.moments"):
        with pytest.raises(ArgumentError, match=r"these are sums, .*: sw.submodel\(.*, 'y ~ x'\)"):
            sw.collect("y ~ x", given)


def test_unequal_precisions_meet_in_the_lower_one_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for precision in ("double-double", "exact"):
        sw.collect("price ~ area + Street", AMES, precision=precision).save(f"{precision}.moments")  # type: ignore[arg-type]
    assert run(["collect", "exact.moments", "double-double.moments", "-o", "both.moments"]) == 0
    printed = capsys.readouterr()
    assert "5,860 rows used" in printed.out
    assert printed.out.endswith("double-double\n")
    assert "Note: moments of unequal precision merge to the lower one" in printed.err


def test_a_sample_is_of_all_rows_or_there_is_none(tmp_path: Path) -> None:
    kept = sw.collect("y ~ x", SMALL)
    kept.save(tmp_path / "a.moments")
    again = Collected.load(tmp_path / "a.moments")
    assert len((kept + kept).gathered.sample.number) == 10
    for mixed in (again, again + kept, kept + again, kept + kept - again):
        assert len(mixed.gathered.sample.number) == 0

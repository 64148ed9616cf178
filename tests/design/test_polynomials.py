"""Polynomials of a column: powers in double-double, orthonormal bases, and one basis for the fit and what comes after.

The referees: the certified values of NIST's polynomial sets; formulaic's `poly`, which follows R's.
"""

from __future__ import annotations

import itertools
import pickle
from pathlib import Path
from typing import Any

import formulaic
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nist import DEGREES, StRD, correct_digits

import slopewise as sw
from slopewise.data.block import Block, Kind
from slopewise.design import Coding, Design, Gathered
from slopewise.design.expressions import FORMED
from slopewise.design.polynomials import Origin
from slopewise.errors import ArgumentError, DataError, FormulaError, NotFinite
from slopewise.moments import Moments
from slopewise.moments.rows import UNIT
from slopewise.typing import Array

KINDS: dict[str, Kind] = {"y": "number", "x": "number", "z": "number", "w": "number", "f": "text"}


def table(rows: int = 60, offset: float = 0.0, scale: float = 1.0, seed: int = 3) -> pa.Table:
    generator = np.random.default_rng(seed)
    columns: dict[str, Any] = {"y": generator.normal(size=rows), "x": offset + scale * generator.normal(size=rows)}
    columns |= {"z": generator.normal(size=rows), "w": generator.uniform(0.5, 2, rows)}
    return pa.table(columns | {"f": generator.choice(["p", "q", "r"], rows)})


def gather(design: Design, rows: pa.Table, cuts: tuple[int, ...] = ()) -> Gathered:
    gathered = Gathered.empty(design)
    for start, end in itertools.pairwise((0, *cuts, rows.num_rows)):
        gathered = gathered.add(design.prepare(Block(rows.slice(start, end - start), start + 1)))
    return gathered


def coded(right: str, rows: pa.Table, **options: Any) -> tuple[Coding, Moments, Array]:
    """The coding, the coded moments, and the coded rows."""
    design = Design.of(f"y ~ {right}", KINDS, **options)
    gathered = gather(design, rows)
    coding = design.code(gathered.keys)
    matrix = coding.matrix(design.prepare(Block(rows, 1)), bases=gathered.bases)
    return coding, coding.apply(gathered.moments), matrix


# --- Powers, against certified values ---


def powers(degree: int) -> str:
    return " + ".join(["x", *(f"I(x^{k})" for k in range(2, degree + 1))])


# Filip's powers are so nearly collinear that cross-products of 31 digits, even the nearest ones to the truth, leave 13
# to 14 of the coefficients; exact ones leave all 14.0 that the certified values can show of these float64 x and y.
LEAST = {"Pontius": 13.4, "Filip": 13.9, "Wampler2": 13.1}


@pytest.mark.parametrize("name", [name for name, degree in DEGREES.items() if degree > 1])
@pytest.mark.parametrize("spelling", [powers, "poly(x, {}, raw=True)".format])
def test_certified_coefficients_of_powers(name: str, spelling: Any) -> None:
    data = StRD.read(name)
    model = sw.fit(f"y ~ {spelling(DEGREES[name])}", {"x": data.x, "y": data.y})
    digits = min(map(correct_digits, model.coefficients.values(), data.estimate))
    assert digits >= LEAST.get(name, 14.9)
    figures = model.glance().to_pylist()[0]
    assert min(figures["digits"], figures["digits_limit"]) <= digits + 0.5 or digits > 14.9
    assert correct_digits(model.r2, data.r_squared) >= 14.9


def test_exact_sums_of_powers_give_all_certified_digits() -> None:
    data = StRD.read("Filip")
    model = sw.fit("y ~ poly(x, 10, raw=True)", {"x": data.x, "y": data.y}, precision="exact")
    assert min(map(correct_digits, model.coefficients.values(), data.estimate)) >= 14.0


def test_an_orthogonal_basis_is_as_well_conditioned_as_can_be() -> None:
    data = StRD.read("Filip")
    model = sw.fit("y ~ poly(x, 10)", {"x": data.x, "y": data.y})
    assert correct_digits(model.r2, data.r_squared) >= 14.9
    assert model.digits > 15.9
    assert model.glance()["condition"][0].as_py() == pytest.approx(1, abs=1e-10)


# --- Orthogonal polynomials, against formulaic ---

CHOSEN = [
    "poly(x, 3)",
    "poly(x, 10)",
    "0 + poly(x, 2)",
    "poly(x, 2) + poly(x, 3) + poly(z, 2)",
    "poly(x, 2):f",
    "f:poly(x, 2)",
    "poly(x, 2)*f",
    "poly(x, 2):z",
    "poly(x, 2)*poly(z, 3)",
    "0 + poly(x, 2):C(f) + z",
    "poly(x, 3):poly(z, 2):f",
]


@pytest.mark.parametrize("right", CHOSEN)
def test_the_matrix_is_that_of_formulaic(right: str) -> None:
    rows = table()
    theirs = formulaic.model_matrix(f"y ~ {right}", rows.to_pandas()).rhs.drop(columns="Intercept", errors="ignore")
    coding, moments, matrix = coded(right, rows)
    assert coding.names == tuple(theirs.columns)
    np.testing.assert_allclose(matrix, theirs.to_numpy(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(moments.raw[:-1, :-1], matrix.T @ matrix, rtol=0, atol=1e-12)


def test_plain_powers_are_named_by_their_exponent() -> None:
    rows = table()
    coding, _, matrix = coded("poly(x, 3, raw=True):z", rows)
    x, z = (rows[name].to_numpy() for name in "xz")
    assert coding.names == tuple(f"poly(x, 3, raw=True)[{k}]:z" for k in (1, 2, 3))
    np.testing.assert_allclose(matrix, np.column_stack([x * z, x**2 * z, x**3 * z]), rtol=1e-15)
    assert coding.selection is not None


@pytest.mark.parametrize(("offset", "scale"), [(2000, 10), (1e9, 1), (1.7e18, 1e15), (0, 1e-80), (-3, 1e60)])
@pytest.mark.parametrize("cuts", [(), (1, 2, 30)])
def test_no_offset_and_no_unit_costs_digits(offset: float, scale: float, cuts: tuple[int, ...]) -> None:
    rows = table(200, offset, scale)
    design = Design.of("y ~ poly(x, 10)", KINDS)
    gathered = gather(design, rows.sort_by("x"), cuts)
    coding = design.code(gathered.keys)
    raw = coding.apply(gathered.moments).raw[:-1, :-1]
    np.testing.assert_allclose(raw, np.eye(10), rtol=0, atol=1e-13)
    matrix = coding.matrix(design.prepare(Block(rows, 1)), bases=gathered.bases)
    np.testing.assert_allclose(matrix.T @ matrix, np.eye(10), rtol=0, atol=1e-13)
    assert (np.sign(matrix[np.argmax(rows["x"].to_numpy())]) == 1).all()  # as R: they all rise in the end


def test_a_basis_is_orthonormal_under_the_weights() -> None:
    rows = table()
    _, moments, matrix = coded("poly(x, 3)", rows, weights="w")
    np.testing.assert_allclose(moments.raw[:-1, :-1], np.eye(3), atol=1e-14)
    np.testing.assert_allclose(moments.mean[:-1], 0, atol=1e-15)
    np.testing.assert_allclose((matrix.T * rows["w"].to_numpy()) @ matrix, np.eye(3), atol=1e-14)


def test_a_stack_of_states_has_one_basis() -> None:
    rows = table()
    design = Design.of("y ~ poly(x, 2)*f", KINDS)
    whole = gather(design, rows)
    coding, parts = design.code(whole.keys), [whole.moments, whole.moments, whole.moments]
    stacked = coding.apply(Moments.stack(parts))
    np.testing.assert_allclose(
        stacked[1].raw * 3, coding.apply(Moments.stack(parts).pool()).raw, rtol=1e-12, atol=1e-13
    )


# --- Blocks, merging, and what comes after the fit ---

RIGHTS = ["poly(x, 3)", "poly(x, 2)*f", "poly(x, 2):z + poly(z, 2, raw=True)", "I(x^3) + x:z"]


@given(st.sampled_from(RIGHTS), st.lists(st.integers(0, 40), max_size=4), st.sampled_from([0.0, 1e6]), st.booleans())
@settings(max_examples=40)
def test_blocks_in_any_grouping_give_what_one_block_gives(
    right: str, cuts: list[int], offset: float, ordered: bool
) -> None:
    rows = table(40, offset)
    rows = rows.sort_by("x") if ordered else rows
    design = Design.of(f"y ~ {right}", KINDS, weights="w")
    whole, parts = gather(design, rows), gather(design, rows, tuple(sorted(cuts)))
    backwards = Gathered.empty(design)
    for start, end in reversed(list(itertools.pairwise((0, *sorted(cuts), 40)))):
        backwards = gather(design, rows.slice(start, end - start)).merge(backwards)
    coding = design.code(whole.keys)
    for other in (parts, backwards):
        assert other.keys == whole.keys
        ours, theirs = coding.apply(other.moments), coding.apply(whole.moments)
        size = np.sqrt(np.diagonal(theirs.raw))
        np.testing.assert_allclose(ours.raw / size / size[:, None], theirs.raw / size / size[:, None], atol=1e-13)
        restored = Gathered.from_dict(design, other.to_dict())
        assert (restored.moments, restored.origins, restored.keys) == (other.moments, other.origins, other.keys)


@pytest.mark.parametrize("right", CHOSEN)
def test_new_rows_are_taken_to_the_basis_of_the_fit(right: str) -> None:
    old, new = table(), table(25, offset=0.3, seed=8)
    model = sw.fit(f"y ~ {right}", old)
    theirs = formulaic.model_matrix(f"y ~ {right}", old.to_pandas())
    matrix = theirs.rhs.model_spec.get_model_matrix(new.to_pandas()).to_numpy()
    expected = matrix @ np.nan_to_num(list(model.coefficients.values()))  # dropped: in two polynomials of x
    np.testing.assert_allclose(model.predict(new), expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())
    np.testing.assert_allclose(model.predict(new.slice(7, 1)), model.predict(new)[7:8], rtol=1e-13)


def test_a_saved_model_predicts_bit_for_bit(tmp_path: Path) -> None:
    model = sw.fit("y ~ poly(x, 4)*f + I(x^5)", table(offset=100))
    model.save(tmp_path / "model.json")
    new = table(20, offset=100, seed=9)
    for again in (sw.load(tmp_path / "model.json"), pickle.loads(pickle.dumps(model))):
        assert again == model
        np.testing.assert_array_equal(again.predict(new), model.predict(new))


def test_the_fit_does_not_depend_on_the_basis() -> None:
    rows = table(offset=5)
    orthogonal, raw = (sw.fit(f"y ~ poly(x, 4{option})", rows, weights="w") for option in ("", ", raw=TRUE"))
    assert orthogonal.r2 == pytest.approx(raw.r2, rel=1e-13)
    np.testing.assert_allclose(orthogonal.predict(rows), raw.predict(rows), rtol=1e-10)
    assert orthogonal.evaluate(rows).rmse == pytest.approx(raw.evaluate(rows).rmse, rel=1e-12)


# --- What a block carries ---


def test_plain_columns_have_no_low_part() -> None:
    design = Design.of("y ~ x + log(w) + z:f + I(x / 2)", KINDS)
    rows = design.prepare(Block(table(), 1))
    assert (rows.x_low, rows.target.low) == (None, None)
    assert [column.rounding for column in rows.numbers] == [UNIT] * 3
    assert [column.rounding for spread in rows.spreads for column in spread.columns if column] == [UNIT]


def test_columns_that_are_formed_have_one_and_keep_their_rounding() -> None:
    single = pa.array(table()["x"].to_numpy().astype(np.float32))
    rows = Design.of("I(y^2) ~ x + I(x^3) + x:z + poly(w, 2, raw=True)", KINDS).prepare(
        Block(table().set_column(1, "x", single), 1)
    )
    assert rows.x_low is not None
    assert rows.target.low is not None
    assert rows.x_low.any(axis=0).tolist() == [False, True, False, True, True]
    assert [column.rounding for column in rows.numbers] == [2.0**-24, FORMED, UNIT, FORMED, 2.0**-24]
    assert rows.target.rounding == FORMED
    assert rows.x_low.flags.f_contiguous


def test_the_powers_of_whole_numbers_are_not_rounded() -> None:
    whole = sw.fit("y ~ poly(x, 2)", {"x": np.arange(20.0) + 1e9, "y": np.arange(20.0) ** 2 + 0.1})
    assert whole.moments.rounding[:2].tolist() == [0.0, 0.0]


def test_an_origin_moves_and_comes_back() -> None:
    here, there = Origin(1.5, 3), Origin(-7.25, 6)
    assert here.common(there) == Origin(1.5, 6)
    forth, back = here.moved(there, 4), there.moved(here, 4)
    product = forth.hi @ back.hi
    np.testing.assert_allclose(product, np.eye(5), atol=1e-12)
    assert here.moved(there, 1).hi.tolist() == [[1, 8.75 / 64], [0, 8 / 64]]  # z' = z·2³⁻⁶ + (1.5 + 7.25)/2⁶


# --- What is refused ---


@pytest.mark.parametrize("degree", [2, 3])
def test_too_few_values_for_the_degree(degree: int) -> None:
    x = np.array([0.1, 0.1, 5.7, 5.7, 0.1])
    with pytest.raises(
        DataError, match=rf"poly\(x, {degree}\) needs at least {degree + 1} distinct values of x, and the"
    ):
        sw.fit(f"y ~ poly(x, {degree})", {"x": x, "y": np.arange(5.0)})
    assert len(sw.fit("y ~ poly(x, 1)", {"x": x, "y": np.arange(5.0)}).coefficients) == 2


def test_powers_that_overflow_are_named_with_their_row() -> None:
    with pytest.raises(NotFinite, match=r"row 2: poly\(x, 3, raw=True\)\[3\] is inf where x is 1e\+150; repair"):
        sw.fit("y ~ poly(x, 3, raw=True)", {"x": [1.0, 1e150, 2.0], "y": [1.0, 2.0, 3.0]})


def test_a_crossing_of_many_powers_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(DataError, match="alone makes 194,481 of"):
        Design.of("y ~ poly(x, 20):poly(z, 20):poly(w, 20):poly(I(x + z), 20)", KINDS).prepare(Block(table(), 1))


@pytest.mark.parametrize(
    ("right", "position", "says"),
    [
        ("poly()", 9, "needs an argument"),
        ("poly(x, 0)", 12, "whole number from 1 to 20"),
        ("poly(x, 21)", 12, "whole number from 1 to 20"),
        ("poly(x, 2.5)", 12, "whole number from 1 to 20"),
        ("poly(x, z)", 12, "whole number from 1 to 20"),
        ("poly(x, 2, 3)", 15, "one expression, its degree and raw=True"),
        ("poly(x, 2, simple=True)", 15, "one expression, its degree and raw=True"),
        ("poly(x, 2, raw=yes)", 19, "raw is True (plain powers) or False"),
        ("poly(x, 2", 8, "never closed"),
        ("poly(3, 2)", 2, "names no column"),
        ("log(poly(x, 2))", 8, "never part of arithmetic"),
        ("I(x = 3)", 8, "'=' stands where"),
    ],
)
def test_faults_in_a_polynomial_are_named_with_their_position(right: str, position: int, says: str) -> None:
    with pytest.raises(FormulaError) as caught:
        Design.of(f"y ~ {right}", KINDS)
    assert says in str(caught.value)
    assert caught.value.position == position


def test_a_target_cannot_be_part_of_its_own_polynomial() -> None:
    with pytest.raises(FormulaError, match=r"poly\(y, 2\) is made of the target y"):
        Design.of("y ~ poly(y, 2)", KINDS)


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("poly(x)", "poly(x, 1)"),
        ("poly(x, degree = 2, raw = TRUE)", "poly(x, 2, raw=True)"),
        ("poly(I(x/2), 3, raw=False)", "poly(I(x / 2), 3)"),
    ],
)
def test_each_polynomial_has_one_spelling(written: str, label: str) -> None:
    design = Design.of(f"y ~ {written} + {label}", KINDS)
    assert [term.label for term in design.terms] == [label]
    assert Design.from_json(design.to_json()) == design


DENSE_KEYS = [[0, [0]], [0, [1]], [0, [2]]]
"""The keys of poly(x, 2) in a record of the first version."""


@pytest.mark.parametrize(
    "change",
    [
        {"origins": {}},
        {"origins": {"poly(z, 2)": [0.0, 1]}},
        {"origins": {"poly(x, 2)": [0.0]}},
        {"keys": [*DENSE_KEYS[:2], [0, [3]]]},
        {"keys": [*DENSE_KEYS[:2], [0, ["2"]]]},
        {"keys": DENSE_KEYS[:2]},
        {"keys": DENSE_KEYS[1:]},
        {"keys": [*DENSE_KEYS[:2], [0, [[2]]]]},
        {"keys": []},
    ],
)
def test_a_crafted_record_is_refused(change: dict[str, Any]) -> None:
    design = Design.of("y ~ poly(x, 2)", KINDS)
    gathered = gather(design, table())
    records = [gathered.to_dict() | {"keys": DENSE_KEYS, "moments": gathered.moments.to_dict()}]
    assert Gathered.from_dict(design, records[0]).moments == gathered.moments
    records += [gathered.to_dict()] if "origins" in change else []
    for record in records:
        with pytest.raises(ArgumentError, match="record"):
            Gathered.from_dict(design, record | change)


def test_frames_of_pandas_and_files_give_one_fit(tmp_path: Path) -> None:
    rows = table(offset=1900)
    frame: pd.DataFrame = rows.to_pandas()
    frame.to_csv(tmp_path / "rows.csv", index=False)
    models = [sw.fit("y ~ poly(x, 3) + f", data) for data in (rows, frame, tmp_path / "rows.csv")]
    assert models[0].coefficients == models[1].coefficients == models[2].coefficients

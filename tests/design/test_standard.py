"""center(x) and scale(x): means and deviations of the rows of the fit, found after the read and kept for later rows."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slopewise as sw
from slopewise.data.block import Block, Kind
from slopewise.design import Design, Gathered
from slopewise.design.expressions import Numbers
from slopewise.design.polynomials import Origin
from slopewise.errors import DataError

KINDS: dict[str, Kind] = {"y": "number", "x": "number", "w": "number", "k": "number", "f": "text"}


def table(offset: float = 0.0, scale: float = 1.0, seed: int = 3) -> pa.Table:
    generator = np.random.default_rng(seed)
    x = offset + scale * generator.normal(size=40)
    columns = {"y": (x - offset) / scale + generator.normal(size=40), "x": x, "w": generator.uniform(0.5, 2, 40)}
    columns["k"] = generator.integers(1, 4, 40)
    return pa.table(columns | {"f": generator.choice(["p", "q"], 40)})


def gather(design: Design, rows: pa.Table, cuts: tuple[int, ...] = ()) -> Gathered:
    gathered = Gathered.empty(design)
    for start, end in itertools.pairwise((0, *cuts, rows.num_rows)):
        gathered = gathered.add(design.prepare(Block(rows.slice(start, end - start), start + 1)))
    return gathered


@given(
    st.sampled_from(["center(x)", "scale(x)", "center(x)*f", "0 + scale(x):f", "center(log(w)):scale(x)"]),
    st.lists(st.integers(0, 40), max_size=4),
    st.sampled_from([(0.0, 1.0), (1e9, 1.0), (-1e5, 1e3), (0.0, 1e-60), (0.0, 1e40)]),
)
@settings(max_examples=40)
def test_the_state_is_that_of_the_rows_however_they_are_cut(
    right: str, cuts: list[int], place: tuple[float, float]
) -> None:
    rows = table(*place)
    design = Design.of(f"y ~ {right}", KINDS)
    gathered = gather(design, rows, tuple(sorted(cuts)))
    coding, whole = design.code(gathered.keys), gather(design, rows)
    matrix = coding.matrix(design.prepare(Block(rows, 1)), bases=gathered.bases)
    sizes = np.sqrt((matrix**2).sum(axis=0))
    raw = coding.apply(gathered.moments).raw[:-1, :-1]
    np.testing.assert_allclose(raw / np.outer(sizes, sizes), matrix.T @ matrix / np.outer(sizes, sizes), atol=1e-13)
    np.testing.assert_allclose(
        raw / np.outer(sizes, sizes), coding.apply(whole.moments).raw[:-1, :-1] / np.outer(sizes, sizes), atol=1e-13
    )
    restored = Gathered.from_dict(design, gathered.to_dict())
    assert (restored.moments, restored.origins) == (gathered.moments, gathered.origins)


def test_the_mean_and_the_deviation() -> None:
    rows = table(offset=7)
    x = rows["x"].to_numpy()
    design = Design.of("y ~ center(x) + scale(x) + scale(log(w) + 1)", KINDS)
    gathered = gather(design, rows)
    matrix = design.code(gathered.keys).matrix(design.prepare(Block(rows, 1)), bases=gathered.bases)
    logs = np.log(rows["w"].to_numpy())
    np.testing.assert_allclose(matrix[:, 0], x - x.mean(), atol=1e-14)
    np.testing.assert_allclose(matrix[:, 1], (x - x.mean()) / x.std(ddof=1), atol=1e-14)
    np.testing.assert_allclose(matrix[:, 2], (logs - logs.mean()) / logs.std(ddof=1), atol=1e-14)


def test_weights_are_seen_and_frequencies_are_copies() -> None:
    rows = table(offset=7)
    x, w, k = (rows[name].to_numpy() for name in "xwk")
    design = Design.of("y ~ center(x) + scale(x)", KINDS, weights="w")
    gathered = gather(design, rows)
    matrix = design.code(gathered.keys).matrix(design.prepare(Block(rows, 1)), bases=gathered.bases)
    mean = np.average(x, weights=w)
    deviation = np.sqrt(np.average((x - mean) ** 2, weights=w) * 40 / 39)
    np.testing.assert_allclose(matrix, np.column_stack([x - mean, (x - mean) / deviation]), atol=1e-14)
    counted = sw.fit("y ~ scale(x)*f", rows, frequency="k").coefficients
    copied = sw.fit("y ~ scale(x)*f", rows.take(pa.array(np.repeat(np.arange(40), k)))).coefficients
    assert counted == pytest.approx(copied, rel=1e-13)


@pytest.mark.parametrize("offset", [0.0, 1e9, -3e12])
def test_centring_moves_nothing_but_the_intercept(offset: float) -> None:
    rows = table(offset)
    plain, centred, scaled = (sw.fit(f"y ~ {term}", rows) for term in ("x", "center(x)", "scale(x)"))
    deviation, y = (rows["x"].to_numpy() - offset).std(ddof=1), rows["y"].to_numpy()
    assert centred.coefficients["center(x)"] == pytest.approx(plain.coefficients["x"], rel=1e-12)
    assert centred.coefficients["Intercept"] == pytest.approx(y.mean(), rel=1e-12)
    assert scaled.coefficients["scale(x)"] == pytest.approx(plain.coefficients["x"] * deviation, rel=1e-12)
    assert centred.r2 == pytest.approx(plain.r2, rel=1e-12)


def test_later_rows_are_measured_as_those_of_the_fit(tmp_path: Path) -> None:
    rows, new = table(offset=50), table(offset=53, seed=8)
    model, plain = sw.fit("y ~ scale(x)*f + center(w)", rows), sw.fit("y ~ x*f + w", rows)
    np.testing.assert_allclose(model.predict(new), plain.predict(new), rtol=1e-10)
    np.testing.assert_allclose(model.predict(new.slice(3, 1)), model.predict(new)[3:4], rtol=1e-14)
    model.save(tmp_path / "model.json")
    np.testing.assert_array_equal(sw.load(tmp_path / "model.json").predict(new), model.predict(new))


def test_a_constant_has_a_mean_and_no_deviation() -> None:
    rows = table().set_column(1, "x", pa.array(np.full(40, 0.1)))
    model = sw.fit("y ~ center(x) + w", rows)
    assert model.tidy()["estimate"].to_pylist()[1] is None
    with pytest.raises(DataError, match=r"scale\(x\) needs at least 2 distinct values of x, and the rows have 1"):
        sw.fit("y ~ scale(x)", rows)


def test_an_origin_in_the_units_of_x_keeps_them() -> None:
    near, far = Numbers(np.array([1.0, 2.0, 2.5])), Numbers(np.array([1e7, 2e7]))
    here, there = Origin.of(near, scaled=False), Origin.of(far, scaled=False)
    assert (here, there) == (Origin(2.0, 0), Origin(2e7, 0))
    assert here.common(there) == here
    assert there.moved(here, 1).hi.tolist() == [[1, 2e7 - 2], [0, 1]]
    assert Origin.of(near).exponent == 1  # half a unit would be exponent 0, which says something else
    assert Origin.of(Numbers(np.zeros(0)), scaled=False) == Origin(0.0, 0)

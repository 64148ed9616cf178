"""Contrasts, references and declared levels: chosen after the read, and the same for rows that come later."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopewise.data.block import Block, Kind
from slopewise.design import Coding, Design, Gathered
from slopewise.design.contrasts import contrasts, equally_spaced
from slopewise.design.tree import Categorical, Column, Contrast
from slopewise.errors import ArgumentError, DataError, UnseenLevel

KINDS: dict[str, Kind] = {"y": "number", "x": "number", "n": "number", "size": "text", "f": "text", "t": "boolean"}
ROWS: dict[str, list[Any]] = {
    "y": [1.0, 2.0, 4.0, 8.0, 5.0, 7.0],
    "x": [0.5, 1.5, 2.0, -1.0, 3.0, 0.25],
    "n": [10, 9, 2, 9, 10, 2],
    "size": ["mid", "lo", "hi", "lo", "mid", "hi"],
    "f": ["p", "q", "q", "p", "p", "q"],
    "t": [True, False, True, True, False, False],
}
SIZES = {"size": ["lo", "mid", "hi", "huge"]}


def coded(right: str, **options: Any) -> tuple[Design, Gathered, Coding]:
    design = Design.of(f"y ~ {right}", KINDS, source_name="new.csv", **options)
    gathered = Gathered.empty(design)
    for first_row in (1, 3, 5):
        part = {name: values[first_row - 1 : first_row + 1] for name, values in ROWS.items()}
        gathered = gathered.add(design.prepare(Block(pa.table(part), first_row)))
    return design, gathered, design.code(gathered.keys)


@pytest.mark.parametrize(
    ("right", "names"),
    [
        ("size", ["size[T.lo]", "size[T.mid]"]),
        ("C(n)", ["C(n)[T.9]", "C(n)[T.10]"]),
        ("C(n, Treatment(9))", ['C(n, Treatment("9"))[T.2]', 'C(n, Treatment("9"))[T.10]']),
        ("C(t, Treatment(True))", ['C(t, Treatment("True"))[T.False]']),
        ("C(size, base=3)", ["C(size, Treatment(base=3))[T.hi]", "C(size, Treatment(base=3))[T.lo]"]),
        ("C(size, Sum)", ["C(size, Sum)[S.hi]", "C(size, Sum)[S.lo]"]),
        ("C(size, Helmert)", ["C(size, Helmert)[H.lo]", "C(size, Helmert)[H.mid]"]),
        ("C(n, Poly)", ["C(n, Poly)[.L]", "C(n, Poly)[.Q]"]),
        ("0 + C(n, Poly)", ["C(n, Poly)[2]", "C(n, Poly)[9]", "C(n, Poly)[10]"]),
        ("x:C(f, Sum)", ["x:C(f, Sum)[p]", "x:C(f, Sum)[q]"]),
        ("x*C(f, Sum)", ["x", "C(f, Sum)[S.p]", "x:C(f, Sum)[S.p]"]),
        ("C(f, levels=['q', 'p'])", ['C(f, levels=["q", "p"])[T.p]']),
    ],
)
def test_names(right: str, names: list[str]) -> None:
    assert list(coded(right)[2].names) == names


def test_references_are_the_first_that_occurs_of_the_declared_levels() -> None:
    _, _, coding = coded("size*f + C(size, Poly)", declared=SIZES)
    assert coding.names[:2] == ("size[T.mid]", "size[T.hi]")
    assert coding.names[3:5] == ("C(size, Poly)[.L]", "C(size, Poly)[.Q]")
    assert coding.unused == {"size": ("huge",), "C(size, Poly)": ("huge",)}
    assert coded("size")[2].unused == {}
    assert coded("C(size, levels=['hi', 'xl', 'mid', 'lo'])", declared=SIZES)[2].unused == {
        'C(size, levels=["hi", "xl", "mid", "lo"])': ("xl",)
    }


RIGHTS = [
    "C(n, Poly)*x",
    "C(size, Sum)*C(f, Helmert)",
    "0 + x + C(size, Sum):x + f",
    "C(size, Treatment('mid')):C(f, Sum)",
]


@pytest.mark.parametrize("right", RIGHTS)
def test_the_coded_moments_are_those_of_the_coded_rows(right: str) -> None:
    design, gathered, coding = coded(right, declared=SIZES)
    matrix = coding.matrix(design.prepare(Block(pa.table(ROWS), 1)))
    moments = coding.apply(gathered.moments)
    np.testing.assert_allclose(moments.raw[:-1, :-1], matrix.T @ matrix, rtol=1e-14, atol=1e-14)
    np.testing.assert_allclose(moments.mean[:-1], matrix.mean(axis=0), rtol=1e-14, atol=1e-15)
    assert coding.selection is None
    treatment = coded(right.replace("Sum", "Treatment").replace("Poly", "Treatment").replace("Helmert", "Treatment"))
    constant = np.ones((6, int(coding.intercept)))
    plain = np.hstack([constant, treatment[2].matrix(treatment[0].prepare(Block(pa.table(ROWS), 1)))])
    assert np.linalg.matrix_rank(np.hstack([plain, matrix])) == np.linalg.matrix_rank(plain)  # one space of columns


@pytest.mark.parametrize("right", RIGHTS)
def test_a_design_with_declared_levels_travels(right: str) -> None:
    design, gathered, coding = coded(right, declared=SIZES)
    again = Design.from_json(json.loads(json.dumps(design.to_json())))
    assert again == design
    restored = Gathered.from_dict(again, gathered.to_dict())
    assert again.code(restored.keys) == coding
    for wrong in ({"size": ["lo", "lo"]}, {"size": "lo"}, {"size": [1]}, ["size"]):
        with pytest.raises(ArgumentError, match="levels of a category"):
            Design.from_json(design.to_json() | {"levels": wrong})


def test_the_record_of_a_design_without_levels_is_read() -> None:
    design = Design.of("y ~ C(f, Sum)", KINDS)
    record = design.to_json()
    del record["levels"]
    assert Design.from_json(record) == design


def test_levels_that_are_not_listed() -> None:
    with pytest.raises(
        DataError, match=r"new\.csv, row 3: size is 'hi', which C\(size, levels=.* does not list; add it"
    ):
        coded("C(size, levels=['lo', 'mid'])")
    with pytest.raises(DataError, match="size has no level 'xl' in the rows; its levels are 'hi', 'lo', 'mid'"):
        coded("C(size, Treatment('xl'))")
    with pytest.raises(DataError, match="size has no 4 levels in the rows"):
        coded("C(size, base=4)")
    assert coded("C(size, Treatment('mid'))*C(size, base=2)")[2].intercept


@pytest.mark.parametrize("right", ["C(size, Sum)", "C(size, Poly)", "size"])
def test_rows_of_unseen_levels(right: str) -> None:
    design, _, coding = coded(right)
    new = design.predictors(Block(pa.table({"size": ["lo", "huge", "hi"]}), 1))
    with pytest.raises(UnseenLevel, match=r"row 2: .* is 'huge', which the fit has not seen"):
        coding.matrix(new)
    matrix = coding.matrix(new, unseen="missing")
    assert np.isnan(matrix).all(axis=1).tolist() == [False, True, False]


@given(st.integers(1, 60) | st.just(250))
def test_polynomials_over_equally_spaced_levels_are_orthonormal(k: int) -> None:
    P = equally_spaced(k)
    np.testing.assert_allclose(P.T @ P, np.eye(k - 1), rtol=0, atol=1e-14)
    np.testing.assert_allclose(P.sum(axis=0), 0, atol=1e-14)
    assert (P[-1] > 0).all()
    powers = np.linspace(-1, 1, k)[:, None] ** np.arange(min(k, 5))
    for degree in range(1, min(k, 5)):  # of its degree: orthogonal to all that is lower, in the space of its own
        residual = (
            P[:, degree - 1]
            - powers[:, : degree + 1] @ np.linalg.lstsq(powers[:, : degree + 1], P[:, degree - 1], rcond=None)[0]
        )
        assert np.abs(residual).max() < 1e-13


def test_polynomials_of_many_levels_are_refused() -> None:
    with pytest.raises(DataError, match=r"C\(f, Poly\) has 301 levels, and polynomials are taken over 300 at most"):
        contrasts(Categorical(Column("f"), Contrast("Poly")), [str(i) for i in range(301)])


@given(st.sampled_from(["Treatment", "Sum", "Helmert", "Poly"]), st.integers(1, 12))
def test_contrasts_and_a_constant_span_all_levels(name: Any, k: int) -> None:
    levels = [f"level {i}" for i in range(k)]
    labels, matrix = contrasts(Categorical(Column("f"), Contrast(name)), levels)
    assert len(set(labels)) == k - 1
    assert np.linalg.matrix_rank(np.column_stack([np.ones(k), matrix])) == k
    if name in ("Sum", "Helmert", "Poly"):
        np.testing.assert_allclose(matrix.sum(axis=0), 0, atol=1e-14)

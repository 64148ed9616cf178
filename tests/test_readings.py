"""What is said of coefficients is what predictions do; what cannot be read alone is not."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slopewise as sw
from slopewise.readings import MOST, readings
from slopewise.views.amounts import Effect, Target, amount, average

RNG = np.random.default_rng(7)
N = 80
TABLE: dict[str, Any] = {
    "area": RNG.uniform(30, 200, N),
    "rooms": RNG.integers(1, 7, N).astype(float),
    "zone": RNG.choice(["FV", "RL", "RM"], N),
    "air": RNG.choice(["N", "Y"], N),
    "garden": RNG.integers(0, 2, N).astype(bool),
    "sold": [dt.date(2020, 1, 1) + dt.timedelta(days=int(day)) for day in RNG.integers(0, 900, N)],
}
TABLE["price"] = 40 + 3 * TABLE["area"] + 20 * (TABLE["zone"] == "RL") + RNG.normal(0, 5, N)


def said(formula: str, table: Any = TABLE, **options: Any) -> tuple[str, ...]:
    model = sw.fit(formula, table, **options)
    return readings(model.kept, model.record().estimates)


def figure(formula: str, name: str) -> float:
    return sw.fit(formula, TABLE).coefficients[name]


def shown(sentence: str) -> float:
    found = re.search(r"(?:with|:|is) (−?[\d,.]+)", sentence)
    assert found is not None, sentence
    return float(found[1].replace(",", "").replace("−", "-"))


def test_a_slope_and_a_level_with_the_others_held() -> None:
    area, level, other, intercept = said("price ~ area + zone")
    assert re.fullmatch(
        r"Each extra unit of area goes with [\d.]+ more price \(95 % CI [\d.]+ to [\d.]+\), others held\.", area
    )
    assert level.startswith("zone RL against FV: ")
    assert " more price (95 % CI " in level
    assert other.startswith("zone RM against FV: ")
    assert intercept.startswith("Where area is 0 and zone is FV, which may be far from any row, price is ")


def test_alone_there_are_no_others() -> None:
    assert "others held" not in " ".join(said("price ~ area") + said("price ~ zone") + said("price ~ area * zone"))


@pytest.mark.parametrize(
    ("formula", "beginning"),
    [
        ("price ~ sold", "Each extra day of sold goes with "),
        ("price ~ center(sold)", "Each extra day of sold goes with "),
        ("price ~ scale(area)", "Each extra standard deviation of area goes with "),
        ("price ~ center(area)", "Each extra unit of area goes with "),
        ("price ~ I(area / 10)", "Each extra 10 of area goes with "),
        ("price ~ I(sold / 365)", "Each extra 365 days of sold goes with "),
        ("price ~ sqrt(area)", "Each extra unit of sqrt(area) goes with "),
        ("price ~ log(area)", "Each 1 % more area goes with "),
        ("price ~ garden", "garden true against false: "),
        ("price ~ C(rooms)", "rooms 2 against 1: "),
        ('price ~ C(zone, Treatment("RM"))', "zone FV against RM: "),
        ("price ~ C(zone, Sum)", "zone FV against the mean of its levels: "),
        ("price ~ 0 + zone", "Where zone is FV, price is "),
        ("price ~ 1", "price is "),
        ("sold ~ area", "Each extra unit of area goes with sold "),
    ],
)
def test_how_each_kind_of_term_is_read(formula: str, beginning: str) -> None:
    assert said(formula)[0].startswith(beginning)


def test_logarithms_are_read_in_percent() -> None:
    log_target = said("log(price) ~ area + rooms")[0]
    b = figure("log(price) ~ area + rooms", "area")
    assert shown(log_target) == pytest.approx(100 * math.expm1(b), rel=0.02)
    assert " % more price (95 % CI " in log_target
    assert shown(said("price ~ log(area)")[0]) == pytest.approx(
        figure("price ~ log(area)", "log(area)") * math.log(1.01), rel=0.05
    )
    both = said("log(price) ~ log(area)")[0]
    b = figure("log(price) ~ log(area)", "log(area)")
    assert both.startswith("Each 1 % more area goes with ")
    assert shown(both) == pytest.approx(100 * (1.01**b - 1), rel=0.02)
    for base in ("log2", "log10"):
        again = said(f"{base}(price) ~ {base}(area)")
        assert again[0] == both


def test_a_large_ratio_is_so_many_times() -> None:
    x = np.linspace(0, 1, 20)
    table = {"x": x, "y": np.exp(3 * x + 0.1 * np.sin(9 * x))}
    assert re.match(
        r"Each extra unit of x goes with \d+\.\d+ times the y \(95 % CI [\d.]+ to [\d.]+\)\.",
        said("log(y) ~ x", table)[0],
    )
    fallen = said("log(y) ~ x", {"x": -2 * x, "y": table["y"]})[0]
    assert re.search(r"goes with \d\d\.\d+ % less y", fallen)


def test_an_interval_about_zero_tells_no_direction() -> None:
    noise = {"x": [1.0, 2.0, 3.0, 4.0, 5.0], "y": [1.0, 3.0, 1.0, 3.0, 1.5]}
    sentence = said("y ~ x", noise)[0]
    assert re.search(r"\(95 % CI [\d.]+ less to [\d.]+ more: the data do not tell its direction\)", sentence)


def test_without_standard_errors_there_is_no_interval() -> None:
    run = sw.descend(sw.collect("price ~ area", TABLE), scale=True).model()
    sentences = readings(run.kept, run.record().estimates)
    assert "CI" not in " ".join(sentences)
    assert "nan" not in " ".join(sentences)
    assert sentences[0].startswith("Each extra unit of area goes with ")
    assert "CI" not in " ".join(said("y ~ x", {"x": [1.0, 2.0], "y": [1.0, 3.0]}))


def test_what_is_left_out_is_not_read() -> None:
    table = {"cm": TABLE["area"], "inch": TABLE["area"] * 2.0, "c": np.full(N, 7.0), "y": TABLE["price"]}
    sentences = said("y ~ cm + inch + c", table)
    assert len(sentences) == 2
    assert not any("inch" in sentence or "c is 0" in sentence for sentence in sentences)


@pytest.mark.parametrize(
    ("formula", "unread", "readable"),
    [
        ("price ~ area + I(area^2) + rooms", "area and I(area^2) cannot be read", "rooms goes with"),
        ("price ~ poly(area, 2) + rooms", "poly(area, 2) cannot be read", "rooms goes with"),
        ("price ~ area + log(area) + rooms", "area and log(area) cannot be read", "rooms goes with"),
        ("price ~ area + I(area * rooms) + zone", "area and I(area * rooms) cannot be read", "zone RL against FV"),
        ("price ~ C(zone, Helmert) + area", "C(zone, Helmert) cannot be read", "area goes with"),
        ("price ~ area * rooms * air", "area:rooms:air cannot be read", "Where air is N, each extra unit of area"),
        ("price ~ poly(area, 2) * zone", "poly(area, 2), zone and poly(area, 2):zone cannot be read", ""),
    ],
)
def test_what_cannot_be_read_alone_is_named_instead(formula: str, unread: str, readable: str) -> None:
    sentences = said(formula)
    assert sum(unread in sentence for sentence in sentences) == 1
    assert any(readable in sentence for sentence in sentences)


def test_an_interaction_is_a_difference_of_slopes() -> None:
    slope, level, product, _ = said("price ~ area * air")
    assert slope.startswith("Where air is N, each extra unit of area goes with ")
    assert level.startswith("Where area is 0, air Y against N: ")
    assert re.match(r"Each extra unit of area goes with .* price where air is Y than where it is N \(95 % CI", product)
    assert said("price ~ center(area) * air")[1].startswith("Where area is at its mean, air Y against N: ")
    each = said("price ~ 0 + air + air:area")
    assert each[2].startswith("Where air is N, each extra unit of area goes with ")
    assert "for each extra unit of rooms (95 % CI" in said("price ~ area * rooms")[2]


@pytest.mark.parametrize(
    "formula", ["price ~ area * air", "price ~ zone * air", "price ~ zone:air", "price ~ 0 + air:area + zone"]
)
def test_what_is_said_is_what_predictions_do(formula: str) -> None:
    """Each sentence of one difference is checked against ŷ at the two ends of it."""
    model = sw.fit(formula, TABLE)
    start: dict[str, Any] = {"area": 0.0, "air": "N", "zone": "FV"}
    checked = 0
    for sentence in said(formula):
        at = start | dict(re.findall(r"(air|zone) is (\w+)", sentence.split(",")[0] if "Where" in sentence else ""))
        if match := re.search(r"(air|zone) (\w+) against (\w+): ([\d.]+) (more|less) price \(", sentence):
            ends = [at | {match[1]: match[3]}, at | {match[1]: match[2]}]
        elif match := re.search(r"(each) (extra) (unit) of area goes with ([\d.]+) (more|less) price \(", sentence):
            ends = [at, at | {"area": 1.0}]
        else:
            continue
        low, high = (model.predict({name: [value] for name, value in end.items()})[0] for end in ends)
        assert high - low == pytest.approx(float(match[4]) * (1 if match[5] == "more" else -1), rel=0.05, abs=0.06)
        checked += 1
    assert checked >= 2


def test_an_empty_cell_makes_no_claim() -> None:
    rows = [("a", "p"), ("a", "q"), ("b", "p"), ("b", "q"), ("c", "q")] * 6
    table = {"f": [f for f, _ in rows], "g": [g for _, g in rows], "y": TABLE["price"][:30]}
    sentences = said("y ~ f * g", table)
    assert "f[T.c] cannot be read alone: no row tells it from what is left out." in sentences
    assert not any("f c against" in sentence for sentence in sentences)


def test_the_intercept_says_where_it_is() -> None:
    assert said("price ~ zone")[-1].startswith("Where zone is FV, price is ")
    assert said("price ~ center(area) + zone")[-1].startswith("Where area is at its mean and zone is FV, price is ")
    assert "far from any row" in said("price ~ area")[-1]
    assert said("log(price) ~ zone")[-1].startswith("Where zone is FV, price is ")
    assert "in geometric mean" in said("log(price) ~ zone")[-1]
    assert not any("is 0" in sentence for sentence in said("price ~ area + log(area)"))
    assert not any("sold is" in sentence for sentence in said("sold ~ area"))


def test_no_sentence_says_that_one_thing_causes_another() -> None:
    text = " ".join(said("price ~ area * zone + log(rooms) + garden + sold"))
    assert not re.search(r"cause|effect|increase|decrease|impact|lead", text)


def test_of_many_levels_the_first_are_read() -> None:
    n = MOST + 60
    table = {"k": [f"level {i:04}" for i in range(n)] * 2, "y": RNG.normal(size=2 * n)}
    sentences = said("y ~ k", table)
    assert len(sentences) == MOST + 2
    assert sentences[MOST] == f"The other coefficients, beyond {MOST}, are not read out here."


@given(st.text(min_size=1, max_size=40), st.lists(st.text(max_size=12), min_size=2, max_size=2, unique=True))
def test_any_name_and_level_stay_on_a_line(name: str, levels: list[str]) -> None:
    table = {f"x{name}": levels * 3, "y": [1.0, 2.0, 1.5, 2.5, 1.0, 2.6]}
    quoted = f"x{name}".replace("`", "``")
    try:
        sentences = said(f"y ~ C(`{quoted}`)", table)
    except sw.errors.SlopewiseError:
        return
    assert len(sentences) == 2
    assert all(sentence.isprintable() for sentence in sentences)


ANY = st.floats(allow_nan=True, allow_infinity=True)


@given(ANY, ANY, ANY, ANY, st.sampled_from(["sum", "days", "ratio"]))
def test_any_number_is_said_or_left_unsaid(estimate: float, error: float, low: float, high: float, scale: Any) -> None:
    effect, target = Effect(estimate, abs(error), low, high, 0.95), Target("y", scale)
    for words in (amount(effect, target), amount(effect, target, "here", "there"), average(effect, target)):
        assert words is None or not re.search(r"\bnan\b|\binf\b", words)


@pytest.mark.parametrize("contrast", ["", ", Treatment(base=2)", ', Treatment("RM")'])
def test_levels_stand_against_the_one_without_a_column(contrast: str) -> None:
    model = sw.fit(f"price ~ C(zone{contrast})", TABLE)
    without = ({"FV", "RL", "RM"} - {name.partition("[T.")[2][:-1] for name in model.names}).pop()
    sentences = readings(model.kept, model.record().estimates)
    assert all(f" against {without}: " in sentence for sentence in sentences[:2])
    assert sentences[2].startswith(f"Where zone is {without}, ")

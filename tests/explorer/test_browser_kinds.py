"""Whatever can be collected opens in a page, which computes from it what the Python engine does, and shows no NaN."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from explorer.reading import FOUR, HOUSES

import slopewise as sw
from slopewise.explored import of_collected

pytestmark = pytest.mark.needs("chromium")

RNG = np.random.default_rng(7)
Z, NOISE = RNG.normal(size=(80, 4)), RNG.normal(size=80)
TABLE = {"a": Z[:, 0], "b": Z[:, 1], "far": 1e4 + Z[:, 2], "f": list("abcd" * 20), "v": 1 + Z[:, 3] ** 2}
TABLE |= {"n": [0, 1, 2, 3] * 20, "same": np.ones(80), "y": 3 * Z[:, 0] - Z[:, 1] + NOISE}
KINDS: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "one row": ("y ~ x", {"x": [2.0], "y": [3.0]}, {}),
    "no feature": ("y ~ 1", TABLE, {}),
    "no intercept": ("y ~ 0 + a + b", TABLE, {}),
    "a constant column": ("y ~ a + same", TABLE, {}),
    "weights": ("y ~ a + b", TABLE, {"weights": "v"}),
    "copies": ("y ~ a + b", TABLE, {"frequency": "n"}),
    "a category and a power": ("y ~ f * a + poly(b, 3)", TABLE, {}),
    "a large offset": ("y ~ far", TABLE, {}),  # condition 1e8
    "fewer rows than parameters": (FOUR, HOUSES, {}),
    "sixty columns": ("y ~ .", {f"c{j}": RNG.normal(size=200) for j in range(60)} | {"y": RNG.normal(size=200)}, {}),
}
STATE = """
(host, k) => {
  host.slopewise.update({ k });
  const now = host.slopewise.state();
  return { theta: Array.from(now.theta), rate: now.rate, cost: now.cost, shown: now.shown };
}
"""


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_any_kind_computes_what_python_does(open_page: Any, kind: str) -> None:
    formula, data, reading = KINDS[kind]
    kept = sw.collect(formula, data, **reading)
    page = open_page(of_collected(kept), height=3600)
    host = page.locator("[data-slopewise]")
    for k in (1, 1000, 10**9):
        found = host.evaluate(STATE, k)
        run = sw.descend(kept, learning_rate=found["rate"], iterations=0)
        size = np.abs(run.at(k)).max()
        np.testing.assert_allclose(found["theta"], run.at(k), rtol=1e-9, atol=1e-9 * size)
        np.testing.assert_allclose(found["cost"], run.form.cost_at(k), rtol=1e-9)
        assert found["shown"] == k
    page.wait_for_timeout(100)
    words = host.evaluate("(host) => host.shadowRoot.textContent")
    assert not any(word in words for word in ("NaN", "Infinity", "undefined"))

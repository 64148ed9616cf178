/**
 * The engine against slopewise's own, case by case: figures.json holds what `scripts/explorer_figures.py` computed.
 *
 * Vectors agree by their lengths and figures relatively, to 1e-9 where the condition number is 10⁷ or less; beyond, the
 * digits that either can have shrink with it. A gap counts while it is above the rounding of the parameters.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { makeDescent } from "../engine/descent.js";
import { makeProblem } from "../engine/problem.js";
import { fromPayload } from "../engine/state.js";

const CASES = JSON.parse(readFileSync(new URL("figures.json", import.meta.url), "utf8"));
const WORST = 1e-9;
const ROUNDING = 1e-14; // of the way from the start to the limit; of the gap there, its square

/** ‖u − v‖ ≤ tolerance · ‖v‖ + rounding. */
function assertVector(u, v, tolerance, what, rounding = 0) {
  const apart = Math.hypot(...v.map((value, i) => u[i] - value));
  const allowed = tolerance * Math.hypot(...v) + rounding;
  assert.ok(u.length === v.length && apart <= allowed, `${what}: ${apart} apart: ${u} for ${v}`);
}

/** |value − expected| ≤ tolerance · |expected| + rounding. */
function assertClose(value, expected, tolerance, what, rounding = 0) {
  const apart = Math.abs(value - expected);
  assert.ok(apart <= tolerance * Math.abs(expected) + rounding, `${what}: ${value} for ${expected}`);
}

function assertRun(problem, expected, tolerance, what) {
  const { learning_rate: rate, momentum, start } = expected;
  const descent = makeDescent(problem, { rate, momentum, start });
  const { gap: first, parameters: from } = expected.states[0];
  const way = Math.hypot(...expected.limit.map((value, i) => value - from[i]));
  for (const { k, parameters, cost, gap } of expected.states) {
    if (parameters === null) {
      assert.ok(descent.lastFinite < k, `${what}: finite up to ${descent.lastFinite}, and Python's ends before ${k}`);
      assert.ok(descent.at(k).every(Number.isFinite) && Number.isFinite(descent.costAt(k)));
      continue;
    }
    assert.ok(descent.lastFinite >= k, `${what}: ends after ${descent.lastFinite} steps, and Python's goes on to ${k}`);
    assertVector(descent.at(k), parameters, tolerance, `${what}, θ after ${k}`, ROUNDING * way);
    assertClose(descent.costAt(k), cost, tolerance, `${what}, J after ${k}`, ROUNDING ** 2 * first);
    assertClose(descent.gapAt(k), gap, tolerance, `${what}, J − J* after ${k}`, ROUNDING ** 2 * first);
  }
  assertVector(descent.limit, expected.limit, tolerance, `${what}, limit`);
  assertArrival(descent, expected, tolerance, what);
}

function assertArrival(descent, expected, tolerance, what) {
  for (const [t, steps] of expected.iterations_to) {
    const ours = descent.iterationsTo(t);
    if (counted(steps) === null || ours === null) assert.equal(ours, counted(steps), `${what}, to ${t}`);
    else assert.ok(Math.abs(ours - steps) <= tolerance * steps, `${what}, to ${t}: ${ours} for ${steps}`);
  }
  const slowest = descent.slowestIterationsTo(1e-6);
  if (expected.slowest_mode_iterations === null) assert.equal(slowest, null, what);
  else assertClose(slowest, expected.slowest_mode_iterations, tolerance, `${what}, slowest mode`, 1);
  assert.equal(descent.status === "diverges", !expected.stable, `${what}: ${descent.status}`);
}

/** Steps that JavaScript can count. */
function counted(steps) {
  return steps <= Number.MAX_SAFE_INTEGER ? steps : null;
}

for (const expected of CASES) {
  test(expected.name, () => {
    const { payload, scale } = expected;
    const problem = makeProblem(fromPayload(payload), { solution: payload.solution, scale });
    const tolerance = WORST * Math.max(1, expected.condition / 1e7);
    assertVector(problem.toUser(problem.optimum), expected.optimum, 1e-12, "optimum");
    assert.equal(problem.minimum, payload.solution.cost);
    assert.equal(problem.rank, expected.rank);
    assert.equal(problem.eigen.values.length, expected.eigenvalues.length);
    expected.eigenvalues.forEach((value, i) => assertClose(problem.eigen.values[i], value, tolerance, "eigenvalue"));
    assertClose(problem.condition, expected.condition, tolerance, "condition");
    for (const mark of ["one", "best", "limit"])
      assertClose(problem.rates[mark], expected.rates[mark], tolerance, mark);
    for (const run of expected.runs) {
      assertRun(problem, run, tolerance, `rate ${run.learning_rate}, momentum ${run.momentum}`);
    }
  });
}

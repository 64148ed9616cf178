/** Every figure that the lesson prints of descent, to its last printed digit. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { slice } from "../engine/contours.js";
import { makeDescent } from "../engine/descent.js";
import { predictions } from "../engine/figures.js";
import { makeProblem } from "../engine/problem.js";
import { fromRows } from "../engine/state.js";

const TWO = { x: [[1, 2]], y: [300, 500] };
const SIX = { x: [[1, 1.7, 2, 2.5, 3, 3.2]], y: [250, 300, 480, 430, 630, 730] };
const THREE = {
  x: [
    [2104, 1416, 852],
    [5, 3, 2],
    [1, 2, 1],
    [45, 40, 35],
  ],
  y: [460, 232, 178],
};
const problemOf = ({ x, y }, options = {}) => makeProblem(fromRows(x, y), options);

/** `value` with as many digits as the figure `like` has. */
function printed(value, like) {
  const digits = (like.split("e")[0].split(".")[1] ?? "").length;
  if (!like.includes("e")) return value.toFixed(digits);
  return value.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2");
}

function assertPrints(values, figures) {
  const expected = figures.trim().split(/\s+/);
  assert.deepEqual(
    Array.from(values, (value, i) => printed(value, expected[i])),
    expected,
  );
}

const TABLE = `
0     7.93e+04  -6.500e+02  -4.000e+02  6.500e+00  4.00000e+00
1000  3.41e+00  -3.712e-01   6.007e-01  1.949e+02  1.08228e+02
2000  7.93e-01  -1.789e-01   2.895e-01  1.975e+02  1.03966e+02
3000  1.84e-01  -8.625e-02   1.396e-01  1.988e+02  1.01912e+02
4000  4.28e-02  -4.158e-02   6.727e-02  1.994e+02  1.00922e+02
5000  9.95e-03  -2.004e-02   3.243e-02  1.997e+02  1.00444e+02
6000  2.31e-03  -9.660e-03   1.563e-02  1.999e+02  1.00214e+02
7000  5.37e-04  -4.657e-03   7.535e-03  1.999e+02  1.00103e+02
8000  1.25e-04  -2.245e-03   3.632e-03  2.000e+02  1.00050e+02
9000  2.90e-05  -1.082e-03   1.751e-03  2.000e+02  1.00024e+02`;

test("two houses: the cost, the predictions and the slice", () => {
  const problem = problemOf(TWO);
  assert.equal(problem.minimum, 0);
  assert.deepEqual(Array.from(problem.optimum), [100, 200]);
  assertPrints([problem.cost([0, 0]), problem.cost([100, 100]), problem.cost([100, 200])], "85000 12500 0");
  assert.deepEqual(Array.from(predictions({ x: [[1.2]], y: [0] }, [100, 200], true).fitted), [340]);
  const along = slice(problem, [100, 100], 1);
  assertPrints([100, 200, 300].map(along.slopeAt), "-250 0 250");
  assertPrints([along.slope, along.curvature, along.bottom], "-250 2.5 200");
});

test("two houses: the table of the descent", () => {
  const problem = problemOf(TWO);
  const descent = makeDescent(problem, { rate: 0.01 });
  assert.equal(descent.status, "converges");
  for (const line of TABLE.trim().split("\n")) {
    const [iteration, ...figures] = line.split(/\s+/);
    const k = Number(iteration);
    const [dj_db, dj_dw] = problem.gradient(descent.at(k));
    const [b, w] = descent.at(k + 1);
    assertPrints([descent.costAt(k + 1), dj_dw, dj_db, w, b], figures.join(" "));
  }
  const [b, w] = descent.at(10_000);
  assertPrints([w, b], "199.9929 100.0116");
  assertPrints(predictions({ x: [[1, 1.2, 2]], y: [0, 0, 0] }, [b, w], true).fitted, "300.0 340.0 500.0");
});

test("two houses: a rate above the threshold diverges", () => {
  const problem = problemOf(TWO);
  assertPrints(problem.eigen.values, "0.0729 3.427");
  assertPrints([problem.rates.limit, problem.rates.best], "0.5836 0.5714");
  const descent = makeDescent(problem, { rate: 0.8 });
  const costs = Array.from({ length: 10 }, (_, k) => descent.costAt(k + 1));
  assertPrints(costs, "2.58e+05 7.82e+05 2.37e+06 7.19e+06 2.18e+07 6.62e+07 2.01e+08 6.09e+08 1.85e+09 5.60e+09");
  assertPrints(Array.from(descent.at(10)).reverse(), "-4.845e+04 -2.99567e+04");
  assert.equal(descent.status, "diverges");
  assertPrints([descent.factorPerStep], "3.033");
  assert.match(descent.sentence, /^Diverges: above the limit 0\.5836 a step multiplies J − J\* by 3\.033; after 628 /);
});

test("larger rates are faster only up to the best one", () => {
  const problem = problemOf(TWO);
  assert.ok(Math.abs(problem.rates.best - 4 / 7) < 1e-15);
  for (const [rate, first, slowest] of [
    [0.01, 3531, 18932],
    [4 / 7, 163, 324],
    [0.5835, 21874, 43747],
  ]) {
    const descent = makeDescent(problem, { rate });
    assert.equal(descent.iterationsTo(1e-6), first);
    assert.equal(Math.round(descent.slowestIterationsTo(1e-6)), slowest);
  }
});

test("of the rates to try only the last diverges", () => {
  const statuses = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1].map((rate) => makeDescent(problemOf(TWO), { rate }).status);
  assert.deepEqual(statuses, [...Array(5).fill("converges"), "zig-zags", "diverges"]);
});

test("six houses: half squared errors and their mean", () => {
  const { residuals } = predictions(SIX, [-100, 200], true);
  assertPrints(
    residuals.map((error) => error ** 2 / 2),
    "11250 1800 16200 450 8450 18050",
  );
  assertPrints([problemOf(SIX).cost([-100, 200])], "9367");
});

test("three houses, four features: the run that is called optimal and is not", () => {
  const problem = problemOf(THREE);
  const theta = [785.1811367994083, 0.39133535, 18.75376741, -53.36032453, -26.42131618];
  assert.ok(Math.abs(predictions(THREE, theta, true).fitted[0] - 459.9999976194083) < 1e-10);
  assertPrints([problem.cost(theta)], "1.55789e-12");
  assertPrints(problem.gradient(theta), "-1.674e-06 -2.726e-03 -6.272e-06 -2.217e-06 -6.924e-05");
  const descent = makeDescent(problem, { rate: 5e-7 });
  const costs = Array.from({ length: 10 }, (_, i) => descent.costAt(100 * i + 1));
  assertPrints(costs, "2529.46 695.99 694.92 693.86 692.81 691.77 690.73 689.71 688.70 687.69");
  assertPrints([descent.costAt(1000)], "686.70");
  assertPrints(descent.at(1000), "-0.0022354 0.20396569 0.00374919 -0.0112487 -0.0658614");
  assertPrints(predictions(THREE, descent.at(1000), true).fitted, "426.19 286.17 171.47");
  assert.equal(problem.rank, 3);
  assertPrints([problem.rates.limit, problem.condition], "8.377e-07 1.0e+07");
  assertPrints([descent.slowestIterationsTo(1e-6)], "1.2e+08");
});

test("three houses: descent from zero ends nearest to zero", () => {
  const problem = problemOf(THREE);
  const descent = makeDescent(problem, { rate: problem.rates.best });
  for (const theta of [descent.limit, descent.at(1e9), problem.nearest([0, 0, 0, 0, 0])]) {
    assertPrints(theta, "1.24 0.154 23.47 -65.69 1.83");
  }
});

test("three houses scaled", () => {
  const problem = problemOf(THREE, { scale: true });
  assertPrints([problem.condition, problem.rates.limit], "2.99 0.669");
  assertPrints([makeDescent(problem, { rate: 0.5 }).costAt(10)], "0.046");
});

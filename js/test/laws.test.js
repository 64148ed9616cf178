/** Laws that hold for every table: the formula is where the loop is, units and copies do not matter, all is finite. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeDescent } from "../engine/descent.js";
import { Fault } from "../engine/faults.js";
import { statistics } from "../engine/figures.js";
import { dot } from "../engine/jacobi.js";
import { makeProblem } from "../engine/problem.js";
import { solve } from "../engine/solve.js";
import { fromPayload, fromRows } from "../engine/state.js";
import { generator, table } from "./random.js";

const SEEDS = Array.from({ length: 25 }, (_, seed) => seed);

function assertNear(u, v, tolerance, what = "") {
  const apart = Math.hypot(...Array.from(v, (value, i) => u[i] - value));
  assert.ok(apart <= tolerance * (1e-300 + Math.hypot(...v)), `${what} ${apart} apart: ${u} for ${v}`);
}

/** The loop, step by step, in the coordinates of the problem. */
function walked(problem, start, rate, momentum, steps) {
  let theta = problem.fromUser(start);
  let velocity = new Float64Array(problem.k);
  const path = [problem.toUser(theta)];
  for (let k = 0; k < steps; k += 1) {
    const gradient = problem.gradient(theta);
    velocity = velocity.map((value, i) => momentum * value - rate * gradient[i]);
    theta = theta.map((value, i) => value + velocity[i]);
    path.push(problem.toUser(theta));
  }
  return path;
}

test("the formula is where the loop is", () => {
  for (const seed of SEEDS) {
    const { uniform, normal, whole } = generator(1000 + seed);
    const options = { intercept: whole(2) === 0 };
    const { x, y } = table(seed, 12, 1 + whole(4));
    const problem = makeProblem(fromRows(x, y, null, options), { scale: whole(2) === 0 });
    const momentum = [0, 0.2, 0.9][whole(3)];
    const rate = (0.02 + uniform()) * (1 + momentum) * problem.rates.limit;
    const start = Float64Array.from({ length: problem.k }, () => 20 * normal());
    const descent = makeDescent(problem, { start, rate, momentum });
    walked(problem, start, rate, momentum, 60).forEach((theta, k) => {
      assertNear(descent.at(k), theta, 1e-10, `seed ${seed}, ${k} steps:`);
      const cost = problem.cost(problem.fromUser(theta));
      assert.ok(Math.abs(descent.costAt(k) - cost) <= 1e-9 * cost, `seed ${seed}: J ${descent.costAt(k)} for ${cost}`);
    });
  }
});

test("momentum on each side of where the roots meet, and at the edge", () => {
  const problem = makeProblem(fromRows([[1, -1]], [3, -2])); // H is the identity
  for (const momentum of [0.01, 0.5, 0.9, 0.999]) {
    const root = Math.sqrt(momentum);
    const meeting = [(1 - root) ** 2, (1 + root) ** 2, 1 + momentum, 2 * (1 + momentum)];
    for (const rate of meeting.flatMap((a) => [
      a * (1 - 1e-9),
      a * (1 - 2 ** -52),
      a,
      a * (1 + 2 ** -52),
      a * (1 + 1e-9),
    ])) {
      const descent = makeDescent(problem, { rate, momentum });
      walked(problem, [0, 0], rate, momentum, 40).forEach((theta, k) => {
        const apart = Math.hypot(...theta.map((value, i) => descent.at(k)[i] - value));
        assert.ok(apart <= 1e-10, `momentum ${momentum}, rate ${rate}, ${k} steps: ${descent.at(k)} for ${theta}`);
      });
    }
  }
});

test("the modes are those of the Hessian: H v = λ v, orthonormal, and flat where columns repeat", () => {
  for (const seed of SEEDS) {
    const { x, y } = table(seed, 30, 4);
    const doubled = seed % 2 ? [...x, x[0].map((value, i) => 2 * value - x[1][i]), new Float64Array(30).fill(3)] : x;
    const problem = makeProblem(fromRows(doubled, y), { scale: seed % 3 === 0 });
    assert.equal(problem.rank, 5);
    const { values, vectors } = problem.eigen;
    assert.equal(values.length, problem.k);
    assert.ok(values.every((value, i) => i === 0 || value >= values[i - 1]));
    assert.equal(values.filter((value) => value === 0).length, problem.k - 5);
    vectors.forEach((v, a) => {
      vectors.forEach((w, b) => assert.ok(Math.abs(dot(v, w) - (a === b)) < 1e-13));
      problem.H.forEach((row, i) => assert.ok(Math.abs(dot(row, v) - values[a] * v[i]) < 1e-13 * values.at(-1)));
    });
  }
});

test("J and its gradient are those of the rows", () => {
  for (const seed of SEEDS) {
    const { normal, whole } = generator(seed);
    const { x, y } = table(seed, 15, 3);
    const weights = seed % 2 ? Float64Array.from({ length: 15 }, () => whole(4)) : null;
    const intercept = seed % 3 > 0;
    const state = fromRows(x, y, weights, { intercept });
    const problem = makeProblem(state);
    const theta = Float64Array.from({ length: problem.k }, normal);
    const [slopes, level] = intercept ? [theta.slice(1), theta[0]] : [theta, 0];
    const errors = y.map((value, i) => level + slopes.reduce((sum, w, j) => sum + w * x[j][i], 0) - value);
    const v = weights ?? new Float64Array(15).fill(1);
    const mean = (values) =>
      values.reduce((sum, value, i) => sum + v[i] * value, 0) / v.reduce((sum, value) => sum + value, 0);
    assertNear([problem.cost(theta)], [mean(errors.map((error) => error * error)) / 2], 1e-12);
    const gradient = x.map((column) => mean(errors.map((error, i) => error * column[i])));
    assertNear(problem.gradient(theta), intercept ? [mean(errors), ...gradient] : gradient, 1e-12);
    assert.equal(state.rows, Array.from(v).filter((value) => value > 0).length);
    const target = intercept ? y.map((value) => value - mean(y)) : y;
    const r2 = 1 - mean(errors.map((error) => error * error)) / mean(target.map((value) => value * value));
    assertNear([statistics(state, problem, theta).r2], [r2], 1e-10);
  }
});

test("standardised features do not see units or places", () => {
  for (const seed of SEEDS) {
    const { x, y } = table(seed, 12, 2);
    const moved = x.map((column, j) => column.map((value) => (j ? 1e5 : 1e-6) * value + (j ? -3e5 : 5e-6)));
    const [one, other] = [x, moved].map((columns) => makeProblem(fromRows(columns, y), { scale: true }));
    assertNear(other.eigen.values, one.eigen.values, 1e-9);
    assertNear(other.optimum, one.optimum, 1e-9);
    assertNear([makeDescent(other, { rate: 0.1 }).costAt(7)], [makeDescent(one, { rate: 0.1 }).costAt(7)], 1e-9);
  }
});

test("copies and weights are the same rows", () => {
  const { x, y } = table(3, 6, 2);
  const copied = (column) => Float64Array.from([...column, ...column.slice(0, 2), ...column.slice(0, 2)]);
  const [one, other] = [fromRows(x.map(copied), copied(y)), fromRows(x, y, [3, 3, 1, 1, 1, 1])].map((state) =>
    makeProblem(state),
  );
  assertNear(other.optimum, one.optimum, 1e-12);
  assertNear(other.eigen.values, one.eigen.values, 1e-12);
  assert.ok(Math.abs(other.minimum / one.minimum - 1) < 1e-12);
});

test("a column that others determine is dropped, as Python drops it, and said", () => {
  const { x, y } = table(8, 10, 2);
  const sum = x[0].map((value, i) => value + 2 * x[1][i]);
  const answer = solve(
    fromRows([x[0], sum, x[1], new Float64Array(10).fill(7)], y, null, { names: ["a", "s", "c", "k"] }),
  );
  assert.deepEqual(answer.dropped, [2, 3]);
  assert.deepEqual(
    answer.parameters.map((value) => value === null),
    [false, false, false, true, true],
  );
  assert.equal(answer.rank, 3);
  assert.match(answer.dropped_text[0], /^c = −0\.5·a \+ 0\.5·s$/);
  assert.equal(answer.dropped_text[1], "k = 7");
});

test("whatever the rate, what is given is finite, and the last finite step is the last", () => {
  for (const seed of SEEDS) {
    const { uniform } = generator(seed);
    const { x, y } = table(seed, 8, 2);
    const problem = makeProblem(fromRows(x, y), { scale: seed % 2 === 0 });
    for (const rate of [1e-300, 10 ** (600 * uniform() - 300), problem.rates.limit * 1.0001, 1e10, Number.MAX_VALUE]) {
      for (const momentum of [0, 0.9]) {
        const descent = makeDescent(problem, { rate, momentum });
        for (const k of [0, 1, 2, 1000, descent.lastFinite, Math.min(descent.lastFinite + 1, 1e9), 1e9]) {
          assert.ok(descent.at(k).every(Number.isFinite), `rate ${rate}: θ after ${k} is ${descent.at(k)}`);
          assert.ok([descent.costAt(k), descent.gapAt(k), ...descent.innerAt(k)].every(Number.isFinite));
        }
        if (descent.lastFinite < 1e9) assert.equal(descent.status, "diverges");
        assert.doesNotMatch(descent.sentence, /NaN|Infinity|undefined|null/);
      }
    }
  }
});

test("the gap falls at every step below the limit, and the last steps are at the limit", () => {
  for (const seed of SEEDS) {
    const { uniform } = generator(seed);
    const { x, y } = table(seed, 9, 2);
    const problem = makeProblem(fromRows(x, y));
    const descent = makeDescent(problem, { rate: 0.999 * uniform() * problem.rates.limit });
    const gaps = [0, 1, 2, 3, 10, 100, 1e4, 1e6, 1e9].map(descent.gapAt);
    gaps.forEach((gap, i) => assert.ok(i === 0 || gap <= gaps[i - 1]));
    const first = descent.iterationsTo(1e-3);
    assert.ok(first === null || descent.gapAt(first) <= 1e-3 * gaps[0]);
    assert.ok(first === null || first === 0 || descent.gapAt(first - 1) > 1e-3 * gaps[0]);
    const total = descent.modes.reduce((sum, mode) => sum + mode.share, 0);
    assert.ok(Math.abs(total - 1) < 1e-12);
    assertNear(makeDescent(problem, { rate: problem.rates.best }).at(1e9), descent.limit, 1e-12);
  }
});

test("a momentum all but one is not looked through for ever", () => {
  const problem = makeProblem(fromRows([[1, 2, 4]], [3, 5, 4]));
  const descent = makeDescent(problem, { rate: 0.1, momentum: 1 - 2 ** -53 });
  assert.equal(descent.iterationsTo(1e-20), null);
  assert.doesNotMatch(descent.sentence, /NaN|Infinity|undefined|null/);
});

test("at the limit, and at the minimum, it stands still", () => {
  const state = fromRows([[1, 2]], [300, 500]);
  const problem = makeProblem(state);
  const still = makeDescent(problem, { rate: problem.rates.limit });
  assert.equal(still.status, "stands still");
  assert.ok(Math.abs(still.gapAt(1e6) / still.gapAt(1e6 + 2) - 1) < 1e-9);
  assert.equal(makeDescent(problem, { rate: 0.01, start: [100, 200] }).status, "stands still");
  for (const [share, status] of [
    [1.8999999, "zig-zags"],
    [1.9, "stands still"],
    [1.9000001, "diverges"],
  ]) {
    assert.equal(makeDescent(problem, { rate: share * problem.rates.limit, momentum: 0.9 }).status, status);
  }
});

test("what cannot be computed is said in words", () => {
  const good = makeProblem(fromRows([[1, 2]], [3, 5]));
  for (const attempt of [
    () => fromRows([[]], []),
    () => fromRows([[1, 2]], [3]),
    () => fromRows([[1, NaN]], [3, 4]),
    () => fromRows([[1, 1e308]], [3, 4]),
    () => fromRows([[1, 2]], [3, -Infinity]),
    () => fromRows([[1, 2]], [3, 4], [1, -1]),
    () => fromRows([[1, 2]], [3, 4], [0, 0]),
    () => makeProblem(fromRows([[1e-160, 2e-160]], [3, 4])),
    () => makeProblem(fromRows([[0, 0]], [3, 4], null, { intercept: false })),
    () => fromPayload({ names: ["x"], mean: [1], centred: [[1]] }),
    () => makeDescent(good, { rate: 0 }),
    () => makeDescent(good, { rate: NaN }),
    () => makeDescent(good, { rate: Infinity }),
    () => makeDescent(good, { rate: 1, momentum: 1 }),
    () => makeDescent(good, { rate: 1, start: [1] }),
    () => makeDescent(good, { rate: 1, start: [1, Infinity] }),
    () => makeDescent(good, { rate: 1, start: [1e200, 0] }),
  ]) {
    assert.throws(attempt, (fault) => fault instanceof Fault && /^[A-Z].*[.]$/.test(fault.message), String(attempt));
  }
  for (const k of [-1, 0.5, NaN, Infinity, "1"]) assert.throws(() => makeDescent(good, { rate: 1 }).at(k), RangeError);
});

test("the smallest problems there are", () => {
  const one = makeProblem(fromRows([[2]], [3]));
  assert.equal(one.rank, 1);
  assertNear(makeDescent(one, { rate: one.rates.best }).at(1e9), [0.6, 1.2], 1e-15); // the nearest to zero
  const mean = makeProblem(fromRows([], [1, 2, 6]));
  assert.deepEqual([Array.from(mean.optimum), mean.rates], [[3], { one: 1, best: 1, limit: 2 }]);
  const through = makeProblem(fromRows([[1, 2]], [3, 5], null, { intercept: false }));
  assertNear(through.optimum, [13 / 5], 1e-15);
});

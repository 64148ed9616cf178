/** The update written out: the numbers in it are those of the step, and differences find the gradient. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { finiteDifferences, updateLines } from "../engine/arithmetic.js";
import { makeDescent } from "../engine/descent.js";
import { makeProblem } from "../engine/problem.js";
import { fromRows } from "../engine/state.js";
import { generator, table } from "./random.js";

const TWO = { x: [[1, 2]], y: [300, 500], weights: null, complete: true };

/** The value of the right-hand side of a line, worked out from what is written: numbers, + − · / and brackets alone. */
function worked(line) {
  const [, written] = line.split(/ = | ← /);
  const plain = written
    .replaceAll(
      /×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g,
      (_, power) =>
        `e${[...power]
          .map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c))
          .map((n) => (n ? n - 1 : "-"))
          .join("")}`,
    )
    .replaceAll(/,(?=\d{3})/g, "")
    .replaceAll("−", "-")
    .replaceAll("·", "*")
    .replaceAll(/ of \d+ more terms/g, "")
    .replace(/^(1\/[\d.]+) \[/, "$1*(")
    .replace("]", ")");
  assert.match(plain, /^[-+*/() \d.e]+$/, line);
  return new Function(`return ${plain}`)();
}

const given = (line) => worked(`= = ${line.split(" = ").at(-1)}`.replace("= = ", "x = "));

test("the two houses' first step, as on a blackboard", () => {
  const problem = makeProblem(fromRows(TWO.x, TWO.y));
  assert.deepEqual(updateLines(problem, { theta: [0, 0], rate: 0.01, sample: TWO }), [
    "∂J/∂b = 1/2 [(0·1 + 0 − 300) + (0·2 + 0 − 500)] = −400",
    "b ← 0 − 0.01·(−400) = 4",
    "∂J/∂w = 1/2 [(0·1 + 0 − 300)·1 + (0·2 + 0 − 500)·2] = −650",
    "w ← 0 − 0.01·(−650) = 6.5",
  ]);
  assert.deepEqual(updateLines(problem, { theta: [0, 0], rate: 0.01, only: [1], momentum: 0.9, velocity: [1, 2] }), [
    "∂J/∂w = 1.5·(−100) + 2.5·(−200) = −650",
    "w ← 0 − 0.01·(−650) + 0.9·2 = 8.3",
  ]);
});

test("what is written comes to what it says, and to where the descent goes", () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const { normal, whole } = generator(seed);
    const p = [1, 2, 9][whole(3)];
    const { x, y } = table(seed, p === 9 ? 30 : 4, p);
    const weights = seed % 2 ? Float64Array.from(y, () => 1 + whole(3)) : null;
    const intercept = seed % 3 > 0;
    const problem = makeProblem(fromRows(x, y, weights, { intercept }), { scale: whole(2) === 0 });
    const theta = Float64Array.from({ length: problem.k }, normal);
    const rate = 0.3 * problem.rates.limit;
    const sample = { x, y, weights, complete: true };
    const next = makeDescent(problem, { rate, start: problem.toUser(theta) }).innerAt(1);
    for (const shown of [sample, { ...sample, complete: false }, null]) {
      const lines = updateLines(problem, { theta, rate, sample: shown, digits: 15 });
      assert.equal(lines.length, 2 * problem.k);
      const size = Math.hypot(...problem.gradient(theta)) + 1;
      lines.forEach((line, n) => {
        const expected = n % 2 ? next[(n - 1) / 2] : problem.gradient(theta)[n / 2];
        const scale = n % 2 ? 1 + Math.abs(expected) + rate * size : size;
        assert.ok(Math.abs(worked(line) - expected) < 1e-9 * scale, `${line}: ${worked(line)} for ${expected}`);
        assert.ok(Math.abs(given(line) - expected) < 1e-9 * scale, `${line}: says not ${expected}`);
      });
    }
  }
});

test("finite differences find the gradient, and at a minimum none", () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const { normal } = generator(seed);
    const { x, y } = table(seed, 12, 3);
    const problem = makeProblem(fromRows(x, y), { scale: seed % 2 === 0 });
    const theta = Float64Array.from({ length: 4 }, () => 10 ** (seed / 2 - 5) * normal());
    const { numeric, exact, error } = finiteDifferences(problem, theta);
    assert.ok(error < 1e-10, `${numeric} for ${exact}`);
    const still = finiteDifferences(problem, problem.optimum);
    assert.ok(still.error === 0 && still.numeric.every((value) => Math.abs(value) < 1e-9));
  }
});

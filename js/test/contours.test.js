/** Sections of J: the contour is where J has that level, re-optimised is the least over the others, flat is said. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ellipse, ellipseOf, levels, sectionOf, slice } from "../engine/contours.js";
import { makeProblem } from "../engine/problem.js";
import { fromRows } from "../engine/state.js";
import { generator, table } from "./random.js";

const close = (value, expected, tolerance = 1e-10) =>
  assert.ok(Math.abs(value - expected) <= tolerance * Math.abs(expected) + 1e-300, `${value} for ${expected}`);

/** θ with the entries i and j set. */
function placed(theta, i, j, x, y) {
  const moved = Float64Array.from(theta);
  moved[i] = x;
  moved[j] = y;
  return moved;
}

/** Points of an ellipse, and the ends of its axes among them. */
function around({ center, axes: [short, long], angle }) {
  return Array.from({ length: 8 }, (_, n) => {
    const [u, v] = [long * Math.cos((n * Math.PI) / 4), short * Math.sin((n * Math.PI) / 4)];
    return [
      center[0] + u * Math.cos(angle) - v * Math.sin(angle),
      center[1] + u * Math.sin(angle) + v * Math.cos(angle),
    ];
  });
}

/** The least J over all parameters but i and j: Newton's step for the others, which is exact. */
function reoptimised(problem, i, j, x, y) {
  let theta = placed(problem.optimum, i, j, x, y);
  for (let sweep = 0; sweep < 3000; sweep += 1) {
    for (let a = 0; a < problem.k; a += 1) {
      if (a !== i && a !== j) theta[a] -= problem.gradient(theta)[a] / problem.H[a][a];
    }
  }
  return problem.cost(theta);
}

test("held: every point of the ellipse has the level, seen from any point", () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const { normal } = generator(seed);
    const { x, y } = table(seed, 12, 3);
    const problem = makeProblem(fromRows(x, y), { scale: seed % 2 === 0 });
    const at = Float64Array.from({ length: 4 }, (_, i) => problem.optimum[i] + normal());
    const section = sectionOf(problem, 2, 1, { at });
    const level = section.minimum + 3;
    const found = ellipse(problem, 2, 1, level, { at });
    assert.equal(found.kind, "ellipse");
    assert.ok(found.axes[0] <= found.axes[1]);
    for (const [u, v] of around(found)) {
      const theta = placed(at, 2, 1, u, v);
      close(problem.cost(theta), level);
      close(section.cost(u, v), level);
      const gradient = problem.gradient(theta);
      section.gradient(u, v).forEach((value, a) => close(value, gradient[[2, 1][a]], 1e-7));
    }
    close(section.cost(at[2], at[1]), problem.cost(at));
    assert.equal(ellipse(problem, 2, 1, section.minimum - 1, { at }).kind, "none");
  }
});

test("re-optimised: every point of the ellipse has the level when the others follow", () => {
  for (let seed = 0; seed < 5; seed += 1) {
    const { x, y } = table(seed, 12, 3);
    const problem = makeProblem(fromRows(x, y), { scale: true });
    const found = ellipse(problem, 1, 2, problem.minimum + 2, { others: "reoptimised", at: [9, 9, 9, 9] });
    close(found.center[0], problem.optimum[1]);
    for (const [u, v] of around(found).slice(0, 3)) close(reoptimised(problem, 1, 2, u, v), problem.minimum + 2, 1e-8);
  }
});

test("with two parameters there are no others, and the centre is the optimum to the bit", () => {
  const problem = makeProblem(fromRows([[1, 2]], [300, 500]));
  for (const others of ["held", "reoptimised"]) {
    const { center, axes, angle } = ellipse(problem, 1, 0, 85000, { others, at: [0, 0] });
    assert.deepEqual(center, [200, 100]);
    [1, 0].forEach((mode, a) => close(axes[a], Math.sqrt((2 * 85000) / problem.eigen.values[mode])));
    assert.ok(angle > -Math.PI / 2 && angle < 0); // more w makes up for less b
  }
});

test("where columns repeat, the contours are lines, or none", () => {
  const x = [1, 2, 4, 7];
  const state = fromRows([x, x.map((value) => 3 * value), [1, 0, 0, 2]], [1, 3, 2, 5]);
  const problem = makeProblem(state);
  const strip = ellipse(problem, 1, 2, problem.minimum + 1, { at: problem.optimum });
  assert.equal(strip.kind, "strip");
  assert.equal(strip.axes[1], null);
  close(strip.angle, Math.atan(-1 / 3));
  assert.equal(ellipse(problem, 1, 2, problem.minimum + 1, { others: "reoptimised" }).kind, "strip");
  assert.equal(ellipse(problem, 1, 3, problem.minimum + 1, { others: "reoptimised" }).kind, "strip"); // 2 for 1
  const few = makeProblem(
    fromRows(
      [
        [2104, 1416, 852],
        [5, 3, 2],
        [1, 2, 1],
        [45, 40, 35],
      ],
      [460, 232, 178],
    ),
  );
  assert.equal(ellipse(few, 1, 2, 700, { others: "reoptimised" }).kind, "plane");
});

test("levels fall from the highest to the least, and none is where nothing falls", () => {
  const problem = makeProblem(fromRows([[1, 2]], [300, 500]));
  const section = sectionOf(problem, 0, 1);
  for (const spacing of ["even", "halving"]) {
    const found = levels(section, 85000, { count: 6, spacing });
    assert.equal(found.length, 6);
    assert.equal(found[0], 85000);
    assert.ok(found.every((gap, i) => gap > 0 && (i === 0 || gap < found[i - 1])));
    const axes = found.map((gap) => ellipseOf(section, gap).axes[0]);
    if (spacing === "halving") close(axes[0] / axes[1], 2);
    else close(axes[0] - axes[1], axes[4] - axes[5], 1e-9);
  }
  assert.deepEqual(levels(section, 0), []);
});

test("a slice is the parabola through the point, and flat where the column is zero", () => {
  const { x, y } = table(4, 10, 2);
  const problem = makeProblem(fromRows([...x, new Float64Array(10)], y));
  const theta = [1, -2, 3, 4];
  const along = slice(problem, theta, 1);
  close(along.cost, problem.cost(theta));
  close(along.slope, problem.gradient(theta)[1]);
  close(along.curvature, problem.H[1][1]);
  for (const value of [-10, 0, 7]) close(along.costAt(value), problem.cost([1, value, 3, 4]));
  close(along.least, along.costAt(along.bottom));
  assert.ok(Math.abs(along.slopeAt(along.bottom)) < 1e-10 * along.curvature * Math.abs(along.bottom));
  const flat = slice(problem, theta, 3);
  assert.deepEqual([flat.curvature, flat.slope, flat.bottom], [0, 0, null]);
});

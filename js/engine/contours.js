/**
 * J over one or two parameters: exact parabolas and ellipses, no grid.
 *
 * With H = RᵀR the gap is ½‖R(θ − θ*)‖², so J over two parameters is that of the two columns of R: as they are, where
 * the others are held, and without their parts along the columns of the others, where those follow to their best.
 */

import { dot, normalised } from "./jacobi.js";

const NOTHING_LEFT = 1e-11; // of a column's length: what is less is rounding, and the cost is flat along it

/**
 * @typedef {object} Section  J over the parameters i and j
 * @property {number[]} centre       where J is least, (2); along a flat direction, nearest to the point shown
 * @property {number} minimum        J there
 * @property {number} floor          J there − J*, with its digits
 * @property {number[]} curvatures   the two of the section, the larger first; 0 along a flat direction
 * @property {number[][]} directions their unit vectors (2, 2)
 * @property {(x: number, y: number) => number} cost      J at θᵢ = x, θⱼ = y
 * @property {(x: number, y: number) => number} excess    J − J* there
 * @property {(x: number, y: number) => number[]} gradient  of the section
 */

/**
 * @typedef {object} Ellipse
 * @property {"ellipse"|"strip"|"plane"|"none"} kind  a strip of two parallel lines where one direction is flat; nothing
 *                                    where the level is below the least J of the section
 * @property {number[]} center @property {number[]} axes  half-lengths: the short one first, null where it is endless
 * @property {number} angle           of the *long* axis, in radians from the axis of i, in (−π/2, π/2]
 */

/**
 * The section of J along the parameters i and j. The others are held at `at`, or re-optimised for every point.
 *
 * @param {import("./problem.js").Problem} problem
 * @param {number} i @param {number} j
 * @param {{others?: "held"|"reoptimised", at?: ArrayLike<number>}} [options]  `at` θ (k), the optimum unless given
 * @returns {Section}
 */
export function sectionOf(problem, i, j, { others = "held", at = problem.optimum } = {}) {
  const follow = others === "reoptimised" || problem.k === 2;
  const point = follow ? problem.nearest(at) : at;
  const basis = orthonormal(follow ? allBut(problem, i, j) : []);
  const [u, v] = [i, j].map((a) => without(basis, column(problem, a)));
  const rest = follow ? new Float64Array(problem.rank) : applied(problem, point);
  return described(problem, turned(u, v), rest, [point[i], point[j]]);
}

/** The contour J = level of a section of the problem along i and j. @returns {Ellipse} */
export function ellipse(problem, i, j, level, options = {}) {
  return ellipseOf(sectionOf(problem, i, j, options), level - problem.minimum);
}

/** The contour of a section at the gap J − J*. @param {Section} section @param {number} gap @returns {Ellipse} */
export function ellipseOf(section, gap) {
  const { centre, curvatures, directions } = section;
  const reach = gap - section.floor;
  if (!(reach >= 0)) return { kind: "none", center: centre, axes: [0, 0], angle: 0 };
  const axes = curvatures.map((curvature) => (curvature > 0 ? Math.sqrt((2 * reach) / curvature) : null));
  const [x, y] = directions[1];
  const angle = x === 0 ? Math.PI / 2 : Math.atan(y / x);
  return {
    kind: ["plane", "strip", "ellipse"][axes.filter((axis) => axis !== null).length],
    center: centre,
    axes,
    angle,
  };
}

/**
 * Gaps J − J* to draw contours at, between the least of a section and the gap `highest`, the highest first: each half
 * as wide as the one before, `count` of them; or, "even", as far apart as the lines of a map of one slope.
 *
 * @param {Section} section @param {number} highest @param {{count?: number, spacing?: "halving"|"even"}} [options]
 * @returns {number[]}
 */
export function levels(section, highest, { count = 10, spacing = "even" } = {}) {
  const range = highest - section.floor;
  if (!(range > 0) || range === Infinity) return [];
  const share = (n) => (spacing === "even" ? ((count - n) / count) ** 2 : 4 ** -n);
  return Array.from({ length: count }, (_, n) => section.floor + range * share(n));
}

/**
 * J along the parameter i through θ, the others held: a parabola.
 *
 * @param {import("./problem.js").Problem} problem @param {ArrayLike<number>} theta @param {number} i
 */
export function slice(problem, theta, i) {
  const along = column(problem, i);
  const rest = applied(problem, theta);
  const [curvature, slope, value] = [dot(along, along), dot(along, rest), theta[i]];
  const bottom = curvature > 0 ? value - slope / curvature : null;
  const excess = (x) => {
    const moved = rest.map((each, a) => each + (x - value) * along[a]);
    return dot(moved, moved) / 2;
  };
  return {
    value,
    cost: problem.minimum + excess(value),
    curvature,
    slope,
    bottom, // where J is least along it; null where it is flat
    least: problem.minimum + (bottom === null ? excess(value) : excess(bottom)),
    costAt: (x) => problem.minimum + excess(x),
    slopeAt: (x) => slope + curvature * (x - value),
  };
}

/** The column j of R. */
function column(problem, j) {
  return Float64Array.from(problem.root, (row) => row[j]);
}

function allBut(problem, i, j) {
  const others = Array.from({ length: problem.k }, (_, a) => a).filter((a) => a !== i && a !== j);
  return others.map((a) => column(problem, a));
}

/** R(θ − θ*). */
function applied(problem, theta) {
  const away = Float64Array.from(theta, (value, j) => value - problem.optimum[j]);
  return Float64Array.from(problem.root, (row) => dot(row, away));
}

function orthonormal(vectors) {
  const basis = [];
  for (const vector of vectors) {
    const left = without(basis, vector);
    if (dot(left, left) > 0) basis.push(normalised(left));
  }
  return basis;
}

/** A vector without its parts along orthonormal ones, exact zeros where only rounding would be left. */
function without(basis, vector) {
  const left = vector.slice();
  for (let pass = 0; pass < 2; pass += 1) {
    for (const unit of basis) {
      const part = dot(unit, left);
      for (let a = 0; a < left.length; a += 1) left[a] -= part * unit[a];
    }
  }
  return dot(left, left) <= NOTHING_LEFT ** 2 * dot(vector, vector) ? new Float64Array(vector.length) : left;
}

/** Two columns turned until they are orthogonal, the longer first, and the unit directions in which they lie then. */
function turned(u, v) {
  const [uu, vv, uv] = [dot(u, u), dot(v, v), dot(u, v)];
  const twice = Math.atan2(2 * uv, uu - vv) / 2;
  const [cosine, sine] = [Math.cos(twice), Math.sin(twice)];
  const long = u.map((value, a) => cosine * value + sine * v[a]);
  const short = v.map((value, a) => cosine * value - sine * u[a]);
  const flat = dot(short, short) <= NOTHING_LEFT ** 2 * dot(long, long);
  return {
    lengths: [long, flat ? new Float64Array(short.length) : short],
    directions: [
      [cosine, sine],
      [-sine, cosine],
    ],
  };
}

function described(problem, { lengths, directions }, rest, point) {
  const curvatures = lengths.map((vector) => dot(vector, vector));
  const slopes = lengths.map((vector) => dot(vector, rest));
  const steps = slopes.map((slope, a) => (curvatures[a] > 0 ? -slope / curvatures[a] : 0));
  const bottom = rest.map((value, a) => value + steps[0] * lengths[0][a] + steps[1] * lengths[1][a]);
  const centre = [0, 1].map((axis) => point[axis] + steps[0] * directions[0][axis] + steps[1] * directions[1][axis]);
  const floor = dot(bottom, bottom) / 2;
  const along = (x, y) => directions.map(([a, b]) => a * (x - centre[0]) + b * (y - centre[1]));
  const excess = (x, y) => {
    const [s, t] = along(x, y);
    return floor + (curvatures[0] * s * s + curvatures[1] * t * t) / 2;
  };
  return {
    centre,
    minimum: problem.minimum + floor,
    floor,
    curvatures,
    directions,
    excess,
    cost: (x, y) => problem.minimum + excess(x, y),
    gradient: (x, y) => {
      const [s, t] = along(x, y);
      return [0, 1].map((axis) => curvatures[0] * s * directions[0][axis] + curvatures[1] * t * directions[1][axis]);
    },
  };
}

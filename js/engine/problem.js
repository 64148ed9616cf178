/**
 * The problem: J about its minimum, J(θ) = J* + ½ (θ − θ*)ᵀH(θ − θ*), with all that its Hessian decides.
 *
 * H = C + ℓℓᵀ: C the covariance of the features, ℓ = [1, x̄]. Keeping the two apart keeps the digits that a large mean
 * would take; starting from θ* keeps those that cancel near the optimum, so J is never below J*.
 */

import { Fault } from "./faults.js";
import { addAlong, coordinates, modesOf } from "./modes.js";
import { over, pair, plus } from "./pairs.js";
import { rootOf } from "./root.js";
import { standardising, toScaled, toUser, unscaled } from "./scaling.js";
import { solve } from "./solve.js";

const LARGEST = 1e270;
const SMALLEST = 1e-230; // squares outside this range leave no room for the digits of double-double

/**
 * @typedef {object} Problem
 * @property {number} p @property {number} k  features; parameters
 * @property {boolean} intercept @property {boolean} scale  whether θ below is that of the standardised features
 * @property {string[]} names @property {string} target
 * @property {Float64Array[]} H           (k, k)
 * @property {Float64Array} optimum       θ* (k), a minimiser
 * @property {number} minimum             J*
 * @property {number} rank
 * @property {{values: Float64Array, vectors: Float64Array[]}} eigen  ascending, exact zeros for null modes
 * @property {Float64Array[]} root        R (rank, k) with RᵀR = H
 * @property {import("./scaling.js").Scaling} scaling
 * @property {import("./modes.js").Modes} modes
 * @property {{one: number, best: number, limit: number}} rates  1/λmax, 2/(λmin + λmax), 2/λmax; λmin the least nonzero
 * @property {number} condition           λmax/λmin over the nonzero modes
 * @property {import("./solve.js").Solution} solution  in the user's units
 * @property {(theta: ArrayLike<number>) => number} cost      J(θ)
 * @property {(theta: ArrayLike<number>) => number} excess    J(θ) − J*, with the digits that J would round away
 * @property {(theta: ArrayLike<number>) => Float64Array} gradient
 * @property {(theta: ArrayLike<number>) => Float64Array} nearest   the minimiser nearest to θ
 * @property {(theta: ArrayLike<number>) => Float64Array} toUser    θ of this problem in the user's units
 * @property {(theta: ArrayLike<number>) => Float64Array} fromUser
 */

/**
 * The problem of a state; `solution` as the payload has it, else solved here. With `scale` it is the same problem in
 * standardised features, and every θ it takes or gives (but for `fromUser`'s and `toUser`'s) is in those coordinates.
 *
 * @param {import("./state.js").State} state
 * @param {{solution?: import("./solve.js").Solution|null, scale?: boolean}} [options]
 * @returns {Problem}
 */
export function makeProblem(state, { solution = null, scale = false } = {}) {
  const p = state.names.length;
  const k = p + (state.intercept ? 1 : 0);
  const answer = solution ?? solve(state);
  const scaling = scale ? standardising(state) : unscaled(state);
  const { centred, level } = hessianParts(state, scaling, k);
  if (!(answer.rank > 0)) throw new Fault("Every feature is zero and there is no intercept: there is nothing to fit.");
  const root = rootOf(centred, level, answer.rank, state.intercept);
  const modes = modesOf(root, k);
  const optimum = toScaled(
    scaling,
    answer.parameters.map((value) => value ?? 0),
  );
  const evaluate = quadratic(root, optimum);
  return {
    p,
    k,
    intercept: state.intercept,
    scale,
    names: state.names,
    target: state.target,
    H: centred.map((row, i) => row.map((value, j) => value + level[i] * level[j])),
    optimum,
    minimum: answer.cost,
    rank: modes.vectors.length,
    solution: answer,
    scaling,
    root: root.map((row) => row.hi),
    modes,
    ...spectrum(modes),
    ...evaluate,
    cost: (theta) => answer.cost + evaluate.excess(theta),
    nearest: (theta) => nearest(modes, optimum, theta),
    toUser: (theta) => toUser(scaling, theta),
    fromUser: (theta) => toScaled(scaling, theta),
  };
}

/** C (k, k), the covariance of the features with zeros for the intercept, and ℓ (k), the mean row [1, x̄]. */
function hessianParts(state, { centre, spread, intercept }, k) {
  const first = intercept ? 1 : 0;
  const centred = Array.from({ length: k }, () => new Float64Array(k));
  const level = new Float64Array(k).fill(1);
  for (let i = first; i < k; i += 1) {
    level[i] = (state.mean[i - first] - centre[i - first]) / spread[i - first];
    for (let j = first; j < k; j += 1) {
      centred[i][j] = state.centred[i - first][j - first] / (spread[i - first] * spread[j - first]);
    }
  }
  centred.forEach((row, i) => checkSize(row[i] + level[i] * level[i], state.names[i - first]));
  return { centred, level };
}

function checkSize(square, name) {
  if (square === 0 || (square > SMALLEST && square < LARGEST)) return;
  const [size, unit] = square > 1 || !Number.isFinite(square) ? ["large", "larger"] : ["small", "smaller"];
  throw new Fault(`The squares of column ${name} are too ${size} for floating-point numbers; use a ${unit} unit.`);
}

function spectrum({ curvatures, vectors, still }) {
  const least = curvatures[0];
  const most = curvatures[curvatures.length - 1];
  const both = plus(least, most);
  return {
    eigen: {
      values: Float64Array.from([...still.map(() => 0), ...curvatures.map((curvature) => curvature.hi)]),
      vectors: [...still, ...vectors],
    },
    rates: { one: over(pair(1), most).hi, best: over(pair(2), both).hi, limit: over(pair(2), most).hi },
    condition: over(most, least).hi,
  };
}

/** J − J* = ½‖R d‖² and ∇J = Rᵀ(R d) for d = θ − θ*: a sum of squares, so that nothing cancels and none is below 0. */
function quadratic(root, optimum) {
  const rows = root.map((row) => row.hi);
  const k = optimum.length;
  function reach(theta) {
    return rows.map((row) => {
      let total = 0;
      for (let j = 0; j < k; j += 1) total += row[j] * (theta[j] - optimum[j]);
      return total;
    });
  }
  return {
    excess: (theta) => reach(theta).reduce((total, value) => total + value * value, 0) / 2,
    gradient: (theta) => addAlong(new Float64Array(k), rows, reach(theta)),
  };
}

/** The minimiser nearest to θ: where flat directions leave it. */
function nearest({ vectors, still }, optimum, theta) {
  if (!still.length) return optimum.slice();
  const away = Float64Array.from(theta, (value, j) => value - optimum[j]);
  const along = coordinates(vectors, away).map((c) => -c);
  const flat = addAlong(away, vectors, along);
  return optimum.map((value, j) => value + flat[j]);
}

/**
 * A whole descent as a formula: where it is after any number of steps, without taking them.
 *
 * Along the eigenvectors of the Hessian the parameters do not know each other: θ_k = θ_0 + Σᵢ (fᵢ(k) − 1) cᵢ vᵢ, with
 * c = Vᵀ(θ_0 − θ*) and fᵢ(k) the factor of the mode after k steps; flat directions never move.
 */

import { lawOf } from "./factors.js";
import { Fault } from "./faults.js";
import { addAlong, coordinatesBetween } from "./modes.js";
import { minus, over, pair, times, twoSum } from "./pairs.js";
import { firstBelow, bisect } from "./searching.js";
import { sentenceOf } from "./sentences.js";

export const LAST_STEP = 1e9;
const FURTHEST = 2 ** 53;
const LONGEST = 2 ** 24; // steps of modes that are looked at while they swing
const NEARLY = 1 + 1e-6; // what the recurrence may be off by
const AT_THE_EDGE = 2 ** -50; // of 2(1 + β): nearer to the limit than this, rounding of the rate decides

/** @typedef {"converges"|"zig-zags"|"diverges"|"stands still"} Status */

/**
 * @typedef {object} Descent
 * @property {number} rate @property {number} momentum
 * @property {{one: number, best: number, limit: number}} rates   as the problem's, at this momentum
 * @property {(k: number) => Float64Array} at       θ_k in the user's units; beyond `lastFinite`, θ there
 * @property {(k: number) => Float64Array} innerAt  θ_k in the coordinates of the problem, where the steps are taken
 * @property {(k: number) => number} costAt         J(θ_k)
 * @property {(k: number) => number} gapAt          J(θ_k) − J*, with the digits that J would round away
 * @property {(k: number) => Float64Array} gapsAt   the gap of each mode; they add up to `gapAt`
 * @property {(ks: Iterable<number>) => Float64Array[]} path  `at` each
 * @property {Float64Array} limit                   where a stable descent ends, in the user's units
 * @property {number} lastFinite                    the last k ≤ 10⁹ whose parameters and cost fit into the floats
 * @property {(t: number) => number|null} iterationsTo  the first k with J_k − J* ≤ t (J_0 − J*); null if there is none, or it is too far off
 * @property {(t: number) => number|null} slowestIterationsTo  log t / log ρ: about how many steps shrink the slowest
 *                                                  mode's error to t; null for a rate that is not stable
 * @property {Status} status
 * @property {number} factorPerStep                 what a step multiplies J − J* by in the long run
 * @property {{value: number, factor: number, radius: number, share: number}[]} modes  the nonzero modes: eigenvalue,
 *                                                  1 − αλ, |z| per step (|1 − αλ| without momentum), share of J_0 − J*
 * @property {string} sentence
 */

/**
 * The descent from `start` (the user's units; zeros unless given) with one learning rate and momentum.
 *
 * @param {import("./problem.js").Problem} problem
 * @param {{start?: ArrayLike<number>|null, rate: number, momentum?: number}} options
 * @returns {Descent}
 */
export function makeDescent(problem, { start = null, rate, momentum = 0 }) {
  check(problem, start, rate, momentum);
  const { curvatures } = problem.modes;
  const inner = problem.fromUser(start ?? new Float64Array(problem.k));
  const walk = {
    problem,
    inner,
    limit: problem.nearest(inner),
    c: coordinatesBetween(problem.modes, problem.optimum, inner),
    values: Float64Array.from(curvatures, (curvature) => curvature.hi),
    laws: curvatures.map((curvature) => lawOf(stepAlong(rate, curvature), momentum)),
  };
  if (!fits(walk, 0)) {
    throw new Fault("At the start the cost is too large for floating-point numbers; start nearer to zero.");
  }
  return described(walk, rate, momentum);
}

function described(walk, rate, momentum) {
  const { problem, laws } = walk;
  const start = sum(gapsAt(walk, 0));
  const status = statusOf(walk, rate, momentum, start);
  const lastFinite = fits(walk, LAST_STEP) ? LAST_STEP : bisect((k) => !fits(walk, k), 0, LAST_STEP) - 1;
  const held = (k) => Math.min(checkedStep(k), lastFinite);
  const gapAt = (k) => sum(gapsAt(walk, held(k)));
  const at = (k) => problem.toUser(innerAt(walk, held(k)));
  const descent = {
    rate,
    momentum,
    rates: ratesAt(problem, momentum),
    at,
    innerAt: (k) => innerAt(walk, held(k)),
    costAt: (k) => problem.minimum + gapAt(k),
    gapAt,
    gapsAt: (k) => gapsAt(walk, held(k)),
    path: (ks) => Array.from(ks, at),
    limit: problem.toUser(walk.limit),
    lastFinite,
    iterationsTo: (t) => iterationsTo(walk, status, momentum, t),
    slowestIterationsTo: (t) => slowestIterationsTo(laws, t),
    status,
    factorPerStep: start > 0 ? Math.exp(2 * largest(movedLaws(walk))) : 1,
    modes: describedModes(walk, rate, start),
  };
  return { ...descent, sentence: sentenceOf(descent, start) };
}

function check(problem, start, rate, momentum) {
  if (!(rate > 0 && rate < Infinity)) throw new Fault("That learning rate makes no steps; give a positive number.");
  if (!(momentum >= 0 && momentum < 1)) throw new Fault("Momentum lies between 0 and 1, 1 excluded; 0.9 is common.");
  if (start === null) return;
  if (start.length !== problem.k || !Array.prototype.every.call(start, Number.isFinite)) {
    throw new Fault(`The start must have ${problem.k} numbers, the intercept first if there is one.`);
  }
}

/** αλ, a pair; infinite where it leaves the floats. */
function stepAlong(rate, curvature) {
  const unit = rate > 2 ** 900 ? 2 ** -200 : 1; // so that splitting the rate stays inside them
  const { hi, lo } = times(pair(rate * unit), curvature);
  return { hi: hi / unit, lo: lo / unit };
}

function checkedStep(k) {
  if (!(Number.isSafeInteger(k) && k >= 0)) throw new RangeError(`k=${k} is not a number of steps`);
  return k;
}

/** θ_k, measured from the nearer end, so that neither a small first step nor the limit's last digits cancel. */
function innerAt({ problem, inner, limit, c, laws }, k) {
  const left = new Float64Array(c.length);
  const gone = new Float64Array(c.length);
  let [leftSquare, goneSquare] = [0, 0];
  for (let i = 0; i < c.length; i += 1) {
    if (c[i] === 0) continue; // a mode that was never displaced stays, whatever its factor
    left[i] = laws[i].factor(k) * c[i];
    gone[i] = laws[i].change(k) * c[i];
    leftSquare += left[i] * left[i];
    goneSquare += gone[i] * gone[i];
  }
  return leftSquare < goneSquare
    ? addAlong(limit.slice(), problem.modes.vectors, left)
    : addAlong(inner.slice(), problem.modes.vectors, gone);
}

/** ½ λᵢ fᵢ(k)² cᵢ² of each mode. */
function gapsAt({ c, values, laws }, k) {
  const gaps = new Float64Array(c.length);
  for (let i = 0; i < c.length; i += 1) {
    if (c[i] === 0) continue;
    const left = laws[i].factor(k) * c[i];
    gaps[i] = (values[i] * left * left) / 2;
  }
  return gaps;
}

function fits(walk, k) {
  const { problem } = walk;
  if (!Number.isFinite(problem.minimum + sum(gapsAt(walk, k)))) return false;
  const inner = innerAt(walk, k);
  return inner.every(Number.isFinite) && problem.toUser(inner).every(Number.isFinite);
}

function ratesAt({ rates }, momentum) {
  return { one: rates.one, best: (1 + momentum) * rates.best, limit: (1 + momentum) * rates.limit };
}

function movedLaws({ c, laws }) {
  return laws.filter((_, i) => c[i] !== 0);
}

function largest(laws) {
  return laws.reduce((most, law) => Math.max(most, law.logRadius), -Infinity);
}

/** @returns {Status} */
function statusOf(walk, rate, momentum, start) {
  if (!(start > 0)) return "stands still";
  const { curvatures } = walk.problem.modes;
  const strongest = curvatures.filter((_, i) => walk.c[i] !== 0).at(-1);
  const stable = times(pair(2), twoSum(1, momentum));
  const edge = over(minus(stable, stepAlong(rate, strongest)), stable).hi;
  if (Math.abs(edge) <= AT_THE_EDGE) return "stands still";
  if (!(edge > 0)) return "diverges";
  return movedLaws(walk).some((law) => law.swings) ? "zig-zags" : "converges";
}

function iterationsTo(walk, status, momentum, t) {
  if (!(t > 0 && t < Infinity)) throw new RangeError(`t=${t} is not a fraction of the gap at the start`);
  const total = sum(gapsAt(walk, 0));
  if (!(total > 0)) return 0;
  const curve = (k) => sum(gapsAt(walk, k)) / total;
  const settled = momentum === 0 ? 0 : settledAfter(momentum, t);
  const reach = Math.floor(LONGEST / walk.c.length);
  const early = firstWhileSwinging(walk, momentum, t * total, (k) => curve(k) <= t, Math.min(settled, reach));
  if (early !== null || settled > reach) return early;
  const turns = status === "diverges" || status === "stands still";
  return firstBelow(curve, t, { start: settled, last: FURTHEST, turns });
}

/** The first k < end that `holds`, looked at where the recurrence of the modes says that the gap may be so small. */
function firstWhileSwinging({ c, values, laws }, momentum, gap, holds, end) {
  let [here, before] = [c.slice(), c.slice()];
  const weights = laws.map((law) => 1 + momentum - law.a);
  for (let k = 0; k < end; k += 1) {
    let twice = 0;
    for (let i = 0; i < here.length; i += 1) twice += values[i] * here[i] * here[i];
    if (twice / 2 <= NEARLY * gap && holds(k)) return k;
    if (!Number.isFinite(twice)) return null;
    for (let i = 0; i < here.length; i += 1) before[i] = weights[i] * here[i] - momentum * before[i];
    [here, before] = [before, here];
  }
  return null;
}

/** Steps after which a swinging mode, whose share of J is at most (1 + k)² βᵏ, is below rounding of `level`. */
function settledAfter(momentum, level) {
  let k = 0;
  for (let pass = 0; pass < 4; pass += 1) {
    k = (Math.log(level) - 2 * Math.log1p(k) + Math.log(2 ** -63)) / Math.log(momentum);
  }
  return Math.max(Math.trunc(k) + 1, 0);
}

function slowestIterationsTo(laws, t) {
  const slowest = largest(laws);
  return slowest < 0 ? Math.log(t) / slowest : null;
}

function describedModes({ c, values, laws }, rate, start) {
  return Array.from(values, (value, i) => ({
    value,
    factor: 1 - rate * value,
    radius: Math.exp(laws[i].logRadius),
    share: start > 0 ? (value * c[i] * c[i]) / 2 / start : 0,
  }));
}

function sum(values) {
  let total = 0;
  for (let i = 0; i < values.length; i += 1) total += values[i];
  return total;
}

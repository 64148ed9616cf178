/**
 * The factor f_k by which descent multiplies the error of one mode in k steps, for any k, without taking them.
 *
 * Plain descent: f_k = (1 − a)ᵏ with a = αλ. Heavy ball (Polyak 1964), with z₁, z₂ the roots of z² − (1 + β − a) z + β
 * and U_n = (z₁ⁿ − z₂ⁿ)/(z₁ − z₂): f_k = U_{k+1} − β U_k. The roots are real below a = (1 − √β)², a pair on the circle
 * |z| = √β up to (1 + √β)², real and negative above. In each region f_k is a sum of terms of one sign, in logarithms of
 * numbers near 1. What decides the digits is how far a lies from 0, 1 + β, 2(1 + β) and the two meeting points; those
 * distances come from the product αλ in double-double, and the rest is float64: log |f_k| is off by 10⁻¹⁶ of itself.
 */

import { minus, pair, plus, squareRoot, times, twoSum } from "./pairs.js";

/**
 * A law gives f_k and f_k − 1, the latter apart so that the first small steps of a slow mode keep their digits.
 *
 * @typedef {object} Law
 * @property {number} a           αλ
 * @property {(k: number) => number} factor
 * @property {(k: number) => number} change
 * @property {number} logRadius   log |z| of the larger root: what log |f_k| grows by per step in the long run
 * @property {boolean} swings     whether f_k changes its sign
 */

/** The law of one mode with a = αλ, a pair. @param {import("./pairs.js").Pair} a @param {number} beta @returns {Law} */
export function lawOf(a, beta) {
  const law = lawFromFirstStep(a, beta);
  return {
    ...law,
    a: a.hi,
    factor: (k) => (k === 0 ? 1 : law.factor(k)),
    change: (k) => (k === 0 ? 0 : law.change(k)),
  };
}

function lawFromFirstStep(a, beta) {
  if (a.hi === Infinity) return BOUNDLESS;
  return beta === 0 ? plain(a) : heavyBall(a, beta);
}

/** A step so long that it leaves the floats at once. */
const BOUNDLESS = { logRadius: Infinity, swings: true, factor: () => -Infinity, change: () => -Infinity };

function plain(a) {
  const upper = a.hi > 1;
  const left = minus(pair(1), a).hi;
  const slack = upper ? minus(pair(2), a).hi : a.hi; // |1 − a| = 1 − slack
  const logarithm = Math.abs(left) < 0.5 ? Math.log(Math.abs(left)) : Math.log1p(-slack);
  const sign = (k) => (upper && k % 2 ? -1 : 1);
  return {
    logRadius: logarithm,
    swings: upper,
    factor: (k) => sign(k) * Math.exp(k * logarithm),
    change: (k) => (sign(k) > 0 ? Math.expm1(k * logarithm) : -Math.exp(k * logarithm) - 1),
  };
}

function heavyBall(a, beta) {
  const root = squareRoot(pair(beta));
  const near = minus(squared(minus(pair(1), root)), a).hi; // (1 − √β)² − a
  const middle = minus(twoSum(1, beta), a).hi; // 1 + β − a
  const far = minus(squared(plus(pair(1), root)), a).hi; // (1 + √β)² − a
  const edge = minus(times(pair(2), twoSum(1, beta)), a).hi; // 2(1 + β) − a
  const width = Math.sqrt(Math.abs(near)) * Math.sqrt(Math.abs(far)); // how far apart the roots are
  const mode = { a: a.hi, beta, middle, edge, width, size: (Math.abs(middle) + width) / 2 };
  if (near >= 0) return glide(mode);
  if (far <= 0) return alternate(mode);
  return middle > 0 ? swing(mode) : swingAlternating(mode);
}

/** Roots z = 1 − s real and positive: f_k = z₁ᵏ⁺¹ + s₁ U_{k+1}, with s₁ s₂ = a. */
function glide({ a, beta, width, size }) {
  const s = (2 * a) / (1 - beta + a + width);
  const logarithm = logRoot(size, s);
  const series = seriesOf(Math.log1p(-width / size));
  const rest = (k) => s * Math.exp(k * logarithm) * series(k + 1);
  return {
    logRadius: logarithm,
    swings: false,
    factor: (k) => Math.exp((k + 1) * logarithm) + rest(k),
    change: (k) => Math.expm1((k + 1) * logarithm) + rest(k),
  };
}

/** Roots −y real and negative: f_k = (−1)ᵏ y₁ᵏ (1 + β (1 + y₁)/y₁² · U_k/y₁ᵏ⁻¹), with 1 − y₁ exact at the edge. */
function alternate({ beta, edge, width, size }) {
  const s = 1 - beta + edge;
  const logarithm = logRoot(size, s < 0 ? (s - width) / 2 : (2 * edge) / (s + width));
  const series = seriesOf(Math.log1p(-width / size));
  const weight = (beta * (1 + size)) / (size * size);
  const rest = (k) => Math.exp(k * logarithm) * weight * series(k);
  const factor = (k) => parity(k) * (Math.exp(k * logarithm) + rest(k));
  const change = (k) => (k % 2 ? factor(k) - 1 : Math.expm1(k * logarithm) + rest(k));
  return { logRadius: logarithm, swings: true, factor, change };
}

/** log |z₁| for a real |z₁| = 1 − lack, either of which may be small. */
function logRoot(size, lack) {
  return size < 0.5 ? Math.log(size) : Math.log1p(-lack);
}

/** Roots √β e^{±iφ}, φ < π/2: f_k = β^{k/2} (cos((k + ½)φ)/cos(φ/2) + (1 − √β) sin(kφ)/sin φ). */
function swing({ beta, middle, width }) {
  const phi = Math.atan2(width, middle);
  const slack = (1 - beta) / (1 + Math.sqrt(beta));
  const logarithm = Math.log(beta) / 2;
  const aside = (k) => (slack * Math.sin(k * phi)) / Math.sin(phi);
  const turn = (k) => Math.cos((k + 0.5) * phi) / Math.cos(phi / 2) + aside(k);
  const turned = (k) => (-2 * Math.sin(((k + 1) * phi) / 2) * Math.sin((k * phi) / 2)) / Math.cos(phi / 2) + aside(k);
  return {
    logRadius: logarithm,
    swings: true,
    factor: (k) => Math.exp(k * logarithm) * turn(k),
    change: (k) => Math.expm1(k * logarithm) + Math.exp(k * logarithm) * turned(k),
  };
}

/** Roots −√β e^{±iψ}, ψ ≤ π/2: f_k = (−1)ᵏ β^{k/2} (sin((k + 1)ψ) + √β sin(kψ))/sin ψ. */
function swingAlternating({ beta, middle, width }) {
  const psi = Math.atan2(width, -middle);
  const root = Math.sqrt(beta);
  const logarithm = Math.log(beta) / 2;
  const turn = (k) => (parity(k) * (Math.sin((k + 1) * psi) + root * Math.sin(k * psi))) / Math.sin(psi);
  const factor = (k) => Math.exp(k * logarithm) * turn(k);
  return { logRadius: logarithm, swings: true, factor, change: (k) => factor(k) - 1 };
}

/** 1 + r + … + rⁿ⁻¹ for r = exp(logarithm) ≤ 1, which is n where the roots meet. */
function seriesOf(logarithm) {
  if (logarithm === 0) return (n) => n;
  const step = Math.expm1(logarithm);
  return (n) => Math.expm1(n * logarithm) / step;
}

function squared(u) {
  return times(u, u);
}

function parity(k) {
  return k % 2 ? -1 : 1;
}

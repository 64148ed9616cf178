/**
 * 'Show arithmetic': one update with the numbers in it, and the gradient checked by finite differences.
 *
 * With a few rows at hand the gradient is written as the mean over them, as on a blackboard; otherwise as it is
 * computed, from the Hessian: ∂J/∂θᵢ = Σⱼ Hᵢⱼ (θⱼ − θ*ⱼ).
 */

import { formatNumber } from "./numbers.js";
import { parameterNames } from "./labels.js";

const FEW_ROWS = 6;
const FEW_TERMS = 6;
const STEP = 2 ** -7; // of the distance to the bottom: central differences of a parabola are exact but for rounding

/**
 * The update of each parameter from θ, in the coordinates of the problem, two lines each: the gradient, and the step.
 *
 * @param {import("./problem.js").Problem} problem
 * @param {{theta: ArrayLike<number>, rate: number, momentum?: number, velocity?: ArrayLike<number>|null,
 *   sample?: {x: ArrayLike<number>[], y: ArrayLike<number>, weights?: ArrayLike<number>|null, complete: boolean}|null,
 *   only?: number[]|null, digits?: number}} options  `theta` (k) in the problem's coordinates; `velocity`: the last
 *   change of θ, which momentum carries on; `only`: which parameters
 * @returns {string[]}
 */
export function updateLines(problem, options) {
  const { theta, rate, momentum = 0, velocity = null, sample = null, only = null, digits = 5 } = options;
  const names = parameterNames(problem);
  const gradient = problem.gradient(theta);
  const plain = (value) => formatNumber(value, digits);
  const show = (value) => bracketed(plain(value));
  const written = sample?.complete && sample.y.length <= FEW_ROWS && problem.p <= 2 ? overRows : overHessian;
  return (only ?? names.map((_, i) => i)).flatMap((i) => {
    const carried = momentum > 0 ? momentum * (velocity?.[i] ?? 0) : null;
    const push = carried === null ? "" : ` + ${show(momentum)}·${show(velocity?.[i] ?? 0)}`;
    const next = theta[i] - rate * gradient[i] + (carried ?? 0);
    return [
      `∂J/∂${names[i]} = ${written(problem, theta, i, show, sample)} = ${plain(gradient[i])}`,
      `${names[i]} ← ${plain(theta[i])} − ${show(rate)}·${show(gradient[i])}${push} = ${plain(next)}`,
    ];
  });
}

/** (1/m) Σ (w·x + b − y)·x with the numbers of each row. */
function overRows(problem, theta, i, show, sample) {
  const first = problem.intercept ? 1 : 0;
  const { centre, spread } = problem.scaling;
  const terms = Array.from(sample.y, (y, row) => {
    const z = sample.x.map((column, j) => (column[row] - centre[j]) / spread[j]);
    const products = z.map((value, j) => `${show(theta[j + first])}·${show(value)}`);
    const error = [...products, ...(first ? [show(theta[0])] : [])].join(" + ");
    const weight = sample.weights ? `${show(sample.weights[row])}·` : "";
    return `${weight}(${error} − ${show(y)})${i < first ? "" : `·${show(z[i - first])}`}`;
  });
  const total = sample.weights ? Array.prototype.reduce.call(sample.weights, (sum, v) => sum + v, 0) : sample.y.length;
  return `1/${show(total)} [${terms.join(" + ")}]`;
}

/** Σⱼ Hᵢⱼ (θⱼ − θ*ⱼ), the largest terms first if there are many. */
function overHessian(problem, theta, i, show) {
  const terms = Array.from(theta, (value, j) => ({ h: problem.H[i][j], d: value - problem.optimum[j] }));
  const shown = terms.length <= FEW_TERMS ? terms : largest(terms);
  const text = shown.map(({ h, d }) => `${show(h)}·${show(d)}`).join(" + ");
  if (shown.length === terms.length) return text;
  const rest = terms.filter((term) => !shown.includes(term)).reduce((sum, { h, d }) => sum + h * d, 0);
  return `${text} + ${show(rest)} of ${terms.length - shown.length} more terms`;
}

function largest(terms) {
  return [...terms].sort((a, b) => Math.abs(b.h * b.d) - Math.abs(a.h * a.d)).slice(0, FEW_TERMS - 1);
}

function bracketed(text) {
  return text.startsWith("−") ? `(${text})` : text;
}

/**
 * The gradient at θ, in the coordinates of the problem, by central differences of J, and by its formula.
 *
 * @param {import("./problem.js").Problem} problem @param {ArrayLike<number>} theta
 * @returns {{numeric: Float64Array, exact: Float64Array, error: number}}  `error`: ‖difference‖ relative to the
 *   largest gradient there is at this cost, √(2 (J − J*) λmax); 0 at a minimum
 */
export function finiteDifferences(problem, theta) {
  const gap = problem.excess(theta);
  const exact = problem.gradient(theta);
  const numeric = exact.map((_, i) => difference(problem, theta, i, gap));
  const apart = Math.hypot(...numeric.map((value, i) => value - exact[i]));
  const most = Math.sqrt(2 * gap) * Math.sqrt(problem.modes.curvatures[problem.rank - 1].hi);
  return { numeric, exact, error: most > 0 ? apart / most : 0 };
}

function difference(problem, theta, i, gap) {
  const curvature = problem.H[i][i];
  if (!(curvature > 0)) return 0;
  const distance = gap > 0 ? Math.sqrt(2 * gap) / Math.sqrt(curvature) : Math.abs(theta[i]) || 1;
  const [above, below] = [Float64Array.from(theta), Float64Array.from(theta)];
  above[i] += STEP * distance;
  below[i] -= STEP * distance;
  return (problem.excess(above) - problem.excess(below)) / (above[i] - below[i]);
}

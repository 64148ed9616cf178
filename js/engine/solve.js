/**
 * The exact answer of a state: least squares by Gauss–Jordan elimination in double-double, one column after another.
 *
 * As in slopewise's own solver, before a column is eliminated the matrix holds its coefficients on the columns kept
 * before it and the part of its square that they do not explain; a column of which nothing but rounding is left is
 * dropped, with the combination it equals.
 */

import { Fault } from "./faults.js";
import { minus, over, pair, plus, subtractMultiple, times, twoProduct } from "./pairs.js";
import { formatNumber } from "./numbers.js";

const SUM_NOISE = 2 ** -98; // what rounding of the sums may leave of a column's square, relative to it

/**
 * @typedef {object} Solution
 * @property {(number|null)[]} parameters  [intercept?, w…], null for a dropped column
 * @property {number} cost                 J*
 * @property {number} rank                 parameters estimated, the intercept among them
 * @property {number[]} dropped            positions of the columns that earlier ones determine
 * @property {string[]} dropped_text       and what they equal
 */

/** The least-squares solution of a state, in the shape that a payload has it. @returns {Solution} */
export function solve(state) {
  const p = state.names.length;
  const matrix = products(state);
  const squares = Float64Array.from(state.mean, (mean, j) => state.centred[j][j] + mean * mean);
  if (!squares.every(Number.isFinite)) throw new Fault("The squares of a column are too large; use a larger unit.");
  const noise = squares.map((square) => SUM_NOISE * square);
  const floors = squares.map((square, j) => Math.max((4 * state.rounding[j]) ** 2 * square, noise[j]));
  const kept = eliminate(matrix, floors, p);
  const slopes = matrix.slice(0, p).map((row, j) => (kept[j] ? pair(row.hi[p], row.lo[p]) : null));
  const parameters = slopes.map((slope) => slope && slope.hi);
  const dropped = slopes.flatMap((slope, j) => (slope ? [] : [j]));
  return {
    parameters: state.intercept ? [level(state.mean, slopes), ...parameters] : parameters,
    cost: leastCost(matrix, kept, noise, p),
    rank: p - dropped.length + (state.intercept ? 1 : 0),
    dropped,
    dropped_text: dropped.map((j) => combination(state, matrix, kept, j)),
  };
}

/** The cross-products to eliminate, per unit of weight: centred if there is an intercept, else about zero. */
function products(state) {
  return state.centred.map((row, i) => {
    const hi = row.slice();
    const lo = state.centredLow[i].slice();
    if (!state.intercept) {
      row.forEach((value, j) => {
        const raw = plus(pair(value, lo[j]), twoProduct(state.mean[i], state.mean[j]));
        hi[j] = raw.hi;
        lo[j] = raw.lo;
      });
    }
    return { hi, lo };
  });
}

/** Eliminate the first p columns in place; which of them were kept. */
function eliminate(matrix, floors, p) {
  const kept = new Array(p).fill(false);
  for (let j = 0; j < p; j += 1) {
    const row = matrix[j];
    const pivot = pair(row.hi[j], row.lo[j]);
    if (!(pivot.hi > floors[j] + left(matrix, kept, floors, j))) continue;
    for (let b = j; b <= p; b += 1) {
      const quotient = over(pair(row.hi[b], row.lo[b]), pivot);
      row.hi[b] = quotient.hi;
      row.lo[b] = quotient.lo;
    }
    matrix.forEach(({ hi, lo }, i) => {
      if (i !== j && (i > j || kept[i])) subtractMultiple(hi, lo, pair(hi[j], lo[j]), row.hi, row.lo, j);
    });
    kept[j] = true;
  }
  return kept;
}

/** Σ a² floor over the columns kept, a the coefficients of column j on them. */
function left(matrix, kept, floors, j) {
  let total = 0;
  for (let i = 0; i < Math.min(j, kept.length); i += 1) if (kept[i]) total += matrix[i].hi[j] ** 2 * floors[i];
  return total;
}

function leastCost(matrix, kept, noise, p) {
  const rest = matrix[p].hi[p];
  return rest <= noise[p] + left(matrix, kept, noise, p) ? 0 : rest / 2;
}

/** The intercept ȳ − w·x̄. */
function level(mean, slopes) {
  let rest = pair(mean[slopes.length]);
  slopes.forEach((slope, j) => {
    if (slope) rest = minus(rest, times(slope, pair(mean[j])));
  });
  return rest.hi;
}

function combination(state, matrix, kept, j) {
  const terms = [];
  let constant = state.mean[j];
  for (let i = 0; i < j; i += 1) {
    if (!kept[i]) continue;
    constant -= matrix[i].hi[j] * state.mean[i];
    if (Math.abs(matrix[i].hi[j]) > 1e-12) terms.push(`${formatNumber(matrix[i].hi[j], 4)}·${state.names[i]}`);
  }
  if (state.intercept && (Math.abs(constant) > 1e-9 * Math.abs(state.mean[j]) || !terms.length)) {
    terms.push(formatNumber(constant, 4));
  }
  return `${state.names[j]} = ${terms.length ? terms.join(" + ").replaceAll("+ −", "− ") : "0"}`;
}

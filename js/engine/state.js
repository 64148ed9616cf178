/**
 * The state: all that a least-squares problem needs of its rows, be they two or a billion.
 *
 * For the columns z = [x₁ … x_p, y], the target last: the row count, Σ v, the means, and the centred second moments
 * Σ v (z − z̄)(z − z̄)ᵀ / Σ v. Sums over rows are made in double-double; `centredLow` holds their low parts.
 */

import { Fault } from "./faults.js";
import { minus, over, pair, plus, times, twoProduct } from "./pairs.js";

/**
 * @typedef {object} State
 * @property {string[]} names      the p features
 * @property {string} target
 * @property {boolean} intercept
 * @property {number} rows         m
 * @property {number} weight       Σ v
 * @property {boolean} weighted
 * @property {Float64Array} mean   (p + 1)
 * @property {Float64Array[]} centred     (p + 1, p + 1)
 * @property {Float64Array[]} centredLow  what `centred` rounds away; zeros where that is not known
 * @property {Float64Array} rounding      (p + 1) the relative rounding of values: 2⁻⁵³, or 0 for whole numbers
 */

const LARGEST = 1e140; // the square of a square must stay inside the floats
const HALF_ULP = 2 ** -53;

/**
 * The state of rows given by column.
 *
 * @param {ArrayLike<number>[]} x  p columns of m numbers
 * @param {ArrayLike<number>} y
 * @param {ArrayLike<number>|null} [weights]
 * @param {{intercept?: boolean, names?: string[], target?: string}} [options]
 * @returns {State}
 */
export function fromRows(x, y, weights = null, options = {}) {
  const { intercept = true, target = "y" } = options;
  const names = options.names ?? x.map((_, j) => (x.length === 1 ? "x" : `x${j + 1}`));
  const columns = [...x, y];
  checkRows(columns, [...names, target], weights);
  const weight = weights ? sum(y.length, (i) => pair(weights[i])) : pair(y.length);
  if (!(weight.hi > 0)) throw new Fault("The rows have no weight; give at least one row a weight above zero.");
  const mean = columns.map((z) =>
    over(
      sum(y.length, (i) => twoProduct(z[i], weights ? weights[i] : 1)),
      weight,
    ),
  );
  const { high, low } = centredMoments(columns, mean, weights, weight);
  return {
    names,
    target,
    intercept,
    rows: counted(y.length, weights),
    weight: weight.hi,
    weighted: weights !== null,
    mean: Float64Array.from(mean, (each) => each.hi),
    centred: high,
    centredLow: low,
    rounding: Float64Array.from(columns, (z) => (isWhole(z) ? 0 : HALF_ULP)),
  };
}

/** The state that a payload carries (schema 1). @returns {State} */
export function fromPayload(payload) {
  const q = payload.names.length + 1;
  if (payload.mean.length !== q || payload.centred.length !== q || payload.centred.some((row) => row.length !== q)) {
    throw new Fault(`The page's moments do not have the ${q} columns that it names; write the page anew.`);
  }
  return {
    names: payload.names,
    target: payload.target,
    intercept: payload.intercept,
    rows: payload.rows,
    weight: payload.weight,
    weighted: payload.weighted,
    mean: Float64Array.from(payload.mean),
    centred: payload.centred.map((row) => Float64Array.from(row)),
    centredLow: payload.centred.map(() => new Float64Array(q)),
    rounding: new Float64Array(q).fill(HALF_ULP),
  };
}

function checkRows(columns, names, weights) {
  const m = columns[columns.length - 1].length;
  if (!m) throw new Fault("There are no rows; add at least one.");
  columns.forEach((column, j) => checkColumn(column, names[j], m));
  if (weights) checkColumn(weights, "weights", m);
  if (weights && Array.prototype.some.call(weights, (v) => v < 0)) {
    throw new Fault("A weight is negative; weights are zero or more.");
  }
}

function checkColumn(column, name, m) {
  if (column.length !== m)
    throw new Fault(`Column ${name} has ${column.length} rows and the target ${m}; give as many.`);
  for (let i = 0; i < m; i += 1) {
    if (!Number.isFinite(column[i])) throw new Fault(`Column ${name} has no number in row ${i + 1}; give one.`);
    if (Math.abs(column[i]) > LARGEST) {
      throw new Fault(
        `Column ${name} holds ${column[i]} in row ${i + 1}, whose square is too large; use a larger unit.`,
      );
    }
  }
}

/** Σ v (z − z̄)(z − z̄)ᵀ / Σ v, high and low parts. */
function centredMoments(columns, mean, weights, weight) {
  const q = columns.length;
  const high = columns.map(() => new Float64Array(q));
  const low = columns.map(() => new Float64Array(q));
  const m = columns[0].length;
  const away = columns.map((z, a) => Array.from({ length: m }, (_, i) => minus(pair(z[i]), mean[a])));
  for (let a = 0; a < q; a += 1) {
    const weighed = weights ? away[a].map((d, i) => times(d, pair(weights[i]))) : away[a];
    for (let b = a; b < q; b += 1) {
      const moment = over(
        sum(m, (i) => times(weighed[i], away[b][i])),
        weight,
      );
      high[a][b] = high[b][a] = moment.hi;
      low[a][b] = low[b][a] = moment.lo;
    }
  }
  return { high, low };
}

function sum(count, term) {
  let total = pair(0);
  for (let i = 0; i < count; i += 1) total = plus(total, term(i));
  return total;
}

function counted(m, weights) {
  return weights ? Array.prototype.filter.call(weights, (v) => v > 0).length : m;
}

function isWhole(column) {
  return Array.prototype.every.call(column, Number.isInteger);
}

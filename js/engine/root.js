/**
 * A root of the Hessian, H = RᵀR, in double-double: the intercept eliminated first, then a pivoted Cholesky factor.
 *
 * The singular values of R are the square roots of the eigenvalues, so a weak mode keeps digits that H itself lacks.
 * Source: N. J. Higham (2002), Accuracy and Stability of Numerical Algorithms, 2nd ed., §10.3.
 */

import { over, pair, plus, squareRoot, subtractMultiple, twoProduct } from "./pairs.js";

/** @typedef {{hi: Float64Array, lo: Float64Array}} PairRow */

/**
 * The rows of R, as many as the rank: [1, x̄] and then the root of the centred block; or, without an intercept, the
 * root of the centred block plus x̄x̄ᵀ.
 *
 * @param {Float64Array[]} centred (k, k), zeros for the intercept
 * @param {Float64Array} level     (k) the mean row
 * @param {number} rank @param {boolean} intercept
 * @returns {PairRow[]}
 */
export function rootOf(centred, level, rank, intercept) {
  if (!intercept)
    return pivotedCholesky(
      centred.map((row, i) => raised(row, level, i)),
      rank,
    );
  const rest = centred.map((row) => ({ hi: row.slice(), lo: new Float64Array(row.length) }));
  return [{ hi: level.slice(), lo: new Float64Array(level.length) }, ...pivotedCholesky(rest, rank - 1)];
}

function raised(row, level, i) {
  const hi = new Float64Array(row.length);
  const lo = new Float64Array(row.length);
  row.forEach((value, j) => {
    const raw = plus(pair(value), twoProduct(level[i], level[j]));
    hi[j] = raw.hi;
    lo[j] = raw.lo;
  });
  return { hi, lo };
}

/**
 * One row for each pivot, taken where most of a column's own square is left, so that units do not matter. Of `rest`,
 * which is symmetric, only the diagonal and what lies right of it is kept up.
 */
function pivotedCholesky(rest, rank) {
  const whole = rest.map((row, j) => row.hi[j]);
  const rows = [];
  while (rows.length < rank) {
    const j = mostLeft(rest, whole);
    if (j < 0) break;
    const root = squareRoot(pair(rest[j].hi[j], rest[j].lo[j]));
    const row = quotients(across(rest, j), root);
    rows.push(row);
    rest.forEach(({ hi, lo }, i) => subtractMultiple(hi, lo, pair(row.hi[i], row.lo[i]), row.hi, row.lo, i));
    clear(rest, j);
  }
  return rows;
}

function mostLeft(rest, whole) {
  let best = -1;
  let share = 0;
  rest.forEach((row, j) => {
    const left = whole[j] > 0 ? row.hi[j] / whole[j] : 0;
    if (left > share) [best, share] = [j, left];
  });
  return best;
}

/** The row j of a symmetric matrix of which the right half is kept. */
function across(rest, j) {
  const hi = rest[j].hi.slice();
  const lo = rest[j].lo.slice();
  for (let i = 0; i < j; i += 1) [hi[i], lo[i]] = [rest[i].hi[j], rest[i].lo[j]];
  return { hi, lo };
}

function quotients(row, divisor) {
  const hi = new Float64Array(row.hi.length);
  const lo = new Float64Array(row.hi.length);
  for (let j = 0; j < hi.length; j += 1) {
    const quotient = over(pair(row.hi[j], row.lo[j]), divisor);
    hi[j] = quotient.hi;
    lo[j] = quotient.lo;
  }
  return { hi, lo };
}

/** A pivot that is done leaves exact zeros, whatever rounding says. */
function clear(rest, j) {
  rest[j].hi.fill(0);
  rest[j].lo.fill(0);
  for (const row of rest) row.hi[j] = row.lo[j] = 0;
}

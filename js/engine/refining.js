/**
 * Eigenvalues and eigenvectors of H = RᵀR in double-double, from those that float64 finds.
 *
 * Let X hold float64 eigenvectors, A = XᵀHX and B = XᵀX. Both are nearly diagonal, so the eigenvectors are X(I + E) with
 *
 *     λ_j = A_jj/B_jj        E_ij = N_ij/(λ_j − λ_i),   N_ij = A_ij − λ_j B_ij        E_jj = (1 − B_jj)/2
 *
 * and λ_j + Σᵢ N_ij E_ij is off by no more than the fourth power of what X was. Where eigenvalues nearly coincide,
 * float64 finds any basis of their common space; there X is first turned by the eigenvectors of A − λB within that
 * space, from which λ, all that they have in common, is gone. Source: T. Ogita, K. Aishima (2018), Japan J. Indust.
 * Appl. Math. 35, 1007–1035.
 */

import { normalised, orthogonalise } from "./jacobi.js";
import { minus, over, pair, plus, subtractMultiple, times, twoSum } from "./pairs.js";

const CLOSE = 2 ** -26; // eigenvalues nearer than this, relative to them, are turned apart first
const SAME = 2 ** -24; // what first order would turn more has one eigenvalue; what less stays orthogonal to its square

/**
 * @param {import("./root.js").PairRow[]} root
 * @param {Float64Array[]} vectors  (r) unit vectors of length k, the weakest first
 * @returns {{curvatures: import("./pairs.js").Pair[], across: import("./root.js").PairRow[]}}  ascending; `across` by
 *   parameter
 */
export function refined(root, vectors, k) {
  let forms = formsOf(root, vectors, k);
  const clusters = clustersOf(forms.A);
  if (clusters.length) {
    for (const [first, end] of clusters) turnApart(vectors, forms, first, end);
    forms = formsOf(root, vectors, k);
  }
  const { curvatures, E } = firstOrder(forms, vectors.length);
  const order = curvatures.map((_, i) => i).sort((i, j) => curvatures[i].hi - curvatures[j].hi);
  return {
    curvatures: order.map((i) => curvatures[i]),
    across: forms.across.map((row) => corrected(row.hi, E, order)),
  };
}

/** A = XᵀHX and B = XᵀX, their upper triangles, and X by parameter. */
function formsOf(root, vectors, k) {
  const rows = Array.from({ length: k }, (_, j) => {
    return { hi: Float64Array.from(vectors, (v) => v[j]), lo: new Float64Array(vectors.length) };
  });
  const reached = root.map((row) => {
    const [hi, lo] = [new Float64Array(vectors.length), new Float64Array(vectors.length)];
    rows.forEach((entries, j) => subtractMultiple(hi, lo, pair(-row.hi[j], -row.lo[j]), entries.hi, entries.lo, 0));
    return { hi, lo };
  });
  return { A: gram(reached, vectors.length), B: gram(rows, vectors.length), across: rows };
}

function gram(rows, count) {
  const total = Array.from({ length: count }, () => ({ hi: new Float64Array(count), lo: new Float64Array(count) }));
  for (const row of rows) {
    total.forEach(({ hi, lo }, i) => subtractMultiple(hi, lo, pair(-row.hi[i], -row.lo[i]), row.hi, row.lo, i));
  }
  return total;
}

function entry(matrix, i, j) {
  return i <= j ? pair(matrix[i].hi[j], matrix[i].lo[j]) : pair(matrix[j].hi[i], matrix[j].lo[i]);
}

/** Runs [first, end) of curvatures in which each is close to the one before. */
function clustersOf(A) {
  const runs = [];
  let first = 0;
  for (let i = 1; i <= A.length; i += 1) {
    if (i < A.length && Math.abs(A[i].hi[i] - A[i - 1].hi[i - 1]) <= CLOSE * A[i].hi[i]) continue;
    if (i - first > 1) runs.push([first, i]);
    first = i;
  }
  return runs;
}

/** Turn vectors, in place, so that eigenvalues are told apart which agree in most of their digits. */
function turnApart(vectors, { A, B }, first, end) {
  const common = over(entry(A, first, first), entry(B, first, first));
  const chosen = Array.from({ length: end - first }, (_, i) => first + i);
  const apart = chosen.map((i) =>
    Float64Array.from(chosen, (j) => minus(entry(A, i, j), times(common, entry(B, i, j))).hi),
  );
  const most = Math.max(...apart.map((row) => row.reduce((sum, value) => sum + Math.abs(value), 0)));
  if (most === 0) return;
  apart.forEach((row, i) => (row[i] += 2 * most)); // positive, with the same eigenvectors
  const old = chosen.map((i) => vectors[i]);
  orthogonalise(apart)
    .map(normalised)
    .forEach((turn, i) => {
      vectors[first + i] = old[0].map((_, j) => turn.reduce((sum, share, n) => sum + share * old[n][j], 0));
    });
}

function firstOrder({ A, B }, count) {
  const values = A.map((_, i) => over(entry(A, i, i), entry(B, i, i)));
  const E = A.map(() => new Float64Array(count));
  const curvatures = values.map((value, j) => {
    let more = 0;
    for (let i = 0; i < count; i += 1) {
      const between = entry(B, i, j);
      const rest = minus(entry(A, i, j), times(value, between)).hi;
      const gap = minus(value, values[i]).hi;
      const apart = i !== j && Math.abs(rest) < SAME * Math.abs(gap);
      E[i][j] = apart ? rest / gap : (i === j ? minus(pair(1), between).hi : -between.hi) / 2;
      if (apart) more += rest * E[i][j];
    }
    return plus(value, pair(more));
  });
  return { curvatures, E };
}

/** One row of X(I + E), its columns in order. */
function corrected(row, E, order) {
  const more = new Float64Array(row.length);
  for (let i = 0; i < row.length; i += 1) {
    const value = row[i];
    for (let j = 0; j < row.length; j += 1) more[j] += value * E[i][j];
  }
  const sums = order.map((j) => twoSum(row[j], more[j]));
  return { hi: Float64Array.from(sums, (sum) => sum.hi), lo: Float64Array.from(sums, (sum) => sum.lo) };
}

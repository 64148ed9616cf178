/**
 * The modes of the Hessian: directions along which the parameters do not know each other, and the curvature of each.
 *
 * Float64 finds the vectors; `refining.js` gives them, and the curvatures, the digits that a billionth power takes.
 */

import { completed, dot, normalised, orthogonalise } from "./jacobi.js";
import { subtractMultiple, twoSum } from "./pairs.js";
import { refined } from "./refining.js";

/**
 * @typedef {object} Modes
 * @property {import("./pairs.js").Pair[]} curvatures  (r) the nonzero eigenvalues, ascending
 * @property {Float64Array[]} vectors                  (r) their unit eigenvectors
 * @property {import("./root.js").PairRow[]} across    (k) the same numbers by parameter, in double-double
 * @property {Float64Array[]} still                    (k − r) unit vectors along which the cost is flat
 */

/** The modes of H = RᵀR. @param {import("./root.js").PairRow[]} root @returns {Modes} */
export function modesOf(root, k) {
  const found = orthogonalise(root.map((row) => row.hi.slice())).map(normalised);
  const { curvatures, across } = refined(root, found.reverse(), k);
  const vectors = curvatures.map((_, i) => Float64Array.from(across, (row) => row.hi[i]));
  return { curvatures, vectors, across, still: completed(vectors, k) };
}

/** The coordinates of a vector along unit vectors. @returns {Float64Array} */
export function coordinates(vectors, displacement) {
  return Float64Array.from(vectors, (vector) => dot(vector, displacement));
}

/**
 * Vᵀ(to − from), rounded only at the end: a strong mode may hold a small part of it, to which rounding the difference
 * would show.
 *
 * @param {Modes} modes @returns {Float64Array}
 */
export function coordinatesBetween({ across, curvatures }, from, to) {
  const hi = new Float64Array(curvatures.length);
  const lo = new Float64Array(curvatures.length);
  across.forEach((row, j) => subtractMultiple(hi, lo, twoSum(from[j], -to[j]), row.hi, row.lo, 0));
  return hi;
}

/** Add Σ cᵢ vᵢ to `point`, in place, and return it. */
export function addAlong(point, vectors, c) {
  for (let i = 0; i < vectors.length; i += 1) {
    const amount = c[i];
    if (amount === 0) continue;
    const vector = vectors[i];
    for (let j = 0; j < point.length; j += 1) point[j] += amount * vector[j];
  }
  return point;
}

/**
 * The modes of the Hessian: directions along which the parameters do not know each other, and the curvature of each.
 *
 * Raising 1 − αλ to the millionth power takes λ to more digits than float64 has, so the curvatures are Rayleigh
 * quotients ‖R v‖²/‖v‖² in double-double, whose error is the square of that of the vectors.
 */

import { completed, dot, normalised, orthogonalise } from "./jacobi.js";
import { over, pair, plus, subtractMultiple, times } from "./pairs.js";

/**
 * @typedef {object} Modes
 * @property {import("./pairs.js").Pair[]} curvatures  (r) the nonzero eigenvalues, ascending
 * @property {Float64Array[]} vectors                  (r) their unit eigenvectors
 * @property {Float64Array[]} still                    (k − r) unit vectors along which the cost is flat
 */

/** The modes of H = RᵀR. @param {import("./root.js").PairRow[]} root @returns {Modes} */
export function modesOf(root, k) {
  const vectors = orthogonalise(root.map((row) => row.hi.slice())).map(normalised);
  const curvatures = rayleigh(root, vectors);
  const order = curvatures.map((_, i) => i).sort((a, b) => curvatures[a].hi - curvatures[b].hi);
  return {
    curvatures: order.map((i) => curvatures[i]),
    vectors: order.map((i) => vectors[i]),
    still: completed(vectors, k),
  };
}

/** ‖R v‖²/‖v‖² for each vector, all of them side by side. */
function rayleigh(root, vectors) {
  const count = vectors.length;
  const none = new Float64Array(count);
  const across = Array.from({ length: root[0]?.hi.length ?? 0 }, (_, j) => Float64Array.from(vectors, (v) => v[j]));
  const squares = vectors.map(() => pair(0));
  for (const row of root) {
    const hi = new Float64Array(count);
    const lo = new Float64Array(count);
    across.forEach((entries, j) => subtractMultiple(hi, lo, pair(-row.hi[j], -row.lo[j]), entries, none, 0));
    for (let i = 0; i < count; i += 1) squares[i] = plus(squares[i], times(pair(hi[i], lo[i]), pair(hi[i], lo[i])));
  }
  return squares.map((square, i) => over(square, exactSquare(vectors[i])));
}

function exactSquare(vector) {
  let total = pair(0);
  for (const value of vector) total = plus(total, times(pair(value), pair(value)));
  return total;
}

/** The coordinates of a vector along unit vectors. @returns {Float64Array} */
export function coordinates(vectors, displacement) {
  return Float64Array.from(vectors, (vector) => dot(vector, displacement));
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

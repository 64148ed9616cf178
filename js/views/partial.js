/**
 * One feature of many against the target: each row adjusted for its other features, which are put at their means.
 *
 *     height of row i = yᵢ − Σ_{l ≠ j} w_l (x_il − x̄_l)        line(x) = b + w_j x + Σ_{l ≠ j} w_l x̄_l
 *
 * so the vertical distance of a row from the line is its residual, whatever the other weights are. With one feature
 * nothing is adjusted. Without rows, the same picture is drawn from means and centred products alone.
 */

/**
 * @param {any} state
 * @param {ArrayLike<number>} theta
 * @param {number} j
 * @returns {{slope: number, level: number, at: (x: number) => number}}
 */
export function lineOf(state, theta, j) {
  const first = state.intercept ? 1 : 0;
  const slope = theta[first + j];
  let level = state.intercept ? theta[0] : 0;
  for (let l = 0; l < state.names.length; l += 1) if (l !== j) level += theta[first + l] * state.mean[l];
  return { slope, level, at: (x) => level + slope * x };
}

/**
 * The heights of the sample's rows.
 * @param {any} state
 * @param {any} sample
 * @param {ArrayLike<number>} theta
 * @param {number} j
 * @returns {Float64Array}
 */
export function heights(state, sample, theta, j) {
  const first = state.intercept ? 1 : 0;
  const out = Float64Array.from(sample.y);
  for (let l = 0; l < state.names.length; l += 1) {
    const w = theta[first + l];
    if (l === j || w === 0) continue;
    const column = sample.x[l];
    const mean = state.mean[l];
    for (let i = 0; i < out.length; i += 1) out[i] -= w * (column[i] - mean);
  }
  return out;
}

/**
 * Mean and spread of two linear combinations of the columns [x₁ … x_p, y], from the moments.
 * @param {any} state
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 * @returns {{mean: [number, number], xx: number, xy: number, yy: number}}
 */
export function spread(state, a, b) {
  const q = state.mean.length;
  const sums = { mean: [0, 0], xx: 0, xy: 0, yy: 0 };
  for (let i = 0; i < q; i += 1) {
    sums.mean[0] += a[i] * state.mean[i];
    sums.mean[1] += b[i] * state.mean[i];
    for (let j = 0; j < q; j += 1) {
      const c = state.centred[i][j];
      sums.xx += a[i] * a[j] * c;
      sums.xy += a[i] * b[j] * c;
      sums.yy += b[i] * b[j] * c;
    }
  }
  return /** @type {any} */ (sums);
}

/** For `spread`: feature j, and the target adjusted for the other features. */
export function partialDirections(state, theta, j) {
  const first = state.intercept ? 1 : 0;
  const q = state.mean.length;
  const a = new Float64Array(q);
  const b = new Float64Array(q);
  a[j] = 1;
  b[q - 1] = 1;
  for (let l = 0; l < q - 1; l += 1) if (l !== j) b[l] = -theta[first + l];
  return [a, b];
}

/** For `spread`: the prediction (without its constant), and the target. */
export function fittedDirections(state, theta) {
  const first = state.intercept ? 1 : 0;
  const q = state.mean.length;
  const a = new Float64Array(q);
  const b = new Float64Array(q);
  for (let l = 0; l < q - 1; l += 1) a[l] = theta[first + l];
  b[q - 1] = 1;
  return [a, b];
}

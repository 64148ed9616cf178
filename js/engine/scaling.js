/**
 * Standardised features: with z = (x − centre)/spread the same line is b' + w'·z, w' = w·spread, b' = b + w·centre.
 *
 * Without an intercept nothing absorbs a shift: there the centre is zero and only the units change.
 */

/**
 * @typedef {object} Scaling
 * @property {Float64Array} centre @property {Float64Array} spread  (p)
 * @property {boolean} intercept
 */

/** Means and population standard deviations; a constant column has spread 1. @returns {Scaling} */
export function standardising(state) {
  const p = state.names.length;
  const spread = new Float64Array(p);
  for (let j = 0; j < p; j += 1) {
    const deviation = Math.sqrt(Math.max(state.centred[j][j], 0));
    spread[j] = deviation <= Number.EPSILON * Math.abs(state.mean[j]) ? 1 : deviation;
  }
  const centre = state.intercept ? state.mean.slice(0, p) : new Float64Array(p);
  return { centre, spread, intercept: state.intercept };
}

/** The scaling that changes nothing. @returns {Scaling} */
export function unscaled(state) {
  const p = state.names.length;
  return { centre: new Float64Array(p), spread: new Float64Array(p).fill(1), intercept: state.intercept };
}

/** Parameters in the user's units as those of the standardised features. @returns {Float64Array} */
export function toScaled({ centre, spread, intercept }, theta) {
  const scaled = Float64Array.from(theta);
  const first = intercept ? 1 : 0;
  for (let j = 0; j < spread.length; j += 1) {
    if (intercept) scaled[0] += theta[j + first] * centre[j];
    scaled[j + first] = theta[j + first] * spread[j];
  }
  return scaled;
}

/** Parameters of the standardised features in the user's units. @returns {Float64Array} */
export function toUser({ centre, spread, intercept }, scaled) {
  const theta = Float64Array.from(scaled);
  const first = intercept ? 1 : 0;
  for (let j = 0; j < spread.length; j += 1) {
    theta[j + first] = scaled[j + first] / spread[j];
    if (intercept) theta[0] -= theta[j + first] * centre[j];
  }
  return theta;
}

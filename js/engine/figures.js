/** The figures beside the pictures: all that can be said of one θ from the state alone, and of each row of a sample. */

import { dot } from "./jacobi.js";

/**
 * What is shown of θ. The gradient is that of the coordinates in which descent steps, all else is in the user's units.
 *
 * @param {import("./state.js").State} state @param {import("./problem.js").Problem} problem
 * @param {ArrayLike<number>} theta  in the user's units
 * @returns {{cost: number, gap: number, rmse: number, r2: number|null, gradient: Float64Array, gradientNorm: number,
 *   least: number, most: number, condition: number, rows: number, weight: number, parameters: number, rank: number}}
 */
export function statistics(state, problem, theta) {
  const inner = problem.fromUser(theta);
  const gap = problem.excess(inner);
  const cost = problem.minimum + gap;
  const gradient = problem.gradient(inner);
  const { curvatures } = problem.modes;
  const total = spreadOf(state);
  return {
    cost,
    gap,
    rmse: Math.sqrt(2 * cost),
    r2: total > 0 ? 1 - (2 * cost) / total : null,
    gradient,
    gradientNorm: Math.sqrt(dot(gradient, gradient)),
    least: curvatures[0].hi,
    most: curvatures[curvatures.length - 1].hi,
    condition: problem.condition,
    rows: state.rows,
    weight: state.weight,
    parameters: problem.k,
    rank: problem.rank,
  };
}

/** Σ v (y − ȳ)²/Σ v, what R² is measured against; about zero in a model without an intercept. */
export function spreadOf(state) {
  const p = state.names.length;
  const centred = state.centred[p][p];
  return state.intercept ? centred : centred + state.mean[p] ** 2;
}

/**
 * What θ says of the rows of a sample, and by how much it is wrong (y − ŷ).
 *
 * @param {{x: ArrayLike<number>[], y: ArrayLike<number>}} sample  by column
 * @param {ArrayLike<number>} theta  in the user's units @param {boolean} intercept
 * @returns {{fitted: Float64Array, residuals: Float64Array}}
 */
export function predictions(sample, theta, intercept) {
  const fitted = new Float64Array(sample.y.length).fill(intercept ? theta[0] : 0);
  sample.x.forEach((column, j) => {
    const slope = theta[j + (intercept ? 1 : 0)];
    for (let i = 0; i < fitted.length; i += 1) fitted[i] += slope * column[i];
  });
  return { fitted, residuals: fitted.map((value, i) => sample.y[i] - value) };
}

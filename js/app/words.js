/** What parameters are called, and figures as text: w and b for one feature, w[size] for each of many. */

import { parameterNames as fullNames } from "../engine/labels.js";
import { formatCount, formatExact, formatFactor, formatNumber } from "../engine/numbers.js";

export { formatCount as count, formatExact as exact, formatFactor as factor, formatNumber as number };

const LONG = 24; // characters of a name that a label shows

/** @param {any} state @param {number} j a feature's position @returns {string} */
export function weightName(state, j) {
  return parameterName(state, j + (state.intercept ? 1 : 0));
}

/** @param {any} state @param {number} i a parameter's position @returns {string} */
export function parameterName(state, i) {
  return parameterNames(state)[i];
}

/** Short enough for a label. @param {any} state @returns {string[]} */
export function parameterNames({ names, intercept }) {
  return fullNames({ names: names.map((name) => clipped(name)), intercept, scale: false });
}

/** @param {string} name @param {number} [length] @returns {string} */
export function clipped(name, length = LONG) {
  return name.length > length ? `${name.slice(0, length - 1)}…` : name;
}

/** @param {number} n @param {string} one @returns {string} 1 row, 2 rows */
export function plural(n, one) {
  return `${formatCount(n)} ${one}${n === 1 ? "" : "s"}`;
}

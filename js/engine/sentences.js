/** What a learning rate does to this problem, in one sentence. */

import { formatCount, formatFactor, formatNumber } from "./numbers.js";

const MILLIONTH = 1e-6;

/** @param {import("./descent.js").Descent} descent @param {number} start J_0 − J* @returns {string} */
export function sentenceOf(descent, start) {
  if (!(start > 0)) return "Stands still: the start is a minimum already.";
  switch (descent.status) {
    case "stands still":
      return `Stands still: at ${named(descent)} the strongest mode jumps from side to side and never shrinks.`;
    case "diverges":
      return diverging(descent);
    case "zig-zags":
      return `Zig-zags, and converges: ${pace(descent)}.`;
    default:
      return `Converges: ${pace(descent)}.`;
  }
}

/**
 * What it means that the rows do not determine every parameter; null where they do.
 *
 * @param {import("./problem.js").Problem} problem @returns {string|null}
 */
export function rankSentence({ rank, k }) {
  if (rank === k) return null;
  return (
    `The rows determine ${rank} of ${k} directions: infinitely many parameters share the minimum, ` +
    "and descent ends at the one nearest to its start."
  );
}

function pace(descent) {
  const steps = descent.iterationsTo(MILLIONTH);
  const arrival = steps === null ? "" : `; ${counted(steps)} to a millionth of the gap`;
  return `in the long run a step multiplies J − J* by ${formatFactor(descent.factorPerStep)}${arrival}`;
}

function diverging(descent) {
  const end = descent.lastFinite < 1e9 ? `; after ${counted(descent.lastFinite)} the numbers no longer fit` : "";
  const limit = formatNumber(descent.rates.limit, 4);
  const growth = Number.isFinite(descent.factorPerStep)
    ? `multiplies J − J* by ${formatFactor(descent.factorPerStep)}`
    : "multiplies J − J* by more than there are numbers for";
  return `Diverges: above the limit ${limit} a step ${growth}${end}.`;
}

function named(descent) {
  return `the limit ${formatNumber(descent.rates.limit, 4)}`;
}

function counted(steps) {
  return `${formatCount(steps)} ${steps === 1 ? "step" : "steps"}`;
}

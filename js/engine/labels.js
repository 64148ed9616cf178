/** What parameters are called: b and w for one feature, b and the features' names for many; with a prime if scaled. */

/** The names of θ's entries, in order. @param {import("./problem.js").Problem} problem @returns {string[]} */
export function parameterNames({ names, intercept, scale }) {
  const prime = scale ? "′" : "";
  const slopes = names.length === 1 ? [`w${prime}`] : names.map((name) => `w${prime}[${name}]`);
  return intercept ? [`b${prime}`, ...slopes] : slopes;
}

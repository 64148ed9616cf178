/** The first step for which something holds, looked for in closed form: a few evaluations, not a walk. */

/** The first whole number in (low, high] for which `holds`, which it does from some number on up to `high`. */
export function bisect(holds, low, high) {
  let [below, above] = [low, high];
  while (above - below > 1) {
    const middle = below + Math.floor((above - below) / 2);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}

/**
 * The first k ≥ start with curve(k) ≤ level, for a curve that falls, or, with `turns`, falls and then rises; null if
 * there is none up to `last`.
 */
export function firstBelow(curve, level, { start, last, turns }) {
  const below = (k) => curve(k) <= level;
  const rises = (k) => curve(k + 1) >= curve(k);
  if (below(start)) return start;
  let [low, high] = [start, start + 1];
  while (!below(high)) {
    if (turns && rises(high)) {
      high = rises(low) ? low : bisect(rises, low, high); // the bottom
      return below(high) ? bisect(below, low, high) : null;
    }
    if (high >= last) return null;
    [low, high] = [high, Math.min(2 * high, last)];
  }
  return bisect(below, low, high);
}

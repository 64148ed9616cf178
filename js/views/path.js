/** The way of a descent, at chosen iterations: every one at first, then ever fewer, and where it is now. */

const EVERY = 120;
const POINTS = 420;

const kept = new WeakMap();

/**
 * Iterations and places (in the user's units) of a descent's way, worked out once.
 * @param {any} now
 * @returns {{ks: number[], places: Float64Array[]}}
 */
export function wayOf(now) {
  const { descent } = now;
  let way = kept.get(descent);
  if (!way) {
    const ks = iterations(horizon(descent));
    way = { ks, places: descent.path(ks) };
    kept.set(descent, way);
  }
  return way;
}

/** The last iteration worth drawing. */
function horizon(descent) {
  const there = descent.iterationsTo(1e-12) ?? 1e9;
  return Math.max(1, Math.min(there, descent.lastFinite, 1e9));
}

/** Whole numbers from 0 to `last`: all the first, then at equal ratios. */
export function iterations(last) {
  const ks = [];
  for (let k = 0; k <= Math.min(EVERY, last); k += 1) ks.push(k);
  const ratio = (last / EVERY) ** (1 / (POINTS - EVERY));
  for (let k = EVERY * ratio; last > EVERY && k < last; k = Math.max(k * ratio, k + 1)) {
    if (Math.round(k) > ks[ks.length - 1]) ks.push(Math.round(k));
  }
  if (ks[ks.length - 1] < last) ks.push(last);
  return ks;
}

/**
 * The way until now as a path in a plane.
 * @param {any} now
 * @param {(theta: ArrayLike<number>) => [number, number]} at pixel of a place
 * @returns {{line: string, dots: string}}
 */
export function wayPath(now, at) {
  const { ks, places } = wayOf(now);
  const parts = [];
  const dots = [];
  for (let i = 0; i < ks.length && ks[i] < now.shown; i += 1) {
    const [x, y] = at(places[i]);
    const text = `${x.toFixed(1)},${y.toFixed(1)}`;
    parts.push(text);
    if (i < 60) dots.push(`M${text}h0`);
  }
  const [x, y] = at(now.theta);
  parts.push(`${x.toFixed(1)},${y.toFixed(1)}`);
  return { line: `M${parts.join("L")}`, dots: dots.join("") };
}

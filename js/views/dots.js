/** Many points as one path of round dots, sticks as one path of lines, a spread as an ellipse: a frame costs a string. */

/** Rows that get a stick or a square, of however many are drawn. */
export const STICKS = 400;

/**
 * @param {import("./scales.js").Scale} x
 * @param {import("./scales.js").Scale} y
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @returns {string}
 */
export function dotsPath(x, y, xs, ys) {
  const parts = new Array(xs.length);
  for (let i = 0; i < xs.length; i += 1) parts[i] = `M${x.at(xs[i]).toFixed(1)},${y.at(ys[i]).toFixed(1)}h0`;
  return parts.join("");
}

/** From each point to the line or to zero, at most `limit` of them. */
export function sticksPath(x, y, xs, ys, to, limit = Infinity) {
  const count = Math.min(xs.length, limit);
  const parts = new Array(count);
  for (let i = 0; i < count; i += 1) {
    parts[i] = `M${x.at(xs[i]).toFixed(1)},${y.at(ys[i]).toFixed(1)}V${y.at(to(i)).toFixed(1)}`;
  }
  return parts.join("");
}

/** Squares whose side is the residual, as long to the side as it is high. */
export function squaresPath(x, y, xs, ys, to, limit = Infinity) {
  const count = Math.min(xs.length, limit);
  const parts = new Array(count);
  for (let i = 0; i < count; i += 1) {
    const left = x.at(xs[i]);
    const from = y.at(ys[i]);
    const side = y.at(to(i)) - from;
    parts[i] =
      `M${left.toFixed(1)},${from.toFixed(1)}v${side.toFixed(1)}h${Math.abs(side).toFixed(1)}v${(-side).toFixed(1)}z`;
  }
  return parts.join("");
}

/**
 * The points (x, y) with a given squared distance (in standard deviations) from the mean of a spread.
 * @param {{mean: [number, number], xx: number, xy: number, yy: number}} spread
 * @param {number} deviations
 */
export function spreadPath(x, y, { mean, xx, xy, yy }, deviations) {
  const a = Math.sqrt(Math.max(xx, 0));
  const b = a > 0 ? xy / a : 0;
  const c = Math.sqrt(Math.max(yy - b * b, 0));
  const points = [];
  for (let i = 0; i < 96; i += 1) {
    const t = (2 * Math.PI * i) / 96;
    const u = deviations * Math.cos(t);
    const v = deviations * Math.sin(t);
    points.push(`${x.at(mean[0] + a * u).toFixed(1)},${y.at(mean[1] + b * u + c * v).toFixed(1)}`);
  }
  return `M${points.join("L")}Z`;
}

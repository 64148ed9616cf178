/** A contour as a path in pixels: an exact ellipse as two arcs, or the two parallel lines that an endless one is. */

const ENDLESS = 3e4; // pixels: an ellipse longer than this cannot be told from parallel lines inside of a picture

/**
 * @param {{x: import("./scales.js").Scale, y: import("./scales.js").Scale, left: number, right: number}} frame
 * @param {{kind: string, center: number[], axes: (number | null)[], angle: number}} ellipse `angle` is that of the long axis
 * @returns {{d: string, centre: [number, number], across: [number, number]}} `across`: from the centre to the contour where
 *   it is nearest, in pixels
 */
export function contourPath(frame, { kind, center, axes, angle }) {
  if (kind === "none" || kind === "plane") return { d: "", centre: [0, 0], across: [0, 0] };
  const [cx, cy] = [frame.x.at(center[0]), frame.y.at(center[1])];
  const [long, short] = pixelAxes(frame, axes, angle);
  const across = [-Math.sin(long.angle) * short.length, Math.cos(long.angle) * short.length];
  if (!(long.length < ENDLESS)) return { d: strip(cx, cy, long, across), centre: [cx, cy], across };
  const turn = (long.angle * 180) / Math.PI;
  const [dx, dy] = [Math.cos(long.angle) * long.length, Math.sin(long.angle) * long.length];
  const [a, b] = [long.length.toFixed(2), short.length.toFixed(2)];
  const arc = (x, y) => `A${a},${b},${turn.toFixed(3)},0,1,${x.toFixed(2)},${y.toFixed(2)}`;
  const d = `M${(cx - dx).toFixed(2)},${(cy - dy).toFixed(2)}${arc(cx + dx, cy + dy)}${arc(cx - dx, cy - dy)}Z`;
  return { d, centre: [cx, cy], across };
}

/** Half-axes in pixels: the singular values of the map from the unit circle, and the direction of the longer. */
function pixelAxes(frame, [shorter, longer], angle) {
  const sx = slope(frame.x);
  const sy = slope(frame.y);
  const far = longer ?? Infinity;
  const size = Math.min(far, (10 * ENDLESS) / Math.hypot(sx * Math.cos(angle), sy * Math.sin(angle)));
  const u = [sx * size * Math.cos(angle), sy * size * Math.sin(angle)];
  const v = [-sx * shorter * Math.sin(angle), sy * shorter * Math.cos(angle)];
  const twice = Math.atan2(2 * (u[0] * v[0] + u[1] * v[1]), u[0] ** 2 + u[1] ** 2 - v[0] ** 2 - v[1] ** 2) / 2;
  const first = [0, 1].map((n) => Math.cos(twice) * u[n] + Math.sin(twice) * v[n]);
  const second = [0, 1].map((n) => Math.cos(twice) * v[n] - Math.sin(twice) * u[n]);
  return [first, second].map(([x, y]) => ({ length: Math.hypot(x, y), angle: Math.atan2(y, x) }));
}

/** Pixels for one unit. */
function slope(scale) {
  const [low, high] = scale.domain;
  return (scale.at(high) - scale.at(low)) / (high - low);
}

function strip(cx, cy, long, [vx, vy]) {
  const [ux, uy] = [Math.cos(long.angle) * ENDLESS, Math.sin(long.angle) * ENDLESS];
  const lines = [1, -1].map((side) => {
    const [x, y] = [cx + side * vx, cy + side * vy];
    return `M${(x - ux).toFixed(1)},${(y - uy).toFixed(1)}L${(x + ux).toFixed(1)},${(y + uy).toFixed(1)}`;
  });
  return lines.join("");
}

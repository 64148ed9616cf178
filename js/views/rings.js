/** A contour as a path in pixels: an exact ellipse as two arcs, or the two parallel lines that an endless one is. */

const ENDLESS = 3e4; // pixels: an ellipse longer than this cannot be told from parallel lines inside of a picture

/**
 * @param {{x: import("./scales.js").Scale, y: import("./scales.js").Scale, left: number, right: number}} frame
 * @param {import("../engine/contours.js").Ellipse} ellipse
 * @returns {{d: string, width: number, near: (away: [number, number], shift: number) => [number, number]}}
 *   `width`: pixels from the centre to where the contour is nearest; `near`: its place there, `shift` pixels along it
 */
export function contourPath(frame, { kind, center, axes, angle }) {
  const [cx, cy] = [frame.x.at(center[0]), frame.y.at(center[1])];
  if (kind === "none" || kind === "plane") return { d: "", width: 0, near: () => [cx, cy] };
  const [long, short] = pixelAxes(frame, axes, angle);
  const across = [-Math.sin(long.angle) * short.length, Math.cos(long.angle) * short.length];
  const near = placeOn(cx, cy, long, across);
  if (!(long.length < ENDLESS)) return { d: strip(cx, cy, long, across), width: short.length, near };
  const turn = (long.angle * 180) / Math.PI;
  const [dx, dy] = [Math.cos(long.angle) * long.length, Math.sin(long.angle) * long.length];
  const [a, b] = [long.length.toFixed(2), short.length.toFixed(2)];
  const arc = (x, y) => `A${a},${b},${turn.toFixed(3)},0,1,${x.toFixed(2)},${y.toFixed(2)}`;
  const d = `M${(cx - dx).toFixed(2)},${(cy - dy).toFixed(2)}${arc(cx + dx, cy + dy)}${arc(cx - dx, cy - dy)}Z`;
  return { d, width: short.length, near };
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

/** A place on the contour, towards `away` from the centre, and `shift` pixels upwards along its longer axis. */
function placeOn(cx, cy, long, [vx, vy]) {
  const up = Math.sin(long.angle) > 0 ? -1 : 1;
  return (away, shift) => {
    const side = away[0] * vx + away[1] * vy < 0 ? -1 : 1;
    const sine = Math.min(shift / long.length, 0.95);
    const cosine = Math.sqrt(1 - sine * sine) * side;
    const along = up * sine * long.length;
    return [cx + cosine * vx + along * Math.cos(long.angle), cy + cosine * vy + along * Math.sin(long.angle)];
  };
}

/** Axes as functions: value to pixel and back, linear or logarithmic, and where their ticks stand. */

/**
 * @typedef {object} Scale
 * @property {(value: number) => number} at pixel of a value
 * @property {(pixel: number) => number} back value at a pixel
 * @property {[number, number]} domain
 * @property {boolean} log
 */

const FAR = 1e5; // pixels: beyond this a renderer loses precision, and nobody sees the difference

/**
 * @param {[number, number]} domain
 * @param {[number, number]} range
 * @returns {Scale}
 */
export function linear([d0, d1], [r0, r1]) {
  const width = d1 - d0 || 1;
  return {
    at: (value) => held(r0 + ((value - d0) / width) * (r1 - r0)),
    back: (pixel) => d0 + ((pixel - r0) / (r1 - r0)) * width,
    domain: [d0, d1],
    log: false,
  };
}

/**
 * @param {[number, number]} domain positive
 * @param {[number, number]} range
 * @returns {Scale}
 */
export function logarithmic([d0, d1], [r0, r1]) {
  const low = Math.log10(d0);
  const width = Math.log10(d1) - low || 1;
  return {
    at: (value) =>
      value > 0 ? held(r0 + ((Math.log10(value) - low) / width) * (r1 - r0)) : held(r0 - Math.sign(r1 - r0) * FAR),
    back: (pixel) => 10 ** (low + ((pixel - r0) / (r1 - r0)) * width),
    domain: [d0, d1],
    log: true,
  };
}

function held(pixel) {
  return Math.max(-FAR, Math.min(FAR, pixel));
}

/**
 * Round numbers inside of a domain, about `count` of them: multiples of 1, 2, 2.5 or 5 times a power of ten.
 * @param {[number, number]} domain
 * @param {number} count
 * @param {boolean} [whole] of things that are counted
 * @returns {number[]}
 */
export function roundTicks([low, high], count, whole = false) {
  const width = high - low;
  if (!(width > 0) || !Number.isFinite(width)) return [low];
  const power = 10 ** Math.floor(Math.log10(width / count));
  let step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((one) => width / one <= count) ?? 10 * power;
  if (whole) step = Math.max(1, Math.round(step));
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * width; i += 1) {
    ticks.push(Number((i * step).toPrecision(12)));
  }
  return ticks;
}

/**
 * Powers of ten inside of a positive domain, at most about `count` of them; round numbers where there are none.
 * @param {[number, number]} domain
 * @param {number} count
 * @returns {number[]}
 */
export function powerTicks([low, high], count) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  if (last - first < 1) return roundTicks([low, high], count).filter((one) => one > 0);
  const step = Math.max(1, Math.ceil((last - first + 1) / count));
  const ticks = [];
  for (let e = Math.ceil(first / step) * step; e <= last; e += step) ticks.push(10 ** e);
  return ticks;
}

/**
 * A domain around all the finite values, with a margin; some width for a constant.
 * @param {Iterable<number>} values
 * @param {number} [margin]
 * @returns {[number, number]}
 */
export function span(values, margin = 0.08) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (Number.isFinite(value)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return [-1, 1];
  const width = high - low;
  const pad = width > 1e-12 * Math.max(Math.abs(low), Math.abs(high)) ? margin * width : 0.1 * Math.abs(low) || 1;
  return [low - pad, high + pad];
}

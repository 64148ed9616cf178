/** Numbers that are random but the same in every run: a small generator for the tests, from a seed. */

/** @param {number} seed @returns {{uniform: () => number, normal: () => number, whole: (below: number) => number}} */
export function generator(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    whole: (below) => Math.floor(uniform() * below),
  };
}

/** A table of m rows and p features in different units and places. */
export function table(seed, m, p) {
  const { normal, uniform } = generator(seed);
  const x = Array.from({ length: p }, () => {
    const [unit, place] = [10 ** (2 * uniform() - 1), normal()];
    return Float64Array.from({ length: m }, () => unit * (normal() + place));
  });
  return { x, y: Float64Array.from({ length: m }, () => 10 * normal() + 5) };
}

/**
 * Double-double arithmetic: a number as an unevaluated sum hi + lo, some 31 digits.
 *
 * A learning rate of 2/(λmin + λmax) leaves 2 − αλmax ≈ 2/κ, so a product that float64 rounds in its 16th digit would
 * leave nine digits at κ = 10⁷; the curvatures, and what they are made from, are therefore kept as pairs. Sources:
 * T. J. Dekker (1971), Numer. Math. 18, 224–242; M. Joldes, J.-M. Muller, V. Popescu (2017), ACM TOMS 44(2), 15.
 */

/** @typedef {{hi: number, lo: number}} Pair */

const SPLITTER = 134217729; // 2²⁷ + 1

/** The sum of two numbers, exactly. @returns {Pair} */
export function twoSum(a, b) {
  const hi = a + b;
  const there = hi - a;
  return { hi, lo: a - (hi - there) + (b - there) };
}

/** The product of two numbers, exactly, while it and its rounding stay inside the floats. @returns {Pair} */
export function twoProduct(a, b) {
  const hi = a * b;
  const s = SPLITTER * a;
  const t = SPLITTER * b;
  const aHigh = s - (s - a);
  const bHigh = t - (t - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return { hi, lo: aHigh * bHigh - hi + aHigh * bLow + aLow * bHigh + aLow * bLow };
}

/** @returns {Pair} */
export function pair(hi, lo = 0) {
  return { hi, lo };
}

/** u + v. @returns {Pair} */
export function plus(u, v) {
  const s = twoSum(u.hi, v.hi);
  const t = twoSum(u.lo, v.lo);
  const first = renewed(s.hi, s.lo + t.hi);
  return renewed(first.hi, first.lo + t.lo);
}

/** u − v. @returns {Pair} */
export function minus(u, v) {
  return plus(u, { hi: -v.hi, lo: -v.lo });
}

/** u · v. @returns {Pair} */
export function times(u, v) {
  const product = twoProduct(u.hi, v.hi);
  return renewed(product.hi, product.lo + (u.hi * v.lo + u.lo * v.hi));
}

/** u / v, exact where u, v and u / v are float64. @returns {Pair} */
export function over(u, v) {
  const quotient = u.hi / v.hi;
  const product = twoProduct(quotient, v.hi);
  return renewed(quotient, (u.hi - product.hi + (u.lo - (product.lo + quotient * v.lo))) / v.hi);
}

/** √u for u ≥ 0. @returns {Pair} */
export function squareRoot(u) {
  const root = Math.sqrt(u.hi);
  if (root === 0) return { hi: 0, lo: 0 };
  const square = twoProduct(root, root);
  return renewed(root, (u.hi - square.hi + (u.lo - square.lo)) / (2 * root));
}

/**
 * Subtract u times a row of pairs from another row of pairs, in place, from entry `first` on: the inner loop of every
 * elimination, written out so that no pair is allocated.
 *
 * @param {Float64Array} hi @param {Float64Array} lo @param {Pair} u
 * @param {Float64Array} rowHi @param {Float64Array} rowLo @param {number} first
 */
export function subtractMultiple(hi, lo, u, rowHi, rowLo, first) {
  const a = u.hi;
  const cut = SPLITTER * a;
  const aHigh = cut - (cut - a);
  const aLow = a - aHigh;
  for (let j = first; j < hi.length; j += 1) {
    const b = rowHi[j];
    const product = a * b;
    const t = SPLITTER * b;
    const bHigh = t - (t - b);
    const bLow = b - bHigh;
    const rest = aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow + (a * rowLo[j] + u.lo * b);
    const sum = hi[j] - product;
    const there = sum - hi[j];
    const rounding = hi[j] - (sum - there) - (product + there);
    const tail = lo[j] + (rounding - rest);
    hi[j] = sum + tail;
    lo[j] = tail - (hi[j] - sum);
  }
}

function renewed(hi, lo) {
  const sum = hi + lo;
  return { hi: sum, lo: lo - (sum - hi) };
}

/** Numbers as people read them: significant digits, thousands, ×10ⁿ, a real minus sign; never NaN or Infinity. */

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const ABSENT = "–";

/**
 * A figure with `digits` significant digits, trailing zeros dropped: 85,000, −0.3712, 2.58×10¹⁵.
 *
 * @param {number|null|undefined} value @param {number} [digits] 1 to 17
 */
export function formatNumber(value, digits = 5) {
  if (!isNumber(value)) return ABSENT;
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  if (power < -4 || power >= Math.max(digits, 7)) return signed(`${trimmed(mantissa)}${times10(power)}`);
  return signed(grouped(trimmed(Number(value.toPrecision(digits)).toFixed(Math.max(0, digits - 1 - power)))));
}

/** A figure to `places` decimals, for columns of numbers that line up; one too long for that as by `formatNumber`. */
export function formatFixed(value, places) {
  if (!isNumber(value)) return ABSENT;
  if (Math.abs(value) >= 1e15) return formatNumber(value, 6);
  const text = value.toFixed(places);
  return signed(grouped(Number(text) === 0 ? text.replace("-", "") : text));
}

/** A whole number with its thousands set apart: 1,000,000. */
export function formatCount(value) {
  return isNumber(value) ? signed(grouped(Math.round(value).toFixed(0))) : ABSENT;
}

/** What something is multiplied by: 3.033, and 1 − 4.2×10⁻⁸ where so many nines would hide it. */
export function formatFactor(value, digits = 4) {
  if (!isNumber(value)) return ABSENT;
  const lack = 1 - value;
  if (lack === 0 || Math.abs(lack) >= 1e-3) return formatNumber(value, digits);
  return lack > 0 ? `1 − ${formatNumber(lack, 3)}` : `1 + ${formatNumber(-lack, 3)}`;
}

/** A figure that a program reads back to the same bits, shortest first: as Python's repr. */
export function formatExact(value) {
  if (!isNumber(value)) throw new RangeError("only finite numbers can be written");
  return String(value).replace("e+", "e");
}

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

function trimmed(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function times10(power) {
  return `×10${[...String(power)].map((digit) => SUPERSCRIPTS[digit]).join("")}`;
}

function grouped(text) {
  const [whole, rest] = text.split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest === undefined ? spaced : `${spaced}.${rest}`;
}

function signed(text) {
  return text.replace("-", "−");
}

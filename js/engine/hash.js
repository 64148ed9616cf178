/**
 * What was chosen, as the part of an address after '#', and back: versioned, strict, short, and never a throw.
 *
 * Only what is listed here is read, each value by its own rule; one stray character and the whole is refused, so that
 * nothing from an address reaches the page but numbers in range and words of these lists.
 */

import { formatExact } from "./numbers.js";

const VERSION = "1";
const LONGEST = 4096;
const LAST_STEP = 1e9;
const MOST_PARAMETERS = 201;

const number = (low, high) => ({
  write: formatExact,
  read: (text) => inside(numeral(text), low, high),
});
const whole = (high) => ({
  write: formatExact,
  read: (text) => (/^\d{1,10}$/.test(text) ? inside(Number(text), 0, high) : undefined),
});
const choice = (...words) => ({
  write: String,
  read: (text) => (words.includes(text) ? text : undefined),
});
const flag = {
  write: (value) => (value ? "1" : "0"),
  read: (text) => (text === "1" ? true : text === "0" ? false : undefined),
};
const word = {
  write: String,
  read: (text) => (/^[a-z][a-z0-9-]{0,39}$/.test(text) ? text : undefined),
};
const list = (item, least, most) => ({
  write: (values) => Array.from(values, item.write).join(","),
  read: (text) => allOf(text.split(",", most + 1).map(item.read), least, most),
});

/** Every field there is, how it is written, and how it is read: `undefined` where it does not follow its rule. */
const FIELDS = new Map([
  ["rate", number(Number.MIN_VALUE, Number.MAX_VALUE)],
  ["momentum", number(0, 1 - 2 ** -53)],
  ["k", whole(LAST_STEP)],
  ["scale", flag],
  ["start", list(number(-Number.MAX_VALUE, Number.MAX_VALUE), 1, MOST_PARAMETERS)],
  ["pair", list(whole(MOST_PARAMETERS), 2, 2)],
  ["others", choice("held", "reoptimised")],
  ["feature", whole(MOST_PARAMETERS)],
  ["slice", whole(MOST_PARAMETERS)],
  ["against", choice("targets", "residuals")],
  ["residuals", choice("sticks", "squares", "none")],
  ["costs", choice("linear", "log")],
  ["span", choice("first", "whole", "log")],
  ["camera", list(number(-360, 360), 2, 2)],
  ["view", word],
  ["task", word],
]);

/**
 * The fields of `ui` that have a value, as text without '#': `v=1&rate=0.01&k=100&start=0,0`. A field that would not be
 * read back (not in its range) is left out, and so is the start where it alone would make the text too long.
 *
 * @param {Record<string, unknown>} ui @returns {string}
 */
export function encode(ui) {
  const parts = [`v=${VERSION}`];
  let length = parts[0].length;
  for (const [name, field] of FIELDS) {
    const text = written(field, ui[name]);
    if (text === null || length + name.length + text.length + 2 > LONGEST) continue;
    parts.push(`${name}=${text}`);
    length += name.length + text.length + 2;
  }
  return parts.join("&");
}

/**
 * What `encode` wrote, with or without '#'; an `error` in words for anything else. An empty text is nothing chosen.
 *
 * @param {unknown} hash
 * @returns {{ui: Record<string, any>, error: null} | {error: string}}
 */
export function decode(hash) {
  if (typeof hash !== "string") return { error: "The address is not text." };
  if (hash.length > LONGEST + 1) return { error: "The part of the address after # is too long to be one of ours." };
  const text = hash.startsWith("#") ? hash.slice(1) : hash;
  if (text === "") return { ui: {}, error: null };
  const [version, ...parts] = text.split("&");
  if (version !== `v=${VERSION}`) return { error: "The part of the address after # is not of this version." };
  const ui = {};
  for (const part of parts) {
    const [name, value] = halves(part);
    const field = FIELDS.get(name);
    if (!field || Object.hasOwn(ui, name)) return { error: "The part of the address after # says something unknown." };
    const read = field.read(value);
    if (read === undefined) return { error: `The address says a ${name} that cannot be.` };
    ui[name] = read;
  }
  return { ui, error: null };
}

function written(field, value) {
  if (value === undefined || value === null) return null;
  try {
    const text = field.write(value);
    return field.read(text) === undefined ? null : text;
  } catch {
    return null; // not a finite number, or not a list
  }
}

function halves(part) {
  const place = part.indexOf("=");
  return place < 0 ? [part, ""] : [part.slice(0, place), part.slice(place + 1)];
}

function numeral(text) {
  return /^-?\d{1,25}(?:\.\d{1,25})?(?:e-?\d{1,3})?$/.test(text) ? Number(text) : undefined;
}

function inside(value, low, high) {
  return value !== undefined && value >= low && value <= high ? value : undefined;
}

function allOf(values, least, most) {
  return values.length >= least && values.length <= most && !values.includes(undefined) ? values : undefined;
}

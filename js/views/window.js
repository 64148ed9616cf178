/**
 * The part of the parameter plane that a picture shows: around start, optimum and the first steps, and, where descent
 * runs away, doubled as often as the current point needs.
 */

import { sectionOf } from "../engine/contours.js";
import { span } from "./scales.js";

const FIRST = 12; // steps whose places are shown in any case
const VALLEY = 0.3; // of the contour through the start that should be inside, so that it is seen to be an ellipse
const WIDEST = 2.5; // times what the way alone needs that this may cost
const FAR = 3; // times the distance between start and optimum that those may widen the window by

/**
 * The base window for parameters i and j.
 * @param {any} now
 * @param {number} i
 * @param {number} j
 * @returns {{x: [number, number], y: [number, number]}}
 */
export function baseWindow(now, i, j) {
  const steps = [];
  for (let k = 0; k <= Math.min(FIRST, now.descent.lastFinite); k += 1) steps.push(now.descent.at(k));
  const { centre } = sectionOf(now.plain, i, j, { others: now.others, at: now.start });
  return { x: along(now, i, steps, centre[0]), y: along(now, j, steps, centre[1]) };
}

function along(now, i, steps, centre) {
  const optimum = now.descent.limit[i];
  const from = now.start[i];
  const size = Math.abs(from - optimum) || scaleOf(now, i);
  const near = [...steps.map((theta) => theta[i]), centre].map((value) =>
    Math.max(Math.min(value, optimum + FAR * size), optimum - FAR * size),
  );
  const [low, high] = span([from, optimum, ...near], 0);
  const half = Math.max(high - optimum, optimum - low, 0.4 * size) * 1.3;
  const wide = Math.min(Math.max(half, VALLEY * reachOf(now, i)), WIDEST * half);
  return [optimum - wide, optimum + wide];
}

/** How far the contour through the start reaches along θ_i; infinite where it has no end. */
function reachOf(now, i) {
  const { curvatures, vectors, still } = now.plain.modes;
  const along = vectors.reduce((sum, vector, n) => sum + vector[i] ** 2 / curvatures[n].hi, 0);
  const flat = still.some((vector) => Math.abs(vector[i]) > 1e-9);
  return flat ? Infinity : Math.sqrt(2 * now.plain.excess(now.start) * along);
}

/** How far along θ_i the cost changes by about as much as J at zero, for a start that is the optimum. */
function scaleOf(now, i) {
  const curvature = now.plain.H[i][i];
  const { state } = now.data;
  const q = state.mean.length - 1;
  const size = state.centred[q][q] + state.mean[q] * state.mean[q];
  return curvature > 0 && size > 0 ? Math.sqrt(size / curvature) : Math.abs(now.descent.limit[i]) || 1;
}

/**
 * The base window, doubled about its middle until `point` is inside.
 * @param {[number, number]} domain
 * @param {number} value
 * @returns {[number, number]}
 */
export function widened([low, high], value) {
  const middle = (low + high) / 2;
  const half = (high - low) / 2;
  const reach = Math.abs(value - middle);
  if (!(reach > half)) return [low, high];
  const times = 2 ** Math.ceil(Math.log2((reach * 1.05) / half));
  return [middle - half * times, middle + half * times];
}

/**
 * Axes that stay as they are for as long as what they have to show is inside and not lost in them; always while `held`.
 * @param {{x: [number, number], y: [number, number]} | undefined} last
 * @param {{x: [number, number], y: [number, number]}} wanted
 * @param {boolean} held
 */
export function steady(last, wanted, held) {
  if (!last) return wanted;
  return held || (covers(last.x, wanted.x) && covers(last.y, wanted.y)) ? last : wanted;
}

function covers([low, high], [from, to]) {
  const slack = 0.06 * (to - from);
  return low <= from + slack && high >= to - slack && high - low < 2.5 * (to - from);
}

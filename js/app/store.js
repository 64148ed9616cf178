/**
 * The one state that every view shows: what was chosen, and all that follows from it, worked out once and only when read.
 *
 * Chosen are the data, the start, the rate, the momentum, the scaling, the iteration, and how the pictures look at them.
 * Parameters are in the user's units throughout, whether or not descent runs on standardised features.
 */

import { makeDescent } from "../engine/descent.js";
import { Fault } from "../engine/faults.js";
import { makeProblem } from "../engine/problem.js";
import { fromPayload } from "../engine/state.js";

const SCHEMA = 1;
export const LAST = 1e9; // iterations that the scrubber reaches

/**
 * @typedef {object} Data the table in use
 * @property {any} state its moments
 * @property {any} solution the optimum that Python found, or undefined for a table made here
 * @property {any} sample the rows that can be drawn, or null
 * @property {boolean} own whether it was made or changed in the page
 * @property {string} source
 */

/**
 * @typedef {object} Chosen
 * @property {Data} data
 * @property {Float64Array} start θ₀
 * @property {number} rate α
 * @property {number} momentum β
 * @property {boolean} scale whether descent runs on standardised features
 * @property {number} k the iteration shown
 * @property {boolean} playing
 * @property {[number, number]} pair the two parameters of the contours
 * @property {"held" | "reoptimised"} others what the other parameters do there
 * @property {number} feature the one along the axis of the data view
 * @property {number} slice the parameter along the slice
 * @property {"targets" | "residuals"} against what predictions are drawn against
 * @property {"sticks" | "squares" | "none"} residuals
 * @property {"linear" | "log"} costs the scale of the learning curve
 * @property {"first" | "whole" | "log"} span its iterations
 * @property {{turn: number, tilt: number}} camera of the bowl, in degrees
 * @property {string | null} task
 */

/**
 * @param {any} payload
 * @returns {Data}
 */
export function dataOf(payload) {
  if (payload?.schema !== SCHEMA)
    throw new Fault("These data are of another version of slopewise; write the page anew.");
  return {
    state: fromPayload(payload),
    solution: payload.solution,
    sample: payload.sample,
    own: false,
    source: payload.source,
  };
}

/**
 * What a page shows first: descent from zero, at the rate that was asked for or a round one well below the limit.
 * @param {any} payload
 * @param {Data} data
 * @returns {Chosen}
 */
export function firstChoice(payload, data) {
  const asked = payload.start ?? {};
  const { names, intercept } = data.state;
  const count = names.length + (intercept ? 1 : 0);
  const start = new Float64Array(count);
  if (asked.parameters?.length === count) start.set(asked.parameters);
  const first = intercept ? 1 : 0;
  const scale = asked.scale === true;
  return {
    ...DEFAULTS,
    ...pickedFrom(asked),
    data,
    start,
    rate: asked.learning_rate ?? defaultRate(data, scale),
    momentum: asked.momentum ?? 0,
    scale,
    k: Math.min(Math.max(Math.round(asked.k ?? 0), 0), LAST),
    playing: false,
    pair: firstPair(names.length, first, count),
    slice: first,
  };
}

/** How the pictures look at first, unless the page says otherwise. */
const DEFAULTS = {
  others: "held",
  feature: 0,
  against: "targets",
  residuals: "sticks",
  costs: "log",
  span: "whole",
  camera: { turn: -35, tilt: 28 },
  task: null,
};

function pickedFrom(asked) {
  return Object.fromEntries(Object.entries(asked).filter(([name]) => Object.hasOwn(DEFAULTS, name)));
}

/** The weight and the intercept for one feature; otherwise the first two weights. */
function firstPair(features, first, count) {
  if (features === 1) return [count - 1, 0];
  return [first, Math.min(first + 1, count - 1)];
}

/** A round rate well below the limit, so that the first play converges. @param {Data} data @param {boolean} scale */
function defaultRate(data, scale) {
  const { limit } = makeProblem(data.state, { solution: data.solution, scale }).rates;
  return Number.isFinite(limit) && limit > 0 ? Number((limit / 4).toPrecision(1)) : 0.01;
}

/** A function that works a value out anew only when an argument is another one. */
function memo(work) {
  let last = null;
  let value;
  return (...given) => {
    if (!last || given.some((one, i) => one !== last[i])) {
      value = work(...given);
      last = given;
    }
    return value;
  };
}

/** What follows from the choice; getters, so that nobody pays for what no view reads. */
class Snapshot {
  constructor(chosen, derive) {
    Object.assign(this, chosen);
    this.derive = derive;
  }
  get plain() {
    return this.derive.plain(this.data);
  }
  get scaled() {
    return this.derive.scaled(this.data);
  }
  get problem() {
    return this.scale ? this.scaled : this.plain;
  }
  get descent() {
    return this.derive.descent(this.problem, this.start, this.rate, this.momentum);
  }
  /** The first iteration at which the gap is a millionth of that at the start, or null. */
  get arrival() {
    return this.derive.arrival(this.descent);
  }
  /** The iteration shown, which overflow may hold back. */
  get shown() {
    return Math.min(this.k, this.descent.lastFinite);
  }
  get stopped() {
    return this.descent.lastFinite < LAST && this.k >= this.descent.lastFinite;
  }
  get theta() {
    return this.derive.theta(this.descent, this.shown);
  }
  /** The parameters one step later, or null where they no longer fit into a float. */
  get next() {
    return this.shown < Math.min(this.descent.lastFinite, LAST) ? this.derive.next(this.descent, this.shown + 1) : null;
  }
  get cost() {
    return this.descent.costAt(this.shown);
  }
  get gap() {
    return this.descent.gapAt(this.shown);
  }
  get gradient() {
    return this.derive.gradient(this.plain, this.theta);
  }
  /** ‖∇J‖, by a sum that does not overflow before it has to. */
  get steepness() {
    return Math.hypot(...this.gradient);
  }
}

/**
 * `update` returns what is wrong with a change, which is then not made, or "".
 * @param {Chosen} chosen
 * @returns {{get: () => any, update: (patch: Partial<Chosen>) => string,
 *   subscribe: (listener: () => void) => () => void}}
 */
export function createStore(chosen) {
  const derive = {
    plain: memo((data) => makeProblem(data.state, { solution: data.solution, scale: false })),
    scaled: memo((data) => makeProblem(data.state, { solution: data.solution, scale: true })),
    descent: memo((problem, start, rate, momentum) => makeDescent(problem, { start, rate, momentum })),
    arrival: memo((descent) => descent.iterationsTo(1e-6)),
    theta: memo((descent, k) => descent.at(k)),
    next: memo((descent, k) => descent.at(k)),
    gradient: memo((plain, theta) => plain.gradient(theta)),
  };
  const listeners = new Set();
  let now = new Snapshot(chosen, derive);
  void now.descent; // or its fault, at once
  return {
    get: () => now,
    update(patch) {
      const next = new Snapshot({ ...picked(now), ...patch }, derive);
      try {
        void next.descent; // what cannot be computed is refused here, and the state stays as it was
      } catch (fault) {
        return sentenceOf(fault);
      }
      now = next;
      listeners.forEach((listener) => listener());
      return "";
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function picked(snapshot) {
  const { derive: _, ...chosen } = snapshot;
  return chosen;
}

/** @param {unknown} fault @returns {string} */
export function sentenceOf(fault) {
  if (fault instanceof Fault) return fault.message;
  throw fault;
}

/** What views and controls do to the state, in the reader's words: move the parameters, move a row, take other data. */

import { statistics } from "../engine/figures.js";
import { fromRows } from "../engine/state.js";
import { sentenceOf } from "./store.js";

const EDITED = 200; // rows that a table of the page may have

/** @param {any} store */
export function createTools(store) {
  let moving = false;

  /** Put descent down somewhere else: what is dragged is the start, and iteration 0. */
  function moveTo(theta) {
    return store.update({ start: Float64Array.from(theta), k: 0, playing: false });
  }

  /** Take other rows, with a start that fits; returns what is wrong with them, or "". */
  function takeRows({ x, y, weights = null, names, target, rows = null }, patch = {}) {
    const { state, source } = store.get().data;
    try {
      const next = fromRows(x, y, weights, { intercept: state.intercept, names, target });
      const sample = { x, y, weights, rows, complete: true };
      const data = { state: next, solution: null, sample, own: true, source: patch.source ?? source };
      return take(data, patch);
    } catch (fault) {
      return sentenceOf(fault);
    }
  }

  /** Show data, keeping start, rate and iteration if they fit. Returns what is wrong, or "". */
  function take(data, patch = {}) {
    return store.update({ data, ...fitting(store.get(), data), ...patch.chosen });
  }

  const rows = () => {
    const { state, sample } = store.get().data;
    return {
      x: sample.x.map((column) => Array.from(column)),
      y: Array.from(sample.y),
      weights: sample.weights,
      names: state.names,
      target: state.target,
    };
  };
  const changed = (change) => {
    const table = rows();
    change(table);
    return takeRows(table);
  };

  return {
    moveTo,
    take,
    takeRows,
    moveRow: (i, place, height) =>
      changed((table) => {
        place.forEach((value, j) => (table.x[j][i] = value));
        table.y[i] = height;
      }),
    setCell: (i, j, value) =>
      changed((table) => {
        (table.x[j] ?? table.y)[i] = value;
      }),
    addRow: (place, height) =>
      changed((table) => {
        place.forEach((value, j) => table.x[j].push(value));
        table.y.push(height);
        table.weights = table.weights && [...table.weights, 1];
      }),
    removeRow: (i) =>
      changed((table) => {
        [...table.x, table.y].forEach((column) => column.splice(i, 1));
        table.weights = table.weights && table.weights.filter((_, at) => at !== i);
      }),
    /** Whether single rows can be moved in the picture. */
    editable: (now) =>
      now.data.sample?.complete === true && now.data.state.names.length === 1 && now.data.sample.y.length <= EDITED,
    /** Whether the reader has something in hand: axes stay as they are. */
    held: () => moving,
    hold: (value) => (moving = value),
    statistics: (now) => figuresOf(now),
  };
}

const kept = new WeakMap();

/** The figures of a moment, worked out once for all the cards. */
function figuresOf(now) {
  let figures = kept.get(now);
  if (!figures) kept.set(now, (figures = statistics(now.data.state, now.plain, now.theta)));
  return figures;
}

/** What of the choice has to change for other data. */
function fitting(now, data) {
  const count = data.state.names.length + (data.state.intercept ? 1 : 0);
  if (count === now.start.length) return {};
  const first = data.state.intercept ? 1 : 0;
  const single = data.state.names.length === 1;
  return {
    start: new Float64Array(count),
    k: 0,
    playing: false,
    pair: single ? [count - 1, 0] : [first, Math.min(first + 1, count - 1)],
    feature: 0,
    slice: first,
  };
}

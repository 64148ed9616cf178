/** The data: rows, the line of the current parameters, and the residuals as sticks or as squares. */

import { h, pool, s, set } from "../app/dom.js";
import { choice, toggle } from "../app/fields.js";
import { count, number, weightName } from "../app/words.js";
import { predictions } from "../engine/figures.js";
import { dotsPath, spreadPath, squaresPath, STICKS, sticksPath } from "./dots.js";
import { Frame } from "./frame.js";
import { legend } from "./legend.js";
import { handle, place, rounded } from "./handle.js";
import { heights, lineOf, partialDirections, spread } from "./partial.js";
import { span } from "./scales.js";
import { steady } from "./window.js";

const HANDLES = 60; // rows that can be moved one by one
const STEP = 0.01; // of the axis, for an arrow key
const END = 0.025; // of the axis: where the handles of the line stand, outside of the rows
const CROWD = 600; // rows beyond which dots step back
const LOOKS = [
  ["sticks", "sticks"],
  ["squares", "squares"],
  ["none", "hidden"],
];
const WIDE = "one and two standard deviations wide";
const ASIDE = 0.16; // of their width that is left beside the rows for that

/** @param {any} store @param {any} tools */
function create(store, tools) {
  const frame = new Frame({ title: "Rows, and the line of the current parameters", handles: true });
  const marks = marksOf(frame, store, tools);
  const options = optionsOf(frame, store, tools);
  const key = legend([
    { line: "line", shape: "", text: "now" },
    { line: "line best", shape: "", text: "optimum" },
    { mark: "circle", shape: "row", text: "row" },
    { line: "residuals", shape: "", text: "residual" },
  ]);
  let domain = null;
  return {
    frame,
    legend: key,
    options: options.element,
    missing: (now) => (now.data.state.names.length ? "" : "A mean alone has no feature to draw the rows against."),
    draw(now) {
      const { state, sample } = now.data;
      const j = featureOf(now);
      options.show(now, j);
      key.children[2].hidden = sample === null;
      key.children[3].hidden = sample === null || now.residuals === "none";
      domain = domainOf(now, j, domain, tools.held());
      const others = state.names.length > 1 ? ", others at their means" : "";
      frame.lay(domain.axes, { x: state.names[j], y: `${state.target}${others}` });
      const fit = lineOf(state, now.theta, j);
      drawLine(frame, marks, now, fit, j);
      drawRows(frame, marks, now, fit, j);
      drawGrips(frame, marks, now, tools.editable(now) && sample.y.length <= HANDLES);
    },
    caption: (now) => `${captionOf(now)}${outside(frame, now) ? " The line is out of the picture." : ""}`,
    numbers(now) {
      const j = featureOf(now);
      const { r2, rmse } = tools.statistics(now);
      return [
        [weightName(now.data.state, j), number(lineOf(now.data.state, now.theta, j).slope, 7)],
        ...(now.data.state.intercept ? [["b", number(now.theta[0], 7)]] : []),
        ["R²", number(r2)],
        ["RMSE", number(rmse)],
      ];
    },
    table: tableOf,
  };
}

/** The feature along the axis. */
function featureOf(now) {
  return Math.min(now.feature, now.data.state.names.length - 1);
}

/** The shapes of the picture, from back to front, and what can be moved. */
function marksOf(frame, store, tools) {
  const path = (name) => s("path", { class: name });
  const marks = {
    residuals: path("residuals"),
    ellipses: path("spread"),
    dots: path("dots"),
    best: path("line best"),
    line: path("line"),
    body: path("line-body"),
    rows: s("g", {}),
    ends: [0, 1].map((side) => handle(endGrip(store, tools, frame, side))),
    grip: (i) => handle(rowGrip(store, tools, frame, i)),
  };
  frame.plot.append(marks.residuals, marks.ellipses, marks.dots, marks.best, marks.line, marks.body);
  frame.over.append(marks.rows, s("g", {}, ...marks.ends));
  dragLine(marks.body, store, tools, frame);
  return marks;
}

/** The lists above the picture, and the button that lets a click add a row. */
function optionsOf(frame, store, tools) {
  const axis = choice("Along the axis", [], (value) => store.update({ feature: Number(value) }));
  const look = choice("Residuals", LOOKS, (value) => store.update({ residuals: value }));
  let adding = false;
  const add = toggle("Add points", (pressed) => {
    adding = pressed;
    frame.svg.classList.toggle("adding", pressed);
  });
  frame.svg.addEventListener("click", (event) => {
    const [px, py] = frame.pointer(event);
    if (!adding || px < frame.left || px > frame.right || py < frame.top || py > frame.bottom) return;
    tools.addRow([round(frame.x.back(px), frame.axes.x)], round(frame.y.back(py), frame.axes.y));
  });
  return {
    element: h("div", { class: "options" }, axis.element, look.element, add.element),
    show(now, j) {
      const { state, sample } = now.data;
      axis.show(state.names.length > 1 && state.names.map((name, i) => [String(i), name]), String(j));
      look.show(sample !== null && undefined, now.residuals);
      add.element.hidden = !tools.editable(now);
      if (add.element.hidden && adding) add.press(false);
    },
  };
}

function drawLine(frame, { line, body, best, ends }, now, fit, j) {
  const d = segment(frame, fit);
  set(line, { d });
  set(body, { d });
  set(best, { d: segment(frame, lineOf(now.data.state, now.descent.limit, j)) });
  placeEnds(ends, frame, fit, now);
}

/** Rows as dots with their residuals or, where no rows came along, the ellipses of their spread. */
function drawRows({ x, y }, { residuals, dots, ellipses }, now, fit, j) {
  const { state, sample } = now.data;
  if (!sample) {
    const cloud = spread(state, ...partialDirections(state, now.theta, j));
    set(ellipses, { d: spreadPath(x, y, cloud, 1) + spreadPath(x, y, cloud, 2) });
    for (const shape of [residuals, dots]) set(shape, { d: "" });
    return;
  }
  const [xs, ys] = [sample.x[j], heights(state, sample, now.theta, j)];
  const shapes = now.residuals === "squares" ? squaresPath : sticksPath;
  set(ellipses, { d: "" });
  set(residuals, {
    class: `residuals ${now.residuals}${ys.length > HANDLES ? " many" : ""}`,
    d: now.residuals === "none" ? "" : shapes(x, y, xs, ys, (i) => fit.at(xs[i]), STICKS),
  });
  set(dots, { d: dotsPath(x, y, xs, ys), class: ys.length > CROWD ? "dots many" : "dots" });
}

/** Rows that can be moved one by one, each a handle upon its dot. */
function drawGrips({ x, y }, { rows, grip }, now, movable) {
  const { state, sample } = now.data;
  pool(rows, movable ? sample.y.length : 0, grip).forEach((one, i) => {
    const [across, up] = [sample.x[0][i], sample.y[i]];
    const text = `${state.names[0]} ${number(across)}, ${state.target} ${number(up)}`;
    place(one, x.at(across), y.at(up), up, text);
  });
}

/** The axes hold the rows, and the line of the start as far as that is near. */
function domainOf(now, j, last, held) {
  const { state, sample } = now.data;
  if (last && last.data === now.data && last.j === j && last.start === now.start && last.held === held) return last;
  const cloud = spread(state, ...partialDirections(state, now.descent.limit, j));
  const deviation = [2.2 * Math.sqrt(cloud.xx), 2.2 * Math.sqrt(cloud.yy)];
  const xs = sample ? span(sample.x[j], ASIDE) : span([cloud.mean[0] - deviation[0], cloud.mean[0] + deviation[0]]);
  const edges = (middle) => [middle - deviation[1], middle + deviation[1]];
  const rows = (theta) =>
    sample ? heights(state, sample, theta, j) : edges(spread(state, ...partialDirections(state, theta, j)).mean[1]);
  const [low, high] = span([...rows(now.descent.limit), ...rows(now.start)], 0);
  const reach = 2 * (high - low);
  const first = lineOf(state, now.start, j);
  const ends = xs.map((x) => Math.min(Math.max(first.at(x), low - reach), high + reach));
  const wanted = { x: xs, y: span([low, high, ...ends]) };
  const before = last && last.j === j && last.names === state.names ? last.axes : undefined;
  return { data: now.data, names: state.names, j, start: now.start, held, axes: steady(before, wanted, held) };
}

function segment(frame, fit) {
  const [x0, x1] = frame.axes.x;
  return `M${frame.x.at(x0)},${frame.y.at(fit.at(x0)).toFixed(2)}L${frame.x.at(x1)},${frame.y.at(fit.at(x1)).toFixed(2)}`;
}

function endAt(frame, side) {
  const [x0, x1] = frame.axes.x;
  return x0 + (side ? 1 - END : END) * (x1 - x0);
}

function placeEnds(ends, frame, fit, now) {
  ends.forEach((grip, side) => {
    const x = endAt(frame, side);
    const y = Math.min(Math.max(frame.y.at(fit.at(x)), frame.top), frame.bottom);
    place(grip, frame.x.at(x), y, fit.at(x), `${now.data.state.target} ${number(fit.at(x))} at ${number(x)}`);
  });
}

/** Move one end of the line; the other stays, and so do the other weights. */
function turnLine(store, tools, frame, side, height) {
  const now = store.get();
  const j = featureOf(now);
  const { state } = now.data;
  const fit = lineOf(state, now.theta, j);
  const here = endAt(frame, side);
  const there = endAt(frame, 1 - side);
  const theta = Float64Array.from(now.theta);
  const first = state.intercept ? 1 : 0;
  if (state.intercept) {
    const slope = (height - fit.at(there)) / (here - there);
    theta[first + j] = slope;
    theta[0] += fit.at(there) - slope * there - fit.level;
  } else if (here !== 0) {
    theta[first + j] = (height - fit.level) / here;
  }
  tools.moveTo(theta.map(rounded));
}

function endGrip(store, tools, frame, side) {
  return {
    label: side ? "Right end of the line" : "Left end of the line",
    shape: "line-end",
    mark: "square",
    pointer: (event) => frame.pointer(event),
    drag: ([, py]) => turnLine(store, tools, frame, side, frame.y.back(py)),
    nudge([dx, dy], times) {
      const now = store.get();
      const fit = lineOf(now.data.state, now.theta, featureOf(now));
      const [low, high] = frame.axes.y;
      turnLine(store, tools, frame, side, fit.at(endAt(frame, side)) + (dy || dx) * times * STEP * (high - low));
    },
  };
}

/** The line itself moves up and down: the intercept. */
function dragLine(body, store, tools, frame) {
  let from = null;
  body.addEventListener("pointerdown", (event) => {
    if (!store.get().data.state.intercept || event.button !== 0) return;
    body.setPointerCapture(event.pointerId);
    from = { y: frame.y.back(frame.pointer(event)[1]), theta: store.get().theta };
    event.preventDefault();
  });
  body.addEventListener("pointermove", (event) => {
    if (!from) return;
    const theta = Float64Array.from(from.theta);
    theta[0] += frame.y.back(frame.pointer(event)[1]) - from.y;
    tools.moveTo(theta.map(rounded));
  });
  for (const end of ["pointerup", "pointercancel"]) body.addEventListener(end, () => (from = null));
}

function rowGrip(store, tools, frame, i) {
  return {
    label: `Row ${i + 1}`,
    shape: "row",
    pointer: (event) => frame.pointer(event),
    drag([px, py]) {
      tools.moveRow(i, [round(frame.x.back(px), frame.axes.x)], round(frame.y.back(py), frame.axes.y));
    },
    nudge([dx, dy], times) {
      const { sample } = store.get().data;
      const [x, y] = [frame.axes.x, frame.axes.y];
      const far = STEP * times;
      tools.moveRow(
        i,
        [round(sample.x[0][i] + dx * far * (x[1] - x[0]), x)],
        round(sample.y[i] + dy * far * (y[1] - y[0]), y),
      );
    },
    remove: () => tools.removeRow(i),
  };
}

/** As many digits as a pixel is worth. */
function round(value, [low, high]) {
  const unit = 10 ** Math.floor(Math.log10((high - low) / 500));
  return Number((Math.round(value / unit) * unit).toPrecision(12));
}

/** Whether no part of the line is inside of the axes. */
function outside(frame, now) {
  const fit = lineOf(now.data.state, now.theta, featureOf(now));
  const [low, high] = frame.axes.y;
  const ends = frame.axes.x.map(fit.at);
  return ends.every((y) => y < low) || ends.every((y) => y > high);
}

function captionOf(now) {
  const { state, sample } = now.data;
  const many = state.names.length > 1;
  if (!sample) {
    return `No rows came with this page: the ellipses hold the spread of all ${count(state.rows)} rows, ${WIDE}.`;
  }
  const shown = sample.complete ? "All rows" : `${count(sample.y.length)} of ${count(state.rows)} rows`;
  const sticks = now.residuals !== "none" && sample.y.length > STICKS ? `, residuals of ${count(STICKS)} of them` : "";
  const shape = { sticks: "Each stick is a residual.", squares: "J is half the mean area of the squares.", none: "" }[
    now.residuals
  ];
  return `${shown}${sticks}${many ? ", each adjusted for its other features" : ""}. The dashed line is the optimum. ${shape}`;
}

function tableOf(now) {
  const { state, sample } = now.data;
  if (!sample)
    return {
      columns: ["column", "mean"],
      rows: [...state.names, state.target].map((name, i) => [name, number(state.mean[i])]),
    };
  const { fitted, residuals } = predictions(sample, now.theta, state.intercept);
  return {
    columns: ["row", ...state.names, state.target, "prediction", "residual", "½ residual²"],
    rows: Array.from(sample.y, (y, i) => [
      String(sample.rows?.[i] ?? i + 1),
      ...sample.x.map((column) => number(column[i])),
      number(y),
      number(fitted[i]),
      number(residuals[i]),
      number(residuals[i] ** 2 / 2),
    ]),
  };
}

export const data = { id: "data", title: "Data and line", create };

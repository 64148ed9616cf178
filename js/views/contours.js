/** Contours of the cost over two parameters, exact ellipses, with the way of descent; the others held or re-optimised. */

import { h, pool, s, say, set } from "../app/dom.js";
import { choice } from "../app/fields.js";
import { count, number, parameterName, parameterNames } from "../app/words.js";
import { ellipseOf, levels, sectionOf } from "../engine/contours.js";
import { Frame } from "./frame.js";
import { legend } from "./legend.js";
import { handle, markOf, place, rounded } from "./handle.js";
import { wayPath } from "./path.js";
import { contourPath } from "./rings.js";
import { baseWindow, steady, widened } from "./window.js";

const RINGS = 9;
const ASIDE = 56; // pixels along a contour, beside the way, that its label stands
const CROWDED = 14; // pixels: contours nearer to the bottom than this bear no label
const STEP = 0.01;
const TABLED = [0, 1, 2, 3, 5, 10, 20, 50, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
const OTHERS = [
  ["held", "held"],
  ["reoptimised", "re-optimised"],
];
const ONE = "One parameter has no plane: see the slice of the cost.";

/** @param {any} store @param {any} tools */
function create(store, tools) {
  const frame = new Frame({ title: "Contours of the cost over two parameters", handles: true });
  const marks = marksOf(frame);
  const grip = handle(gripOf(frame, store, tools));
  frame.over.append(grip);
  const options = optionsOf(store);
  const key = legend([
    { mark: "circle", shape: "here", text: "now" },
    { mark: "square", shape: "first", text: "start" },
    { mark: "diamond", shape: "optimum", text: "optimum" },
    { mark: "cross", shape: "", text: "lowest in this plane" },
  ]);
  let base = null;
  return {
    frame,
    legend: key,
    options: options.element,
    missing: (now) => (now.problem.k < 2 ? ONE : ""),
    draw(now) {
      const names = parameterNames(now.data.state);
      const [i, j] = now.pair;
      options.show(now, names);
      key.children[3].hidden = names.length <= 2;
      base = windowOf(now, i, j, base, tools.held());
      const axes = { x: widened(base.window.x, now.theta[i]), y: widened(base.window.y, now.theta[j]) };
      frame.lay(axes, { x: names[i], y: names[j] });
      const at = (theta) => [frame.x.at(theta[i]), frame.y.at(theta[j])];
      drawMarks(frame, marks, now, at);
      const [x, y] = at(now.theta);
      const parameters = [i, j].map((n) => `${names[n]} = ${number(now.theta[n])}`).join(", ");
      place(grip, x, y, now.theta[i], `${parameters}, J = ${number(now.cost)}`);
    },
    caption: captionOf,
    numbers: (now) => [
      ...now.pair.map((i) => [parameterName(now.data.state, i), number(now.theta[i], 7)]),
      ["J", number(now.cost)],
      ["‖∇J‖", number(now.steepness)],
    ],
    table: tableOf,
  };
}

/** The shapes of the picture, from back to front. */
function marksOf(frame) {
  const marks = {
    rings: s("g", { class: "rings" }),
    labels: s("g", { class: "levels" }),
    lowest: markOf("cross"),
    line: s("path", { class: "way" }),
    dots: s("path", { class: "way-dots" }),
    first: s("g", { class: "first" }, markOf("square", 4.5)),
    optimum: s("g", { class: "optimum" }, markOf("diamond", 6)),
  };
  frame.plot.append(...Object.values(marks));
  return marks;
}

function gripOf(frame, store, tools) {
  return {
    label: "The current parameters",
    shape: "here",
    pointer: (event) => frame.pointer(event),
    drag: ([px, py]) => {
      const [x, y] = [inside(px, frame.left, frame.right), inside(py, frame.top, frame.bottom)];
      moveTo(store, tools, frame.x.back(x), frame.y.back(y));
    },
    nudge([dx, dy], times) {
      const now = store.get();
      const [i, j] = now.pair;
      const size = ([low, high]) => times * STEP * (high - low);
      moveTo(store, tools, now.theta[i] + dx * size(frame.axes.x), now.theta[j] + dy * size(frame.axes.y));
    },
  };
}

/** Which two parameters are shown, and what the others do. */
function optionsOf(store) {
  const pick = ["Across", "Up"].map((label, axis) =>
    choice(label, [], (value) => {
      const pair = [...store.get().pair];
      if (pair[1 - axis] === Number(value)) pair[1 - axis] = pair[axis];
      pair[axis] = Number(value);
      store.update({ pair });
    }),
  );
  const others = choice("Others", OTHERS, (value) => store.update({ others: value }));
  return {
    element: h("div", { class: "options" }, ...pick.map((one) => one.element), others.element),
    show(now, names) {
      const list = names.length > 2 && names.map((name, i) => [String(i), name]);
      pick.forEach((one, axis) => one.show(list, String(now.pair[axis])));
      others.show(names.length > 2 && undefined, now.others);
    },
  };
}

function drawMarks(frame, marks, now, at) {
  const [i, j] = now.pair;
  const section = sectionOf(now.plain, i, j, { others: now.others, at: now.theta });
  const away = awayFrom(at(now.start), at(now.descent.limit));
  drawRings(frame, section, gapsOf(now, section, frame), { ...marks, away });
  const way = wayPath(now, at);
  set(marks.line, { d: way.line });
  set(marks.dots, { d: way.dots });
  const put = (mark, [x, y]) => set(mark, { transform: `translate(${x.toFixed(1)},${y.toFixed(1)})` });
  put(marks.first, at(now.start));
  put(marks.optimum, at(now.descent.limit));
  put(marks.lowest, [frame.x.at(section.centre[0]), frame.y.at(section.centre[1])]);
  set(marks.lowest, { visibility: now.problem.k > 2 ? "visible" : "hidden" });
}

function tableOf(now) {
  const names = parameterNames(now.data.state);
  const ks = TABLED.filter((k) => k <= now.descent.lastFinite);
  return {
    columns: ["k", ...now.pair.map((i) => names[i]), "J"],
    rows: ks.map((k) => {
      const theta = now.descent.at(k);
      return [count(k), ...now.pair.map((i) => number(theta[i], 7)), number(now.descent.costAt(k), 7)];
    }),
  };
}

/** From the start past the optimum: where the way does not come from. */
function awayFrom([fromX, fromY], [toX, toY]) {
  return [toX - fromX, toY - fromY];
}

function inside(value, low, high) {
  return Math.max(low, Math.min(high, value));
}

function moveTo(store, tools, x, y) {
  const now = store.get();
  const theta = Float64Array.from(now.theta);
  const [i, j] = now.pair;
  theta[i] = rounded(x);
  theta[j] = rounded(y);
  tools.moveTo(theta);
}

function windowOf(now, i, j, last, held) {
  if (last && last.descent === now.descent && last.i === i && last.j === j && last.held === held) return last;
  const wanted = baseWindow(now, i, j);
  const before = last && last.i === i && last.j === j && last.names === now.data.state.names ? last.window : undefined;
  return { descent: now.descent, i, j, held, names: now.data.state.names, window: steady(before, wanted, held) };
}

/** Gaps to draw rings at: up to the corners of the picture, closer together towards the bottom. */
function gapsOf(now, section, frame) {
  const { x, y } = frame.axes;
  const corners = x.flatMap((u) => y.map((v) => section.excess(u, v)));
  return levels(section, Math.max(...corners), { count: RINGS });
}

/** Every second ring bears its cost, on the side where the way does not come from. */
function drawRings(frame, section, gaps, { rings, labels, away }) {
  const paths = pool(rings, gaps.length, () => s("path", {}));
  const texts = pool(labels, Math.ceil(gaps.length / 2), () => s("text", { "text-anchor": "middle" }));
  let last = null;
  gaps.forEach((gap, n) => {
    const { d, width, near } = contourPath(frame, ellipseOf(section, gap));
    set(paths[n], { d, style: `--depth: ${(n / gaps.length).toFixed(3)}` });
    if (n % 2) return;
    const text = texts[n / 2];
    const [x, y] = near(away, ASIDE);
    const words = number(section.minimum + gap - section.floor, 3);
    const half = words.length * 3.2 + 2;
    const apart = !last || Math.abs(y - last.y) > 14 || Math.abs(x - last.x) > half + last.half;
    const fits = x > frame.left + half && x < frame.right - half && y > frame.top + 10 && y < frame.bottom - 10;
    const shown = d !== "" && apart && fits && width > CROWDED;
    set(text, { x: x.toFixed(1), y: (y + 4).toFixed(1), visibility: shown ? "visible" : "hidden" });
    if (!shown) return;
    say(text, words);
    last = { x, y, half };
  });
}

function captionOf(now) {
  const names = parameterNames(now.data.state);
  const flat = now.problem.rank < now.problem.k;
  const where = flat ? " Where valleys have no end, infinitely many parameters fit equally well." : "";
  if (names.length === 2)
    return `Each ellipse joins parameters of one cost. Drag the point to start elsewhere.${where}`;
  const rest = names.length - 2;
  const [held, best] =
    rest === 1
      ? ["is held where it is now", "takes its best value for each point"]
      : ["are held where they are now", "take their best values for each point"];
  const how = now.others === "held" ? held : best;
  return `${now.pair.map((i) => names[i]).join(" and ")}; the other ${count(rest)} ${how}.${where}`;
}

export const contours = { id: "contours", title: "Contours of the cost", create };

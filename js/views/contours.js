/** Contours of the cost over two parameters, exact ellipses, with the way of descent; the others held or re-optimised. */

import { h, pool, s, say, set } from "../app/dom.js";
import { choice } from "../app/fields.js";
import { count, number, parameterNames } from "../app/words.js";
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
const ONE = "One parameter has no plane: see the slice of the cost.";

/** @param {any} store @param {any} tools */
function create(store, tools) {
  const frame = new Frame({ title: "Contours of the cost over two parameters", handles: true });
  const rings = s("g", { class: "rings" });
  const labels = s("g", { class: "levels" });
  const line = s("path", { class: "way" });
  const dots = s("path", { class: "way-dots" });
  const first = s("g", { class: "first" }, markOf("square", 4.5));
  const optimum = s("g", { class: "optimum" }, markOf("diamond", 6));
  const lowest = markOf("cross");
  frame.plot.append(rings, labels, lowest, line, dots, first, optimum);
  const grip = handle({
    label: "The current parameters",
    shape: "here",
    pointer: (event) => frame.pointer(event),
    drag: ([px, py]) =>
      moveTo(
        store,
        tools,
        frame.x.back(inside(px, frame.left, frame.right)),
        frame.y.back(inside(py, frame.top, frame.bottom)),
      ),
    nudge([dx, dy], times) {
      const now = store.get();
      const [i, j] = now.pair;
      const size = ([low, high]) => times * STEP * (high - low);
      moveTo(store, tools, now.theta[i] + dx * size(frame.axes.x), now.theta[j] + dy * size(frame.axes.y));
    },
  });
  frame.over.append(grip);

  const pick = [0, 1].map((axis) =>
    choice(axis ? "Up" : "Across", [], (value) => {
      const pair = [...store.get().pair];
      if (pair[1 - axis] === Number(value)) pair[1 - axis] = pair[axis];
      pair[axis] = Number(value);
      store.update({ pair });
    }),
  );
  const others = choice(
    "Others",
    [
      ["held", "held"],
      ["reoptimised", "re-optimised"],
    ],
    (value) => store.update({ others: value }),
  );
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
    options: h("div", { class: "options" }, ...pick.map((one) => one.element), others.element),
    missing: (now) => (now.problem.k < 2 ? ONE : ""),
    draw(now) {
      const names = parameterNames(now.data.state);
      const [i, j] = now.pair;
      const many = names.length > 2;
      pick.forEach((one, axis) =>
        one.show(many && names.map((name, at) => [String(at), name]), String(now.pair[axis])),
      );
      others.show(many && undefined, now.others);
      key.children[3].hidden = !many;
      set(lowest, { visibility: many ? "visible" : "hidden" });
      base = windowOf(now, i, j, base, tools.held());
      frame.lay(
        { x: widened(base.window.x, now.theta[i]), y: widened(base.window.y, now.theta[j]) },
        { x: names[i], y: names[j] },
      );
      const section = sectionOf(now.plain, i, j, { others: now.others, at: now.theta });
      const at = (theta) => [frame.x.at(theta[i]), frame.y.at(theta[j])];
      drawRings(frame, section, gapsOf(now, section, frame), {
        rings,
        labels,
        away: awayFrom(at(now.start), at(now.descent.limit)),
      });
      const way = wayPath(now, at);
      set(line, { d: way.line });
      set(dots, { d: way.dots });
      const put = (mark, [x, y]) => set(mark, { transform: `translate(${x.toFixed(1)},${y.toFixed(1)})` });
      put(first, at(now.start));
      put(optimum, at(now.descent.limit));
      put(lowest, [frame.x.at(section.centre[0]), frame.y.at(section.centre[1])]);
      const [x, y] = at(now.theta);
      place(
        grip,
        x,
        y,
        now.theta[i],
        `${names[i]} = ${number(now.theta[i])}, ${names[j]} = ${number(now.theta[j])}, J = ${number(now.cost)}`,
      );
    },
    caption: captionOf,
    numbers(now) {
      const names = parameterNames(now.data.state);
      const [i, j] = now.pair;
      return [
        [names[i], number(now.theta[i], 7)],
        [names[j], number(now.theta[j], 7)],
        ["J", number(now.cost)],
        ["‖∇J‖", number(now.steepness)],
      ];
    },
    table(now) {
      const names = parameterNames(now.data.state);
      const ks = [0, 1, 2, 3, 5, 10, 20, 50, 100, 1000, 10000, 100000, 1e6, 1e7, 1e8, 1e9].filter(
        (k) => k <= now.descent.lastFinite,
      );
      return {
        columns: ["k", ...now.pair.map((i) => names[i]), "J"],
        rows: ks.map((k) => {
          const theta = now.descent.at(k);
          return [count(k), ...now.pair.map((i) => number(theta[i], 7)), number(now.descent.costAt(k), 7)];
        }),
      };
    },
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

/** A slice of the cost through the current parameters: the parabola, its tangent, and the step that the tangent gives. */

import { h, s, set } from "../app/dom.js";
import { choice } from "../app/fields.js";
import { number, parameterName, parameterNames } from "../app/words.js";
import { slice as sliceOf } from "../engine/contours.js";
import { Frame } from "./frame.js";
import { legend } from "./legend.js";
import { handle, markOf, place, rounded } from "./handle.js";
import { widened } from "./window.js";

const POINTS = 96;
const STEP = 0.01;

/** @param {any} store @param {any} tools */
function create(store, tools) {
  const frame = new Frame({ title: "A slice of the cost through the current parameters", handles: true });
  const parabola = s("path", { class: "curve" });
  const tangent = s("path", { class: "tangent" });
  const step = s("path", { class: "step" });
  const bottom = s("g", { class: "optimum" }, markOf("diamond", 5));
  frame.plot.append(parabola, tangent, step);
  frame.over.append(bottom);
  const grip = handle({
    label: "The current parameter",
    shape: "here",
    pointer: (event) => frame.pointer(event),
    drag: ([px]) => along(store, tools, frame.x.back(Math.max(frame.left, Math.min(frame.right, px)))),
    nudge([dx, dy], times) {
      const now = store.get();
      const [low, high] = frame.axes.x;
      along(store, tools, now.theta[which(now)] + (dx || dy) * times * STEP * (high - low));
    },
  });
  frame.over.append(grip);
  const axis = choice("Along", [], (value) => store.update({ slice: Number(value) }));
  let base = {};
  return {
    frame,
    legend: legend([
      { line: "tangent", shape: "", text: "tangent" },
      { line: "step", shape: "", text: "next step" },
      { mark: "diamond", shape: "optimum", text: "lowest" },
    ]),
    options: h("div", { class: "options" }, axis.element),
    draw(now) {
      const i = which(now);
      const names = parameterNames(now.data.state);
      axis.show(names.length > 1 && names.map((name, index) => [String(index), name]), String(i));
      const cut = sliceOf(now.plain, now.theta, i);
      if (base.i !== i || (!tools.held() && (base.data !== now.data || base.start !== now.start)))
        base = baseOf(now, i);
      const x = widened(base.x, now.theta[i]);
      const top = Math.max(cut.costAt(x[0]), cut.costAt(x[1]), cut.cost);
      frame.lay({ x, y: heightOf(cut.least, top) }, { x: names[i], y: `J, other parameters as they are` });
      paint(frame, now, cut, i, { parabola, tangent, step, bottom });
      const text = `${names[i]} = ${number(now.theta[i])}, J = ${number(cut.cost)}, slope ${number(cut.slope)}`;
      place(grip, frame.x.at(now.theta[i]), frame.y.at(cut.cost), now.theta[i], text);
    },
    caption(now) {
      const others = now.problem.k > 1 ? ", every other parameter held where it is" : "";
      const turn = now.scale
        ? "The step is taken on standardised features."
        : "A step goes down the tangent, α times the slope far.";
      return `J against ${parameterName(now.data.state, which(now))}${others}. ${turn}`;
    },
    numbers(now) {
      const i = which(now);
      const cut = sliceOf(now.plain, now.theta, i);
      const name = parameterName(now.data.state, i);
      return [
        [name, number(cut.value)],
        ["J", number(cut.cost)],
        [`∂J/∂${name}`, number(cut.slope)],
        ["lowest at", number(cut.bottom)],
      ];
    },
    table(now) {
      const i = which(now);
      const cut = sliceOf(now.plain, now.theta, i);
      const [low, high] = frame.axes?.x ?? [cut.value - 1, cut.value + 1];
      const places = Array.from({ length: 11 }, (_, n) => low + (n / 10) * (high - low));
      return {
        columns: [parameterName(now.data.state, i), "J", "slope"],
        rows: places.map((x) => [number(x), number(cut.costAt(x)), number(cut.slopeAt(x))]),
      };
    },
  };
}

/** From zero, unless the parabola would be lost far above it. */
function heightOf(least, top) {
  const low = top - least < 0.4 * top ? least - 0.06 * (top - least) : 0;
  return top > low ? [low, top + 0.04 * (top - low)] : [low, low + 1];
}

function which(now) {
  return Math.min(now.slice, now.problem.k - 1);
}

function along(store, tools, value) {
  const now = store.get();
  const theta = Float64Array.from(now.theta);
  theta[which(now)] = rounded(value);
  tools.moveTo(theta);
}

function baseOf(now, i) {
  const cut = sliceOf(now.plain, now.theta, i);
  const middle = cut.bottom ?? now.theta[i];
  const size = Math.max(Math.abs(now.start[i] - now.descent.limit[i]), Math.abs(middle - now.theta[i]));
  const half = 1.3 * (size || Math.abs(middle) || 1);
  return { data: now.data, i, start: now.start, x: [middle - half, middle + half] };
}

function paint(frame, now, cut, i, marks) {
  const { x, y } = frame;
  const [low, high] = frame.axes.x;
  const points = [];
  for (let n = 0; n <= POINTS; n += 1) {
    const value = low + (n / POINTS) * (high - low);
    points.push(`${x.at(value).toFixed(1)},${y.at(cut.costAt(value)).toFixed(1)}`);
  }
  set(marks.parabola, { d: `M${points.join("L")}` });
  const tangentAt = (value) => y.at(cut.cost + cut.slope * (value - cut.value));
  set(marks.tangent, { d: `M${x.at(low)},${tangentAt(low).toFixed(1)}L${x.at(high)},${tangentAt(high).toFixed(1)}` });
  const next = now.next?.[i];
  const to = Number.isFinite(next) ? x.at(next).toFixed(1) : null;
  const lands = to && y.at(cut.costAt(next)).toFixed(1);
  set(marks.step, {
    d: to
      ? `M${x.at(cut.value).toFixed(1)},${y.at(cut.cost).toFixed(1)}L${to},${tangentAt(next).toFixed(1)}V${lands}`
      : "",
  });
  set(marks.bottom, {
    transform: `translate(${x.at(cut.bottom ?? 0).toFixed(1)},${y.at(cut.least).toFixed(1)})`,
    visibility: cut.bottom !== null && cut.bottom >= low && cut.bottom <= high ? "visible" : "hidden",
  });
}

export const slice = { id: "slice", title: "Slice of the cost", create };

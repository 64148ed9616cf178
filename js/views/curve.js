/** The learning curve: cost against iteration, the first hundred or the whole, on linear or logarithmic scales. */

import { h, s, set } from "../app/dom.js";
import { choice } from "../app/fields.js";
import { count, number } from "../app/words.js";
import { Frame } from "./frame.js";
import { markOf } from "./handle.js";
import { legend } from "./legend.js";
import { iterations } from "./path.js";

const FIRST = 100;
const DEEP = 1e-14; // of the gap at the start: what a log scale goes down to

/** @param {any} store */
function create(store) {
  const frame = new Frame({ title: "Cost against iteration", handles: false });
  const floor = s("path", { class: "line best" });
  const ahead = s("path", { class: "curve ahead" });
  const curve = s("path", { class: "curve" });
  const marker = s("g", { class: "now" }, markOf("circle", 5));
  frame.plot.append(floor, ahead, curve);
  frame.over.append(marker);
  frame.svg.addEventListener("click", (event) => {
    const [px, py] = frame.pointer(event);
    if (px < frame.left || px > frame.right || py < frame.top || py > frame.bottom) return;
    store.update({ k: Math.max(0, Math.round(frame.x.back(px))), playing: false });
  });
  const spans = choice(
    "Iterations",
    [
      ["first", "first 100"],
      ["whole", "whole run"],
      ["log", "logarithmic"],
    ],
    (span) => store.update({ span }),
  );
  const costs = choice(
    "Cost",
    [
      ["log", "logarithmic"],
      ["linear", "linear"],
    ],
    (value) => store.update({ costs: value }),
  );
  let drawn = {};
  return {
    frame,
    legend: legend([
      { line: "curve", shape: "", text: "so far" },
      { line: "curve ahead", shape: "", text: "ahead" },
      { mark: "circle", shape: "now", text: "now" },
    ]),
    options: h("div", { class: "options" }, costs.element, spans.element),
    draw(now) {
      costs.show(undefined, now.costs);
      spans.show(undefined, now.span);
      const log = now.costs === "log" && now.descent.gapAt(0) > 0;
      const end = endOf(now);
      if (drawn.descent !== now.descent || drawn.end !== end || drawn.log !== log || drawn.span !== now.span) {
        drawn = { descent: now.descent, end, log, span: now.span, points: points(now, end, log) };
        frame.stale = true;
      }
      const laid = frame.lay(axesOf(now, drawn), { x: "iteration k", y: log ? "J − J*, logarithmic" : "J" });
      if (laid) {
        set(ahead, { d: pathOf(frame, drawn.points, Infinity) });
        set(floor, { d: log ? "" : `M${frame.left},${frame.y.at(now.problem.minimum)}H${frame.right}` });
      }
      const value = log ? now.gap : now.cost;
      const height = frame.y.at(Math.max(value, log ? frame.axes.y[0] : -Infinity));
      const at = Math.max(now.shown, now.span === "log" ? 1 : 0);
      set(curve, { d: `${pathOf(frame, drawn.points, now.shown)}` });
      set(marker, {
        transform: `translate(${frame.x.at(at).toFixed(2)},${height.toFixed(2)})`,
      });
    },
    caption(now) {
      const there = now.arrival;
      if (there === null) return "At this rate the cost never comes near its least.";
      const shape =
        now.costs === "log"
          ? "On a log scale J − J* falls along a straight line once one mode is left."
          : "J, with its least value dashed.";
      return `${shape} It is a millionth of its first size after ${count(there)} steps.`;
    },
    numbers(now) {
      return [
        ["k", count(now.shown)],
        ["J", number(now.cost)],
        ["J − J*", number(now.gap)],
      ];
    },
    table(now) {
      const ks = iterations(endOf(now)).filter(
        (k, i, all) => k <= 10 || i % Math.ceil(all.length / 40) === 0 || i === all.length - 1,
      );
      return {
        columns: ["k", "J", "J − J*"],
        rows: ks.map((k) => [count(k), number(now.descent.costAt(k), 7), number(now.descent.gapAt(k), 7)]),
      };
    },
  };
}

/** The last iteration of the picture: where the gap is a millionth, or further if the reader is. */
function endOf(now) {
  const { descent } = now;
  if (now.span === "first") return Math.min(FIRST, descent.lastFinite);
  const there = now.arrival ?? (descent.status === "diverges" ? 40 : 1000);
  const wanted = Math.max(there, 10);
  return Math.max(1, Math.min(now.shown > wanted ? rounder(now.shown) : wanted, descent.lastFinite));
}

/** The next of 1, 2, 5, 10, 20 … above. */
function rounder(k) {
  const power = 10 ** Math.floor(Math.log10(k));
  return [2, 5, 10].map((m) => m * power).find((one) => one > k) ?? k;
}

function points(now, end, log) {
  const value = log ? (k) => now.descent.gapAt(k) : (k) => now.descent.costAt(k);
  return iterations(end).map((k) => [k, value(k)]);
}

function axesOf(now, { end, log, points: all }) {
  const values = all.map(([, value]) => value);
  const high = values.reduce((most, value) => Math.max(most, value), 0);
  const x = now.span === "log" ? [1, Math.max(end, 10)] : [0, end];
  if (!log)
    return { x, y: [Math.min(0, now.problem.minimum), high * 1.06 || 1], xLog: now.span === "log", xWhole: true };
  const low = values.reduce((least, value) => (value > 0 ? Math.min(least, value) : least), high);
  return {
    x,
    y: [Math.max(low, DEEP * now.descent.gapAt(0)) / 2, high * 2],
    xLog: now.span === "log",
    yLog: true,
    xWhole: true,
  };
}

function pathOf(frame, all, until) {
  const parts = [];
  for (const [k, value] of all) {
    if (k > until) break;
    const x = frame.axes.xLog ? Math.max(k, frame.axes.x[0]) : k;
    parts.push(`${frame.x.at(x).toFixed(1)},${frame.y.at(value).toFixed(1)}`);
  }
  return parts.length ? `M${parts.join("L")}` : "";
}

export const curve = { id: "curve", title: "Learning curve", create };

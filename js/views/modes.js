/** The eigenmodes: what one step multiplies the error of each by, 1 − αλ, and how much of it is left after k. */

import { pool, s, set } from "../app/dom.js";
import { count, factor, number } from "../app/words.js";
import { Frame } from "./frame.js";
import { legend } from "./legend.js";
import { markOf } from "./handle.js";

const READING = [
  "A bar between the dashed lines at ±1 shrinks its error; a negative one swings.",
  "The diamond is what is left after k steps.",
].join(" ");
const REACH = 1.6; // factors beyond ±this are cut, and say so in the table

function create() {
  const frame = new Frame({ title: "The factor of each eigenmode for one step, and what is left of its error" });
  const zone = s("rect", { class: "zone" });
  const zero = s("path", { class: "axis" });
  const edges = s("path", { class: "line limit" });
  const bars = s("g", {});
  const rests = s("g", {});
  const names = s("g", { class: "ticks" });
  frame.plot.append(zone, edges, bars, zero, rests);
  frame.over.append(names);
  return {
    frame,
    legend: legend([
      { mark: "square", shape: "glides", text: "shrinks" },
      { mark: "square", shape: "swings", text: "swings" },
      { mark: "square", shape: "grows", text: "grows" },
      { mark: "diamond", shape: "left", text: "left after k steps" },
    ]),
    draw(now) {
      const { modes } = now.descent;
      const laid = frame.lay(
        { x: [0, modes.length], y: [-REACH, REACH] },
        { x: modes.length > 1 ? "modes, the slowest first" : "the only mode", y: "factor of a step, 1 − αλ" },
      );
      if (laid) {
        set(frame.xTicks, { visibility: "hidden" });
        set(zone, {
          x: frame.left,
          width: frame.right - frame.left,
          y: frame.y.at(1),
          height: frame.y.at(-1) - frame.y.at(1),
        });
        set(zero, { d: `M${frame.left},${frame.y.at(0)}H${frame.right}` });
        set(edges, {
          d: `M${frame.left},${frame.y.at(1)}H${frame.right}M${frame.left},${frame.y.at(-1)}H${frame.right}`,
        });
      }
      drawBars(frame, now, modes, bars, rests, names);
    },
    caption(now) {
      const flat = now.problem.k - now.problem.rank;
      const [have, are] = flat === 1 ? ["direction has", "is"] : ["directions have", "are"];
      const said = flat ? ` ${count(flat)} flat ${have} λ = 0 and ${are} left out: descent never moves there.` : "";
      return `${READING}${said}`;
    },
    numbers(now) {
      const { values } = now.problem.eigen;
      return [
        ["λmin", number(values.find((value) => value > 0))],
        ["λmax", number(values[values.length - 1])],
        ["κ", number(now.problem.condition)],
      ];
    },
    table(now) {
      return {
        columns: ["mode", "λ", "factor of a step", "share of J − J* now"],
        rows: now.descent.modes.map((mode, i) => [
          String(i + 1),
          number(mode.value),
          factor(mode.factor),
          number(mode.share),
        ]),
      };
    },
  };
}

function drawBars(frame, now, modes, bars, rests, names) {
  const wide = (frame.right - frame.left) / modes.length;
  const few = wide > 46;
  const rects = pool(bars, modes.length, () => s("rect", { class: "bar" }));
  const dots = pool(rests, modes.length, () => s("g", { class: "left" }, markOf("diamond", 4)));
  const remains = remaining(now, modes);
  const base = frame.y.at(0);
  modes.forEach((mode, i) => {
    const centre = frame.left + (i + 0.5) * wide;
    const half = Math.min(wide * 0.32, 26);
    const y = frame.y.at(Math.max(-REACH, Math.min(REACH, mode.factor)));
    const stable = mode.radius <= 1;
    set(rects[i], {
      class: `bar ${stable ? (mode.factor < 0 ? "swings" : "glides") : "grows"}`,
      x: (centre - half).toFixed(1),
      width: (2 * half).toFixed(1),
      y: Math.min(y, base).toFixed(1),
      height: Math.max(Math.abs(y - base), 1).toFixed(1),
    });
    const rest = Math.max(-REACH, Math.min(REACH, remains[i]));
    set(dots[i], { transform: `translate(${centre.toFixed(1)},${frame.y.at(rest).toFixed(1)})` });
  });
  pool(names, few ? modes.length : 0, () => s("text", { "text-anchor": "middle" })).forEach((text, i) => {
    set(text, { x: frame.left + (i + 0.5) * wide, y: frame.bottom + 16 });
    text.textContent = `λ ${number(modes[i].value, 3)}`;
  });
}

/** What is left of each mode's error after k steps, 1 at the start; with its sign where a step turns it. */
function remaining(now, modes) {
  const first = now.descent.gapsAt(0);
  const here = now.descent.gapsAt(now.shown);
  return modes.map((mode, i) => {
    const size = first[i] > 0 ? Math.sqrt(here[i] / first[i]) : 0;
    return now.momentum === 0 && mode.factor < 0 && now.shown % 2 ? -size : size;
  });
}

export const modes = { id: "modes", title: "Eigenmodes", create };

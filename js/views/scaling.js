/** Before and after scaling: the same data's contours with axes of one length per unit, and the way at each best rate. */

import { h, pool, s, say, set } from "../app/dom.js";
import { clipped, count, number, parameterNames } from "../app/words.js";
import { ellipseOf, levels, sectionOf } from "../engine/contours.js";
import { makeDescent } from "../engine/descent.js";
import { markOf } from "./handle.js";
import { iterations } from "./path.js";
import { contourPath } from "./rings.js";
import { linear } from "./scales.js";

const RINGS = 6;
const GAP = 18;
const HEAD = 40;
const FOOT = 36;
const LETTER = 6.7; // pixels of a character of a label, at most

function create() {
  const picture = new Pair(
    "Contours before and after standardising the features, one unit equally long along both axes",
  );
  let drawn = {};
  return {
    frame: picture,
    missing: (now) =>
      now.problem.k < 2 ? "One parameter has one curvature: scaling changes its unit and nothing else." : "",
    draw(now) {
      if (drawn.plain === now.plain && drawn.start === now.start && drawn.pair === now.pair && !picture.stale) return;
      drawn = { plain: now.plain, start: now.start, pair: now.pair };
      picture.paint(now);
    },
    caption: (now) => `Equally long axes; each way is at its own best rate. Standardised features ${helped(now)}.`,
    numbers: (now) => [
      ["κ before", number(now.plain.condition)],
      ["κ after", number(now.scaled.condition)],
      ["steps before", arrival(now, now.plain)],
      ["steps after", arrival(now, now.scaled)],
    ],
    table: (now) => ({
      columns: ["", "before", "after"],
      rows: [
        ["κ", number(now.plain.condition), number(now.scaled.condition)],
        ["λmin", ...[now.plain, now.scaled].map((problem) => number(problem.modes.curvatures[0].hi))],
        ["λmax", ...[now.plain, now.scaled].map((problem) => number(problem.modes.curvatures.at(-1).hi))],
        ["best rate", number(now.plain.rates.best), number(now.scaled.rates.best)],
        ["stable below", number(now.plain.rates.limit), number(now.scaled.rates.limit)],
        ["steps to a millionth at the best rate", arrival(now, now.plain), arrival(now, now.scaled)],
      ],
    }),
  };
}

function helped({ plain, scaled }) {
  const better = scaled.condition < plain.condition;
  return better ? "make the ellipses rounder, so that one rate suits all modes" : "help no further here";
}

const walks = new WeakMap();

/** The descent at the best rate, worked out once for a start. */
function bestWalk(now, problem) {
  const last = walks.get(problem);
  if (last?.start === now.start) return last.walk;
  const walk = makeDescent(problem, { start: now.start, rate: problem.rates.best });
  walks.set(problem, { start: now.start, walk });
  return walk;
}

function arrival(now, problem) {
  const steps = bestWalk(now, problem).iterationsTo(1e-6);
  return steps === null ? "–" : count(steps);
}

class Pair {
  constructor(title) {
    this.panels = [0, 1].map((side) => new Panel(side));
    this.svg = s(
      "svg",
      { class: "picture", role: "img", "aria-label": title },
      ...this.panels.map((panel) => panel.group),
    );
    this.element = h("div", { class: "frame" }, this.svg);
    this.width = 0;
    this.stale = true;
  }

  resize(width) {
    const wanted = Math.max(Math.floor(width), 200);
    if (wanted === this.width) return false;
    this.width = wanted;
    this.stale = true;
    return true;
  }

  paint(now) {
    this.stale = false;
    const side = (this.width - GAP) / 2;
    const height = Math.round(Math.min(side + HEAD + FOOT, 460));
    set(this.svg, { viewBox: `0 0 ${this.width} ${height}`, height });
    this.panels.forEach((panel, n) => panel.paint(now, n ? now.scaled : now.plain, n * (side + GAP), side, height));
  }
}

class Panel {
  constructor(side) {
    this.side = side;
    const clip = `panel-${(Panel.serial += 1)}`;
    this.clip = s("rect", {});
    this.title = s("text", { class: "panel-title" });
    this.kappa = s("text", { class: "label" });
    this.box = s("rect", { class: "panel" });
    this.rings = s("g", { class: "rings" });
    this.way = s("path", { class: "way thin" });
    this.dots = s("path", { class: "way-dots" });
    this.bottom = s("g", { class: "optimum" }, markOf("diamond", 5));
    this.first = s("g", { class: "first" }, markOf("square", 4));
    this.feet = [0, 1].map(() => s("text", { class: "label" }));
    const plot = s("g", { "clip-path": `url(#${clip})` }, this.rings, this.way, this.dots, this.bottom, this.first);
    this.group = s(
      "g",
      {},
      s("defs", {}, s("clipPath", { id: clip }, this.clip)),
      this.title,
      this.kappa,
      this.box,
      plot,
      ...this.feet,
    );
  }

  static serial = 0;

  paint(now, problem, left, side, height) {
    const [top, bottom] = [HEAD, height - FOOT];
    const box = { x: left, y: top, width: side, height: bottom - top };
    set(this.box, box);
    set(this.clip, box);
    set(this.title, { x: left, y: 14 });
    say(this.title, this.side ? "after" : "before");
    set(this.kappa, { x: left, y: 31 });
    say(this.kappa, `κ = ${number(problem.condition, 4)}`);
    const [i, j] = now.pair;
    const names = parameterNames(now.data.state);
    const prime = this.side ? "′" : "";
    this.feet.forEach((text, axis) => {
      set(text, { x: left, y: height - FOOT + 15 + 15 * axis });
      say(text, `${axis ? "↑" : "→"} ${clipped(names[axis ? j : i] + prime, Math.floor(side / LETTER) - 2)}`);
    });

    const walk = bestWalk(now, problem);
    const section = sectionOf(problem, i, j, { at: problem.fromUser(walk.limit) });
    const start = walk.innerAt(0);
    const reach = Math.hypot(start[i] - section.centre[0], start[j] - section.centre[1]) * 1.15 || 1;
    const scale = Math.min(side, bottom - top) / 2;
    const half = [(reach * side) / 2 / scale, (reach * (bottom - top)) / 2 / scale];
    const [cx, cy] = section.centre;
    const frame = {
      left,
      right: left + side,
      x: linear([cx - half[0], cx + half[0]], [left, left + side]),
      y: linear([cy - half[1], cy + half[1]], [bottom, top]),
    };
    const gaps = levels(section, section.excess(cx + half[0], cy + half[1]), { count: RINGS });
    const paths = pool(this.rings, gaps.length, () => s("path", {}));
    gaps.forEach((gap, n) =>
      set(paths[n], { d: contourPath(frame, ellipseOf(section, gap)).d, style: `--depth: ${n / gaps.length}` }),
    );
    this.walkOn(frame, walk, i, j);
    const put = (mark, x, y) =>
      set(mark, { transform: `translate(${frame.x.at(x).toFixed(1)},${frame.y.at(y).toFixed(1)})` });
    put(this.bottom, cx, cy);
    put(this.first, start[i], start[j]);
  }

  walkOn(frame, walk, i, j) {
    const ks = iterations(Math.max(1, Math.min(walk.iterationsTo(1e-6) ?? 1000, walk.lastFinite)));
    const points = ks.map((k) => {
      const place = walk.innerAt(k);
      return `${frame.x.at(place[i]).toFixed(1)},${frame.y.at(place[j]).toFixed(1)}`;
    });
    set(this.way, { d: `M${points.join("L")}` });
    set(this.dots, {
      d: points
        .slice(0, 40)
        .map((point) => `M${point}h0`)
        .join(""),
    });
  }
}

export const scaling = { id: "scaling", title: "Before and after scaling", create };

/**
 * The frame of a picture: axes, grid and clipped layers, drawn at the size that its place has, one unit a pixel.
 *
 * Ticks are pooled and attributes set only where they change, so that a frame costs little while descent plays.
 */

import { fresh, h, pool, s, say, set } from "../app/dom.js";
import { number } from "../app/words.js";
import { linear, logarithmic, powerTicks, roundTicks } from "./scales.js";

const TOP = 26;
const RIGHT = 14;
const BOTTOM = 42;
const LETTER = 6.7; // pixels that a character of a tick label takes, at most
const MARK = 8;

/**
 * @typedef {object} Axes
 * @property {[number, number]} x
 * @property {[number, number]} y
 * @property {boolean} [xLog]
 * @property {boolean} [yLog]
 * @property {boolean} [xWhole]
 */

export class Frame {
  /**
   * @param {object} look
   * @param {string} look.title what the picture shows, for those who don't see it
   * @param {number} [look.ratio] height by width
   * @param {boolean} [look.handles] whether something in it can be moved
   */
  constructor({ title, ratio = 0.72, handles = false }) {
    this.ratio = ratio;
    this.width = 360;
    this.height = 260;
    const clip = fresh("clip");
    const name = fresh("title");
    this.name = s("title", { id: name }, title);
    this.clip = s("rect", {});
    this.grid = s("g", { class: "grid", "aria-hidden": "true" });
    this.xTicks = s("g", { class: "ticks" });
    this.yTicks = s("g", { class: "ticks" });
    this.base = s("path", { class: "axis" });
    this.xLabel = s("text", { class: "label", "text-anchor": "end" });
    this.yLabel = s("text", { class: "label", "text-anchor": "start" });
    this.plot = s("g", { "clip-path": `url(#${clip})` });
    this.over = s("g", {});
    this.svg = s(
      "svg",
      { class: "picture", role: handles ? "group" : "img", "aria-labelledby": name },
      this.name,
      s("defs", {}, s("clipPath", { id: clip }, this.clip)),
      this.grid,
      this.base,
      this.xTicks,
      this.yTicks,
      this.xLabel,
      this.yLabel,
      this.plot,
      this.over,
    );
    this.element = h("div", { class: "frame" }, this.svg);
    this.axes = null;
    this.stale = true;
  }

  /** Take a new width; true if it is another one. @param {number} width */
  resize(width) {
    const wanted = Math.max(Math.floor(width), 200);
    if (wanted === this.width && !this.stale) return false;
    this.width = wanted;
    this.height = Math.round(Math.min(Math.max(wanted * this.ratio, 210), 440));
    set(this.svg, { viewBox: `0 0 ${this.width} ${this.height}`, height: this.height });
    this.stale = true;
    return true;
  }

  /**
   * Lay out the axes; cheap when nothing changed. Returns whether they did.
   * @param {Axes} axes
   * @param {{x: string, y: string}} labels
   */
  lay(axes, labels) {
    const same =
      !this.stale && this.axes && alike(this.axes, axes) && this.labels.x === labels.x && this.labels.y === labels.y;
    if (same) return false;
    this.axes = axes;
    this.labels = labels;
    this.stale = false;
    const yTicks = this.ticksOf(axes.y, axes.yLog, Math.max(3, Math.round((this.height - TOP - BOTTOM) / 42)), false);
    const yTexts = yTicks.map((tick) => tickText(tick, axes.yLog));
    this.left = 10 + MARK + LETTER * Math.max(2, ...yTexts.map((text) => text.length));
    this.right = this.width - RIGHT;
    this.top = TOP;
    this.bottom = this.height - BOTTOM;
    this.x = (axes.xLog ? logarithmic : linear)(axes.x, [this.left, this.right]);
    this.y = (axes.yLog ? logarithmic : linear)(axes.y, [this.bottom, this.top]);
    const xTicks = this.spaced(axes);
    this.paint(xTicks, yTicks, yTexts);
    return true;
  }

  /** As many ticks along x as have room for their labels. */
  spaced(axes) {
    for (let count = Math.max(2, Math.round((this.right - this.left) / 62)); count > 1; count -= 1) {
      const ticks = this.ticksOf(axes.x, axes.xLog, count, axes.xWhole);
      const widest = Math.max(...ticks.map((tick) => tickText(tick, axes.xLog).length)) * LETTER + 12;
      const room = ticks.length > 1 ? Math.abs(this.x.at(ticks[1]) - this.x.at(ticks[0])) : Infinity;
      if (room >= widest) return ticks;
    }
    return this.ticksOf(axes.x, axes.xLog, 1, axes.xWhole).slice(0, 2);
  }

  ticksOf(domain, log, count, whole) {
    return log ? powerTicks(domain, count) : roundTicks(domain, count, whole);
  }

  paint(xTicks, yTicks, yTexts) {
    const { left, right, top, bottom } = this;
    set(this.clip, { x: left, y: top, width: right - left, height: bottom - top });
    set(this.base, { d: `M${left},${top}V${bottom}H${right}` });
    const lines = [
      ...xTicks.map((tick) => `M${this.x.at(tick)},${top}V${bottom}`),
      ...yTicks.map((tick) => `M${left},${this.y.at(tick)}H${right}`),
    ];
    set(pool(this.grid, 1, () => s("path", {}))[0], { d: lines.join("") });
    pool(this.xTicks, xTicks.length, () => s("text", { "text-anchor": "middle" })).forEach((text, i) => {
      const half = (tickText(xTicks[i], this.axes.xLog).length * LETTER) / 2;
      set(text, { x: Math.min(this.x.at(xTicks[i]), this.width - half - 1), y: bottom + 16 });
      say(text, tickText(xTicks[i], this.axes.xLog));
    });
    pool(this.yTicks, yTicks.length, () => s("text", { "text-anchor": "end" })).forEach((text, i) => {
      set(text, { x: left - MARK, y: this.y.at(yTicks[i]) + 4 });
      say(text, yTexts[i]);
    });
    set(this.xLabel, { x: right, y: this.height - 7 });
    say(this.xLabel, shortened(this.labels.x, right - 10));
    set(this.yLabel, { x: 8, y: 14 });
    say(this.yLabel, shortened(this.labels.y, this.width - 16));
  }

  /** Where a pointer is, in pixels of the picture. @param {MouseEvent} event @returns {[number, number]} */
  pointer(event) {
    const box = this.svg.getBoundingClientRect();
    const zoom = box.width ? this.width / box.width : 1;
    return [(event.clientX - box.left) * zoom, (event.clientY - box.top) * zoom];
  }
}

/** What stands at a tick; on a logarithmic axis 10⁹, since every factor there is one. */
function tickText(tick, log) {
  const text = number(tick, log ? 3 : 6);
  return log && text.startsWith("1×") ? text.slice(2) : text;
}

function alike(a, b) {
  return (
    a.x[0] === b.x[0] &&
    a.x[1] === b.x[1] &&
    a.y[0] === b.y[0] &&
    a.y[1] === b.y[1] &&
    a.xLog === b.xLog &&
    a.yLog === b.yLog &&
    a.xWhole === b.xWhole
  );
}

function shortened(text, pixels) {
  const room = Math.floor(pixels / LETTER);
  return text.length <= room ? text : `${text.slice(0, Math.max(room - 1, 1))}…`;
}

/** A surface in a box that can be turned, seen from afar (parallel lines stay parallel), with a way upon it. */

import { fresh, h, pool, s, say, set } from "../app/dom.js";
import { clipped, number } from "../app/words.js";
import { markOf } from "./handle.js";
import { wayOf } from "./path.js";

const CELLS = 20;
const HEIGHT = 1.25; // of the box, where its base is 2 by 2
const LETTER = 7; // pixels of a character of a label, at most
const DEGREE = Math.PI / 180;

export class Scene {
  /** @param {string} title what it shows, for those who don't see it */
  constructor(title) {
    const name = fresh("title");
    this.floor = s("path", { class: "grid-line" });
    this.cells = s("g", { class: "cells" });
    this.path = s("path", { class: "way" });
    this.ball = s("g", { class: "now" }, markOf("circle", 6));
    this.bottom = s("g", { class: "optimum" }, markOf("diamond", 5));
    this.labels = {
      x: s("text", { "text-anchor": "middle" }),
      y: s("text", { "text-anchor": "middle" }),
      top: s("text", { "text-anchor": "middle" }),
    };
    this.svg = s(
      "svg",
      { class: "picture scene", role: "img", "aria-labelledby": name },
      s("title", { id: name }, title),
      this.floor,
      this.cells,
      this.bottom,
      this.path,
      this.ball,
      ...Object.values(this.labels),
    );
    this.element = h("div", { class: "frame" }, this.svg);
    this.stale = true;
    this.width = 0;
  }

  /** Take a new width; true if it is another one. @param {number} width */
  resize(width) {
    const wanted = Math.max(Math.floor(width), 200);
    if (wanted === this.width) return false;
    this.width = wanted;
    this.height = Math.round(Math.min(Math.max(wanted * 0.72, 210), 440));
    set(this.svg, { viewBox: `0 0 ${this.width} ${this.height}`, height: this.height });
    this.stale = true;
    return true;
  }

  /** Turn the box, and keep it inside of the picture. */
  look({ turn, tilt }) {
    const [cos, sin] = [Math.cos(turn * DEGREE), Math.sin(turn * DEGREE)];
    const [up, flat] = [Math.cos(tilt * DEGREE), Math.sin(tilt * DEGREE)];
    const zoom = Math.min(
      (this.width - 56) / (2 * Math.SQRT2),
      (this.height - 44) / (2 * Math.SQRT2 * flat + HEIGHT * up),
    );
    const middle = this.height / 2 + (HEIGHT * up * zoom) / 2;
    this.depth = (u, v) => u * sin + v * cos;
    this.project = (u, v, w) => [
      this.width / 2 + zoom * (u * cos - v * sin),
      middle - zoom * (w * HEIGHT * up + (u * sin + v * cos) * flat),
    ];
  }

  /**
   * Lay the surface of a section over an area.
   * @param {import("../engine/contours.js").Section} section
   * @param {{x: [number, number], y: [number, number]}} area
   * @param {{turn: number, tilt: number}} camera in degrees
   * @param {{x: string, y: string}} names of the two parameters
   */
  surface(section, area, camera, names) {
    this.stale = false;
    this.look(camera);
    const letters = Math.floor(this.width / 2 / LETTER) - 1;
    for (const axis of ["x", "y"]) say(this.labels[axis], clipped(names[axis], letters));
    const middle = (domain) => (domain[0] + domain[1]) / 2;
    const half = (domain) => (domain[1] - domain[0]) / 2;
    this.unit = {
      x: (value) => (value - middle(area.x)) / half(area.x),
      y: (value) => (value - middle(area.y)) / half(area.y),
    };
    const corners = area.x.flatMap((x) => area.y.map((y) => section.excess(x, y)));
    this.top = Math.max(...corners) - section.floor || 1;
    this.lift = (x, y) => Math.min((section.excess(x, y) - section.floor) / this.top, 1);
    const place = (n) => -1 + (2 * n) / CELLS;
    const heights = [];
    for (let a = 0; a <= CELLS; a += 1) {
      heights.push([]);
      for (let b = 0; b <= CELLS; b += 1) {
        const [x, y] = [middle(area.x) + place(a) * half(area.x), middle(area.y) + place(b) * half(area.y)];
        heights[a].push(this.lift(x, y));
      }
    }
    this.mesh(heights, place);
    this.frameOf();
    const [u, v] = [this.unit.x(section.centre[0]), this.unit.y(section.centre[1])];
    const [bx, by] = this.project(this.clamped(u), this.clamped(v), 0);
    const shown = Math.abs(u) <= 1 && Math.abs(v) <= 1;
    set(this.bottom, {
      transform: `translate(${bx.toFixed(1)},${by.toFixed(1)})`,
      visibility: shown ? "visible" : "hidden",
    });
  }

  mesh(heights, place) {
    const quads = [];
    for (let a = 0; a < CELLS; a += 1) {
      for (let b = 0; b < CELLS; b += 1) {
        const corners = [
          [a, b],
          [a + 1, b],
          [a + 1, b + 1],
          [a, b + 1],
        ];
        quads.push({ corners, depth: this.depth(place(a + 0.5), place(b + 0.5)) });
      }
    }
    quads.sort((one, other) => other.depth - one.depth);
    const shapes = pool(this.cells, quads.length, () => s("polygon", {}));
    quads.forEach(({ corners }, n) => {
      const points = corners.map(([a, b]) =>
        this.project(place(a), place(b), heights[a][b])
          .map((value) => value.toFixed(1))
          .join(","),
      );
      const height = corners.reduce((sum, [a, b]) => sum + heights[a][b], 0) / 4;
      set(shapes[n], { points: points.join(" "), style: `--depth: ${Math.sqrt(height).toFixed(2)}` });
    });
  }

  /** The base, its labels along the two front edges, and the height of the corner that stands highest. */
  frameOf() {
    const base = [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ].map(([u, v]) => this.project(u, v, 0));
    set(this.floor, { d: `M${base.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}Z` });
    const front = (a, b) => (this.depth(...a) < this.depth(...b) ? a : b);
    const put = (text, [u, v]) => {
      const [x, y] = this.project(u * 1.02, v * 1.02, 0);
      const right = x >= this.width / 2;
      const room = this.width - 4 - text.textContent.length * LETTER;
      const place = right
        ? Math.min(Math.max(x + 8, this.width / 2 + 6), room)
        : Math.max(Math.min(x - 8, this.width / 2 - 6), this.width - room);
      set(text, {
        x: place.toFixed(1),
        y: Math.min(y + 18, this.height - 4).toFixed(1),
        "text-anchor": right ? "start" : "end",
      });
    };
    put(this.labels.x, front([0, -1], [0, 1]));
    put(this.labels.y, front([-1, 0], [1, 0]));
    set(this.labels.top, { x: this.width / 2, y: 13 });
    say(this.labels.top, `J up to ${number(this.top, 3)} above its least`);
  }

  /** The way so far over parameters i and j, and where it is. @param {any} now @param {number} i @param {number} j */
  way(now, i, j) {
    const { ks, places } = wayOf(now);
    const at = (theta) => {
      const [u, v] = [this.unit.x(theta[i]), this.unit.y(theta[j])].map(this.clamped);
      return this.project(u, v, this.lift(theta[i], theta[j])).map((value) => value.toFixed(1));
    };
    const parts = [];
    for (let n = 0; n < ks.length && ks[n] < now.shown; n += 1) parts.push(at(places[n]).join(","));
    const here = at(now.theta).join(",");
    set(this.path, { d: `M${[...parts, here].join("L")}` });
    set(this.ball, { transform: `translate(${here})` });
  }

  clamped(unit) {
    return Math.max(-1, Math.min(1, unit));
  }
}

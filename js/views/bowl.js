/** The bowl: the cost over two parameters as a surface that can be turned, with the way of descent on it. */

import { h, set } from "../app/dom.js";
import { number, parameterName, parameterNames } from "../app/words.js";
import { sectionOf } from "../engine/contours.js";
import { Scene } from "./scene.js";
import { baseWindow } from "./window.js";

const TURNING = "Drag it, or use the sliders, to see it from elsewhere.";
const TURNS = [-180, 180];
const TILTS = [8, 80];

/** @param {any} store */
function create(store) {
  const picture = new Scene("The cost over two parameters as a bowl, with the way of descent on it");
  const turn = angle("Turn", TURNS, (value) => store.update({ camera: { ...store.get().camera, turn: value } }));
  const tilt = angle("Tilt", TILTS, (value) => store.update({ camera: { ...store.get().camera, tilt: value } }));
  dragCamera(picture.svg, store);
  let drawn = {};
  return {
    frame: picture,
    options: h("div", { class: "options" }, turn.element, tilt.element),
    missing: (now) => (now.problem.k < 2 ? "One parameter has no bowl: see the slice of the cost." : ""),
    draw(now) {
      turn.show(now.camera.turn);
      tilt.show(now.camera.tilt);
      const [i, j] = now.pair;
      const moves = now.problem.k > 2 && now.others === "held"; // the section goes along with the other parameters
      const same = ["descent", "pair", "others", "camera"].every((name) => drawn[name] === now[name]);
      if (!same || picture.stale || (moves && drawn.k !== now.shown)) {
        const area = same ? drawn.area : baseWindow(now, i, j);
        const section = sectionOf(now.plain, i, j, { others: now.others, at: now.theta });
        drawn = { descent: now.descent, pair: now.pair, others: now.others, camera: now.camera, k: now.shown, area };
        const names = parameterNames(now.data.state);
        picture.surface(section, area, now.camera, { x: names[i], y: names[j] });
      }
      picture.way(now, i, j);
    },
    caption: (now) =>
      `J over ${now.pair.map((i) => parameterName(now.data.state, i)).join(" and ")}, with the way so far. ${TURNING}`,
    numbers: (now) => [
      ["J", number(now.cost)],
      ["J*", number(now.plain.minimum)],
      ["J − J*", number(now.gap)],
    ],
    table(now) {
      const [i, j] = now.pair;
      const area = baseWindow(now, i, j);
      const section = sectionOf(now.plain, i, j, { others: now.others, at: now.theta });
      const along = ([low, high]) => Array.from({ length: 7 }, (_, n) => low + (n / 6) * (high - low));
      const names = parameterNames(now.data.state);
      return {
        columns: [`${names[j]} \\ ${names[i]}`, ...along(area.x).map((x) => number(x, 3))],
        rows: along(area.y)
          .reverse()
          .map((y) => [number(y, 3), ...along(area.x).map((x) => number(section.cost(x, y), 4))]),
      };
    },
  };
}

function angle(label, [low, high], take) {
  const input = h("input", { type: "range", min: low, max: high, step: 1, oninput: () => take(Number(input.value)) });
  const element = h("label", { class: "field angle" }, h("span", {}, label), input);
  return {
    element,
    show(value) {
      if (input.value !== String(value)) input.value = value;
      set(input, { "aria-valuetext": `${Math.round(value)}°` });
    },
  };
}

function dragCamera(svg, store) {
  let from = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    svg.setPointerCapture(event.pointerId);
    from = { x: event.clientX, y: event.clientY, camera: store.get().camera };
  });
  svg.addEventListener("pointermove", (event) => {
    if (!from) return;
    const turn = from.camera.turn - (event.clientX - from.x) * 0.6;
    const tilt = from.camera.tilt + (event.clientY - from.y) * 0.4;
    store.update({
      camera: {
        turn: Math.round(((turn + 540) % 360) - 180),
        tilt: Math.round(Math.max(TILTS[0], Math.min(TILTS[1], tilt))),
      },
    });
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => (from = null));
}

export const bowl = { id: "bowl", title: "The bowl", create };

/** The controls of time: play, pause, step, step back, and a scrubber from 0 to 10⁹ on a logarithmic scale. */

import { h, s, say, set } from "./dom.js";
import { numberField, slider } from "./fields.js";
import { LAST } from "./store.js";
import { count } from "./words.js";

const ICONS = {
  start: "M4,3V15H6V3ZM15,3V15L7,9Z",
  back: "M12,3V15L4,9ZM13,3H15V15H13Z",
  play: "M4,2V16L16,9Z",
  pause: "M4,3H8V15H4ZM10,3H14V15H10Z",
  forward: "M6,3V15L14,9ZM3,3H5V15H3Z",
};

function iconButton(icon, label, pressed) {
  const shape = s("path", { d: ICONS[icon] });
  const element = h(
    "button",
    { type: "button", class: "icon", "aria-label": label, title: label, onclick: pressed },
    s("svg", { viewBox: "0 0 18 18", width: 18, height: 18, "aria-hidden": "true" }, shape),
  );
  return { element, shape };
}

const WHY = "this rate diverges, and one more step overflows";

/** log(1 + k): 0 has its place, and each tenfold is as long as any other. */
const WHOLE = Math.log1p(LAST);
const positionOf = (k) => Math.log1p(k) / WHOLE;
const iterationAt = (position) => Math.round(Math.expm1(position * WHOLE));

/** One step near the start; further on, a hundredth of the way so far, so that arrows get somewhere. */
function nudged(k, steps) {
  const size = Math.max(1, Math.round(k / 100));
  return Math.max(0, Math.min(LAST, k + steps * size));
}

/** @param {any} store @param {any} player */
export function createStepping(store, player) {
  const go = (k) => store.update({ k: Math.max(0, Math.min(LAST, Math.round(k))), playing: false });
  const start = iconButton("start", "Back to the start", () => go(0));
  const back = iconButton("back", "One step back", () => go(store.get().shown - 1));
  const play = iconButton("play", "Play", () => player.toggle());
  const forward = iconButton("forward", "One step forward", () => go(store.get().shown + 1));
  const scrubber = slider("Iteration k", {
    take: go,
    value: iterationAt,
    position: positionOf,
    nudge: nudged,
    text: (k) => `iteration ${count(k)}`,
  });
  const field = numberField("k", {
    name: "Iteration k",
    take: (k) => (Number.isInteger(k) && k >= 0 && k <= LAST ? go(k) : `Give a whole number from 0 to ${count(LAST)}.`),
    nudge: (k, steps) => Math.max(0, Math.min(LAST, Math.round(k) + steps)),
  });
  const scale = h("div", { class: "scale", "aria-hidden": "true" }, ...marks());
  const stopped = h("p", { class: "stopped", role: "status" });
  const element = h(
    "section",
    { class: "stepping", "aria-label": "Iteration" },
    h("div", { class: "buttons" }, start.element, back.element, play.element, forward.element),
    h("div", { class: "slide" }, scrubber.element, scale),
    field.element,
    stopped,
  );
  return {
    element,
    place: "bar",
    draw(now) {
      set(play.shape, { d: ICONS[now.playing ? "pause" : "play"] });
      set(play.element, { "aria-label": now.playing ? "Pause" : "Play", title: now.playing ? "Pause" : "Play" });
      set(back.element, { "aria-disabled": now.shown === 0 ? "true" : null });
      scrubber.show(now.shown);
      field.show(now.shown);
      const last = now.descent.lastFinite;
      say(
        stopped,
        now.stopped ? `Stopped at iteration ${count(last)}, the last whose numbers fit into a float: ${WHY}.` : "",
      );
      stopped.hidden = !now.stopped;
    },
  };
}

function marks() {
  return [0, 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9].map((k) => {
    const text = k < 1e3 ? String(k) : `10${"⁰¹²³⁴⁵⁶⁷⁸⁹"[Math.round(Math.log10(k))]}`;
    const mark = h("span", { class: k === 1 || (k && Math.log10(k) % 3) ? "minor" : "" }, text);
    mark.style.setProperty("--at", String(positionOf(k)));
    return mark;
  });
}

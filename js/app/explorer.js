/**
 * One explorer: a state, its controls and its cards, inside a shadow root of the element that it is given.
 *
 * Nothing here looks at the rest of the document, so any number of explorers stand on one page or in one notebook.
 */

import { arithmetic } from "../views/arithmetic.js";
import { bowl } from "../views/bowl.js";
import { contours } from "../views/contours.js";
import { curve } from "../views/curve.js";
import { data } from "../views/data.js";
import { modes } from "../views/modes.js";
import { numbers } from "../views/numbers.js";
import { predictions } from "../views/predictions.js";
import { scaling } from "../views/scaling.js";
import { slice } from "../views/slice.js";
import { keepAddress } from "./address.js";
import { createCard } from "./card.js";
import { h } from "./dom.js";
import { createHeader } from "./header.js";
import { createOptions } from "./options.js";
import { owndata } from "./owndata.js";
import { createPlayer } from "./player.js";
import { predicting } from "./predicting.js";
import { createRating } from "./rating.js";
import { reproduce } from "./reproduce.js";
import { createStepping } from "./stepping.js";
import { createStore, dataOf, firstChoice } from "./store.js";
import { css } from "./style.js";
import { createTools } from "./tools.js";

const VIEWS = [
  data,
  contours,
  curve,
  slice,
  bowl,
  modes,
  predictions,
  scaling,
  numbers,
  arithmetic,
  predicting,
  owndata,
  reproduce,
];
const CONTROLS = ["header", "step", "rate", "options"];

/**
 * @typedef {object} Options
 * @property {string[]} [views] the cards to show, all if absent
 * @property {string[]} [controls] the controls to show, all if absent
 * @property {Window} [address] the window whose address keeps the state
 * @property {import("./theme.js").Theme} [theme]
 * @property {() => void} [changed] called after every change
 */

/**
 * @param {HTMLElement} host
 * @param {any} payload
 * @param {Options} [options]
 */
export function mount(host, payload, options = {}) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const shell = h("div", { class: "explorer" });
  root.replaceChildren(h("style", {}, css), shell);

  const table = dataOf(payload);
  const store = createStore(firstChoice(payload, table));
  const tools = createTools(store);
  const player = createPlayer(
    store,
    requestAnimationFrame,
    () => matchMedia("(prefers-reduced-motion: reduce)").matches,
  );
  const wanted = options.controls ?? CONTROLS;
  const parts = [
    wanted.includes("header") && createHeader(store, payload, options),
    wanted.includes("step") && createStepping(store, player),
    wanted.includes("rate") && createRating(store),
    wanted.includes("options") && createOptions(store, tools),
  ].filter(Boolean);
  const cards = VIEWS.filter(({ id }) => !options.views || options.views.includes(id)).map((view) =>
    createCard(view, store, tools, payload),
  );
  const [header, ...bars] = wanted.includes("header") ? parts : [null, ...parts];
  shell.append(
    ...(header ? [header.element] : []),
    h("div", { class: "controls" }, ...bars.filter((part) => !part.apart).map((part) => part.element)),
    ...bars.filter((part) => part.apart).map((part) => part.element),
    h("div", { class: "cards" }, ...cards.map((card) => card.element)),
  );

  let waiting = 0;
  const draw = () => {
    waiting = 0;
    const now = store.get();
    for (const part of parts) part.draw(now);
    for (const card of cards) card.draw(now);
  };
  const unsubscribe = store.subscribe(() => {
    if (!waiting) waiting = requestAnimationFrame(draw);
    options.changed?.();
  });
  const hold = (held) => {
    tools.hold(held);
    if (!held) store.update({}); // axes that stood still for the hand may follow now
  };
  const dropzone = cards.find((card) => card.accept);
  shell.addEventListener("dragover", (event) => dropzone && event.preventDefault());
  shell.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer?.files ?? [];
    if (!dropzone || !file) return;
    event.preventDefault();
    dropzone.accept(file);
  });
  for (const [event, held] of [
    ["pointerdown", true],
    ["pointerup", false],
    ["pointercancel", false],
  ]) {
    shell.addEventListener(event, () => hold(held), true);
  }
  const note = h("p", { class: "note", role: "status" });
  const forget = options.address && keepAddress(store, options.address, (words) => (note.textContent = words));
  shell.prepend(note);
  draw();
  host.dataset.mounted = "";
  return {
    state: store.get,
    update: store.update,
    unmount() {
      player.stop();
      unsubscribe();
      forget?.();
      cancelAnimationFrame(waiting);
      cards.forEach((card) => card.unmount());
      root.replaceChildren();
      delete host.dataset.mounted;
    },
  };
}

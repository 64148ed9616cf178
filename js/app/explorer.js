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
import { createStore, dataOf, firstChoice, sentenceOf } from "./store.js";
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
 * Show an explorer in `host`; where its data cannot be shown, a sentence says why.
 * @param {HTMLElement} host
 * @param {any} payload
 * @param {Options} [options]
 * @returns {{state: () => any, update: (patch: object) => string, unmount: () => void}} `state` is null, and `update`
 *   does nothing, where there is only that sentence
 */
export function mount(host, payload, options = {}) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const shell = h("div", { class: "explorer" });
  root.replaceChildren(h("style", {}, css), shell);
  const clear = () => {
    root.replaceChildren();
    delete host.dataset.mounted;
  };
  host.dataset.mounted = "";
  try {
    const { store, close } = fill(shell, payload, options);
    return {
      state: store.get,
      update: store.update,
      unmount() {
        close();
        clear();
      },
    };
  } catch (fault) {
    shell.replaceChildren(h("p", { class: "fault", role: "alert" }, sentenceOf(fault)));
    return { state: () => null, update: () => "", unmount: clear };
  }
}

/** Everything inside of the shell; returns its store and what closes it. */
function fill(shell, payload, options) {
  const store = createStore(firstChoice(payload, dataOf(payload)));
  const tools = createTools(store);
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const player = createPlayer(store, requestAnimationFrame, calm);
  const parts = controlsOf(store, tools, player, payload, options);
  const cards = VIEWS.filter(({ id }) => !options.views || options.views.includes(id)).map((view) =>
    createCard(view, store, tools, payload),
  );
  const note = h("p", { class: "note", role: "status" });
  const inBar = parts.filter((part) => part.place === "bar");
  shell.append(
    note,
    ...parts.filter((part) => part.place === "head").map((part) => part.element),
    h("div", { class: "controls" }, ...inBar.map((part) => part.element)),
    ...parts.filter((part) => part.place === "below").map((part) => part.element),
    h("div", { class: "cards" }, ...cards.map((card) => card.element)),
  );
  const stop = drawOnChange(store, [...parts, ...cards], options.changed);
  const forget = options.address && keepAddress(store, options.address, (words) => (note.textContent = words));
  holdAxes(shell, store, tools);
  takeDrops(shell, cards);
  return {
    store,
    close() {
      player.stop();
      stop();
      forget?.();
      cards.forEach((card) => card.unmount());
    },
  };
}

function controlsOf(store, tools, player, payload, options) {
  const wanted = options.controls ?? CONTROLS;
  return [
    wanted.includes("header") && createHeader(store, payload, options),
    wanted.includes("step") && createStepping(store, player),
    wanted.includes("rate") && createRating(store),
    wanted.includes("options") && createOptions(store, tools),
  ].filter(Boolean);
}

/** Draw now, and once a frame whenever something has changed; returns what ends that. */
function drawOnChange(store, parts, changed) {
  let waiting = 0;
  const draw = () => {
    waiting = 0;
    const now = store.get();
    for (const part of parts) part.draw(now);
  };
  const unsubscribe = store.subscribe(() => {
    if (!waiting) waiting = requestAnimationFrame(draw);
    changed?.();
  });
  draw();
  return () => {
    unsubscribe();
    cancelAnimationFrame(waiting);
  };
}

/** While something is in the reader's hand, axes stand still. */
function holdAxes(shell, store, tools) {
  shell.addEventListener(
    "pointerdown",
    (event) => tools.hold(event.target.closest(".handle, .line-body") !== null),
    true,
  );
  for (const end of ["pointerup", "pointercancel"]) {
    shell.addEventListener(
      end,
      () => {
        if (!tools.held()) return;
        tools.hold(false);
        store.update({}); // they may follow now
      },
      true,
    );
  }
}

/** A file dropped anywhere goes to the card that takes tables. */
function takeDrops(shell, cards) {
  const taker = cards.find((card) => card.accept);
  if (!taker) return;
  shell.addEventListener("dragover", (event) => event.preventDefault());
  shell.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    event.preventDefault();
    taker.accept(file);
  });
}

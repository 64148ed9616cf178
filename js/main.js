/**
 * The page: mounts an explorer into every element that carries `data-slopewise`.
 *
 *     <div data-slopewise data-views="data contours" data-hash>
 *       <script type="application/json">{"schema": 1, …}</script>
 *     </div>
 *
 * `data-views` names the cards to show (all, if absent), `data-controls` the controls (`step rate options tools`; all, if
 * absent; empty for none), and `data-hash` lets this one explorer, the only one of a page, keep its state in the address.
 */

import { mount } from "./app/explorer.js";
import { themeOf } from "./app/theme.js";

/** @param {string | null} text @returns {string[] | undefined} */
function wordsOf(text) {
  return text === null ? undefined : text.split(/\s+/).filter(Boolean);
}

/** @param {HTMLElement} element */
function start(element) {
  const script = element.querySelector('script[type="application/json"]');
  const payload = JSON.parse(script?.textContent ?? "null");
  /** @type {any} */ (element).slopewise = mount(element, payload, {
    views: wordsOf(element.getAttribute("data-views")),
    controls: wordsOf(element.getAttribute("data-controls")),
    address: element.hasAttribute("data-hash") ? window : undefined,
    theme: themeOf(document.documentElement),
  });
}

/** @type {HTMLElement[]} */
const places = Array.from(document.querySelectorAll("[data-slopewise]"));

/** One after the other, each in a task of its own: a page of many can be read and scrolled meanwhile. */
function startNext() {
  const place = places.shift();
  if (!place) return;
  start(place);
  setTimeout(startNext);
}

if (places.length === 1) startNext();
else setTimeout(startNext); // the text first

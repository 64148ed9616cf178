/** Light, dark or as the reader's system has it: `color-scheme` on one element, which every colour follows. */

const NEXT = { system: "dark", dark: "light", light: "system" };

/**
 * @typedef {object} Theme
 * @property {() => "system" | "light" | "dark"} now
 * @property {() => void} turn to the next of the three
 */

/**
 * The theme of `element` and of what is inside of it.
 * @param {HTMLElement} element
 * @returns {Theme}
 */
export function themeOf(element) {
  const now = () => /** @type {any} */ (element.dataset.theme ?? "system");
  return {
    now,
    turn() {
      const next = NEXT[now()];
      if (next === "system") delete element.dataset.theme;
      else element.dataset.theme = next;
      element.style.colorScheme = next === "system" ? "light dark" : next;
    },
  };
}

/** A small horizontal legend of marks: what each shape in a picture means. */

import { h, s } from "../app/dom.js";
import { markOf } from "./handle.js";

/**
 * @param {{mark?: "circle" | "diamond" | "square" | "cross", line?: string, shape: string, text: string}[]} entries
 * @returns {HTMLElement}
 */
export function legend(entries) {
  return h(
    "ul",
    { class: "legend" },
    ...entries.map(({ mark, line, shape, text }) =>
      h(
        "li",
        {},
        s(
          "svg",
          { class: `key ${shape}`, viewBox: "0 0 22 14", width: 22, height: 14, "aria-hidden": "true" },
          line && s("path", { class: line, d: "M1,7H21" }),
          mark && s("g", { transform: "translate(11,7)", class: shape }, markOf(mark, 4)),
        ),
        text,
      ),
    ),
  );
}

/**
 * Something in a picture that can be moved: by pointer, by touch, and by the arrow keys (Shift: ten times as far).
 */

import { s, set } from "../app/dom.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const REACH = 15; // radius of what a finger may touch, in pixels

/**
 * @typedef {object} Grip
 * @property {string} label what it moves
 * @property {(event: PointerEvent) => [number, number]} pointer where a pointer is, in pixels
 * @property {(pixel: [number, number], first: boolean) => void} drag
 * @property {(direction: [number, number], times: number) => void} nudge direction as in a graph: up is +1
 * @property {() => void} [remove] on Delete
 * @property {string} [shape] class of the visible mark
 * @property {"circle" | "diamond" | "square"} [mark]
 */

/**
 * A focusable handle; put it in place with `place`.
 * @param {Grip} grip
 * @returns {SVGGElement}
 */
export function handle(grip) {
  const element = s(
    "g",
    { class: `handle ${grip.shape ?? ""}`, tabindex: 0, role: "slider", "aria-label": grip.label, "aria-valuenow": 0 },
    s("circle", { class: "reach", r: REACH }),
    markOf(grip.mark ?? "circle"),
  );
  let dragging = false;
  const move = (event, first) => {
    event.preventDefault();
    grip.drag(grip.pointer(event), first);
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    dragging = true;
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    event.stopPropagation();
    move(event, true);
  });
  element.addEventListener("pointermove", (event) => dragging && move(event, false));
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => (dragging = false));
  element.addEventListener("keydown", (event) => {
    const direction = ARROWS[event.key];
    if (direction) grip.nudge(direction, event.shiftKey ? 10 : 1);
    else if (grip.remove && (event.key === "Delete" || event.key === "Backspace")) grip.remove();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return element;
}

/**
 * Put a handle at a pixel, and say its value.
 * @param {SVGGElement} element
 * @param {number} x
 * @param {number} y
 * @param {number} now
 * @param {string} text
 */
export function place(element, x, y, now, text) {
  set(element, {
    transform: `translate(${x.toFixed(2)},${y.toFixed(2)})`,
    "aria-valuenow": now,
    "aria-valuetext": text,
  });
}

/** As many digits as a hand is worth. @param {number} value */
export function rounded(value) {
  return Number(value.toPrecision(5));
}

/**
 * The marks that tell series apart without colour.
 * @param {"circle" | "diamond" | "square" | "cross"} kind
 * @param {number} [size]
 */
export function markOf(kind, size = 6) {
  if (kind === "diamond")
    return s("path", { class: "mark", d: `M0,${-size - 1}L${size + 1},0L0,${size + 1}L${-size - 1},0Z` });
  if (kind === "cross") return s("path", { class: "cross", d: `M${-size},0H${size}M0,${-size}V${size}` });
  if (kind === "square") return s("rect", { class: "mark", x: -size, y: -size, width: 2 * size, height: 2 * size });
  return s("circle", { class: "mark", r: size });
}

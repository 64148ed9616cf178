/** The small fields of the controls: choices, switches, numbers to type and sliders on a logarithmic scale. */

import { fresh, h, say, set } from "./dom.js";
import { exact } from "./words.js";

/**
 * One of several.
 * @param {string} label
 * @param {[string, string][]} options value and text
 * @param {(value: string) => void} chosen
 */
export function choice(label, options, chosen) {
  const select = h("select", { onchange: () => chosen(select.value) });
  const element = h("label", { class: "field choice" }, h("span", {}, label), select);
  let shown = null;
  const fill = (list) => {
    const key = JSON.stringify(list);
    if (key === shown) return;
    shown = key;
    select.replaceChildren(...list.map(([value, text]) => h("option", { value }, text)));
  };
  fill(options);
  return {
    element,
    /** @param {[string, string][] | undefined | false} list new options; `false` hides @param {string} value */
    show(list, value) {
      element.hidden = list === false;
      if (list) fill(list);
      if (select.value !== value) select.value = value;
    },
  };
}

/**
 * A button that stays down.
 * @param {string} label
 * @param {(pressed: boolean) => void} turned
 */
export function toggle(label, turned) {
  const element = h("button", { type: "button", class: "toggle", "aria-pressed": "false" }, label);
  const press = (pressed) => {
    set(element, { "aria-pressed": String(pressed) });
    turned(pressed);
  };
  element.addEventListener("click", () => press(element.getAttribute("aria-pressed") !== "true"));
  return { element, press };
}

/**
 * @param {string} label
 * @param {(checked: boolean) => void} turned
 */
export function checkbox(label, turned) {
  const input = h("input", { type: "checkbox", onchange: () => turned(input.checked) });
  const element = h("label", { class: "field check" }, input, h("span", {}, label));
  return { element, show: (checked) => (input.checked = checked) };
}

/** @param {string} label @param {() => void} pressed @param {string} [look] */
export function button(label, pressed, look = "") {
  return h("button", { type: "button", class: look, onclick: pressed }, label);
}

/** A number as people write it, with a comma for thousands, × 10^3 or a true minus; null for anything else. */
export function parsed(text) {
  const plain = text
    .trim()
    .replace(/−/g, "-")
    .replace(/(?<=\d),(?=\d{3}(\D|$))/g, "");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : null;
}

/**
 * A number to type; up and down nudge it (Shift: ten times), Enter or leaving the field takes it.
 * @param {string} label
 * @param {object} rule
 * @param {(value: number) => string | void} rule.take returns what is wrong with a number, or takes it
 * @param {(value: number, steps: number) => number} rule.nudge
 * @param {string} [rule.name] its accessible name, if longer than the label
 */
export function numberField(label, { take, nudge, name }) {
  const note = h("span", { class: "fault", id: fresh("fault"), role: "alert" });
  const input = h("input", {
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
    size: 9,
    "aria-describedby": note.id,
    "aria-label": name,
  });
  const element = h("label", { class: "field number" }, h("span", {}, label), input, note);
  let value = 0;
  const judge = (given) => {
    const fault = given === null ? "Give a number." : (take(given) ?? "");
    say(note, fault);
    set(input, { "aria-invalid": fault ? "true" : null });
  };
  const commit = () => {
    if (input.value !== exact(value)) judge(parsed(input.value));
  };
  input.addEventListener("change", commit);
  input.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") commit();
    if (!steps) return;
    event.preventDefault();
    judge(nudge(parsed(input.value) ?? value, steps * (event.shiftKey ? 10 : 1)));
    input.value = exact(value);
  });
  return {
    element,
    input,
    /** @param {number} next */
    show(next) {
      const moved = next !== value || input.value === "";
      value = next;
      const typing = input.getRootNode().activeElement === input && input.getAttribute("aria-invalid");
      if (moved && !typing) {
        input.value = exact(next);
        say(note, "");
        set(input, { "aria-invalid": null });
      }
    },
  };
}

/**
 * A slider over a logarithmic scale: a real range input, whose arrows nudge and whose text is the value.
 * @param {string} label
 * @param {object} rule
 * @param {(value: number) => void} rule.take
 * @param {(position: number) => number} rule.value of a position from 0 to 1
 * @param {(value: number) => number} rule.position
 * @param {(value: number, steps: number) => number} rule.nudge
 * @param {(value: number) => string} rule.text
 */
export function slider(label, { take, value, position, nudge, text }) {
  const FINE = 10000;
  const input = h("input", { type: "range", min: 0, max: FINE, step: 1, "aria-label": label });
  let now = 0;
  input.addEventListener("input", () => take(value(Number(input.value) / FINE)));
  input.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (!steps) return;
    event.preventDefault();
    take(nudge(now, steps * (event.shiftKey ? 10 : 1)));
  });
  return {
    element: input,
    /** @param {number} next */
    show(next) {
      now = next;
      const place = String(Math.round(Math.max(0, Math.min(1, position(next))) * FINE));
      if (input.value !== place) input.value = place;
      set(input, { "aria-valuetext": text(next) });
    },
  };
}

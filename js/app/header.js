/** The head of an explorer: the model as an equation with its numbers in it, where the rows came from, and the theme. */

import { h, say, set } from "./dom.js";
import { button } from "./fields.js";
import { clipped, number, plural } from "./words.js";

const TERMS = 4; // weights that the equation spells out

/** @param {any} store @param {any} payload @param {import("./explorer.js").Options} options */
export function createHeader(store, payload, { theme }) {
  const source = h("p", { class: "source" });
  const equation = h("p", { class: "equation", role: "math" });
  const cost = h("p", { class: "cost" });
  const turn = theme && button("", () => {
    theme.turn();
    label();
  }, "quiet theme"); // prettier-ignore
  const label = () => {
    const text = { system: "Theme: system", dark: "Theme: dark", light: "Theme: light" }[theme.now()];
    say(turn, text);
    set(turn, { "aria-label": `${text}; press for the next` });
  };
  if (turn) label();
  const element = h(
    "header",
    { class: "head" },
    h("div", { class: "titles" }, h("h2", {}, payload.title), source),
    turn,
    h("div", { class: "model" }, equation, cost),
  );
  return {
    element,
    draw(now) {
      const { state } = now.data;
      say(source, `${now.data.source} · ${plural(state.rows, "row")}${now.data.own ? " · changed here" : ""}`);
      equation.replaceChildren(...terms(state, now.theta));
      say(cost, `J = ${number(now.cost)}`);
    },
  };
}

/** price = 195.1 · size + 107.8, letters in italics. */
function terms(state, theta) {
  const first = state.intercept ? 1 : 0;
  const out = [h("i", {}, clipped(state.target)), " = "];
  const shown = state.names.slice(0, TERMS);
  shown.forEach((name, j) => {
    out.push(j ? signed(theta[first + j]) : number(theta[first], 4), " · ", h("i", {}, clipped(name)));
  });
  if (state.names.length > TERMS) out.push(` + … (${state.names.length - TERMS} more)`);
  if (state.intercept) out.push(signed(theta[0]));
  return out;
}

function signed(value) {
  return ` ${value < 0 ? "−" : "+"} ${number(Math.abs(value), 4)}`;
}

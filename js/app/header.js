/** The head of an explorer: the model as an equation with its numbers in it, where the rows came from, and the theme. */

import { h, pool, say, set } from "./dom.js";
import { button } from "./fields.js";
import { clipped, number, plural } from "./words.js";

const TERMS = 4; // weights that the equation spells out

/** @param {any} store @param {any} payload @param {import("./explorer.js").Options} options */
export function createHeader(store, payload, { theme, address }) {
  const source = h("p", { class: "source" });
  const equation = h("p", { class: "equation", role: "math" });
  const cost = h("p", { class: "cost" });
  const rank = h("p", { class: "rank" });
  const turn =
    theme &&
    button(
      "",
      () => {
        theme.turn();
        label();
      },
      "quiet theme",
    );
  const label = () => {
    const text = { system: "Theme: system", dark: "Theme: dark", light: "Theme: light" }[theme.now()];
    say(turn, text);
    set(turn, { "aria-label": `${text}; press for the next` });
  };
  if (turn) label();
  const element = h(
    "header",
    { class: "head" },
    h("div", { class: "titles" }, h(address ? "h1" : "h2", {}, payload.title), source),
    turn,
    h("div", { class: "model" }, equation, cost),
    rank,
  );
  return {
    element,
    place: "head",
    draw(now) {
      const { state } = now.data;
      say(source, `${now.data.source} · ${plural(state.rows, "row")}${now.data.own ? " · changed here" : ""}`);
      const texts = terms(state, now.theta);
      pool(equation, texts.length, (i) => h(i % 2 ? "span" : "i")).forEach((part, i) => say(part, texts[i]));
      say(cost, `J = ${number(now.cost)}`);
      say(rank, rankOf(now, payload));
    },
  };
}

/** What is to be said where the rows don't decide all of the parameters. */
function rankOf(now, payload) {
  const { rank, k } = now.problem;
  if (rank === k) return "";
  const why = now.data.own ? [] : (payload.solution.dropped_text ?? []);
  const because = why.length ? `: ${why.join("; ")}` : "";
  const many = "infinitely many parameters fit equally well, and descent finds those nearest to its start";
  return `Rank ${rank} of ${k}: ${many}${because}.`;
}

/** price = 195.1 · size + 107.8 as texts, in turn a name, which stands in italics, and what is between names. */
function terms(state, theta) {
  const first = state.intercept ? 1 : 0;
  const shown = state.names.slice(0, TERMS);
  const out = [clipped(state.target)];
  if (!shown.length) return [...out, ` = ${number(state.intercept ? theta[0] : 0, 4)}`];
  shown.forEach((name, j) => {
    const value = theta[first + j];
    out.push(`${j ? "" : " ="} ${j ? signed(value) : number(value, 4)} · `, clipped(name));
  });
  const more = state.names.length > TERMS ? ` + … ${state.names.length - TERMS} more` : "";
  out.push(`${more}${state.intercept ? ` ${signed(theta[0])}` : ""}`);
  return out;
}

function signed(value) {
  return `${value < 0 ? "−" : "+"} ${number(Math.abs(value), 4)}`;
}

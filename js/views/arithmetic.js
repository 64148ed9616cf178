/** The next update with the numbers in it, and the gradient checked by finite differences. */

import { h, pool, say } from "../app/dom.js";
import { button } from "../app/fields.js";
import { drawTable } from "../app/table.js";
import { count, number, parameterNames } from "../app/words.js";
import { finiteDifferences, updateLines } from "../engine/arithmetic.js";

const WRITTEN = 6; // parameters whose update is written out
const AGREE = 1e-6;
const CHECK = "The check compares the gradient with differences of J.";

/** @param {any} store */
function create(store) {
  const steps = h("ol", { class: "arithmetic", tabindex: 0, "aria-label": "The update with its numbers" });
  const details = h("details", { open: true }, h("summary", {}, "Show the arithmetic"), steps);
  const checked = h("div", { class: "checked", role: "status" });
  let checkedAt = null;
  const check = button("Check the gradient", () => {
    checkedAt = store.get().theta;
    checkGradient(store.get(), checked);
  });
  details.addEventListener("toggle", () => drawLines(store.get(), details, steps));
  return {
    element: h("div", { class: "stack" }, details, check, checked),
    draw(now) {
      drawLines(now, details, steps);
      if (checkedAt !== now.theta) checked.replaceChildren();
    },
    caption: (now) =>
      `The update after iteration ${count(now.shown)} with its numbers${now.scale ? ", on standardised features" : ""}. ${CHECK}`,
  };
}

function drawLines(now, details, list) {
  if (!details.open) return;
  const { problem } = now;
  const theta = problem.fromUser(now.theta);
  const before = now.momentum && now.shown > 0 ? problem.fromUser(now.descent.at(now.shown - 1)) : null;
  const velocity = before && theta.map((value, i) => value - before[i]);
  const only = Array.from({ length: Math.min(problem.k, WRITTEN) }, (_, i) => i);
  const texts = updateLines(problem, {
    theta,
    rate: now.rate,
    momentum: now.momentum,
    velocity,
    sample: now.data.sample,
    only,
  });
  if (problem.k > WRITTEN) texts.push(`… and so for the other ${count(problem.k - WRITTEN)} parameters.`);
  pool(list, texts.length, () => h("li", {})).forEach((item, i) => say(item, texts[i]));
}

function checkGradient(now, place) {
  const { numeric, exact, error } = finiteDifferences(now.problem, now.problem.fromUser(now.theta));
  const names = parameterNames(now.data.state);
  const verdict = error < AGREE ? "They agree" : "They do not agree";
  const table = h("div", { class: "table", tabindex: 0, role: "region", "aria-label": "Gradient check" });
  drawTable(table, {
    columns: ["parameter", "by differences", "by formula"],
    rows: names.map((name, i) => [name + (now.scale ? "′" : ""), number(numeric[i], 8), number(exact[i], 8)]),
  });
  place.replaceChildren(h("p", {}, `${verdict}: relative to the gradient they are ${number(error, 2)} apart.`), table);
}

export const arithmetic = { id: "arithmetic", title: "Arithmetic of a step", create };

/** Every number of the moment: parameters and gradient, cost and fit, eigenvalues; the arithmetic of the next update; a check. */

import { h, pool, say } from "../app/dom.js";
import { button } from "../app/fields.js";
import { count, factor, number, parameterNames } from "../app/words.js";
import { drawNumbers, drawTable } from "../app/table.js";
import { finiteDifferences, updateLines } from "../engine/arithmetic.js";

const WRITTEN = 6; // parameters whose update is written out

/** @param {any} store @param {any} tools */
function create(store, tools) {
  const list = h("dl", { class: "numbers all" });
  const head = h("tr", {}, ...["parameter", "now", "∂J/∂θ", "optimum"].map((text) => h("th", { scope: "col" }, text)));
  const lines = h("tbody", {});
  const parameters = h("div", { class: "table", tabindex: 0, role: "region", "aria-label": "Parameters" }, h("table", {}, h("thead", {}, head), lines));
  const steps = h("ol", { class: "arithmetic" });
  const arithmetic = h("details", {}, h("summary", {}, "Show the arithmetic of the next update"), steps);
  const checked = h("div", { class: "checked", role: "status" });
  const check = button("Check the gradient by finite differences", () => checkGradient(store.get(), checked));
  arithmetic.addEventListener("toggle", () => drawArithmetic(store.get(), arithmetic, steps));
  let checkedAt = null;
  check.addEventListener("click", () => (checkedAt = store.get().theta));
  return {
    element: h("div", { class: "stack" }, list, parameters, arithmetic, h("div", {}, check, checked)),
    draw(now) {
      drawNumbers(list, figures(now, tools.statistics(now)));
      drawParameters(now, lines);
      drawArithmetic(now, arithmetic, steps);
      if (checkedAt !== now.theta) checked.replaceChildren();
    },
    caption(now) {
      const flat = now.problem.k - now.problem.rank;
      return flat
        ? `Rank ${count(now.problem.rank)} of ${count(now.problem.k)}: infinitely many parameters fit equally well. Descent finds those nearest to its start, listed here as the optimum.`
        : `All that is known at iteration ${count(now.shown)}${now.scale ? "; the eigenvalues are those of the standardised features" : ""}.`;
    },
    table: (now) => ({ columns: ["figure", "value"], rows: figures(now, tools.statistics(now)) }),
  };
}

function figures(now, all) {
  const { modes } = now.problem;
  return [
    ["k", count(now.shown)],
    ["α", number(now.rate)],
    ["J", number(now.cost, 6)],
    ["J − J*", number(now.gap, 6)],
    ["‖∇J‖", number(all.gradientNorm)],
    ["R²", number(all.r2)],
    ["RMSE", number(all.rmse)],
    ["λmin", number(modes.curvatures[0].hi)],
    ["λmax", number(modes.curvatures.at(-1).hi)],
    ["κ", number(now.problem.condition)],
    ["cost × a step", factor(now.descent.factorPerStep)],
    ["rows m", count(now.data.state.rows)],
    ["rank", `${count(now.problem.rank)} of ${count(now.problem.k)}`],
  ];
}

function drawParameters(now, lines) {
  const names = parameterNames(now.data.state);
  const { theta, gradient } = now;
  const { limit } = now.descent;
  const rows = pool(lines, names.length, () => h("tr", {}, h("th", { scope: "row" }), h("td"), h("td"), h("td")));
  names.forEach((name, i) => {
    const cells = rows[i].children;
    say(cells[0], name);
    say(cells[1], number(theta[i], 7));
    say(cells[2], number(gradient[i]));
    say(cells[3], number(limit[i], 7));
  });
}

function drawArithmetic(now, details, list) {
  if (!details.open) return;
  const { problem } = now;
  const theta = problem.fromUser(now.theta);
  const before = now.momentum && now.shown > 0 ? problem.fromUser(now.descent.at(now.shown - 1)) : null;
  const velocity = before && theta.map((value, i) => value - before[i]);
  const only = Array.from({ length: Math.min(problem.k, WRITTEN) }, (_, i) => i);
  const texts = updateLines(problem, { theta, rate: now.rate, momentum: now.momentum, velocity, sample: now.data.sample, only });
  if (problem.k > WRITTEN) texts.push(`… and so for the other ${count(problem.k - WRITTEN)} parameters.`);
  pool(list, texts.length, () => h("li", {})).forEach((item, i) => say(item, texts[i]));
}

function checkGradient(now, place) {
  const { numeric, exact, error } = finiteDifferences(now.problem, now.problem.fromUser(now.theta));
  const names = parameterNames(now.data.state);
  const verdict = error < 1e-6 ? "They agree" : "They do not agree";
  const table = h("div", { class: "table" });
  drawTable(table, {
    columns: ["parameter", "difference of J", "formula"],
    rows: names.map((name, i) => [name + (now.scale ? "′" : ""), number(numeric[i], 8), number(exact[i], 8)]),
  });
  place.replaceChildren(h("p", {}, `${verdict}: they are ${number(error, 2)} apart, relative to the gradient.`), table);
}

export const numbers = { id: "numbers", title: "Numbers", create };

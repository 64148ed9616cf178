/** Every number of the moment: cost and fit, eigenvalues, and each parameter with its gradient and its optimum. */

import { h, pool, say } from "../app/dom.js";
import { count, factor, number, parameterNames } from "../app/words.js";
import { drawNumbers } from "../app/table.js";

const COLUMNS = ["parameter", "now", "∂J/∂θ", "optimum"];
const MANY =
  "infinitely many parameters fit equally well. Descent finds those nearest to its start, listed here as the optimum";

/** @param {any} store @param {any} tools */
function create(store, tools) {
  const list = h("dl", { class: "numbers all" });
  const head = h("tr", {}, ...COLUMNS.map((text) => h("th", { scope: "col" }, text)));
  const lines = h("tbody", {});
  const parameters = h(
    "div",
    { class: "table", tabindex: 0, role: "region", "aria-label": "Parameters" },
    h("table", {}, h("thead", {}, head), lines),
  );
  return {
    element: h("div", { class: "stack" }, list, parameters),
    draw(now) {
      drawNumbers(list, figures(now, tools.statistics(now)));
      drawParameters(now, lines);
    },
    caption(now) {
      const { rank, k } = now.problem;
      const of = now.scale ? "; the eigenvalues are those of the standardised features" : "";
      if (rank === k) return `All that is known at iteration ${count(now.shown)}${of}.`;
      return `Rank ${count(rank)} of ${count(k)}: ${MANY}.`;
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
    ["‖∇J‖", number(now.steepness)],
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

export const numbers = { id: "numbers", title: "Numbers", create };

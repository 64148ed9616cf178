/** Figures as pairs of a name and a number, and as tables. */

import { h, pool, say } from "./dom.js";
import { count } from "./words.js";

const ROWS = 200; // of a table that are shown

/** @param {HTMLElement} list @param {[string, string][]} entries */
export function drawNumbers(list, entries) {
  list.hidden = entries.length === 0;
  const items = pool(list, entries.length, () => h("div", {}, h("dt"), h("dd")));
  entries.forEach(([label, value], i) => {
    say(items[i].firstElementChild, label);
    say(items[i].lastElementChild, value);
  });
}

/** @param {HTMLElement} place @param {{columns: string[], rows: string[][]}} content */
export function drawTable(place, { columns, rows }) {
  const shown = rows.slice(0, ROWS);
  const head = h("tr", {}, ...columns.map((column) => h("th", { scope: "col" }, column)));
  const lines = shown.map((row) => h("tr", {}, ...row.map((cell) => h("td", {}, cell))));
  const table = h("table", {}, h("thead", {}, head), h("tbody", {}, ...lines));
  const rest = rows.length > ROWS && h("p", {}, `The first ${count(ROWS)} of ${count(rows.length)} rows.`);
  place.replaceChildren(table, ...(rest ? [rest] : []));
}

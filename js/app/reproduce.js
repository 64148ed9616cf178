/** 'Copy as Python' and 'copy as command': what makes this very run in slopewise. */

import { asCommand, asPython, asTable } from "../engine/spellings.js";
import { h, say } from "./dom.js";
import { button } from "./fields.js";
import { download } from "./exporting.js";

/** @param {any} store @param {any} tools @param {any} payload */
function create(store, tools, payload) {
  const python = snippet("Python");
  const command = snippet("Command");
  const note = h("p", { class: "note" });
  const save = button("Save the table as CSV", () => {
    download(new Blob([asTable(runOf(store.get(), payload))], { type: "text/csv" }), "data.csv");
  });
  return {
    element: h(
      "div",
      { class: "stack pair" },
      python.element,
      h("div", { class: "stack" }, command.element, note, save),
    ),
    draw(now) {
      const run = runOf(now, payload);
      python.show(asPython(run));
      const { text, note: words } = asCommand(run);
      command.show(text ?? "");
      command.element.hidden = text === null;
      say(note, words ?? "");
      save.hidden = !run.rows;
    },
    caption: () => "The same descent, reproduced outside of this page.",
  };
}

function runOf(now, payload) {
  const { state, sample, own } = now.data;
  return {
    formula: own ? null : payload.formula,
    data: own ? null : payload.data_argument,
    names: state.names,
    target: state.target,
    intercept: state.intercept,
    rows: own ? sample : null,
    rate: now.rate,
    k: now.shown,
    momentum: now.momentum,
    scale: now.scale,
    start: now.start,
  };
}

function snippet(title) {
  const code = h("code", {});
  const done = h("span", { class: "status", role: "status" });
  const copy = button(`Copy as ${title === "Python" ? title : title.toLowerCase()}`, async () => {
    say(done, (await copied(code)) ? "Copied" : "Selected: press Ctrl+C");
  });
  const block = h("pre", { tabindex: 0, role: "region", "aria-label": title }, code);
  return {
    element: h("div", { class: "snippet" }, h("div", { class: "row" }, copy, done), block),
    show(text) {
      if (code.textContent !== text) say(done, "");
      say(code, text);
    },
  };
}

/** Into the clipboard where the browser lets a page; otherwise it is selected, ready to be copied. */
async function copied(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(code);
    const selection = getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
    return false;
  }
}

export const reproduce = { id: "reproduce", title: "Copy this run", create };

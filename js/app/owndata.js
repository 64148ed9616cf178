/** The reader's own data: a pasted, dropped or opened CSV, and a table whose cells can be edited. */

import { chooseColumns, parseTable } from "../engine/csv.js";
import { h, pool, say } from "./dom.js";
import { button, checkbox, choice, parsed } from "./fields.js";
import { exact, plural } from "./words.js";
import { dataOf } from "./store.js";

const CELLS = 1200; // that a table may have to be edited here
const FEATURES = 50; // that are ticked at first
const LARGEST = 10e6; // bytes of a file

/** @param {any} store @param {any} tools @param {any} payload */
function create(store, tools, payload) {
  const text = h("textarea", {
    rows: 4,
    spellcheck: "false",
    placeholder: "size,price\n1.0,300\n2.0,500",
    "aria-label": "A table as CSV text",
  });
  const file = h("input", {
    type: "file",
    accept: ".csv,.tsv,.txt,text/csv",
    onchange: () => file.files[0] && open(file.files[0]),
  });
  const opener = h("label", { class: "field file" }, h("span", {}, "or a file"), file);
  const message = h("p", { class: "message", role: "status" });
  const chooser = createChooser((chosen) => use(chosen));
  const editor = createEditor(store, tools, message);
  const back = button("Back to the data of this page", () => {
    say(message, "");
    tools.take(dataOf(payload));
  });

  function read(given, source) {
    const table = parseTable(given);
    const count = table.error ? 0 : table.columns.filter(({ kind }) => kind === "number").length;
    say(message, table.error ?? (count < 2 ? "A line needs two columns of numbers, and this table has fewer." : ""));
    chooser.offer(count < 2 ? null : table, source);
  }

  async function open(blob) {
    if (blob.size > LARGEST) return say(message, "This file is larger than 10 MB; give slopewise the file instead.");
    read(await blob.text(), blob.name ?? "dropped text");
  }

  function use({ table, target, features, source }) {
    const rows = chooseColumns(table, { target, features });
    const fault = rows.error ?? tools.takeRows(rows, { source });
    const dropped = rows.dropped
      ? ` ${plural(rows.dropped, "row")} without a number in some column ${rows.dropped === 1 ? "is" : "are"} left out.`
      : "";
    say(message, fault || `Shown: ${plural(rows.y.length, "row")}.${dropped}`);
  }

  return {
    element: h(
      "div",
      { class: "stack" },
      text,
      h(
        "div",
        { class: "row" },
        button("Read the text", () => read(text.value, "pasted table"), "strong"),
        opener,
      ),
      chooser.element,
      message,
      editor.element,
      back,
    ),
    accept: open,
    draw(now) {
      editor.draw(now);
      back.hidden = !now.data.own;
    },
    caption: () => "Paste a table, drop a CSV file anywhere here, or edit the rows. Nothing leaves this page.",
  };
}

/** Which column is the target, and which are features. */
function createChooser(use) {
  let before = "";
  const target = choice("Target", [], (name) => {
    // What was the target is a feature again.
    for (const input of boxes()) if (input.value === before) input.checked = true;
    before = name;
  });
  const list = h("fieldset", { class: "choices" });
  const element = h(
    "div",
    { class: "chooser", hidden: true },
    target.element,
    list,
    button("Show it", () => use(chosen()), "strong"),
  );
  let table = null;
  let source = "";
  const select = target.element.querySelector("select");
  const boxes = () => list.querySelectorAll("input");
  const chosen = () => ({
    table,
    source,
    target: select.value,
    features: Array.from(boxes())
      .filter((input) => input.checked && input.value !== select.value)
      .map((input) => input.value),
  });
  return {
    element,
    offer(given, from) {
      table = given;
      source = from;
      const names = given ? given.columns.filter(({ kind }) => kind === "number").map(({ name }) => name) : [];
      element.hidden = !given;
      if (!given) return;
      before = names.at(-1) ?? "";
      target.show(
        names.map((name) => [name, name]),
        before,
      );
      const offered = names.map((name, j) => {
        const box = checkbox(name, () => {});
        const input = box.element.querySelector("input");
        input.value = name;
        input.checked = j < Math.min(names.length - 1, FEATURES);
        return box.element;
      });
      list.replaceChildren(h("legend", {}, "Features"), ...offered);
      if (names.length === 2) use(chosen());
    },
  };
}

/** The rows as fields. */
function createEditor(store, tools, message) {
  const head = h("tr", {});
  const body = h("tbody", {});
  const add = button("Add a row", () => {
    const { sample } = store.get().data;
    tools.addRow(
      sample.x.map((column) => column.at?.(-1) ?? 0),
      sample.y[sample.y.length - 1] ?? 0,
    );
  });
  const element = h(
    "details",
    { class: "editor" },
    h("summary", {}, "Edit the table"),
    h("div", { class: "table" }, h("table", {}, h("thead", {}, head), body)),
    add,
  );
  const change = (i, j, input) => {
    const value = parsed(input.value);
    say(
      message,
      value === null
        ? `“${input.value.slice(0, 20)}” is no number; the cell keeps what it had.`
        : tools.setCell(i, j, value),
    );
    draw(store.get(), true);
  };
  const remove = (i) => say(message, tools.removeRow(i));
  let shown = null;

  function draw(now, again = false) {
    const { state, sample } = now.data;
    element.hidden = !(sample?.complete && sample.y.length * (state.names.length + 1) <= CELLS);
    if (element.hidden || !element.open || (shown === now.data && !again)) return;
    shown = now.data;
    const names = [...state.names, state.target];
    head.replaceChildren(...names.map((name) => h("th", { scope: "col" }, name)), h("td", {}));
    if (body.firstElementChild && body.firstElementChild.childElementCount !== names.length + 1) body.replaceChildren();
    pool(body, sample.y.length, (i) => rowOf(names, i)).forEach((line, i) => {
      names.forEach((name, j) => {
        const input = line.children[j].firstElementChild;
        input.value = exact(j < state.names.length ? sample.x[j][i] : sample.y[i]);
        input.setAttribute("aria-label", `${name}, row ${i + 1}`);
      });
    });
  }

  function rowOf(names, i) {
    const cells = names.map((_, j) => {
      const input = h("input", { type: "text", inputmode: "decimal", size: 8, onchange: () => change(i, j, input) });
      return h("td", {}, input);
    });
    return h(
      "tr",
      {},
      ...cells,
      h(
        "td",
        {},
        h(
          "button",
          { type: "button", class: "small", "aria-label": `Delete row ${i + 1}`, onclick: () => remove(i) },
          "×",
        ),
      ),
    );
  }

  element.addEventListener("toggle", () => draw(store.get()));
  return { element, draw };
}

export const owndata = { id: "table", title: "Your own data", create };

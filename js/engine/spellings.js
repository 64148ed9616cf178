/**
 * 'Copy as Python' and 'copy as command': what reproduces the run on the page in slopewise, safe in every character.
 *
 * A name is data: in a formula it stands in backticks unless it is an identifier, in Python within a string, in a shell
 * within single quotes.
 */

import { formatExact } from "./numbers.js";

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_.]*$/;
const WALKED = 100_000; // steps that Python takes one by one; of more it is asked in closed form
const WRITTEN_OUT = 500; // numbers of a table that are written into the code

/**
 * @typedef {object} Run
 * @property {string|null} formula       as the payload has it; null for rows made on the page
 * @property {string|null} data          the file, as a command names it
 * @property {string[]} names @property {string} target @property {boolean} intercept
 * @property {{x: ArrayLike<number>[], y: ArrayLike<number>, weights?: ArrayLike<number>|null}|null} rows  those made on
 *                                       the page
 * @property {number} rate @property {number} k
 * @property {number} [momentum] @property {boolean} [scale] @property {ArrayLike<number>|null} [start]
 */

/** The run as a Python program. @param {Run} run @returns {string} */
export function asPython(run) {
  const far = run.k > WALKED;
  const options = [
    `learning_rate=${formatExact(run.rate)}`,
    `iterations=${far ? 0 : run.k}`,
    ...(run.scale ? ["scale=True"] : []),
    ...(run.momentum ? [`momentum=${formatExact(run.momentum)}`] : []),
    ...(moved(run.start) ? [`start=[${numbers(run.start)}]`] : []),
    "tolerance=0",
  ];
  return [
    "import slopewise as sw",
    "",
    ...pythonData(run),
    `run = sw.descend(state, ${options.join(", ")})`,
    far ? `print(run.at(${run.k}), run.cost_at(${run.k}))` : "print(run.path[-1], run.costs[-1])",
    "",
  ].join("\n");
}

/**
 * The run as a line for a shell, or why there is none.
 *
 * @param {Run} run @returns {{text: string, note: string|null} | {text: null, note: string}}
 */
export function asCommand(run) {
  if (moved(run.start)) return { text: null, note: "The command starts at zero; copy as Python to start elsewhere." };
  if (run.rows?.weights) return { text: null, note: "Rows with weights need a file; copy as Python." };
  const options = [
    `--learning-rate ${formatExact(run.rate)}`,
    `--iterations ${run.k}`,
    ...(run.scale ? ["--scale"] : []),
    ...(run.momentum ? [`--momentum ${formatExact(run.momentum)}`] : []),
    "--tolerance 0",
  ];
  const named = !run.rows && run.data;
  const file = named ? run.data : "data.csv";
  const text = ["slopewise descend", shellWord(dashSafe(file)), shellWord(formulaOf(run)), ...options].join(" ");
  return { text, note: named ? null : "Save the table as data.csv first." };
}

/** The rows as a CSV file that slopewise reads. @param {Run} run @returns {string} */
export function asTable({ names, target, rows }) {
  const header = [...names, target].map(csvCell).join(",");
  const lines = Array.from(rows.y, (y, i) => [...rows.x.map((column) => column[i]), y].map(formatExact).join(","));
  return `${[header, ...lines].join("\n")}\n`;
}

/** The formula of the run, names in backticks where they are not identifiers. */
export function formulaOf({ formula, names, target, intercept }) {
  if (formula !== null && formula !== undefined) return formula;
  return `${inFormula(target)} ~ ${[...names.map(inFormula), ...(intercept ? [] : ["0"])].join(" + ")}`;
}

function pythonData(run) {
  const formula = pythonText(formulaOf(run));
  if (!run.rows) {
    const data = run.data ? pythonText(run.data) : "data";
    return [
      ...(run.data ? [] : ["# data: the table that this page was made from"]),
      `state = sw.collect(${formula}, ${data})`,
    ];
  }
  const { x, y, weights } = run.rows;
  if ((x.length + 1) * y.length > WRITTEN_OUT) {
    return ["# data.csv: the table of this page, saved", `state = sw.collect(${formula}, "data.csv")`];
  }
  const weighing = weights ? freeName([...run.names, run.target]) : null;
  const columns = [
    ...x.map((column, j) => [run.names[j], column]),
    [run.target, y],
    ...(weighing ? [[weighing, weights]] : []),
  ];
  return [
    "data = {",
    ...columns.map(([name, values]) => `    ${pythonText(name)}: [${numbers(values)}],`),
    "}",
    `state = sw.collect(${formula}, data${weighing ? `, weights=${pythonText(weighing)}` : ""})`,
  ];
}

function freeName(taken) {
  let name = "weight";
  while (taken.includes(name)) name += "_";
  return name;
}

function moved(start) {
  return start ? Array.prototype.some.call(start, (value) => value !== 0) : false;
}

function numbers(values) {
  return Array.from(values, formatExact).join(", ");
}

function inFormula(name) {
  return PLAIN_NAME.test(name) ? name : `\`${name.replaceAll("`", "``")}\``;
}

/** A JSON string is a Python string, too. */
function pythonText(text) {
  return JSON.stringify(text);
}

function shellWord(text) {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A file whose name begins with a dash is not an option. */
function dashSafe(file) {
  return file.startsWith("-") ? `./${file}` : file;
}

function csvCell(name) {
  return /^[^",;\t\r\n]*$/.test(name) && name === name.trim() && name ? name : `"${name.replaceAll('"', '""')}"`;
}

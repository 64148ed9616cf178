/** A pasted or dropped table, read strictly: what is not understood is named by its row and column, never guessed. */

import { Fault } from "./faults.js";

const LARGEST_TEXT = 10e6; // characters
const MOST_ROWS = 200_000;
const MOST_COLUMNS = 500;
const MISSING = new Set(["", "na", "n/a", "nan", "null", "none", "-", "?"]);
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * @typedef {object} Column
 * @property {string} name
 * @property {"number"|"text"} kind   text where any cell that is not missing is no number
 * @property {Float64Array|null} values  NaN where missing; null for text
 * @property {string[]} cells            as written
 * @property {number} missing            how many are
 */

/**
 * The table in `text`: comma, semicolon or tab between cells, double quotes around those that need them, names first
 * unless the first line is all numbers. Never throws.
 *
 * @param {string} text
 * @returns {{columns: Column[], rows: number, delimiter: string, error: null} | {error: string}}
 */
export function parseTable(text) {
  try {
    return { ...tableOf(text), error: null };
  } catch (fault) {
    if (fault instanceof Fault) return { error: fault.message };
    throw fault;
  }
}

/**
 * The rows of a table that have all of the chosen columns. Never throws.
 *
 * @param {{columns: Column[], rows: number}} table
 * @param {{target: string, features: string[]}} chosen  names of number columns
 * @returns {{x: Float64Array[], y: Float64Array, names: string[], target: string, rows: number[], dropped: number,
 *   droppedBy: {name: string, missing: number}[], error: null} | {error: string}}  `rows`: numbers of the rows kept,
 *   from 1; `dropped`: how many were incomplete
 */
export function chooseColumns(table, { target, features }) {
  const chosen = [];
  for (const name of [...features, target]) {
    const column = table.columns.find((each) => each.name === name);
    if (!column) return { error: `There is no column ${name}.` };
    if (column.kind === "text")
      return { error: `Column ${name} holds text, such as ${sampleOf(column)}; choose one of numbers.` };
    chosen.push(column);
  }
  if (!features.length) return { error: "Choose at least one feature." };
  if (features.includes(target)) return { error: `${target} cannot be both the target and a feature.` };
  const kept = [];
  for (let i = 0; i < table.rows; i += 1) if (chosen.every((column) => !Number.isNaN(column.values[i]))) kept.push(i);
  if (!kept.length) return { error: "No row has a number in each of these columns." };
  const [y, ...x] = [chosen[features.length], ...chosen.slice(0, -1)].map((column) =>
    Float64Array.from(kept, (i) => column.values[i]),
  );
  return {
    x,
    y,
    names: features,
    target,
    rows: kept.map((i) => i + 1),
    dropped: table.rows - kept.length,
    droppedBy: chosen.filter((column) => column.missing).map(({ name, missing }) => ({ name, missing })),
    error: null,
  };
}

function tableOf(text) {
  if (typeof text !== "string") throw new Fault("This is not text.");
  if (text.length > LARGEST_TEXT) throw new Fault("This is more than 10 MB; give slopewise the file instead.");
  const plain = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const delimiter = delimiterOf(plain);
  const lines = split(plain, delimiter);
  if (!lines.length) throw new Fault("There is no row here; paste a table with one row a line.");
  const width = lines[0].cells.length;
  if (width > MOST_COLUMNS) throw new Fault(`There are ${width} columns; at most ${MOST_COLUMNS} can be shown.`);
  const uneven = lines.find(({ cells }) => cells.length !== width);
  if (uneven) {
    throw new Fault(`Line ${uneven.line} has ${uneven.cells.length} cells and the first has ${width}; give as many.`);
  }
  const comma = decimalComma(lines, delimiter);
  const headed = lines[0].cells.some((cell) => !isMissing(cell) && !NUMBER.test(dotted(cell, comma)));
  const names = headed ? namesOf(lines[0].cells) : unnamed(width);
  const body = headed ? lines.slice(1) : lines;
  if (!body.length) throw new Fault("There are names but no row below them.");
  return { columns: names.map((name, j) => columnOf(name, body, j, comma)), rows: body.length, delimiter };
}

/** The one of comma, semicolon and tab that the first line has most of, outside quotes. */
function delimiterOf(text) {
  const counts = new Map([
    [",", 0],
    [";", 0],
    ["\t", 0],
  ]);
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "\n" || character === "\r")) {
      if ([...counts.values()].some((count) => count)) break;
    } else if (!quoted && counts.has(character)) counts.set(character, counts.get(character) + 1);
  }
  if (counts.get("\t")) return "\t";
  return counts.get(";") ? ";" : ",";
}

/** Lines of cells, with the number of the line each begins on; empty lines are none. */
function split(text, delimiter) {
  const lines = [];
  const reader = { text, delimiter, place: 0, line: 1 };
  while (reader.place < text.length) {
    const line = reader.line;
    const cells = lineOf(reader);
    if (cells.length > 1 || cells[0] !== "") lines.push({ cells, line });
    if (lines.length > MOST_ROWS)
      throw new Fault(`There are more than ${MOST_ROWS} rows; give slopewise the file instead.`);
  }
  return lines;
}

function lineOf(reader) {
  const { text, delimiter } = reader;
  const cells = [];
  for (;;) {
    cells.push(text[reader.place] === '"' ? quotedCell(reader, cells.length + 1) : bareCell(reader));
    if (text[reader.place] !== delimiter) break;
    reader.place += 1;
  }
  if (text[reader.place] === "\r" && text[reader.place + 1] === "\n") reader.place += 1;
  reader.place += 1;
  reader.line += 1;
  return cells;
}

function bareCell(reader) {
  const start = reader.place;
  while (reader.place < reader.text.length && !endsCell(reader)) reader.place += 1;
  return reader.text.slice(start, reader.place).trim();
}

function quotedCell(reader, column) {
  const { text } = reader;
  const begun = reader.line;
  let cell = "";
  reader.place += 1;
  for (;;) {
    const end = text.indexOf('"', reader.place);
    if (end < 0) throw new Fault(`The quote that begins in line ${begun}, cell ${column}, is never closed.`);
    const piece = text.slice(reader.place, end);
    reader.line += piece.split("\n").length - 1;
    cell += piece;
    reader.place = end + 1;
    if (text[reader.place] !== '"') break;
    cell += '"';
    reader.place += 1;
  }
  if (reader.place < text.length && !endsCell(reader)) {
    throw new Fault(
      `In line ${reader.line}, cell ${column}, something follows the closing quote; double quotes inside quotes.`,
    );
  }
  return cell;
}

function endsCell({ text, place, delimiter }) {
  const character = text[place];
  return character === delimiter || character === "\n" || character === "\r";
}

/** Whether numbers are written 1,5: only where commas do not part cells, and no cell is written 1.5. */
function decimalComma(lines, delimiter) {
  if (delimiter === ",") return false;
  const cells = lines.flatMap((line) => line.cells);
  return cells.some((cell) => /^[+-]?\d*,\d+$/.test(cell)) && !cells.some((cell) => /^[+-]?\d*\.\d+$/.test(cell));
}

function dotted(cell, comma) {
  return comma ? cell.replace(",", ".") : cell;
}

function isMissing(cell) {
  return MISSING.has(cell.trim().toLowerCase());
}

function namesOf(cells) {
  const names = cells.map((cell, j) => cell.trim() || `column ${j + 1}`);
  const twice = names.find((name, j) => names.indexOf(name) < j);
  if (twice !== undefined) throw new Fault(`Two columns are named ${twice}; give each a name of its own.`);
  return names;
}

function unnamed(width) {
  if (width === 1) return ["y"];
  return Array.from({ length: width }, (_, j) => (j === width - 1 ? "y" : width === 2 ? "x" : `x${j + 1}`));
}

function columnOf(name, body, j, comma) {
  const cells = body.map((line) => line.cells[j]);
  const values = new Float64Array(cells.length).fill(NaN);
  let missing = 0;
  let text = false;
  cells.forEach((cell, i) => {
    const written = dotted(cell.trim(), comma);
    if (isMissing(cell)) missing += 1;
    else if (NUMBER.test(written)) values[i] = finite(Number(written), cell, body[i].line, j);
    else text = true;
  });
  return { name, kind: text ? "text" : "number", values: text ? null : values, cells, missing };
}

function finite(value, cell, line, j) {
  if (!Number.isFinite(value)) throw new Fault(`${cell} in line ${line}, cell ${j + 1}, is too large a number.`);
  return value;
}

function sampleOf(column) {
  return JSON.stringify(column.cells.find((cell) => !isMissing(cell) && !NUMBER.test(cell)) ?? "").slice(0, 40);
}

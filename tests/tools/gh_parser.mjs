// What GitHub itself reads in a workflow: a thin wrapper around its own parser, so that tests can ask.
//
//   gh-parser [--background-steps] FILE...        or: gh-parser --files-from - < list
//   gh-parser --evaluate < questions              {"matrix": {...}, "expressions": [TEXT]} -> [TEXT or null]
//
// Prints one JSON object: {"files": [{"path", "ok", "errors": [{"message", "line", "column"}], "jobs": [JOB]}]}
//   JOB  = {"id", "kind": "job" | "reusable", "name", "needs": [id], "uses", "strategy", "instances", "steps": [STEP]}
//   STEP = {"id", "kind": "run" | "uses" | "wait" | "wait-all" | "cancel" | "parallel", "background", "line", "steps"}
// `strategy` and `name` are plain JSON; an expression is {"expr": "matrix.python"}. Lines and columns count from 1.
// `instances` are the names of the job's cells (`gh_matrix.mjs`); null is a name, or a matrix, that depends on the run.
// Jobs are read as far as possible, also from a file with errors. The exit status is 0 if every file is without error.
// Without `--background-steps` the parser refuses `background`, `wait`, `wait-all` and `cancel`; `parallel` is taken
// either way (0.3.61).

import {readFileSync} from "node:fs";
import {FeatureFlags} from "@actions/expressions/features";
import {
  convertWorkflowTemplate,
  isMapping,
  isSequence,
  NoOperationTraceWriter,
  parseWorkflow,
} from "@actions/workflow-parser";
import {TemplateContext, TemplateValidationErrors} from "@actions/workflow-parser/templates/template-context";
import {getWorkflowSchema} from "@actions/workflow-parser/workflows/workflow-schema";
import {evaluate, instances} from "./gh_matrix.mjs";

const TRY_CONVERSION = 1; // `ErrorPolicy` is not exported

// The parser reports on the console what it already returns as errors; stdout is for the answer alone.
console.log = console.info = console.warn = console.error = () => {};

if (process.argv[2] === "--evaluate") answerQuestions();
else await judgeFiles(readArguments(process.argv.slice(2)));

async function judgeFiles(options) {
  const files = [];
  for (const path of options.paths) files.push(await read(path, options.flags));
  process.stdout.write(JSON.stringify({files}) + "\n");
  process.exitCode = files.every(file => file.ok) ? 0 : 1;
}

// What GitHub refuses or cannot know is null.
function answerQuestions() {
  const {matrix, expressions} = JSON.parse(readFileSync(0, "utf8"));
  const answer = expression => {
    try {
      return evaluate(expression, matrix);
    } catch {
      return null;
    }
  };
  process.stdout.write(JSON.stringify(expressions.map(answer)) + "\n");
}

function readArguments(words) {
  const features = {allowCaseFunction: true, allowCopilotRequestsPermission: true};
  const paths = [];
  while (words.length > 0) {
    const word = words.shift();
    if (word === "--background-steps") features.allowBackgroundSteps = true;
    else if (word === "--files-from") paths.push(...listedIn(words.shift()));
    else if (word.startsWith("--")) fail(`unknown option ${word}`);
    else paths.push(word);
  }
  if (paths.length === 0) fail("no file named");
  return {paths, flags: new FeatureFlags(features)};
}

function listedIn(name) {
  return readFileSync(name === "-" ? 0 : name, "utf8").split("\n").filter(Boolean);
}

function fail(message) {
  process.stderr.write(`gh-parser: ${message}\n`);
  process.exit(2);
}

async function read(path, featureFlags) {
  try {
    const content = readFileSync(path, "utf8");
    const trace = new NoOperationTraceWriter();
    const context = new TemplateContext(new TemplateValidationErrors(), getWorkflowSchema(), trace);
    context.state.featureFlags = featureFlags; // read while parsing, not only while converting
    const parsed = parseWorkflow({name: ".github/workflows/file.yml", content}, context);
    const options = {errorPolicy: TRY_CONVERSION, featureFlags};
    const template = parsed.value ? await convertWorkflowTemplate(context, parsed.value, undefined, options) : {};
    const errors = context.errors.getErrors().map(describeError);
    return {path, ok: errors.length === 0, errors, jobs: (template.jobs ?? []).map(describeJob)};
  } catch (error) {
    return {path, ok: false, errors: [{message: `the parser failed: ${error}`, line: null, column: null}], jobs: []};
  }
}

function describeError(error) {
  const start = error.range?.start;
  return {message: error.rawMessage, line: start?.line ?? null, column: start?.column ?? null};
}

function describeJob(job) {
  return {
    id: plain(job.id),
    kind: job.type === "reusableWorkflowJob" ? "reusable" : "job",
    name: plain(job.name),
    needs: (job.needs ?? []).map(plain),
    uses: plain(job.ref),
    strategy: plain(job.strategy),
    instances: instances(job),
    steps: (job.steps ?? []).map(describeStep),
  };
}

function describeStep(step) {
  const kind = ["uses", "run", "wait", "wait-all", "cancel", "parallel"].find(key => key in step) ?? "unknown";
  const subject = step[kind];
  return {
    id: step.id,
    kind,
    background: step.background ?? false,
    line: lineOf(Array.isArray(subject) ? subject[0] : subject),
    steps: kind === "parallel" ? subject.map(describeStep) : [],
  };
}

function lineOf(token) {
  return token?.range?.start?.line ?? null;
}

// A token as the JSON it stands for.
function plain(token) {
  if (token === undefined || token === null) return null;
  if (isMapping(token)) return Object.fromEntries([...token].map(pair => [String(plain(pair.key)), plain(pair.value)]));
  if (isSequence(token)) return [...token].map(plain);
  if (token.isExpression) return {expr: token.expression ?? token.directive};
  return token.value ?? null;
}

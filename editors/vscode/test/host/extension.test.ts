// Inside the extension host, on a copy of the seed project: the packaged extension and its real server.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CodeAction, CodeActionKind, type CodeLens, type Diagnostic, type Hover, type Location, type LocationLink, type MarkdownString, Position, Range, Selection, type TextDocument, type Uri, commands, extensions, languages, window, workspace } from "vscode";
import type { ImportResult, RunResult } from "../../src/protocol";

const ALL = ["lint", "format", "typecheck", "security_scan", "dead_code", "unit_tests", "integration_tests", "docs", "build", "benchmark", "coverage_report"];
/** Code actions whose edits the server is asked for. */
const RESOLVED = 32;
const FORGEJO = ".forgejo/workflows/ci.yml";
const root = () => workspace.workspaceFolders![0]!.uri;

async function open(path: string): Promise<TextDocument> {
  const document = await workspace.openTextDocument(root().with({ path: join(root().path, path) }));
  await window.showTextDocument(document);
  return document;
}

/** Answers come when the server has read the folder: asks until `probe` gives something. */
async function until<T>(what: string, probe: () => T | Promise<T>, seconds = 20): Promise<NonNullable<T>> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await probe();
    if (value) return value;
    assert.ok(Date.now() < end, `waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function place(document: TextDocument, text: string, offset = 1): Position {
  const at = document.getText().indexOf(text);
  assert.ok(at >= 0, `${text} is not in ${document.fileName}`);
  return document.positionAt(at + offset);
}

async function hoverText(document: TextDocument, at: Position): Promise<string> {
  const hovers = await commands.executeCommand<Hover[]>("vscode.executeHoverProvider", document.uri, at);
  return hovers.flatMap((hover) => hover.contents.map((part) => (part as MarkdownString).value)).join("\n");
}

const ours = (uri: Uri): Diagnostic[] => languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === "noxflow");

const lenses = (uri: Uri) => commands.executeCommand<CodeLens[]>("vscode.executeCodeLensProvider", uri, 100);

/** Ids of the server's processes. */
function servers(): string[] {
  const path = join(extensions.getExtension("noxflow.noxflow")!.extensionPath, "server/noxflow");
  return readdirSync("/proc").filter((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, "utf8") === `${path}\0lsp\0`;
    } catch {
      return false;
    }
  });
}

async function run(args: object): Promise<RunResult> {
  const result = await commands.executeCommand<RunResult | undefined>("noxflow.run", args);
  assert.ok(result, "the run was refused");
  return result;
}

describe("noxflow", () => {
  it("wakes for a folder with a noxfile and starts the packaged server", async () => {
    await until("the extension", () => extensions.getExtension("noxflow.noxflow")?.isActive);
    await until("its server", () => servers().length === 1);
  });

  it("tells the time and the critical path of a session", async () => {
    const document = await open("noxfile.py");
    const text = await until("a hover", () => hoverText(document, place(document, "def unit_tests", 6)));
    assert.match(text, /unit_tests/);
    assert.match(text, /critical path/i);
  });

  it("shows a rewrite as a diff before anything is changed", async () => {
    const document = await open("noxfile.py");
    const before = document.getText();
    const at = place(document, "def coverage_report", 6);
    window.activeTextEditor!.selection = new Selection(at, at);
    await until("a rewrite", async () => {
      const actions = await commands.executeCommand<CodeAction[]>("vscode.executeCodeActionProvider", document.uri, new Range(at, at), CodeActionKind.RefactorRewrite.value, RESOLVED);
      return actions.some((action) => action.edit);
    });
    void commands.executeCommand("noxflow.previewRewrite");
    // Several are possible here: the first of the list, which is the best one. Noxfile and workflow: one tab for both.
    await until("the diff", async () => {
      await commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return window.tabGroups.activeTabGroup.activeTab?.label.includes("nox -j 4");
    });
    const shown = await until("the new text", () => workspace.textDocuments.find(({ uri }) => uri.scheme === "noxflow-preview" && uri.path.endsWith("noxfile.py")));
    const after = shown.getText();
    assert.match(after, /@nox\.session\(allow_parallel=True\)\ndef typecheck/);
    assert.equal(document.getText(), before);
    await commands.executeCommand("workbench.action.closeActiveEditor");
    await commands.executeCommand("notifications.clearAll");
  });

  it("tells the time of a session where a workflow runs it", async () => {
    const document = await open(FORGEJO);
    const text = await until("a hover", () => hoverText(document, place(document, "nox -s typecheck", 9)));
    assert.match(text, /typecheck/);
    assert.match(text, /\d+(\.\d+)? (s|m)\b/);
  });

  it("reports sessions that run one after another without need", async () => {
    const document = await open(FORGEJO);
    const [first] = await until("a diagnostic", () => (ours(document.uri).length ? ours(document.uri) : undefined));
    assert.ok(first?.message);
  });

  it("reports a session that no noxfile has while it is typed, and takes it back", async () => {
    const document = await open(FORGEJO);
    const editor = window.activeTextEditor!;
    const at = place(document, "nox -s typecheck", "nox -s typ".length);
    await editor.edit((edit) => edit.insert(at, "x"));
    const typo = () => ours(document.uri).find((diagnostic) => diagnostic.message.includes("typxecheck"));
    const found = await until("the diagnostic", typo);
    assert.match(found.message, /typecheck\b/, "says what was meant");
    assert.equal(document.getText(found.range), "typxecheck");
    await editor.edit((edit) => edit.delete(new Range(at, at.translate(0, 1))));
    await until("its end", () => !typo());
  });

  it("leads from the workflow to the noxfile", async () => {
    const document = await open(FORGEJO);
    const at = place(document, "nox -s docs", 8);
    const [target] = await until("a definition", async () => {
      const found = await commands.executeCommand<(Location | LocationLink)[]>("vscode.executeDefinitionProvider", document.uri, at);
      return found.length ? found : undefined;
    });
    const uri = "targetUri" in target! ? target.targetUri : target!.uri;
    const range = "targetUri" in target! ? (target.targetSelectionRange ?? target.targetRange) : target!.range;
    assert.match(uri.path, /\/noxfile\.py$/);
    assert.match((await workspace.openTextDocument(uri)).lineAt(range.start).text, /docs|session/);
  });

  it("offers to run each session, and follows the setting that switches it off", async () => {
    const { uri } = await open("noxfile.py");
    const runs = async () => (await lenses(uri)).filter((lens) => lens.command?.command === "noxflow.run");
    const offered = await until("lenses", async () => ((await runs()).length ? runs() : undefined));
    assert.ok(offered.length >= 11, `${offered.length} lenses`);
    await workspace.getConfiguration("noxflow").update("codeLens", false, true);
    await until("no lenses", async () => (await runs()).length === 0);
    await workspace.getConfiguration("noxflow").update("codeLens", undefined, true);
    await until("lenses again", async () => (await runs()).length === offered.length);
  });

  it("rewrites the workflow on the disk by a code action", async () => {
    const document = await open(FORGEJO);
    const before = document.getText();
    const at = place(document, "nox -s unit_tests", 8);
    const actions = await until("code actions", async () => {
      const found = await commands.executeCommand<CodeAction[]>("vscode.executeCodeActionProvider", document.uri, new Range(at, at), CodeActionKind.Refactor.value, RESOLVED);
      const edits = found.filter((action) => action.edit);
      return edits.length ? edits : undefined;
    });
    const action = actions.find((candidate) => candidate.isPreferred) ?? actions[0]!;
    assert.match(action.title, /→/, "the title tells the effect");
    assert.ok(await workspace.applyEdit(action.edit!));
    await workspace.saveAll();
    const after = readFileSync(document.fileName, "utf8");
    assert.notEqual(after, before);
    for (const comment of before.match(/#.*$/gm) ?? []) assert.ok(after.includes(comment), `lost: ${comment}`);
    for (const changed of action.edit!.entries().map(([uri]) => uri)) {
      await window.showTextDocument(await workspace.openTextDocument(changed));
      await until("undo", async () => {
        await commands.executeCommand("undo");
        return true;
      });
    }
    await open(FORGEJO);
    assert.equal(document.getText(), before, "one undo takes it all back");
    await workspace.saveAll();
  });

  it("runs all eleven sessions in parallel with real nox, faster than one after another", async function () {
    this.timeout(180_000);
    const result = await run({ uri: root().with({ path: join(root().path, "noxfile.py") }).toString() });
    assert.deepEqual(result.sessions.map(({ name, outcome, exitCode }) => [name, outcome, exitCode]).sort(), ALL.map((name) => [name, "passed", 0]).sort());
    assert.deepEqual([result.exitCode, result.passed, result.failed, result.skipped, result.cancelled], [0, 11, 0, 0, false]);
    for (const { name, log } of result.sessions) assert.match(readFileSync(log!, "utf8"), new RegExp(`Session ${name} was successful`));
    assert.ok(result.seconds < result.sequentialSeconds, `${result.seconds} s, ${result.sequentialSeconds} s in sequence`);
    assert.ok(existsSync(join(root().fsPath, ".nox")), "nox made its environments here");
  });

  it("skips what needs a failed session and nothing else", async function () {
    this.timeout(180_000);
    const broken = root().with({ path: join(root().path, "tests/unit/test_broken.py") });
    await workspace.fs.writeFile(broken, Buffer.from('def test_broken() -> None:\n    assert len("a") == 2\n'));
    const result = await run({ uri: broken.toString() });
    const outcomes = Object.fromEntries(result.sessions.map(({ name, outcome }) => [name, outcome]));
    assert.deepEqual(outcomes, { ...Object.fromEntries(ALL.map((name) => [name, "passed"])), unit_tests: "failed", coverage_report: "skipped" });
    assert.deepEqual([result.exitCode, result.passed, result.failed, result.skipped], [1, 9, 1, 1]);
    await workspace.fs.delete(broken);
  });

  it("says which session failed, runs the others, and sees what is not saved yet", async function () {
    this.timeout(120_000);
    const path = join(root().path, "src/stint/unused.py");
    await workspace.fs.writeFile(root().with({ path }), new Uint8Array());
    const document = await open("src/stint/unused.py");
    await window.activeTextEditor!.edit((edit) => edit.insert(new Position(0, 0), "import os\n"));
    assert.ok(document.isDirty);
    const result = await run({ uri: document.uri.toString(), sessions: ["lint", "dead_code"] });
    const lint = result.sessions.find((session) => session.name === "lint");
    assert.deepEqual([lint?.outcome, lint?.exitCode], ["failed", 1]);
    assert.match(readFileSync(lint!.log!, "utf8"), /F401/);
    assert.equal(result.sessions.find((session) => session.name === "dead_code")?.outcome === "skipped", false);
    assert.equal(result.exitCode, 1);
    await workspace.fs.delete(document.uri);
  });

  it("cancels a run", async function () {
    this.timeout(60_000);
    const noxfile = await open("noxfile.py");
    const marker = `noxflow-sleeper-${process.pid}`;
    const slow = `\n\n@nox.session(venv_backend="none")\ndef slow(session: nox.Session) -> None:\n    session.run("python3", "-c", "import time; time.sleep(300)", "${marker}", external=True)\n`;
    await window.activeTextEditor!.edit((edit) => edit.insert(noxfile.positionAt(noxfile.getText().length), slow));
    await noxfile.save();
    const sleepers = () => readdirSync("/proc").filter((id) => {
      try {
        return /^\d+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0").includes(marker);
      } catch {
        return false;
      }
    });
    const running = run({ uri: noxfile.uri.toString(), sessions: ["slow"] });
    await until("the session's process", () => sleepers().length > 0, 30);
    await commands.executeCommand("noxflow.cancelRun");
    const result = await running;
    assert.equal(result.cancelled, true);
    assert.notEqual(result.exitCode, 0);
    await until("the end of its process", () => sleepers().length === 0, 10);
  });

  it("asks nox for the sessions", async function () {
    this.timeout(60_000);
    const noxfile = await open("noxfile.py");
    const answer = await commands.executeCommand<{ uri: string; sessions: number }>("noxflow.confirm", { uri: noxfile.uri.toString() });
    assert.equal(answer.uri, noxfile.uri.toString());
    assert.ok(answer.sessions >= ALL.length, `${answer.sessions} sessions`);
    await until("a hover that says so", async () => (await hoverText(noxfile, place(noxfile, "def lint", 6)))?.includes("confirmed by nox"));
  });

  it("takes durations from a file and forgets them", async () => {
    const noxfile = await open("noxfile.py");
    const log = join(root().path, "run.log");
    writeFileSync(log, "2026-01-01T10:00:00Z nox > Running session lint\n2026-01-01T10:00:42Z nox > Session lint was successful.\n");
    const uri = noxfile.uri.toString();
    const answer = await commands.executeCommand<ImportResult>("noxflow.importTimings", { uri, files: [log], label: "elsewhere" });
    assert.equal(answer.message, "1 duration of 1 session imported");
    const { removed } = await commands.executeCommand<{ removed: number }>("noxflow.clearTimings", { uri, sessions: ["lint"] });
    assert.ok(removed >= 1, `${removed} removed`);
    const palette = await commands.getCommands();
    for (const id of ["importDurations", "fetchDurations", "clearDurations"]) assert.ok(palette.includes(`noxflow.${id}`), id);
  });

  it("answers the audit", async () => {
    const answer = await commands.executeCommand<{ markdown: string }>("noxflow.audit", { uri: root().with({ path: join(root().path, "noxfile.py") }).toString() });
    assert.match(answer.markdown, /coverage_report/);
  });

  it("restarts without leaving a server behind", async () => {
    const [before] = servers();
    await Promise.all(Array.from({ length: 5 }, () => commands.executeCommand("noxflow.restart")));
    const [after] = await until("one server", () => (servers().length === 1 ? servers() : undefined));
    assert.notEqual(after, before);
    const document = await open("noxfile.py");
    await until("a hover", () => hoverText(document, place(document, "def lint", 6)));
  });

  it("starts again after a crash", async () => {
    const [before] = servers();
    process.kill(Number(before), "SIGKILL");
    await until("another server", () => servers().some((id) => id !== before));
    const document = await open("noxfile.py");
    await until("a hover", () => hoverText(document, place(document, "def lint", 6)));
  });
});

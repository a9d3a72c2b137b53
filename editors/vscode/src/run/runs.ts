// Runs of sessions: asks the server for one, gives each a terminal, and says how it ended.
import { type Disposable, type LogOutputChannel, type Terminal, commands, window, workspace } from "vscode";
import { type RunArgs, type RunEvent, type RunResult, ServerCommand, type SessionResult } from "../protocol";
import type { Server } from "../server";
import { Board } from "./board";
import { RunTerminal, openLog } from "./terminal";
import { duration, sessions } from "./text";

/** So many buttons for logs fit into a message. */
const LOG_BUTTONS = 2;

export class Runs implements Disposable {
  readonly #subscriptions: Disposable[];
  readonly #terminals = new Set<RunTerminal>();
  /** By the run's id, while its terminal is open. */
  readonly #byRun = new Map<string, RunTerminal>();
  #latest: RunTerminal | undefined;
  #asked = 0;
  /** How the last run ended, in the status bar. */
  #note: Disposable | undefined;

  constructor(
    private readonly server: Server,
    private readonly log: LogOutputChannel,
  ) {
    this.#subscriptions = [
      server.onRunEvent((event) => this.#event(event)),
      server.onDidChangeState((state) => {
        if (state.is !== "ready") this.#abandon();
      }),
      window.onDidCloseTerminal((terminal) => this.#forget(terminal)),
    ];
  }

  get isRunning(): boolean {
    return this.#asked > 0 || [...this.#terminals].some((terminal) => terminal.isBusy);
  }

  /** Runs sessions and tells the user how it went. Answers what the server answered; undefined when nothing was run. */
  async start(args: RunArgs): Promise<RunResult | undefined> {
    if (!(await this.#isTrusted())) return undefined;
    if (!(await saveFiles())) return undefined;
    this.#count(+1);
    let result: RunResult | undefined;
    try {
      result = await this.server.execute<RunResult>(ServerCommand.run, args);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.log.error(`The run did not happen: ${message}`);
      void this.#offerLogs(`noxflow: ${message}`);
    } finally {
      this.#count(-1);
    }
    if (result) this.#tell(result);
    return result;
  }

  async cancel(run?: string): Promise<void> {
    await this.server.execute(ServerCommand.cancel, run === undefined ? undefined : { run });
  }

  /** Our side of a terminal, if it is one of ours. */
  of(terminal: Terminal): RunTerminal | undefined {
    return [...this.#terminals].find((ours) => ours.terminal === terminal);
  }

  show(): void {
    this.#latest?.show();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const terminal of this.#terminals) terminal.dispose();
  }

  #event(event: RunEvent): void {
    if (event.event === "runStarted") {
      const board = new Board(event.run);
      board.apply(event, Date.now());
      const terminal = this.#freeTerminal();
      this.#byRun.set(event.run, terminal);
      terminal.begin(board);
      terminal.event(event);
      terminal.show();
      this.#latest = terminal;
      void commands.executeCommand("setContext", "noxflow.hasRun", true);
      return;
    }
    const terminal = this.#byRun.get(event.run);
    if (terminal?.board?.run !== event.run) return;
    terminal.board.apply(event, Date.now());
    terminal.event(event);
  }

  #freeTerminal(): RunTerminal {
    const free = [...this.#terminals].find((terminal) => !terminal.isBusy);
    if (free) return free;
    const made: RunTerminal = new RunTerminal(() => void this.cancel(made.board?.run));
    this.#terminals.add(made);
    return made;
  }

  #tell(result: RunResult): void {
    this.#note?.dispose();
    const board = this.#byRun.get(result.run)?.board;
    if (board?.run === result.run) board.complete(result.sessions);
    this.log.info(`Run ${result.run}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped in ${duration(result.seconds)}`);
    if (result.cancelled) {
      this.#note = window.setStatusBarMessage("$(circle-slash) noxflow: the run was cancelled", 10_000);
      return;
    }
    const failed = result.sessions.filter((session) => session.outcome === "failed");
    if (failed.length || result.exitCode !== 0) {
      void this.#tellFailure(result, failed);
      return;
    }
    const saved = result.sequentialSeconds - result.seconds;
    const gain = saved >= 1 ? `, ${duration(saved)} saved` : "";
    this.#note = window.setStatusBarMessage(`$(check) noxflow: ${sessions(result.passed)} passed in ${duration(result.seconds)}${gain}`, 15_000);
  }

  async #tellFailure(result: RunResult, failed: SessionResult[]): Promise<void> {
    const names = failed.map((session) => session.name);
    const shown = names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
    const what = names.length ? `${shown} failed` : `the run ended with exit code ${result.exitCode}`;
    const skipped = result.skipped ? `, ${result.skipped} skipped` : "";
    const withLog = failed.filter((session) => session.log !== null).slice(0, LOG_BUTTONS);
    const buttons = new Map(withLog.map((session) => [withLog.length === 1 ? "Open Log" : `Open Log of ${session.name}`, session.log ?? ""]));
    const showRun = "Show Run";
    const choice = await window.showErrorMessage(`noxflow: ${what} (${result.passed} passed${skipped}).`, ...buttons.keys(), showRun);
    const log = choice === undefined ? undefined : buttons.get(choice);
    if (log) await openLog(log);
    else if (choice === showRun) this.show();
  }

  #abandon(): void {
    for (const terminal of this.#terminals) {
      if (terminal.isBusy) terminal.abandon("The server has stopped, and the run with it.");
    }
  }

  #forget(closed: Terminal): void {
    const terminal = this.of(closed);
    if (!terminal) return;
    // The run goes on: the progress in the status bar can still cancel it.
    if (terminal.isBusy) this.log.info(`The terminal of run ${terminal.board?.run} was closed; the run goes on`);
    this.#terminals.delete(terminal);
    for (const [run, its] of this.#byRun) if (its === terminal) this.#byRun.delete(run);
    if (this.#latest === terminal) {
      this.#latest = undefined;
      void commands.executeCommand("setContext", "noxflow.hasRun", false);
    }
    terminal.dispose();
  }

  #count(by: 1 | -1): void {
    this.#asked += by;
    void commands.executeCommand("setContext", "noxflow.running", this.#asked > 0);
  }

  async #isTrusted(): Promise<boolean> {
    if (workspace.isTrusted) return true;
    const manage = "Manage Trust";
    const choice = await window.showWarningMessage("noxflow runs nothing in a workspace that you have not trusted: a noxfile is a program.", manage);
    if (choice === manage) await commands.executeCommand("workbench.trust.manage");
    return false;
  }

  async #offerLogs(message: string): Promise<void> {
    if (await window.showErrorMessage(message, "Show Logs")) this.log.show(true);
  }
}

/** nox reads the disk and not the editor. Follows what the user has said about tasks; false: do not run. */
async function saveFiles(): Promise<boolean> {
  const dirty = workspace.textDocuments.some((document) => document.isDirty && !document.isUntitled);
  const wish = workspace.getConfiguration("task").get<string>("saveBeforeRun", "always");
  if (!dirty || wish === "never") return true;
  if (wish === "prompt") {
    const [save, asIs] = ["Save All and Run", "Run Without Saving"];
    const choice = await window.showWarningMessage("Some files are not saved. Sessions see what is on disk.", { modal: true }, save, asIs);
    if (choice !== save) return choice === asIs;
  }
  return workspace.saveAll(false);
}

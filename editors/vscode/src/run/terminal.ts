// A pseudo-terminal that shows runs: scrolled lines, one moving line at the bottom, Ctrl+C, links to logs.
import { type Disposable, EventEmitter, type Pseudoterminal, type Terminal, type TerminalDimensions, type TerminalLink, type TerminalLinkProvider, ThemeIcon, Uri, window, workspace } from "vscode";
import type { RunEvent } from "../protocol";
import type { Board } from "./board";
import { LOG_NAME, footer, lines, logName } from "./text";

const NAME = "noxflow run";
const CLEAR_LINE = "\r\u001b[2K";

export class RunTerminal implements Disposable {
  readonly terminal: Terminal;
  readonly #write = new EventEmitter<string>();
  readonly #closed = new EventEmitter<void>();
  readonly onDidClose = this.#closed.event;
  /** What was written before the terminal had opened. */
  #early: string[] | undefined = [];
  #columns = 80;
  #board: Board | undefined;
  #footer = "";
  /** Paths by the number in their name, less one; earlier runs' too, as long as they can be scrolled to. */
  readonly #logs: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly interrupt: () => void) {
    const pty: Pseudoterminal = {
      onDidWrite: this.#write.event,
      open: (dimensions) => this.#open(dimensions),
      setDimensions: (dimensions) => {
        this.#columns = dimensions.columns;
        this.#put([]);
      },
      handleInput: (keys) => {
        if (!keys.includes("\u0003") || !this.isBusy) return;
        this.#put(["Cancelling…"]);
        this.interrupt();
      },
      close: () => this.#closed.fire(),
    };
    this.terminal = window.createTerminal({ name: NAME, pty, iconPath: new ThemeIcon("run-all"), isTransient: true });
  }

  get isBusy(): boolean {
    return this.#board !== undefined && !this.#board.isOver;
  }

  get board(): Board | undefined {
    return this.#board;
  }

  log(n: number): string | undefined {
    return this.#logs[n - 1];
  }

  show(): void {
    this.terminal.show(true);
  }

  begin(board: Board): void {
    const first = this.#board === undefined;
    this.#board = board;
    if (!first) this.#put(["", ""]);
    this.#timer ??= setInterval(() => this.#put([]), 1000);
  }

  event(event: RunEvent): void {
    const board = this.#board;
    if (!board || event.event === "taskOutput") return;
    this.#put(lines(event, board, (path) => logName(this.#logs.push(path))));
    if (board.isOver) this.#rest();
  }

  /** Says why a run ends without its last event. */
  abandon(reason: string): void {
    this.#board?.abandon(Date.now());
    this.#put(["", reason]);
    this.#rest();
  }

  dispose(): void {
    this.#rest();
    this.terminal.dispose();
    this.#write.dispose();
    this.#closed.dispose();
  }

  #open(dimensions: TerminalDimensions | undefined): void {
    if (dimensions) this.#columns = dimensions.columns;
    const early = this.#early ?? [];
    this.#early = undefined;
    this.#write.fire(`\u001b[?25l${early.join("")}`); // without a cursor: nothing is typed here
    this.#put([]);
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Puts lines above the moving line and draws that again. */
  #put(added: string[]): void {
    const now = this.#board ? footer(this.#board, Date.now(), this.#columns) : "";
    if (!added.length && now === this.#footer) return;
    const text = `${this.#footer ? CLEAR_LINE : ""}${added.map((line) => `${line}\r\n`).join("")}${now}`;
    this.#footer = now;
    if (this.#early) this.#early.push(text);
    else this.#write.fire(text);
  }
}

/** Makes links of the logs' names in our terminals. */
export function registerLogLinks(terminals: { of(terminal: Terminal): RunTerminal | undefined }): Disposable {
  const provider: TerminalLinkProvider<TerminalLink & { path: string }> = {
    provideTerminalLinks: ({ line, terminal }) => {
      const found = LOG_NAME.exec(line);
      const path = found && terminals.of(terminal)?.log(Number(found[1]));
      return path ? [{ startIndex: found.index, length: found[0].length, tooltip: `Open ${path}`, path }] : [];
    },
    handleTerminalLink: ({ path }) => openLog(path),
  };
  return window.registerTerminalLinkProvider(provider);
}

export async function openLog(path: string): Promise<void> {
  try {
    await window.showTextDocument(await workspace.openTextDocument(Uri.file(path)), { preview: true });
  } catch (error) {
    void window.showErrorMessage(`noxflow: the log cannot be opened: ${error instanceof Error ? error.message : String(error)}`);
  }
}

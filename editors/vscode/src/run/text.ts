// A run in words, for a terminal: one line for what has ended, one moving line for what runs. Pure text.
import type { RunEvent } from "../protocol";
import type { Board, SessionState } from "./board";

const ESC = "\u001b[";
const style = (code: number) => (text: string) => `${ESC}${code}m${text}${ESC}0m`;
const bold = style(1);
const dim = style(2);
const red = style(31);
const green = style(32);
const yellow = style(33);

/** How a log is named in the terminal, which makes a link of it: its path would fill two lines. */
export const logName = (n: number) => `full log [${n}]`;
export const LOG_NAME = /full log \[(\d+)\]/;

/** `1.9 s`, `41 s`, `2 m 10 s`, `1 h 5 m`: the way the server writes times too. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  const [big, small] = minutes < 60 ? [`${minutes} m`, whole % 60 && `${whole % 60} s`] : [`${Math.floor(minutes / 60)} h`, minutes % 60 && `${minutes % 60} m`];
  return small ? `${big} ${small}` : big;
}

export function sessions(n: number): string {
  return n === 1 ? "1 session" : `${n} sessions`;
}

/** The lines that an event adds; the board has already seen the event. `nameLog` gives a log's path a name to click on. */
export function lines(event: RunEvent, board: Board, nameLog: (path: string) => string): string[] {
  const session = event.session === undefined ? undefined : board.sessions.get(event.session);
  switch (event.event) {
    case "runStarted": {
      const about = board.predictedSeconds ? `, about ${duration(board.predictedSeconds)}` : "";
      return [bold(`Running ${sessions(board.sessions.size)}${board.sessions.size > 1 ? " in parallel" : ""}${about}`) + dim("   Ctrl+C cancels"), ""];
    }
    case "taskPassed":
      return session ? [row(green("✓"), session, board)] : [];
    case "taskFailed":
      return session ? failure(session, board, nameLog) : [];
    case "taskSkipped":
    case "taskCancelled":
      return session ? [`${yellow("○")} ${pad(session.name, board)}  ${dim(whySkipped(session))}`] : [];
    case "runFinished":
      return ["", summary(board)];
    default:
      return [];
  }
}

/** The line that tells what runs now, cut to the width of the terminal; empty when nothing does. */
export function footer(board: Board, now: number, columns: number): string {
  if (board.isOver) return "";
  const running = board.with("running");
  if (!running.length) return "";
  const ended = [...board.sessions.values()].filter((session) => session.outcome !== "running" && session.outcome !== "waiting").length;
  const names = running.map((session) => `${session.name} ${duration(Math.floor((now - (session.startedAt ?? now)) / 1000)).replace(".0", "")}`);
  const text = `▸ ${ended}/${board.sessions.size}  ${names.join(" · ")}`;
  return dim(text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`);
}

export function summary(board: Board): string {
  const seconds = board.seconds ?? 0;
  const counts: string[] = [];
  const [passed, failed, skipped, cancelled] = (["passed", "failed", "skipped", "cancelled"] as const).map((outcome) => board.with(outcome).length);
  if (failed) counts.push(red(`${failed} failed`));
  if (skipped) counts.push(yellow(`${skipped} skipped`));
  if (cancelled) counts.push(yellow(`${cancelled} cancelled`));
  if (passed) counts.push(green(`${passed} passed`));
  const saved = board.sequentialSeconds - seconds;
  const gain = saved >= 1 ? dim(`   one after another: ${duration(board.sequentialSeconds)}; saved ${duration(saved)}`) : "";
  return `${bold(counts.join(", ") || "Nothing ran")} in ${duration(seconds)}${gain}`;
}

function failure(session: SessionState, board: Board, nameLog: (path: string) => string): string[] {
  const why = session.reason ?? (session.exitCode == null ? "failed" : `exit code ${session.exitCode}`);
  return [
    row(red("✗"), session, board) + red(`  ${why}`),
    ...session.tail.map((line) => `${dim("  │")} ${tame(line)}`),
    ...(session.log ? [`${dim("  ╰")} ${session.name}: ${nameLog(session.log)}`] : []),
  ];
}

function whySkipped(session: SessionState): string {
  if (session.outcome === "cancelled") return "cancelled";
  return session.reason ? `skipped: ${session.reason}` : "skipped";
}

function row(mark: string, session: SessionState, board: Board): string {
  return `${mark} ${pad(session.name, board)}  ${duration(session.seconds ?? 0).padStart(8)}`;
}

function pad(name: string, board: Board): string {
  const widest = Math.max(...[...board.sessions.keys()].map((key) => key.length));
  return name.padEnd(Math.min(widest, 40));
}

/** A session's line may keep its colours, but not move the cursor or ring the bell. */
function tame(line: string): string {
  const last = line.replace(/\r$/, "").split("\r").at(-1) ?? "";
  const kept = last.replaceAll(/\u001b\[[0-9;:]*m|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b.|[\u0000-\u0008\u000b-\u001f\u007f]/g, (code) => (/^\u001b\[[0-9;:]*m$/.test(code) ? code : ""));
  return `${kept}${ESC}0m`;
}

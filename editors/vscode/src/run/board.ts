// What is known of one run, from its events. No editor and no clock in here: the caller says what time it is.
import type { RunEvent, SessionResult } from "../protocol";

/** How many of a session's last lines are kept for showing when it fails. */
export const TAIL = 12;

export interface SessionState {
  name: string;
  outcome: "waiting" | "running" | "passed" | "failed" | "skipped" | "cancelled";
  /** Milliseconds, the caller's clock. */
  startedAt?: number;
  seconds?: number;
  exitCode?: number | null;
  reason?: string;
  log?: string;
  tail: string[];
}

export class Board {
  readonly sessions = new Map<string, SessionState>();
  predictedSeconds: number | undefined;
  startedAt = 0;
  /** Set when the run is over. */
  seconds: number | undefined;

  constructor(readonly run: string) {}

  apply(event: RunEvent, now: number): void {
    switch (event.event) {
      case "runStarted":
        this.startedAt = now;
        this.predictedSeconds = event.predictedSeconds ?? undefined;
        for (const name of event.sessions ?? []) this.#session(name);
        return;
      case "runFinished":
        this.#end(event.seconds, now);
        return;
    }
    if (event.session === undefined) return;
    const session = this.#session(event.session);
    if (event.log) session.log = event.log;
    switch (event.event) {
      case "taskStarted":
        session.outcome = "running";
        session.startedAt = now;
        break;
      case "taskOutput":
        session.tail.push(event.line ?? "");
        if (session.tail.length > TAIL) session.tail.shift();
        break;
      case "taskPassed":
        session.outcome = "passed";
        break;
      case "taskFailed":
        session.outcome = "failed";
        break;
      case "taskSkipped":
        session.outcome = "skipped";
        break;
      case "taskCancelled":
        session.outcome = "cancelled";
        break;
    }
    if (event.event === "taskOutput" || event.event === "taskStarted") return;
    if (event.exitCode !== undefined) session.exitCode = event.exitCode;
    if (event.reason) session.reason = event.reason;
    session.seconds = event.seconds ?? (session.startedAt === undefined ? 0 : (now - session.startedAt) / 1000);
  }

  /** The run ended without a last event: the server is gone. */
  abandon(now: number): void {
    if (!this.isOver) this.#end(undefined, now);
  }

  /** All sessions of an outcome, in the order in which they were named. */
  with(outcome: SessionState["outcome"]): SessionState[] {
    return [...this.sessions.values()].filter((session) => session.outcome === outcome);
  }

  get isOver(): boolean {
    return this.seconds !== undefined;
  }

  /** How long the sessions that ran would have taken one after another. */
  get sequentialSeconds(): number {
    return [...this.sessions.values()].reduce((sum, session) => sum + (session.seconds ?? 0), 0);
  }

  /** What the final answer knows and the events did not say. */
  complete(results: readonly SessionResult[]): void {
    for (const result of results) {
      const session = this.#session(result.name);
      if (result.log) session.log ??= result.log;
    }
  }

  /** What has no end of its own by now was cancelled. */
  #end(seconds: number | undefined, now: number): void {
    this.seconds = seconds ?? (now - this.startedAt) / 1000;
    for (const session of this.sessions.values()) {
      if (session.outcome === "running" || session.outcome === "waiting") session.outcome = "cancelled";
    }
  }

  #session(name: string): SessionState {
    let session = this.sessions.get(name);
    if (!session) {
      session = { name, outcome: "waiting", tail: [] };
      this.sessions.set(name, session);
    }
    return session;
  }
}

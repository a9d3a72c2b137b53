import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "../../src/protocol";
import { Board, TAIL } from "../../src/run/board";
import { duration, footer, lines, summary } from "../../src/run/text";

/** Plays events a second apart and gives what the terminal would show, without colours. */
function show(events: Omit<RunEvent, "run">[], footerAt?: number): string {
  const board = new Board("r");
  const out: string[] = [];
  events.forEach((event, second) => {
    const full = { run: "r", ...event };
    board.apply(full, second * 1000);
    out.push(...lines(full, board, (path) => `<${path}>`));
  });
  if (footerAt !== undefined) out.push(footer(board, footerAt * 1000, 40));
  return out.join("\n").replaceAll(/\u001b\[\d+m/g, "");
}

test("a run that passes", () => {
  const text = show([
    { event: "runStarted", sessions: ["lint", "unit_tests"], predictedSeconds: 95 },
    { event: "taskStarted", session: "lint" },
    { event: "taskStarted", session: "unit_tests" },
    { event: "taskPassed", session: "lint", seconds: 1.94, exitCode: 0 },
    { event: "taskPassed", session: "unit_tests", seconds: 90, exitCode: 0 },
    { event: "runFinished", seconds: 90.2 },
  ]);
  assert.equal(
    text,
    [
      "Running 2 sessions in parallel, about 1 m 35 s   Ctrl+C cancels",
      "",
      "✓ lint           1.9 s",
      "✓ unit_tests  1 m 30 s",
      "",
      "2 passed in 1 m 30 s   one after another: 1 m 32 s; saved 1.7 s",
    ].join("\n"),
  );
});

test("a failure shows the tail, the log, and what is skipped for it", () => {
  const text = show([
    { event: "runStarted", sessions: ["unit", "cover"] },
    { event: "taskStarted", session: "unit" },
    { event: "taskOutput", session: "unit", line: "FAILED test_a.py" },
    { event: "taskFailed", session: "unit", seconds: 4.2, exitCode: 1, log: "/logs/unit.log" },
    { event: "taskSkipped", session: "cover", reason: "unit failed" },
    { event: "runFinished", seconds: 4.3 },
  ]);
  assert.equal(
    text,
    [
      "Running 2 sessions in parallel   Ctrl+C cancels",
      "",
      "✗ unit      4.2 s  exit code 1",
      "  │ FAILED test_a.py",
      "  ╰ unit: </logs/unit.log>",
      "○ cover  skipped: unit failed",
      "",
      "1 failed, 1 skipped in 4.3 s",
    ].join("\n"),
  );
});

test("what has not ended when the run ends was cancelled", () => {
  const text = show([
    { event: "runStarted", sessions: ["lint", "unit", "cover"] },
    { event: "taskStarted", session: "lint" },
    { event: "taskPassed", session: "lint", seconds: 1 },
    { event: "taskStarted", session: "unit" },
    { event: "taskCancelled", session: "unit" },
    { event: "runFinished", seconds: 4 },
  ]);
  assert.deepEqual(text.split("\n").slice(-3), ["○ unit   cancelled", "", "2 cancelled, 1 passed in 4.0 s"]);
});

test("one session is not called parallel", () => {
  assert.equal(show([{ event: "runStarted", sessions: ["lint"] }]), "Running 1 session   Ctrl+C cancels\n");
});

test("only the last lines of a session are kept", () => {
  const board = new Board("r");
  for (let i = 0; i < 1000; i++) board.apply({ run: "r", event: "taskOutput", session: "a", line: String(i) }, 0);
  assert.deepEqual(board.sessions.get("a")?.tail, Array.from({ length: TAIL }, (_, i) => String(1000 - TAIL + i)));
});

test("a session's output keeps its colours but does not move the cursor", () => {
  const board = new Board("r");
  board.apply({ run: "r", event: "taskOutput", session: "a", line: "\u001b[2J\u001b[31mred\u001b[0m\u0007\u001b]0;title\u0007 50%\r\u001b[31m100%" }, 0);
  const failed: RunEvent = { run: "r", event: "taskFailed", session: "a", exitCode: 1, seconds: 1 };
  board.apply(failed, 0);
  assert.equal(lines(failed, board, String)[1], "\u001b[2m  │\u001b[0m \u001b[31m100%\u001b[0m");
});

test("the moving line names what runs and fits the terminal", () => {
  const start: Omit<RunEvent, "run">[] = [
    { event: "runStarted", sessions: ["lint", "unit_tests", "integration_tests"] },
    { event: "taskStarted", session: "unit_tests" },
  ];
  assert.match(show(start, 5), /^▸ 0\/3 {2}unit_tests 4 s$/m);
  const line = show([...start, { event: "taskStarted", session: "integration_tests" }], 5).split("\n").at(-1) ?? "";
  assert.ok(line.length < 40 && line.endsWith("…"), line);
});

test("a run whose server is gone is over", () => {
  const board = new Board("r");
  board.apply({ run: "r", event: "runStarted", sessions: ["a"] }, 0);
  board.apply({ run: "r", event: "taskStarted", session: "a" }, 0);
  board.abandon(2000);
  assert.equal(board.isOver, true);
  assert.equal(footer(board, 3000, 80), "");
  assert.match(summary(board), /1 cancelled.* in 2\.0 s/);
});

test("durations read as the server writes them", () => {
  assert.deepEqual([0.04, 1.94, 9.94, 9.96, 59.6, 60, 130, 3600, 3900].map(duration), ["0.0 s", "1.9 s", "9.9 s", "10 s", "1 m", "1 m", "2 m 10 s", "1 h", "1 h 5 m"]);
});

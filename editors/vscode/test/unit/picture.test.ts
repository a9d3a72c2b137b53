import assert from "node:assert/strict";
import { test } from "node:test";
import { picture } from "../../src/graph/picture";
import type { Plan } from "../../src/protocol";

const PLAN: Plan = {
  lanes: 2,
  predictedSeconds: 40,
  sequentialSeconds: 60,
  sessions: [
    { session: "build", start: 0, end: 10, after: [], slack: 0 },
    { session: "lint", start: 0, end: 20, after: [], slack: 20 },
    { session: "tests(db='<a>')", start: 10, end: 40, after: ["build", "gone"], slack: 0 },
  ],
};

test("a session is a bar, what waits for another has an arrow, the critical path is marked", () => {
  const svg = picture(PLAN);
  const marked = [...svg.matchAll(/<g class="session([^"]*)" data-session="([^"]*)"/g)].map(([, state, name]) => `${name}${state}`);
  assert.deepEqual(marked, ["build critical", "lint", "tests(db=&#39;&#60;a&#62;&#39;) critical"]);
  assert.equal(svg.match(/class="arrow critical"/g)?.length, 1);
  const [build, lint] = [...svg.matchAll(/<rect [^>]*width="([0-9.]+)"/g)].map(([, width]) => Number(width));
  assert.equal(lint, 2 * (build ?? 0));
});

test("an empty plan is a picture too", () => {
  assert.match(picture({ lanes: 1, predictedSeconds: 0, sequentialSeconds: 0, sessions: [] }), /^<svg .*<\/svg>$/s);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Queue } from "../../src/queue";

/** An operation that writes when it starts and ends. */
function slow(log: string[], name: string): () => Promise<void> {
  return async () => {
    log.push(`${name} {`);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`} ${name}`);
  };
}

test("operations do not overlap and keep their order", async () => {
  const queue = new Queue();
  const log: string[] = [];
  await Promise.all(["start", "stop", "start"].map((name) => queue.enqueue(name, slow(log, name))));
  assert.deepEqual(log, ["start {", "} start", "stop {", "} stop", "start {", "} start"]);
});

test("the same operation asked for many times at once is done once", async () => {
  const queue = new Queue();
  const log: string[] = [];
  const first = queue.enqueue("start", slow(log, "start"));
  await Promise.all([first, ...Array.from({ length: 5 }, () => queue.enqueue("restart", slow(log, "restart")))]);
  assert.deepEqual(log, ["start {", "} start", "restart {", "} restart"]);
});

test("one that runs already does not count: what it saw may be old", async () => {
  const queue = new Queue();
  const log: string[] = [];
  const first = queue.enqueue("restart", slow(log, "restart"));
  await Promise.resolve().then(() => undefined);
  await Promise.all([first, queue.enqueue("restart", slow(log, "restart"))]);
  assert.equal(log.length, 4);
});

test("a failure reaches who asked and nobody else", async () => {
  const queue = new Queue();
  const failing = queue.enqueue("start", () => Promise.reject(new Error("no")));
  const next = queue.enqueue("stop", () => Promise.resolve("done"));
  await assert.rejects(failing, /no/);
  assert.equal(await next, "done");
});

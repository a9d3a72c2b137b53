import assert from "node:assert/strict";
import { test } from "node:test";
import { applied } from "../../src/edits";

test("edits speak of the text as it was and may come in any order", () => {
  const edits = [
    { start: 4, end: 5, newText: "X" },
    { start: 0, end: 0, newText: "> " },
    { start: 1, end: 3, newText: "" },
  ];
  assert.equal(applied("abcdef", edits), "> adXf");
});

test("insertions at one place keep their order", () => {
  const edits = ["1", "2"].map((newText) => ({ start: 1, end: 1, newText }));
  assert.equal(applied("ab", edits), "a12b");
});

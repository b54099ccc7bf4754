import assert from "node:assert/strict";
import { test } from "node:test";

import { LONGEST_PAUSE_MS, replayOf, step, strokesAt } from "../../static/js/replay/replay.js";

/** Two strokes of two points, half a second apart, the first one lasting 100 ms. */
const STORED = [
  [[10, 20], [30, 40], [0, 100], [0.5, 0.6]],
  [[50, 60], [70, 80], [600, 900], [0.7, 0.8]],
];

const times = (/** @type {import("../../static/js/replay/replay.js").Replay} */ { strokes }) =>
  strokes.map((stroke) => stroke.map(({ t }) => t));

test("a replay keeps the pen's timing, its places and its pressure", () => {
  const shown = replayOf(STORED);
  assert.deepEqual(times(shown), [[0, 100], [600, 900]]);
  assert.deepEqual(shown.strokes[1][0], { x: 50, y: 70, t: 600, pressure: 0.7, width: 18 });
  assert.ok(shown.durationMs >= 900);
});

test("a replay is in pixels of the canvas, whatever the picture's size", () => {
  assert.deepEqual(replayOf(STORED, 0.5).strokes[0][1], { x: 10, y: 20, t: 100, pressure: 0.6, width: 18 });
});

test("a replay's lines are as wide as they were drawn, and plain where nobody said", () => {
  const [[point]] = replayOf([[[10], [20], [0], [0.5], [30]]], 0.5).strokes;
  assert.equal(point.width, 15);
  assert.equal(replayOf(STORED).strokes[0][0].width, 18);
});

test("a long pause between strokes is cut short", () => {
  const slow = [STORED[0], [[50], [70], [60_000], [0.5]]];
  assert.deepEqual(times(replayOf(slow)), [[0, 100], [100 + LONGEST_PAUSE_MS]]);
});

test("a replay begins at once, whenever the first point was", () => {
  assert.deepEqual(times(replayOf([[[1, 2], [3, 4], [5000, 5010]]])), [[0, 10]]);
});

test("strokes without times are drawn one after the other", () => {
  const [first, second] = times(replayOf([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]));
  assert.ok(first[0] < first[1] && first[1] < second[0] && second[0] < second[1]);
});

test("times that run backwards do not", () => {
  const [[a, b, c]] = times(replayOf([[[1, 2, 3], [1, 2, 3], [0, 50, 20]]]));
  assert.deepEqual([a, b, c], [0, 50, 50]);
});

test("at any moment there is what was drawn until then", () => {
  const shown = replayOf(STORED);
  const points = (/** @type {number} */ ms) => strokesAt(shown, ms).map((stroke) => stroke.length);
  assert.deepEqual([points(50), points(100), points(600), points(900)], [[1], [2], [2, 1], [2, 2]]);
});

test("steps go from stroke to stroke, in both directions", () => {
  const shown = replayOf(STORED);
  assert.equal(step(shown, 0, 1), 100);
  assert.equal(step(shown, 100, 1), shown.durationMs);
  assert.equal(step(shown, shown.durationMs, 1), shown.durationMs);
  assert.equal(step(shown, shown.durationMs, -1), 100);
  assert.equal(step(shown, 700, -1), 100);
  assert.equal(step(shown, 100, -1), 0);
  assert.equal(step(shown, 0, -1), 0);
});

test("a replay of nothing lasts no time", () => {
  assert.deepEqual(replayOf([]), { strokes: [], durationMs: 0 });
});

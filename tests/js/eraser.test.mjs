import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY, begin, beginErasing, end, extend, keepStrokes, redo, undo } from "../../static/js/canvas/drawing.js";
import { erase } from "../../static/js/canvas/eraser.js";

/** @typedef {import("../../static/js/canvas/eraser.js").Place} Place */

const point = (x, y, t = 0, width = 10) => ({ x, y, t, pressure: 0.5, width });
const LINE = [point(0, 50, 0), point(100, 50, 100)];
/** @returns {[Place, Place]} */
const at = (x, y) => [{ x, y }, { x, y }];
const xs = (strokes) => strokes.map((stroke) => stroke.map(({ x }) => x));

test("what the eraser does not touch stays the same, to the last object", () => {
  const strokes = [LINE];
  assert.equal(erase(strokes, at(50, 90), 10), strokes);
});

test("a stroke is split where the eraser was, just so far that no ink is left under it", () => {
  const pieces = erase([LINE], at(50, 50), 10);
  assert.deepEqual(xs(pieces), [[0, 34], [66, 100]]);
  assert.deepEqual(pieces.map((piece) => piece.map(({ t }) => t)), [[0, 34], [66, 100]]);
});

test("ink is touched at its edge, however thick the line is", () => {
  assert.equal(erase([LINE], at(50, 64), 10).length, 2);
  assert.equal(erase([LINE], at(50, 66), 10).length, 1);
});

test("an eraser that moves takes everything on its way", () => {
  const strokes = [LINE, [point(50, 0), point(50, 30)], [point(200, 50)]];
  /** @type {[Place, Place]} */
  const across = [{ x: -20, y: 50 }, { x: 120, y: 50 }];
  assert.deepEqual(xs(erase(strokes, across, 10)), [[50, 50], [200]]);
});

test("a dot is there or gone", () => {
  assert.deepEqual(erase([[point(10, 10)]], at(12, 12), 5), []);
});

test("the stroke's own points survive, those put between do not", () => {
  const stroke = [point(0, 0), point(30, 0), point(60, 0), point(90, 0)];
  assert.deepEqual(xs(erase([stroke], at(90, 0), 10)), [[0, 30, 60, 74]]);
});

const sample = (x, y, timeMs) => ({ x, y, timeMs, pressure: 0.5, width: 10 });
const drawn = () => end(extend(begin(EMPTY, sample(0, 50, 0)), [sample(100, 50, 100)]));

test("what an eraser takes until it is lifted is one step", () => {
  const before = drawn();
  const once = keepStrokes(beginErasing(before), erase(before.strokes, at(50, 50), 5));
  const erased = end(keepStrokes(once, erase(once.strokes, at(20, 50), 5)));
  assert.equal(erased.strokes.length, 3);
  assert.equal(undo(erased).strokes, before.strokes);
  assert.equal(redo(undo(erased)).strokes, erased.strokes);
});

test("an eraser that took nothing was no step", () => {
  const undone = undo(drawn());
  assert.equal(end(beginErasing(undone)), undone);
});

test("an eraser that is up takes nothing", () => {
  const before = drawn();
  assert.equal(keepStrokes(before, []), before);
});

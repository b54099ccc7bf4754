import assert from "node:assert/strict";
import { test } from "node:test";
import {
  EMPTY,
  begin,
  canRedo,
  canUndo,
  clear,
  end,
  extend,
  isEmpty,
  redo,
  undo,
  withdraw,
} from "../../static/js/canvas/drawing.js";

const sample = (x, y, timeMs) => ({ x, y, timeMs, pressure: 0.5, width: 18 });

/** A drawing of one line for each pair of times, its clock starting at 1000. */
function drawn(...times) {
  return times.reduce(
    (drawing, [from, to]) => end(extend(begin(drawing, sample(0, 0, from)), [sample(10, 20, to)])),
    EMPTY,
  );
}

test("a new drawing is empty and has nothing to undo", () => {
  assert.ok(isEmpty(EMPTY));
  assert.equal(canUndo(EMPTY), false);
  assert.equal(undo(EMPTY), EMPTY);
});

test("times count from the first point of the drawing, across strokes", () => {
  const [first, second] = drawn([1000, 1040], [1200, 1260]).strokes;
  assert.deepEqual(first.map(({ t }) => t), [0, 40]);
  assert.deepEqual(second.map(({ t }) => t), [200, 260]);
});

test("times never run backwards", () => {
  const drawing = extend(begin(drawn([1000, 1040]), sample(5, 5, 1010)), [sample(9, 9, 1005)]);
  assert.deepEqual(drawing.strokes[1].map(({ t }) => t), [40, 40]);
});

test("no step changes the drawing it is given", () => {
  const before = drawn([1000, 1040]);
  const copy = structuredClone(before.strokes);
  clear(extend(begin(before, sample(1, 1, 1100)), [sample(50, 50, 1120)]));
  undo(before);
  assert.deepEqual(before.strokes, copy);
});

test("a pen that is up draws nothing", () => {
  const drawing = drawn([1000, 1040]);
  assert.equal(extend(drawing, [sample(100, 100, 1100)]), drawing);
  assert.equal(end(drawing), drawing);
});

test("a pen that rests adds no points", () => {
  const drawing = begin(EMPTY, sample(10, 10, 0));
  assert.equal(extend(drawing, [sample(10.1, 10, 8), sample(10.2, 10.1, 16)]), drawing);
});

test("a tap is a stroke of one point", () => {
  const [stroke] = end(begin(EMPTY, sample(7, 8, 100))).strokes;
  assert.deepEqual(stroke, [{ x: 7, y: 8, t: 0, pressure: 0.5, width: 18 }]);
});

test("undo takes back one stroke, even one still being drawn", () => {
  const one = drawn([1000, 1040]);
  const open = begin(one, sample(5, 5, 1100));
  assert.equal(undo(open).strokes, one.strokes);
  assert.equal(extend(undo(open), [sample(60, 60, 1120)]).strokes, one.strokes);
  assert.ok(isEmpty(undo(one)));
});

test("what was undone can be done again, step by step, until something else is drawn", () => {
  const two = drawn([1000, 1040], [1200, 1260]);
  const none = undo(undo(two));
  assert.equal(redo(undo(two)).strokes, two.strokes);
  assert.equal(redo(redo(undo(undo(two)))).strokes, two.strokes);
  assert.ok(isEmpty(redo(undo(clear(two)))));
  assert.equal(redo(two), two);
  assert.ok(canRedo(none));
  assert.ok(!canRedo(begin(none, sample(1, 1, 2000))));
});

test("a stroke that was not meant is gone for good", () => {
  const one = drawn([1000, 1040]);
  const back = withdraw(begin(one, sample(5, 5, 1100)));
  assert.equal(back.strokes, one.strokes);
  assert.ok(!canRedo(back));
  assert.equal(withdraw(one), one);
});

test("clearing can be undone, with everything that was there", () => {
  const two = drawn([1000, 1040], [1200, 1260]);
  const cleared = clear(two);
  assert.ok(isEmpty(cleared));
  assert.equal(undo(cleared).strokes, two.strokes);
  assert.equal(clear(EMPTY), EMPTY);
});

test("a cleared drawing starts its clock anew", () => {
  const drawing = begin(clear(drawn([1000, 1040])), sample(1, 1, 9000));
  assert.equal(drawing.strokes[0][0].t, 0);
});

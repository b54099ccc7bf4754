import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY, begin, end, extend, isEmpty, undo } from "../../static/js/canvas/drawing.js";
import { fromData, toData } from "../../static/js/canvas/stroke_data.js";

const sample = (x, y, timeMs, pressure = 0.5, width = 18) => ({ x, y, timeMs, pressure, width });

/** A drawing of one line for each pair of times. */
function drawn(...times) {
  return times.reduce(
    (drawing, [from, to]) => end(extend(begin(drawing, sample(0, 0, from)), [sample(10, 20, to)])),
    EMPTY,
  );
}

test("data holds five rounded lists for each stroke", () => {
  const first = begin(EMPTY, sample(1.23456, 2, 0.4, 0.123456, 11.22222));
  const drawing = extend(first, [sample(279.999, 3, 16.6, 1, 27)]);
  assert.deepEqual(toData(drawing), [[[1.23, 280], [2, 3], [0, 16], [0.123, 1], [11.22, 27]]]);
});

test("data makes the same drawing again, to be undone stroke by stroke", () => {
  const drawing = drawn([1000, 1040], [1200, 1260]);
  const again = fromData(toData(drawing), 5000);
  assert.deepEqual(again.strokes, drawing.strokes);
  assert.equal(undo(again).strokes.length, 1);
  assert.ok(isEmpty(undo(undo(again))));
});

test("a drawing made from data goes on where its clock stopped", () => {
  const again = fromData(toData(drawn([1000, 1040])), 5000);
  assert.equal(begin(again, sample(1, 1, 5300)).strokes[1][0].t, 340);
});

test("empty data make an empty drawing", () => {
  assert.equal(fromData([], 0), EMPTY);
});

test("what was remembered before strokes had widths is as wide as a plain pen", () => {
  assert.deepEqual(fromData([[[1], [2], [0], [0.5]]], 0).strokes[0][0].width, 18);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEN_WIDTH, SIZES, nextSize, widthAt } from "../../static/js/sheet/brush.js";

test("a pen draws thicker where it presses harder", () => {
  const width = (pressure) => widthAt(20, { pressure, hasPressure: true });
  assert.deepEqual([0.25, 0.5, 1].map(width), [15, 20, 30]);
});

test("what feels no pressure draws the plain width", () => {
  assert.equal(widthAt(20, { pressure: 0, hasPressure: true }), 20);
  for (const pressure of [0, 0.5, 1]) assert.equal(widthAt(20, { pressure, hasPressure: false }), 20);
});

test("sizes go up and down one by one, and stay at the ends", () => {
  assert.ok(SIZES.includes(PEN_WIDTH));
  assert.deepEqual(SIZES.map((size) => nextSize(size, 1)), [...SIZES.slice(1), SIZES.at(-1)]);
  assert.deepEqual(SIZES.map((size) => nextSize(size, -1)), [SIZES[0], ...SIZES.slice(0, -1)]);
});

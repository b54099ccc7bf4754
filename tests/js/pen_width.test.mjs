import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_PEN_WIDTH, PEN_WIDTHS, nextPenWidth, widthUnderPressure } from "../../static/js/canvas/pen_width.js";

test("a pen draws thicker where it presses harder", () => {
  const width = (pressure) => widthUnderPressure(20, { pressure, hasPressure: true });
  assert.deepEqual([0.25, 0.5, 1].map(width), [15, 20, 30]);
});

test("what feels no pressure draws the plain width", () => {
  assert.equal(widthUnderPressure(20, { pressure: 0, hasPressure: true }), 20);
  for (const pressure of [0, 0.5, 1]) assert.equal(widthUnderPressure(20, { pressure, hasPressure: false }), 20);
});

test("widths go up and down one by one, and stay at the ends", () => {
  assert.ok(PEN_WIDTHS.includes(DEFAULT_PEN_WIDTH));
  assert.deepEqual(PEN_WIDTHS.map((width) => nextPenWidth(width, 1)), [...PEN_WIDTHS.slice(1), PEN_WIDTHS.at(-1)]);
  assert.deepEqual(PEN_WIDTHS.map((width) => nextPenWidth(width, -1)), [PEN_WIDTHS[0], ...PEN_WIDTHS.slice(0, -1)]);
});

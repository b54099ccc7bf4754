import assert from "node:assert/strict";
import { test } from "node:test";
import { MIDDLE, moved } from "../../static/js/sheet/crosshair.js";

const press = (key, shiftKey = false) => ({ key, shiftKey });

test("arrows move the crosshair, and back", () => {
  assert.deepEqual(moved(MIDDLE, press("ArrowLeft")), { x: 136, y: 140 });
  assert.deepEqual(moved(MIDDLE, press("ArrowDown")), { x: 140, y: 144 });
  for (const [there, back] of [["ArrowLeft", "ArrowRight"], ["ArrowUp", "ArrowDown"]]) {
    assert.deepEqual(moved(moved(MIDDLE, press(there)), press(back)), MIDDLE);
  }
});

test("with Shift it moves farther", () => {
  assert.deepEqual(moved(MIDDLE, press("ArrowUp", true)), { x: 140, y: 120 });
});

test("it stays on the paper", () => {
  assert.deepEqual(moved({ x: 1, y: 279 }, press("ArrowLeft")), { x: 0, y: 279 });
  assert.deepEqual(moved({ x: 1, y: 279 }, press("ArrowDown", true)), { x: 1, y: 280 });
});

test("other keys move nothing", () => {
  assert.equal(moved(MIDDLE, press("Enter")), null);
  assert.equal(moved(MIDDLE, press("toString")), null);
});

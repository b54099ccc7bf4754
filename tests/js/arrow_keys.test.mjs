import assert from "node:assert/strict";
import { test } from "node:test";
import { CENTRE, moved } from "../../static/js/canvas/arrow_keys.js";

const press = (key, shiftKey = false) => ({ key, shiftKey });

test("arrows move the place, and back", () => {
  assert.deepEqual(moved(CENTRE, press("ArrowLeft")), { x: 136, y: 140 });
  assert.deepEqual(moved(CENTRE, press("ArrowDown")), { x: 140, y: 144 });
  for (const [there, back] of [["ArrowLeft", "ArrowRight"], ["ArrowUp", "ArrowDown"]]) {
    assert.deepEqual(moved(moved(CENTRE, press(there)), press(back)), CENTRE);
  }
});

test("with Shift it moves farther", () => {
  assert.deepEqual(moved(CENTRE, press("ArrowUp", true)), { x: 140, y: 120 });
});

test("it stays on the canvas", () => {
  assert.deepEqual(moved({ x: 1, y: 279 }, press("ArrowLeft")), { x: 0, y: 279 });
  assert.deepEqual(moved({ x: 1, y: 279 }, press("ArrowDown", true)), { x: 1, y: 280 });
});

test("other keys move nothing", () => {
  assert.equal(moved(CENTRE, press("Enter")), null);
  assert.equal(moved(CENTRE, press("toString")), null);
});

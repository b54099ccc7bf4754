import assert from "node:assert/strict";
import { test } from "node:test";
import { roomsOf } from "../../static/js/result/digit_boxes.js";

const at = (middle, width = 20) => ({ x: middle - width / 2, y: 0, width, height: 100 });

test("a tag reaches neither its nearest neighbour's nor the canvas's edge", () => {
  assert.deepEqual(roomsOf([at(140)]), [280]);
  assert.deepEqual(roomsOf([at(100), at(130), at(200, 60)]), [30, 30, 70]);
  assert.deepEqual(roomsOf([at(10), at(265)]), [20, 30]);
});

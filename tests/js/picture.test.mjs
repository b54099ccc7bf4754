import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY, begin, canUndo, clear, end, isEmpty, placePicture, undo } from "../../static/js/canvas/drawing.js";
import { LONGEST_SIDE, frameOf, isLightOnDark, fitOnCanvas, shrunk } from "../../static/js/canvas/picture.js";
import { fromData, toData } from "../../static/js/canvas/stroke_data.js";

/** @returns {import("../../static/js/canvas/drawing.js").Picture}  Its pixels are not looked at. */
const picture = (width, height) => ({ image: null, url: "data:", width, height, isDark: false });
const sample = (x, y) => ({ x, y, timeMs: 1000, pressure: 0.5, width: 10 });

test("a picture is as large as fits on the canvas, in its middle", () => {
  assert.deepEqual(fitOnCanvas({ width: 800, height: 400 }), { x: 0, y: 70, width: 280, height: 140 });
  assert.deepEqual(fitOnCanvas({ width: 14, height: 28 }), { x: 70, y: 0, width: 140, height: 280 });
});

test("a drawing alone is sent as the whole canvas, pixel by pixel", () => {
  assert.deepEqual(frameOf(EMPTY), { x: 0, y: 0, width: 280, height: 280, scale: 1 });
});

test("a picture is sent with the pixels that it has, and no canvas around it", () => {
  assert.deepEqual(frameOf(placePicture(EMPTY, picture(560, 280))), { x: 0, y: 70, width: 280, height: 140, scale: 2 });
});

test("a small picture is sent as large as the canvas", () => {
  assert.equal(frameOf(placePicture(EMPTY, picture(28, 28))).scale, 1);
});

test("what is drawn beside a picture is sent too, up to the canvas's edge", () => {
  const beside = begin(placePicture(EMPTY, picture(200, 100)), sample(140, 40));
  assert.deepEqual(frameOf(beside), { x: 0, y: 35, width: 280, height: 175, scale: 1 });
  const atTheEdge = begin(placePicture(EMPTY, picture(200, 100)), sample(140, 279));
  assert.deepEqual(frameOf(atTheEdge), { x: 0, y: 70, width: 280, height: 210, scale: 1 });
});

test("a picture is kept within its longest side and the server's pixels", () => {
  assert.deepEqual(shrunk({ width: 4096, height: 2048 }, 1e7), { width: LONGEST_SIDE, height: LONGEST_SIDE / 2 });
  assert.deepEqual(shrunk({ width: 4096, height: 2048 }, 512 ** 2), { width: 512, height: 256 });
  assert.deepEqual(shrunk({ width: 30, height: 20 }, 1e7), { width: 30, height: 20 });
  assert.deepEqual(shrunk({ width: 50_000, height: 1 }, 1e7), { width: LONGEST_SIDE, height: 1 });
});

test("the background is what there is more of, also in a dim light", () => {
  const levels = (background, ink) => [...Array(90).fill(background), ...Array(10).fill(ink)];
  assert.equal(isLightOnDark(levels(250, 10)), false);
  assert.equal(isLightOnDark(levels(100, 20)), false);
  assert.equal(isLightOnDark(levels(0, 255)), true);
});

test("a picture begins a new drawing in one step, and is drawn on", () => {
  const before = end(begin(EMPTY, sample(1, 1)));
  const placed = placePicture(before, picture(10, 10));
  const drawn = end(begin(placed, sample(5, 5)));
  assert.ok(!isEmpty(placed));
  assert.equal(placed.strokes.length, 0);
  assert.deepEqual([drawn.picture, drawn.strokes.length], [placed.picture, 1]);
  assert.equal(undo(placed).strokes, before.strokes);
  assert.ok(isEmpty(clear(drawn)));
  assert.equal(undo(clear(drawn)).picture, placed.picture);
});

test("two pictures are two drawings, although neither has strokes", () => {
  assert.notEqual(placePicture(EMPTY, picture(1, 1)).strokes, placePicture(EMPTY, picture(1, 1)).strokes);
});

test("strokes on a picture are made again on it", () => {
  const placed = placePicture(EMPTY, picture(10, 10));
  const again = fromData(toData(end(begin(placed, sample(5, 5)))), 0, placed);
  assert.equal(again.picture, placed.picture);
  assert.equal(undo(again).strokes, placed.strokes);
  assert.ok(canUndo(placed));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { colourOf, extremes, mapAt, places, readInspection, readMaps, tintedPixels, valuePixels } from "../../static/js/inspection/inspection.js";
import { inspectionBody } from "./examples.mjs";

const array = (shape, range, bytes) => ({ shape, range, values: btoa(String.fromCharCode(...bytes)) });
/** @type {import("../../static/js/inspection/inspection.js").Palette} */
const palette = { none: [255, 255, 255], positive: [200, 100, 0], negative: [0, 0, 200], ink: [100, 100, 100] };

/** One picture of 28x28 that is 0 but for some places. */
function picture(values) {
  const all = new Float32Array(784);
  for (const [index, value] of Object.entries(values)) all[Number(index)] = value;
  return { count: 1, height: 28, width: 28, values: all };
}

test("bytes become values of their range, in pictures of their shape", () => {
  const maps = readMaps(array([2, 1, 2], [-1, 1], [0, 255, 51, 204]));
  assert.deepEqual([maps.count, maps.height, maps.width], [2, 1, 2]);
  assert.deepEqual([...mapAt(maps, 0)], [-1, 1]);
  assert.deepEqual([...mapAt(maps, 1)].map((value) => value.toFixed(2)), ["-0.60", "0.60"]);
});

test("one picture and single values are maps too", () => {
  const shapeOf = ({ count, height, width }) => [count, height, width];
  assert.deepEqual(shapeOf(readMaps(array([1, 2], [0, 1], [0, 255]))), [1, 1, 2]);
  assert.deepEqual(shapeOf(readMaps(array([2], [0, 1], [0, 255]))), [2, 1, 1]);
});

test("an inspection is read whole", () => {
  const inspection = readInspection(inspectionBody());
  assert.deepEqual([inspection.text, inspection.index, inspection.digit], ["7", 0, 7]);
  assert.equal(inspection.layers.second_pool.count, 50);
  assert.equal(inspection.hidden.values.length, 500);
});

for (const body of [null, {}, { ...inspectionBody(), logits: [] }, { ...inspectionBody(), layers: {} }]) {
  test(`what is no inspection is refused: ${JSON.stringify(body)?.slice(0, 30)}`, () => {
    assert.throws(() => readInspection(body), TypeError);
  });
}

test("an array that is shorter than its shape is refused", () => {
  assert.throws(() => readMaps(array([2, 2], [0, 1], [0, 255])), TypeError);
});

test("values are coloured by their sign and strength", () => {
  const pixels = valuePixels(Float32Array.of(1, 0, -1, 0.5), palette);
  assert.deepEqual([...pixels.slice(0, 4)], [200, 100, 0, 255]);
  assert.deepEqual([...pixels.slice(4, 8)], [255, 255, 255, 255]);
  assert.deepEqual([...pixels.slice(8, 12)], [0, 0, 200, 255]);
  assert.deepEqual([...pixels.slice(12, 16)], [228, 178, 128, 255]);
});

test("ink is tinted where it mattered and the background never", () => {
  const networkInput = picture({ 0: 1, 1: 1, 2: 1, 3: 0 });
  const pixels = tintedPixels(networkInput, picture({ 0: 4, 1: -4, 3: 4 }), palette);
  assert.deepEqual([...pixels.slice(0, 3)], palette.positive);
  assert.deepEqual([...pixels.slice(4, 7)], palette.negative);
  assert.deepEqual([...pixels.slice(8, 11)], palette.ink);
  assert.deepEqual([...pixels.slice(12, 15)], palette.none);
});

test("ink of which none mattered keeps its colour", () => {
  assert.deepEqual([...tintedPixels(picture({ 0: 1 }), picture({}), palette).slice(0, 3)], palette.ink);
});

test("the strongest and the weakest picture are named, counted from 1", () => {
  const maps = { count: 3, height: 1, width: 2, values: Float32Array.of(0.1, 0.2, -1, 0.9, -0.5, -0.4) };
  assert.deepEqual(extremes(maps), { strongest: 2, weakest: 3 });
});

test("where the ink is that mattered is said in words", () => {
  const at = (row, column) => row * 28 + column;
  assert.deepEqual(places(picture({ [at(6, 20)]: 2, [at(22, 14)]: -1 })), { positive: "upperRight", negative: "lower" });
  assert.deepEqual(places(picture({ [at(14, 14)]: 2, [at(22, 14)]: -0.1 })), { positive: "middle", negative: null });
});

test("a style sheet's colours are read", () => {
  assert.deepEqual(colourOf(" #2a48a8"), [42, 72, 168]);
  assert.deepEqual(colourOf("#fff"), [255, 255, 255]);
});

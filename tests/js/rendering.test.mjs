import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_PEN_WIDTH } from "../../static/js/canvas/pen_width.js";
import { renderWithBackground, renderStrokes } from "../../static/js/canvas/rendering.js";

/** A context that remembers what was called and set on it, in order. */
function recorder() {
  const log = [];
  const context = /** @type {CanvasRenderingContext2D} */ (new Proxy({}, {
    get: (_, name) => (...values) => void log.push([name, ...values]),
    set: (_, name, value) => log.push([name, value]) > 0,
  }));
  return { context, log, calls: (name) => log.filter(([each]) => each === name) };
}

const stroke = (...points) => points.map(([x, y, width = DEFAULT_PEN_WIDTH]) => ({ x, y, t: 0, pressure: 0.5, width }));

test("a stroke of one point is a round dot as wide as the pen", () => {
  const { context, calls } = recorder();
  renderStrokes(context, [stroke([30, 40])], "navy");
  assert.deepEqual(calls("arc"), [["arc", 30, 40, DEFAULT_PEN_WIDTH / 2, 0, 2 * Math.PI]]);
  assert.equal(calls("fill").length, 1);
  assert.equal(calls("stroke").length, 0);
});

test("a line starts and ends where the pen did and is curved between midpoints", () => {
  const { context, calls } = recorder();
  renderStrokes(context, [stroke([0, 0], [10, 0], [10, 20], [0, 40])], "navy");
  assert.deepEqual(calls("moveTo"), [["moveTo", 0, 0]]);
  assert.deepEqual(calls("quadraticCurveTo"), [
    ["quadraticCurveTo", 10, 0, 10, 10],
    ["quadraticCurveTo", 10, 20, 5, 30],
  ]);
  assert.deepEqual(calls("lineTo"), [["lineTo", 0, 40]]);
});

test("a line is as wide as it was drawn, and begins anew only where that changes", () => {
  const { context, calls } = recorder();
  renderStrokes(context, [stroke([0, 0, 10], [10, 0, 10], [20, 0, 10], [30, 0, 14], [40, 0, 14])], "navy");
  assert.deepEqual(calls("lineWidth"), [["lineWidth", 10], ["lineWidth", 14]]);
  assert.deepEqual(calls("moveTo"), [["moveTo", 0, 0], ["moveTo", 25, 0]]);
  assert.equal(calls("stroke").length, 2);
});

test("lines have round ends and joins, in the ink that is asked for", () => {
  const { context, log } = recorder();
  renderStrokes(context, [], "navy");
  assert.deepEqual(Object.fromEntries(log), {
    strokeStyle: "navy", fillStyle: "navy", lineCap: "round", lineJoin: "round",
  });
});

test("a picture lies under the strokes, whose ink stands out from it", () => {
  const { context, log, calls } = recorder();
  const image = /** @type {CanvasImageSource} */ ({});
  const picture = { image, url: "", width: 200, height: 100, isDark: true };
  renderWithBackground(context, { strokes: [stroke([1, 1])], picture });
  assert.deepEqual(calls("drawImage"), [["drawImage", image, 0, 70, 280, 140]]);
  assert.deepEqual(calls("strokeStyle"), [["strokeStyle", "#fff"]]);
  assert.deepEqual(log[0], ["fillStyle", "#000"]);
});

test("what is sent is black ink on white, up to the edges", () => {
  const { context, log } = recorder();
  renderWithBackground(context, { strokes: [stroke([1, 1])], picture: null });
  assert.deepEqual(log.slice(0, 3), [["fillStyle", "#fff"], ["fillRect", 0, 0, 280, 280], ["strokeStyle", "#000"]]);
});

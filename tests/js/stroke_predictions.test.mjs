import assert from "node:assert/strict";
import { test } from "node:test";
import { readResult } from "../../static/js/result/result.js";
import { RecognitionError } from "../../static/js/common/server.js";
import { replayOf } from "../../static/js/replay/replay.js";
import { MAX_PREDICTIONS, probabilityCurves, endOf, strokeCounts, stableFrom, predictAfterStrokes } from "../../static/js/replay/stroke_predictions.js";
import { answerBody } from "./examples.mjs";

/** A result of some digits, each with the probability 0.91. */
function resultOf(text) {
  const [digit] = answerBody().digits;
  const digits = [...text].map((each) => {
    const probabilities = Array.from({ length: 10 }, (_, i) => (i === Number(each) ? 0.91 : 0.01));
    return { ...digit, digit: Number(each), probabilities };
  });
  return readResult({ ...answerBody(), text, digits });
}

const predictionsOf = (...texts) =>
  texts.map((text, i) => ({ strokes: i + 1, result: text === null ? null : resultOf(text) }));

test("there is a prediction after each stroke", () => {
  assert.deepEqual(strokeCounts(3), [1, 2, 3]);
  assert.deepEqual(strokeCounts(0), []);
});

test("of many strokes some have a prediction, from early ones to the last", () => {
  const asked = strokeCounts(500);
  assert.equal(asked.length, MAX_PREDICTIONS);
  assert.equal(new Set(asked).size, MAX_PREDICTIONS);
  assert.deepEqual([asked[0], asked.at(-1)], [21, 500]);
  assert.equal(new Set(strokeCounts(25)).size, MAX_PREDICTIONS);
});

test("one request follows another, and none that nobody waits for", async () => {
  const asked = [];
  const predict = async (count) => (asked.push(count), resultOf("7"));
  for await (const { strokes } of predictAfterStrokes([1, 2, 3], predict)) if (strokes === 2) break;
  assert.deepEqual(asked, [1, 2]);
});

test("where there is no ink yet there is no result, and it goes on", async () => {
  const predict = async (count) => {
    if (count === 1) throw new RecognitionError("refused", { status: 422 });
    return resultOf("7");
  };
  const found = [];
  for await (const prediction of predictAfterStrokes([1, 2], predict)) found.push(prediction.result?.text ?? null);
  assert.deepEqual(found, [null, "7"]);
});

test("any other failure is thrown to the caller", async () => {
  const predict = () => Promise.reject(new RecognitionError("refused", { status: 503 }));
  await assert.rejects(predictAfterStrokes([1], predict).next(), RecognitionError);
});

test("a stroke ends with its last point, and the last one with the replay", () => {
  const shown = replayOf([[[10, 20], [30, 40], [0, 100]], [[50, 60], [70, 80], [600, 900]]]);
  assert.deepEqual([endOf(shown, 1), endOf(shown, 2)], [100, shown.durationMs]);
});

test("a result is stable from where it no longer changes", () => {
  assert.equal(stableFrom(predictionsOf("1", "7", "1", "1"))?.strokes, 3);
  assert.equal(stableFrom(predictionsOf("7"))?.strokes, 1);
  assert.equal(stableFrom(predictionsOf(null, "7"))?.strokes, 2);
  assert.equal(stableFrom(predictionsOf("7", null)), null);
});

test("each digit that led has a curve, the winner's last", () => {
  const [one, seven, ...rest] = probabilityCurves(predictionsOf("7", "1", null, "7"));
  assert.deepEqual(rest, []);
  assert.deepEqual(one, { digit: 1, probabilities: [0.01, 0.91, null, 0.01] });
  assert.deepEqual(seven, { digit: 7, probabilities: [0.91, 0.01, null, 0.91] });
});

test("what looks like two digits on the way is a gap in the curves of one", () => {
  assert.deepEqual(probabilityCurves(predictionsOf("1", "11", "1")), [{ digit: 1, probabilities: [0.91, null, 0.91] }]);
});

test("numbers and a single prediction have no curves", () => {
  assert.deepEqual(probabilityCurves(predictionsOf("1", "7", "17")), []);
  assert.deepEqual(probabilityCurves(predictionsOf("1")), []);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { readAnswer } from "../../static/js/answer/answer.js";
import { RecognitionError } from "../../static/js/common/api.js";
import { film } from "../../static/js/replay/replay.js";
import { MAX_QUESTIONS, curves, endOf, moments, settled, unfold } from "../../static/js/replay/unfolding.js";
import { answerBody } from "./examples.mjs";

/** An answer of some digits, each with the probability 0.91. */
function answer(text) {
  const [digit] = answerBody().digits;
  const digits = [...text].map((each) => {
    const probabilities = Array.from({ length: 10 }, (_, i) => (i === Number(each) ? 0.91 : 0.01));
    return { ...digit, digit: Number(each), probabilities };
  });
  return readAnswer({ ...answerBody(), text, digits });
}

const entriesOf = (...texts) =>
  texts.map((text, i) => ({ strokes: i + 1, answer: text === null ? null : answer(text) }));

test("the network is asked after each stroke", () => {
  assert.deepEqual(moments(3), [1, 2, 3]);
  assert.deepEqual(moments(0), []);
});

test("of many strokes some are asked about, from early ones to the last", () => {
  const asked = moments(500);
  assert.equal(asked.length, MAX_QUESTIONS);
  assert.equal(new Set(asked).size, MAX_QUESTIONS);
  assert.deepEqual([asked[0], asked.at(-1)], [21, 500]);
  assert.equal(new Set(moments(25)).size, MAX_QUESTIONS);
});

test("one question follows another, and none that nobody waits for", async () => {
  const asked = [];
  const ask = async (count) => (asked.push(count), answer("7"));
  for await (const { strokes } of unfold([1, 2, 3], ask)) if (strokes === 2) break;
  assert.deepEqual(asked, [1, 2]);
});

test("where there is no ink yet there is no answer, and it goes on", async () => {
  const ask = async (count) => {
    if (count === 1) throw new RecognitionError("refused", { status: 422 });
    return answer("7");
  };
  const found = [];
  for await (const entry of unfold([1, 2], ask)) found.push(entry.answer?.text ?? null);
  assert.deepEqual(found, [null, "7"]);
});

test("any other failure is whoever's who asked", async () => {
  const ask = () => Promise.reject(new RecognitionError("refused", { status: 503 }));
  await assert.rejects(unfold([1], ask).next(), RecognitionError);
});

test("a stroke ends with its last point, and the last one with the film", () => {
  const shown = film([[[10, 20], [30, 40], [0, 100]], [[50, 60], [70, 80], [600, 900]]]);
  assert.deepEqual([endOf(shown, 1), endOf(shown, 2)], [100, shown.durationMs]);
});

test("an answer is settled from where it no longer changes", () => {
  assert.equal(settled(entriesOf("1", "7", "1", "1"))?.strokes, 3);
  assert.equal(settled(entriesOf("7"))?.strokes, 1);
  assert.equal(settled(entriesOf(null, "7"))?.strokes, 2);
  assert.equal(settled(entriesOf("7", null)), null);
});

test("each digit that led has a curve, the winner's last", () => {
  const [one, seven, ...rest] = curves(entriesOf("7", "1", null, "7"));
  assert.deepEqual(rest, []);
  assert.deepEqual(one, { digit: 1, probabilities: [0.01, 0.91, null, 0.01] });
  assert.deepEqual(seven, { digit: 7, probabilities: [0.91, 0.01, null, 0.91] });
});

test("what looks like two digits on the way is a gap in the curves of one", () => {
  assert.deepEqual(curves(entriesOf("1", "11", "1")), [{ digit: 1, probabilities: [0.91, null, 0.91] }]);
});

test("numbers and a single answer have no curves", () => {
  assert.deepEqual(curves(entriesOf("1", "7", "17")), []);
  assert.deepEqual(curves(entriesOf("1")), []);
});

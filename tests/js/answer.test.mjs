import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeField, fieldPixels, isKept, readAnswer, secondGuess } from "../../static/js/answer/answer.js";
import { answerBody } from "./examples.mjs";

test("an answer is read", () => {
  const answer = readAnswer(answerBody());
  assert.equal(answer.text, "7");
  assert.equal(answer.accepted, true);
  assert.equal(answer.probability, 0.91);
  assert.equal(answer.stored, true);
  assert.equal(answer.queued, false);
  assert.equal(answer.model, "lenet-test");
  const [seven] = answer.digits;
  assert.equal(seven.digit, 7);
  assert.equal(seven.probabilities[7], 0.91);
  assert.equal(seven.seen.length, 784);
  assert.deepEqual(seven.box, { x: 1, y: 2, width: 3, height: 4 });
});

test("where to look at it again and to correct it comes with what is kept, and with nothing else", () => {
  const { pageUrl, labelUrl } = readAnswer(answerBody());
  assert.deepEqual([pageUrl, labelUrl], [answerBody().page_url, answerBody().label_url]);
  const unkept = readAnswer({ ...answerBody(), page_url: undefined, label_url: null });
  assert.deepEqual([unkept.pageUrl, unkept.labelUrl], ["", ""]);
});

test("a number is as sure as its least sure digit", () => {
  const [seven] = answerBody().digits;
  const four = { ...seven, digit: 4, probabilities: seven.probabilities.map((p, i) => (i === 4 ? 0.6 : p)) };
  const answer = readAnswer({ ...answerBody(), text: "74", digits: [seven, four] });
  assert.deepEqual([answer.text, answer.leastSure, answer.probability], ["74", 1, 0.6]);
});

test("what is not said to be accepted is not", () => {
  assert.equal(readAnswer({ ...answerBody(), accepted: undefined }).accepted, false);
});

test("a drawing in the queue is not one in the history", () => {
  const answer = readAnswer({ ...answerBody(), stored: false, queued: true });
  assert.equal(answer.stored, false);
  assert.equal(answer.queued, true);
});

test("only a drawing said to be stored or queued counts as such", () => {
  for (const said of [undefined, null, "true", 1]) {
    const answer = readAnswer({ ...answerBody(), stored: said, queued: said });
    assert.equal(answer.stored, false);
    assert.equal(answer.queued, false);
  }
});

test("what has no record is not kept", () => {
  const { id, label_url, page_url, stored, queued, ...preview } = answerBody();
  assert.deepEqual([isKept(readAnswer(preview)), readAnswer(preview).labelUrl], [false, ""]);
  assert.ok(isKept(readAnswer({ ...preview, queued: true })));
});

test("the second guess is the likeliest of the others", () => {
  const probabilities = [0, 0.06, 0, 0, 0, 0, 0, 0.91, 0, 0.03];
  assert.deepEqual(secondGuess({ digit: 7, probabilities }), { digit: 1, probability: 0.06 });
});

const broken = {
  "nothing": null,
  "no text": { ...answerBody(), text: 7 },
  "nine probabilities": { ...answerBody(), digits: [{ ...answerBody().digits[0], probabilities: Array(9).fill(0) }] },
  "no box": { ...answerBody(), digits: [{ ...answerBody().digits[0], box: null }] },
  "no digits": { ...answerBody(), digits: [] },
  "a field of another size": { ...answerBody(), digits: [{ ...answerBody().digits[0], seen: btoa("short") }] },
};
for (const [what, body] of Object.entries(broken)) {
  test(`a body with ${what} is not an answer`, () => assert.throws(() => readAnswer(body), TypeError));
}

test("a field is decoded row by row", () => {
  const bytes = Uint8Array.from({ length: 784 }, (_, i) => i % 256);
  assert.deepEqual(decodeField(btoa(String.fromCharCode(...bytes))), bytes);
});

test("ink is light on a dark ground and no pixel is transparent", () => {
  assert.deepEqual([...fieldPixels(Uint8Array.of(0, 200))], [0, 0, 0, 255, 200, 200, 200, 255]);
});

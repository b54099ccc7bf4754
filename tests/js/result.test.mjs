import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeInput, inputPixels, isSaved, readResult, secondChoice } from "../../static/js/result/result.js";
import { answerBody } from "./examples.mjs";

test("a result is read", () => {
  const result = readResult(answerBody());
  assert.equal(result.text, "7");
  assert.equal(result.accepted, true);
  assert.equal(result.probability, 0.91);
  assert.equal(result.stored, true);
  assert.equal(result.queued, false);
  assert.equal(result.model, "lenet-test");
  const [seven] = result.digits;
  assert.equal(seven.digit, 7);
  assert.equal(seven.probabilities[7], 0.91);
  assert.equal(seven.networkInput.length, 784);
  assert.deepEqual(seven.box, { x: 1, y: 2, width: 3, height: 4 });
});

test("the addresses of its page and its correction come with a saved result, and with no other", () => {
  const { pageUrl, labelUrl } = readResult(answerBody());
  assert.deepEqual([pageUrl, labelUrl], [answerBody().page_url, answerBody().label_url]);
  const unsaved = readResult({ ...answerBody(), page_url: undefined, label_url: null });
  assert.deepEqual([unsaved.pageUrl, unsaved.labelUrl], ["", ""]);
});

test("a number is as sure as its least sure digit", () => {
  const [seven] = answerBody().digits;
  const four = { ...seven, digit: 4, probabilities: seven.probabilities.map((p, i) => (i === 4 ? 0.6 : p)) };
  const result = readResult({ ...answerBody(), text: "74", digits: [seven, four] });
  assert.deepEqual([result.text, result.leastSure, result.probability], ["74", 1, 0.6]);
});

test("what is not said to be accepted is not", () => {
  assert.equal(readResult({ ...answerBody(), accepted: undefined }).accepted, false);
});

test("a drawing in the queue is not one in the history", () => {
  const result = readResult({ ...answerBody(), stored: false, queued: true });
  assert.equal(result.stored, false);
  assert.equal(result.queued, true);
});

test("only a drawing said to be stored or queued counts as such", () => {
  for (const said of [undefined, null, "true", 1]) {
    const result = readResult({ ...answerBody(), stored: said, queued: said });
    assert.equal(result.stored, false);
    assert.equal(result.queued, false);
  }
});

test("a result without a record is not saved", () => {
  const { id, label_url, page_url, stored, queued, ...preview } = answerBody();
  assert.deepEqual([isSaved(readResult(preview)), readResult(preview).labelUrl], [false, ""]);
  assert.ok(isSaved(readResult({ ...preview, queued: true })));
});

test("the second choice is the likeliest of the others", () => {
  const probabilities = [0, 0.06, 0, 0, 0, 0, 0, 0.91, 0, 0.03];
  assert.deepEqual(secondChoice({ digit: 7, probabilities }), { digit: 1, probability: 0.06 });
});

const broken = {
  "nothing": null,
  "no text": { ...answerBody(), text: 7 },
  "nine probabilities": { ...answerBody(), digits: [{ ...answerBody().digits[0], probabilities: Array(9).fill(0) }] },
  "no box": { ...answerBody(), digits: [{ ...answerBody().digits[0], box: null }] },
  "no digits": { ...answerBody(), digits: [] },
  "a network input of another size": { ...answerBody(), digits: [{ ...answerBody().digits[0], seen: btoa("short") }] },
};
for (const [what, body] of Object.entries(broken)) {
  test(`a body with ${what} is not a result`, () => assert.throws(() => readResult(body), TypeError));
}

test("a network input is decoded row by row", () => {
  const bytes = Uint8Array.from({ length: 784 }, (_, i) => i % 256);
  assert.deepEqual(decodeInput(btoa(String.fromCharCode(...bytes))), bytes);
});

test("ink is light on a dark ground and no pixel is transparent", () => {
  assert.deepEqual([...inputPixels(Uint8Array.of(0, 200))], [0, 0, 0, 255, 200, 200, 200, 255]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { RecognitionError } from "../../static/js/common/server.js";
import { previewScheduler } from "../../static/js/result/preview_scheduler.js";

const SOON = { restMs: 1, pauseMs: 1 };

/**
 * A server that answers when it is told to, and what was asked of it and shown.
 * @param {{restMs?: number, pauseMs?: number}} times
 */
function server(times = SOON) {
  /** @type {{drawing: string, answer: (outcome: string) => void, fail: (error: Error) => void}[]} */
  const asked = [];
  /** @type {[drawing: string, outcome: string][]} */
  const shown = [];
  /** @type {(value?: unknown) => void} */
  let whenAsked = () => {};
  const ask = (drawing) =>
    new Promise((answer, fail) => {
      asked.push({ drawing, answer, fail });
      whenAsked();
    });
  const scheduler = previewScheduler(ask, (drawing, outcome) => shown.push([drawing, outcome]), times);
  /** The question of this number, once it was asked. */
  const question = async (number) => {
    while (asked.length < number) await new Promise((resolve) => (whenAsked = resolve));
    return asked[number - 1];
  };
  return { ...scheduler, asked, shown, question };
}

/** Longer than any of the pauses above: timers go off in their order. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

test("a drawing is asked about once the pen rests", async () => {
  const { want, question, shown } = server();
  want("seven");
  (await question(1)).answer("7");
  await turn();
  assert.deepEqual(shown, [["seven", "7"]]);
});

test("what was replaced or dropped before that is never asked about", async () => {
  const { want, drop, question, asked } = server({ restMs: 10 });
  want("a line");
  drop();
  want("a seven");
  assert.equal((await question(1)).drawing, "a seven");
  assert.equal(asked.length, 1);
});

test("one question at a time, and the next is about the newest drawing", async () => {
  const { want, question, asked } = server();
  want("first");
  const { answer } = await question(1);
  want("second");
  await turn();
  want("third");
  await turn();
  assert.equal(asked.length, 1);
  answer("1");
  assert.equal((await question(2)).drawing, "third");
});

test("what was answered is not asked again", async () => {
  const { want, question, asked } = server();
  want("seven");
  (await question(1)).answer("7");
  await turn();
  assert.equal(asked.length, 1);
});

test("after a failure that may pass the same drawing is asked about again", async () => {
  const { want, question } = server();
  want("seven");
  (await question(1)).fail(new RecognitionError("network"));
  assert.equal((await question(2)).drawing, "seven");
});

test("what is wrong with the drawing itself is not asked again", async () => {
  const { want, question, asked } = server();
  want("blank");
  (await question(1)).fail(new RecognitionError("refused", { status: 422 }));
  await turn();
  assert.equal(asked.length, 1);
});

test("a server that says when to try again is left alone until then", async () => {
  const { want, drop, question, asked } = server();
  want("seven");
  (await question(1)).fail(new RecognitionError("refused", { status: 503, retryAfterS: 60 }));
  want("another");
  await turn();
  assert.equal(asked.length, 1);
  drop();
});

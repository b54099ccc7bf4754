import assert from "node:assert/strict";
import { test } from "node:test";
import { queue } from "../../static/js/common/queue.js";

const SEVEN = { text: "7", probability: 0.9, drawing: "", page: "", label_url: "", created_at: "", label: null };

/** @param {number} from @param {number} count */
const records = (from, count) => Array.from({ length: count }, (_, i) => ({ id: String(from + i), ...SEVEN }));

/** A server with so many pages of twelve, which notes what it was asked. */
function server(pages) {
  const asked = [];
  const load = async (cursor) => {
    asked.push(cursor);
    const page = Number(cursor || 0);
    return { records: records(page * 12, 12), older: page + 1 < pages ? String(page + 1) : null };
  };
  return { asked, load };
}

test("drawings come one after the other, over the borders of pages, up to the last", async () => {
  const { load } = server(2);
  const waiting = queue(load);
  const seen = [(await waiting.current()).id];
  for (let next = await waiting.next(); next; next = await waiting.next()) seen.push(next.id);
  assert.deepEqual(seen, records(0, 24).map(({ id }) => id));
  assert.equal(await waiting.next(), null);
});

test("back leads to the one before, from behind the last one too, and stops at the first", async () => {
  const { load } = server(1);
  const waiting = queue(load);
  await waiting.current();
  assert.equal((await waiting.back()).id, "0");
  for (let i = 0; i < 12; i++) await waiting.next();
  assert.equal(await waiting.current(), null);
  assert.equal((await waiting.back()).id, "11");
});

test("the next page is asked for once, and before it is needed", async () => {
  const { asked, load } = server(3);
  const waiting = queue(load);
  await waiting.current();
  for (let i = 0; i < 3; i++) await waiting.next();
  assert.deepEqual(asked, ["", "1"]);
  assert.deepEqual(waiting.ahead().map(({ id }) => id), ["4", "5", "6"]);
});

test("an empty list has nothing", async () => {
  const waiting = queue(async () => ({ records: [], older: null }));
  assert.equal(await waiting.current(), null);
  assert.deepEqual(waiting.ahead(), []);
});

test("a page that could not be had is asked for again when it is needed", async () => {
  const { load } = server(1);
  let fails = 1;
  const waiting = queue(async (cursor) => {
    if (fails-- > 0) throw new Error("busy");
    return load(cursor);
  });
  await assert.rejects(waiting.current(), /busy/);
  assert.equal((await waiting.current()).id, "0");
});

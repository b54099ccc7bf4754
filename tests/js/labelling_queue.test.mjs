import assert from "node:assert/strict";
import { test } from "node:test";
import { labellingQueue } from "../../static/js/common/labelling_queue.js";

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
  const queue = labellingQueue(load);
  const ids = [(await queue.current()).id];
  for (let next = await queue.next(); next; next = await queue.next()) ids.push(next.id);
  assert.deepEqual(ids, records(0, 24).map(({ id }) => id));
  assert.equal(await queue.next(), null);
});

test("back leads to the one before, from behind the last one too, and stops at the first", async () => {
  const { load } = server(1);
  const queue = labellingQueue(load);
  await queue.current();
  assert.equal((await queue.back()).id, "0");
  for (let i = 0; i < 12; i++) await queue.next();
  assert.equal(await queue.current(), null);
  assert.equal((await queue.back()).id, "11");
});

test("the next page is asked for once, and before it is needed", async () => {
  const { asked, load } = server(3);
  const queue = labellingQueue(load);
  await queue.current();
  for (let i = 0; i < 3; i++) await queue.next();
  assert.deepEqual(asked, ["", "1"]);
  assert.deepEqual(queue.ahead().map(({ id }) => id), ["4", "5", "6"]);
});

test("an empty list has nothing", async () => {
  const queue = labellingQueue(async () => ({ records: [], older: null }));
  assert.equal(await queue.current(), null);
  assert.deepEqual(queue.ahead(), []);
});

test("a page that could not be had is asked for again when it is needed", async () => {
  const { load } = server(1);
  let fails = 1;
  const queue = labellingQueue(async (cursor) => {
    if (fails-- > 0) throw new Error("busy");
    return load(cursor);
  });
  await assert.rejects(queue.current(), /busy/);
  assert.equal((await queue.current()).id, "0");
});

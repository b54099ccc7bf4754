import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../static/js/", import.meta.url);

/** Each folder, and those that its modules import, types included. */
const folders = Object.fromEntries(
  readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [name, importsOf(name)]),
);

function importsOf(folder) {
  const modules = readdirSync(new URL(folder, ROOT)).map((name) => new URL(`${folder}/${name}`, ROOT));
  const paths = modules.flatMap((url) => [...readFileSync(url, "utf8").matchAll(/"\.\.\/(\w+)\/\w+\.js"/g)]);
  return [...new Set(paths.map(([, imported]) => imported))];
}

test("folders import one another in one direction", () => {
  const left = new Set(Object.keys(folders));
  assert.ok(left.size > 4);
  for (let free; (free = [...left].filter((name) => !folders[name].some((each) => left.has(each)))).length; ) {
    for (const name of free) left.delete(name);
  }
  assert.deepEqual([...left], []);
});

test("what is common imports none of the others", () => {
  assert.ok(folders.result.includes("common"));
  assert.deepEqual(folders.common, []);
});

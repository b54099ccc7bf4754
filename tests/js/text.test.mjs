import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, percentFormatter, withHalfWidthDigits } from "../../static/js/common/text.js";

const percent = percentFormatter("en");

test("a probability is a percentage with one decimal", () => {
  assert.deepEqual([0, 0.0004, 0.0215, 0.5, 0.998].map(percent), ["0.0%", "0.0%", "2.2%", "50.0%", "99.8%"]);
});

test("nothing is ever called 100 %", () => {
  assert.deepEqual([0.9994, 0.9996, 1].map(percent), ["99.9%", ">99.9%", ">99.9%"]);
});

test("Simplified Chinese is understood", () => {
  assert.equal(percentFormatter("zh-hans")(0.998), "99.8%");
});

test("names in a message are filled, and unknown ones stay to be seen", () => {
  assert.equal(fill("{digit}, {percent} {who}", { digit: 0, percent: "99%" }), "0, 99% {who}");
});

test("full-width digits become those of 0 to 9, and nothing else changes", () => {
  assert.equal(withHalfWidthDigits("０１9８ Ａ一"), "0198 Ａ一");
});

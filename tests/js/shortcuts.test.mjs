import assert from "node:assert/strict";
import { test } from "node:test";
import { actionOf } from "../../static/js/common/shortcuts.js";

const press = (key, held = {}) =>
  actionOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

test("Enter recognises, Delete and the Mac's Backspace clear", () => {
  assert.deepEqual(["Enter", "Delete", "Backspace"].map((key) => press(key)), ["recognise", "clear", "clear"]);
});

test("Control or Command and Z undo, with Caps Lock too", () => {
  assert.equal(press("z", { ctrlKey: true }), "undo");
  assert.equal(press("Z", { metaKey: true }), "undo");
});

test("Control or Command, Shift and Z do again, and so do Control and Y", () => {
  assert.equal(press("Z", { ctrlKey: true, shiftKey: true }), "redo");
  assert.equal(press("z", { metaKey: true, shiftKey: true }), "redo");
  assert.equal(press("y", { ctrlKey: true }), "redo");
  assert.equal(press("y"), null);
});

test("the browser's own shortcuts are left alone", () => {
  assert.equal(press("z"), null);
  assert.equal(press("Enter", { shiftKey: true }), null);
  assert.equal(press("Enter", { altKey: true }), null);
  assert.equal(press("Backspace", { ctrlKey: true }), null);
  assert.equal(press("7", { ctrlKey: true }), null);
});

test("brackets make the pen thinner and thicker, also where they take Alt to type", () => {
  assert.deepEqual([press("["), press("]")], ["thinner", "thicker"]);
  assert.equal(press("[", { altKey: true, ctrlKey: true }), "thinner");
  assert.equal(press("[", { metaKey: true }), null);
});

test("E takes the eraser and O opens a picture, with Caps Lock too", () => {
  assert.deepEqual(["e", "E", "o", "O"].map((key) => press(key)), ["eraser", "eraser", "picture", "picture"]);
  assert.equal(press("e", { ctrlKey: true }), null);
});

test("a question mark helps, however it is typed", () => {
  assert.equal(press("?", { shiftKey: true }), "help");
  assert.equal(press("?"), "help");
});

test("a digit's key says what it is", () => {
  assert.deepEqual(["0", "9"].map((key) => press(key)), ["digit", "digit"]);
  assert.equal(press("F7"), null);
});

// @ts-check
/**
 * Where each digit of a number was found: boxes over the drawing, each with its digit.
 *
 * They are for the eye alone. The result beside them says the same to a screen reader.
 *
 * @typedef {import("./result.js").Digit["box"]} Box
 */
import { CANVAS_SIZE } from "../canvas/drawing.js";

/** Pixels of the canvas that a box's tag needs above it. */
const TAG_HEIGHT = 24;

/**
 * @param {HTMLElement} layer
 * @param {(probability: number) => string} percent
 */
export function digitBoxes(layer, percent) {
  return {
    /**
     * @param {import("./result.js").Digit[]} digits
     * @param {import("../canvas/picture.js").Frame} frame  Where on the canvas the picture was that they are found in.
     */
    show(digits, frame) {
      const places = digits.map(({ box }) => placeOf(box, frame));
      const rooms = roomsOf(places);
      layer.replaceChildren(...digits.map((digit, i) => boxOf(digit, places[i], rooms[i], percent)));
    },
    /** @param {number} index  The digit that is selected. */
    mark(index) {
      [...layer.children].forEach((box, each) => box.classList.toggle("is-selected", each === index));
    },
  };
}

/**
 * Where on the canvas a box of the picture lies.
 * @param {Box} box
 * @param {import("../canvas/picture.js").Frame} frame
 * @returns {Box}
 */
function placeOf({ x, y, width, height }, { x: left, y: top, scale }) {
  return { x: left + x / scale, y: top + y / scale, width: width / scale, height: height / scale };
}

/**
 * How wide each tag may be, so that it reaches neither another tag nor the canvas's edge.
 * @param {Box[]} places
 * @returns {number[]}  Pixels of the canvas.
 */
export function roomsOf(places) {
  const middles = places.map(({ x, width }) => x + width / 2);
  return middles.map((middle, i) => {
    const toOthers = middles.filter((_, other) => other !== i).map((other) => Math.abs(other - middle));
    return Math.min(2 * middle, 2 * (CANVAS_SIZE - middle), ...toOthers);
  });
}

/**
 * @param {import("./result.js").Digit} digit
 * @param {Box} place
 * @param {number} room  Of its tag.
 * @param {(probability: number) => string} percent
 */
function boxOf({ digit, probability }, { x, y, width, height }, room, percent) {
  const element = document.createElement("div");
  const share = (/** @type {number} */ pixels) => `${(100 * pixels) / CANVAS_SIZE}%`;
  Object.assign(element.style, { left: share(x), top: share(y), width: share(width), height: share(height) });
  element.style.setProperty("--room", String(room / CANVAS_SIZE));
  element.classList.toggle("is-at-the-top", y < TAG_HEIGHT);
  const tag = document.createElement("p");
  for (const text of [String(digit), percent(probability)]) {
    tag.append(Object.assign(document.createElement("span"), { textContent: text }));
  }
  element.append(tag);
  return element;
}

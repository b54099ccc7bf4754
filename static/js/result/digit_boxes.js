// @ts-check
/**
 * Where each digit of a number was found: boxes over the drawing, each with what it was read as.
 *
 * They are for the eye alone. The result beside them says the same to a screen reader.
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
      layer.replaceChildren(...digits.map((digit) => boxOf(digit, frame, percent)));
    },
    /** @param {number} index  The digit that is selected. */
    mark(index) {
      [...layer.children].forEach((box, each) => box.classList.toggle("is-selected", each === index));
    },
  };
}

/**
 * @param {import("./result.js").Digit} digit
 * @param {import("../canvas/picture.js").Frame} frame
 * @param {(probability: number) => string} percent
 */
function boxOf({ digit, probability, box }, frame, percent) {
  const element = document.createElement("div");
  const share = (/** @type {number} */ pixels) => `${(100 * pixels) / CANVAS_SIZE}%`;
  const [x, y] = [frame.x + box.x / frame.scale, frame.y + box.y / frame.scale];
  const [width, height] = [box.width / frame.scale, box.height / frame.scale];
  Object.assign(element.style, { left: share(x), top: share(y), width: share(width), height: share(height) });
  element.classList.toggle("is-at-the-top", y < TAG_HEIGHT);
  const tag = document.createElement("span");
  tag.textContent = `${digit} ${percent(probability)}`;
  element.append(tag);
  return element;
}

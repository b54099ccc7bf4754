// @ts-check
/**
 * Where each digit of a number was found: boxes over the drawing, each with what it was read as.
 *
 * They are for the eye alone. The answer beside them says the same to a screen reader.
 */
import { PAPER_SIZE } from "../sheet/drawing.js";

/** Pixels of the paper that a box's tag needs above it. */
const TAG_HEIGHT = 24;

/**
 * @param {HTMLElement} layer
 * @param {(probability: number) => string} percent
 */
export function boxesView(layer, percent) {
  return {
    /**
     * @param {import("./answer.js").Digit[]} digits
     * @param {import("../sheet/picture.js").Frame} frame  Where on the paper the picture was that they are found in.
     */
    show(digits, frame) {
      layer.replaceChildren(...digits.map((digit) => boxOf(digit, frame, percent)));
    },
    /** @param {number} index  Whose probabilities are shown beside the drawing. */
    mark(index) {
      [...layer.children].forEach((box, each) => box.classList.toggle("is-shown", each === index));
    },
  };
}

/**
 * @param {import("./answer.js").Digit} digit
 * @param {import("../sheet/picture.js").Frame} frame
 * @param {(probability: number) => string} percent
 */
function boxOf({ digit, probability, box }, frame, percent) {
  const element = document.createElement("div");
  const share = (/** @type {number} */ pixels) => `${(100 * pixels) / PAPER_SIZE}%`;
  const [x, y] = [frame.x + box.x / frame.scale, frame.y + box.y / frame.scale];
  const [width, height] = [box.width / frame.scale, box.height / frame.scale];
  Object.assign(element.style, { left: share(x), top: share(y), width: share(width), height: share(height) });
  element.classList.toggle("is-at-the-top", y < TAG_HEIGHT);
  const tag = document.createElement("span");
  tag.textContent = `${digit} ${percent(probability)}`;
  element.append(tag);
  return element;
}

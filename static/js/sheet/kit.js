// @ts-check
/**
 * What to draw with: a brush of some size, or the eraser. The size is remembered.
 *
 * @typedef {ReturnType<typeof kitOf>} Kit
 */
import { find } from "../common/elements.js";
import { SIZES, nextSize } from "./brush.js";
import { prefer, preferences } from "./preferences.js";

/** @param {HTMLElement} page */
export function kitOf(page) {
  const choices = /** @type {HTMLInputElement[]} */ ([...find(page, "sizes").querySelectorAll("input")]);
  const eraser = find(page, "eraser");
  let size = SIZES[0];
  let isEraser = false;

  /** @param {number} chosen */
  function choose(chosen) {
    size = chosen;
    for (const choice of choices) choice.checked = Number(choice.value) === size;
    prefer({ size });
  }

  function toggleEraser() {
    isEraser = !isEraser;
    eraser.setAttribute("aria-pressed", String(isEraser));
    find(page, "paper").classList.toggle("is-erasing", isEraser);
  }

  for (const choice of choices) choice.addEventListener("change", () => choose(Number(choice.value)));
  eraser.addEventListener("click", toggleEraser);
  choose(preferences().size);
  return {
    get size() {
      return size;
    },
    get isEraser() {
      return isEraser;
    },
    toggleEraser,
    thinner: () => choose(nextSize(size, -1)),
    thicker: () => choose(nextSize(size, 1)),
  };
}

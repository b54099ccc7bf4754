// @ts-check
/**
 * The tools: a pen of the chosen width, or the eraser. The width is remembered.
 *
 * @typedef {ReturnType<typeof toolsOf>} Tools
 */
import { find } from "../common/elements.js";
import { PEN_WIDTHS, nextPenWidth } from "./pen_width.js";
import { prefer, preferences } from "./preferences.js";

/** @param {HTMLElement} page */
export function toolsOf(page) {
  const choices = /** @type {HTMLInputElement[]} */ ([...find(page, "pen-widths").querySelectorAll("input")]);
  const eraser = find(page, "eraser");
  let penWidth = PEN_WIDTHS[0];
  let isEraser = false;

  /** @param {number} width */
  function setPenWidth(width) {
    penWidth = width;
    for (const choice of choices) choice.checked = Number(choice.value) === penWidth;
    prefer({ size: penWidth });
  }

  /** @param {boolean} isChosen */
  function chooseEraser(isChosen) {
    isEraser = isChosen;
    eraser.setAttribute("aria-pressed", String(isEraser));
    find(page, "canvas-container").classList.toggle("is-erasing", isEraser);
  }

  const toggleEraser = () => chooseEraser(!isEraser);

  for (const choice of choices) choice.addEventListener("change", () => setPenWidth(Number(choice.value)));
  eraser.addEventListener("click", toggleEraser);
  setPenWidth(preferences().size);
  return {
    /** It is the eraser's radius, too. */
    get penWidth() {
      return penWidth;
    },
    get isEraser() {
      return isEraser;
    },
    toggleEraser,
    choosePen: () => chooseEraser(false),
    thinner: () => setPenWidth(nextPenWidth(penWidth, -1)),
    thicker: () => setPenWidth(nextPenWidth(penWidth, 1)),
  };
}

// @ts-check
/** The brush sizes to choose from. The choice is remembered. */
import { SIZES, nextSize } from "./brush.js";
import { find } from "./elements.js";
import { prefer, preferences } from "./preferences.js";

/** @param {HTMLElement} page */
export function brushPicker(page) {
  const choices = /** @type {HTMLInputElement[]} */ ([...find(page, "sizes").querySelectorAll("input")]);
  let size = SIZES[0];

  /** @param {number} chosen */
  function choose(chosen) {
    size = chosen;
    for (const choice of choices) choice.checked = Number(choice.value) === size;
    prefer({ size });
  }

  for (const choice of choices) choice.addEventListener("change", () => choose(Number(choice.value)));
  choose(preferences().size);
  return {
    get size() {
      return size;
    },
    thinner: () => choose(nextSize(size, -1)),
    thicker: () => choose(nextSize(size, 1)),
  };
}

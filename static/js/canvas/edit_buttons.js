// @ts-check
/**
 * The buttons that undo, redo and clear.
 *
 * @typedef {import("./drawing.js").Drawing} Drawing
 */
import { find } from "../common/elements.js";
import { canRedo, canUndo, clear, isEmpty, redo, undo } from "./drawing.js";

/** Each step, and whether there is anything for it to do. */
const STEPS = {
  undo: { step: undo, may: canUndo },
  redo: { step: redo, may: canRedo },
  clear: { step: clear, may: (/** @type {Drawing} */ drawing) => !isEmpty(drawing) },
};

/** Where keys have other names. */
const MAC_KEYS = { undo: "⌘Z", redo: "⇧⌘Z", paste: "⌘V" };

/**
 * @param {HTMLElement} page
 * @param {import("./canvas.js").Canvas} canvas
 * @param {import("./tools.js").Tools} tools
 * @returns {Record<keyof typeof STEPS, () => void>}  The steps, for their keys.
 */
export function editButtons(page, canvas, tools) {
  if (navigator.platform.startsWith("Mac")) {
    for (const [name, keys] of Object.entries(MAC_KEYS)) {
      for (const element of page.querySelectorAll(`[data-${name}-key]`)) element.textContent = keys;
    }
  }
  const steps = Object.entries(STEPS).map(([name, { step, may }]) => {
    const button = /** @type {HTMLButtonElement} */ (find(page, name));
    const take = () => {
      canvas.change(step(canvas.drawing));
      if (name === "clear") tools.choosePen(); // There is nothing left to erase.
    };
    button.addEventListener("click", take);
    canvas.onChange((drawing) => enable(button, may(drawing), find(page, "recognise")));
    return [name, take];
  });
  return Object.fromEntries(steps);
}

/**
 * A button that is disabled while it has the focus would drop the keyboard user at the top of the page.
 * @param {HTMLButtonElement} button
 * @param {boolean} enabled
 * @param {HTMLElement} refuge
 */
export function enable(button, enabled, refuge) {
  if (!enabled && document.activeElement === button) refuge.focus();
  button.disabled = !enabled;
}

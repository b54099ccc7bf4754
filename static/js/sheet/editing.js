// @ts-check
/**
 * The buttons that undo, do again and clear.
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

/**
 * @param {HTMLElement} page
 * @param {import("./sheet.js").Sheet} sheet
 * @returns {Record<keyof typeof STEPS, () => void>}  The steps, for their keys.
 */
export function editing(page, sheet) {
  if (navigator.platform.startsWith("Mac")) nameMacKeys(page);
  const steps = Object.entries(STEPS).map(([name, { step, may }]) => {
    const button = /** @type {HTMLButtonElement} */ (find(page, name));
    const take = () => sheet.change(step(sheet.drawing));
    button.addEventListener("click", take);
    sheet.follow((drawing) => enable(button, may(drawing), find(page, "recognise")));
    return [name, take];
  });
  return Object.fromEntries(steps);
}

/** @param {HTMLElement} page */
function nameMacKeys(page) {
  for (const [name, keys] of Object.entries({ undo: "⌘Z", redo: "⇧⌘Z", paste: "⌘V" })) {
    for (const element of page.querySelectorAll(`[data-${name}-key]`)) element.textContent = keys;
  }
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

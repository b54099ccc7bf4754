// @ts-check
/** The dialog that lists the keys. */
import { find } from "./elements.js";

/**
 * @param {HTMLElement} page
 * @returns {() => void}  Open it.
 */
export function helpOn(page) {
  const dialog = /** @type {HTMLDialogElement} */ (find(page, "help"));
  const open = () => dialog.showModal();
  find(page, "help-button").addEventListener("click", open);
  return open;
}

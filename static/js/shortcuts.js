// @ts-check
/**
 * Keys that work anywhere on the page.
 *
 * @typedef {"recognise" | "undo" | "redo" | "clear" | "digit"} Action
 * @typedef {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean}} Press
 */

/**
 * The action a key press asks for, if any. Mac keyboards write "delete" on their Backspace key.
 * @param {Press} press
 * @returns {Action | null}
 */
export function actionOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (altKey) return null;
  if (ctrlKey || metaKey) return ofEditing(key.toLowerCase(), shiftKey);
  if (shiftKey) return null;
  if (key === "Enter") return "recognise";
  if (/^[0-9]$/.test(key)) return "digit";
  return key === "Delete" || key === "Backspace" ? "clear" : null;
}

/**
 * Control and Shift and Z on some systems, Control and Y on others: both do again.
 * @param {string} key
 * @param {boolean} shiftKey
 * @returns {Action | null}
 */
function ofEditing(key, shiftKey) {
  if (key === "z") return shiftKey ? "redo" : "undo";
  return key === "y" && !shiftKey ? "redo" : null;
}

/**
 * @param {Record<Action, (key: string) => void>} actions
 */
export function listenForShortcuts(actions) {
  document.addEventListener("keydown", (event) => {
    const action = actionOf(event);
    if (!action || isOwnKey(event)) return;
    event.preventDefault();
    actions[action](event.key);
  });
}

/** What is typed into. A switch takes no digits. */
const FIELD = "input:not([type=checkbox])";

/**
 * Every key in a field is its own, and so is Enter on a link or a button.
 * @param {KeyboardEvent} event
 */
function isOwnKey({ key, target }) {
  if (!(target instanceof Element)) return false;
  return target.closest(key === "Enter" ? `a, button, summary, ${FIELD}` : FIELD) !== null;
}

// @ts-check
/**
 * Keys that work anywhere on the page.
 *
 * @typedef {"recognise" | "undo" | "clear"} Action
 * @typedef {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean}} Press
 */

/**
 * The action a key press asks for, if any. Mac keyboards write "delete" on their Backspace key.
 * @param {Press} press
 * @returns {Action | null}
 */
export function actionOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (altKey || shiftKey) return null;
  if (ctrlKey || metaKey) return key.toLowerCase() === "z" ? "undo" : null;
  if (key === "Enter") return "recognise";
  return key === "Delete" || key === "Backspace" ? "clear" : null;
}

/**
 * @param {Record<Action, () => void>} actions
 */
export function listenForShortcuts(actions) {
  document.addEventListener("keydown", (event) => {
    const action = actionOf(event);
    if (!action || isOwnKey(event)) return;
    event.preventDefault();
    actions[action]();
  });
}

/**
 * Enter on a link or a button is theirs.
 * @param {KeyboardEvent} event
 */
function isOwnKey({ key, target }) {
  return key === "Enter" && target instanceof Element && target.closest("a, button, summary") !== null;
}

// @ts-check
/**
 * Keys that work anywhere on the page, and the dialog that lists them.
 *
 * @typedef {"recognise" | "undo" | "redo" | "clear" | "digit" | "thinner" | "thicker" | "eraser" | "picture"
 *   | "help"} Action
 * @typedef {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean}} Press
 */
import { find } from "./elements.js";

/**
 * Keys that do something alone. Mac keyboards write "delete" on their Backspace key.
 * @type {Record<string, Action>}
 */
const PLAIN = { Enter: "recognise", Delete: "clear", Backspace: "clear", e: "eraser", o: "picture" };

/**
 * Characters that do something however they are typed: many keyboards need Alt or Shift for them.
 * @type {Record<string, Action>}
 */
const CHARACTERS = { "[": "thinner", "]": "thicker", "?": "help" };

/**
 * The action a key press asks for, if any.
 * @param {Press} press
 * @returns {Action | null}
 */
export function actionOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  const isCommand = ctrlKey || metaKey;
  if (CHARACTERS[key] && (altKey || !isCommand)) return CHARACTERS[key];
  if (altKey) return null;
  if (isCommand) return ofEditing(key.toLowerCase(), shiftKey);
  if (shiftKey) return null;
  return ofDrawing(key);
}

/**
 * @param {string} key
 * @returns {Action | null}
 */
function ofDrawing(key) {
  if (/^[0-9]$/.test(key)) return "digit";
  return PLAIN[key] ?? PLAIN[key.toLowerCase()] ?? null;
}

/**
 * Control and Shift and Z on some systems, Control and Y on others: both redo.
 * @param {string} key
 * @param {boolean} shiftKey
 * @returns {Action | null}
 */
function ofEditing(key, shiftKey) {
  if (key === "z") return shiftKey ? "redo" : "undo";
  return key === "y" && !shiftKey ? "redo" : null;
}

/**
 * @param {Partial<Record<Action, (key: string) => void>>} actions  Those that the page has.
 */
export function listenForShortcuts(actions) {
  document.addEventListener("keydown", (event) => {
    const action = actionOf(event);
    const act = action && actions[action];
    if (!act || isOwnKey(event)) return;
    event.preventDefault();
    act(event.key);
  });
}

/** Fields to type into: a switch or a choice takes no digits. */
const FIELD = "input:not([type=checkbox], [type=radio]), select";

/**
 * Every key in a field or a dialog is its own, and so is Enter on a link or a button.
 * @param {KeyboardEvent} event
 */
function isOwnKey({ key, target }) {
  if (!(target instanceof Element)) return false;
  if (target.closest("dialog")) return true;
  return target.closest(key === "Enter" ? `a, button, summary, ${FIELD}` : FIELD) !== null;
}

/**
 * The dialog that lists the keys.
 * @param {HTMLElement} page
 * @returns {() => void}  Open it.
 */
export function helpOn(page) {
  const dialog = /** @type {HTMLDialogElement} */ (find(page, "help"));
  const open = () => dialog.showModal();
  find(page, "help-button").addEventListener("click", open);
  return open;
}

// @ts-check
/**
 * The dialog that shows how the network came to its answer, layer by layer.
 *
 * @typedef {import("./inspection.js").Inspection} Inspection
 */
import { RecognitionError } from "../common/api.js";
import { find, readMessages } from "../common/elements.js";
import { fill } from "../common/text.js";
import { showLayers } from "./inside_layers.js";

/**
 * @param {HTMLButtonElement} button  Opens it.
 * @param {(index: number) => Promise<Inspection>} ask  About one of the drawing's digits.
 * @param {() => number} firstIndex  The digit that it opens with.
 */
export function insideView(button, ask, firstIndex = () => 0) {
  const dialog = /** @type {HTMLDialogElement} */ (find(document, "inside"));
  const messages = readMessages(dialog);
  const status = find(dialog, "inside-status");
  const retry = find(dialog, "inside-retry");
  const close = find(dialog, "inside-close");
  /** @type {Inspection | null} */
  let shown = null;
  let [wanted, questions] = [0, 0];

  /** @param {number} index */
  async function look(index) {
    wanted = index;
    const question = ++questions;
    settle(messages.looking, { retry: false });
    const result = await ask(index).catch((error) => error);
    if (question !== questions) return; // Another digit was asked for meanwhile.
    if (result instanceof Error) settle(explain(result, messages), { retry: mayPass(result) });
    else show(result);
  }

  /** @param {Inspection} inspection */
  function show(inspection) {
    shown = inspection;
    settle("", { retry: false });
    find(dialog, "inside-layers").hidden = false;
    find(dialog, "inside-title").textContent = fill(messages.title, { digit: inspection.digit });
    showDigits(inspection);
    showLayers(dialog, inspection, messages);
  }

  /** @param {Inspection} inspection */
  function showDigits({ text, index }) {
    const group = find(dialog, "inside-digits");
    const buttons = [...text].map((digit, each) => pickButton(digit, each === index, () => look(each)));
    const hadFocus = group.contains(document.activeElement);
    group.replaceChildren(...buttons);
    group.hidden = text.length === 1;
    if (hadFocus) buttons[index].focus();
  }

  /**
   * @param {string} message
   * @param {{retry: boolean}} options
   */
  function settle(message, options) {
    status.textContent = message;
    retry.hidden = !options.retry;
    dialog.setAttribute("aria-busy", String(message === messages.looking));
  }

  function open() {
    find(dialog, "inside-layers").hidden = true;
    find(dialog, "inside-digits").hidden = true;
    dialog.showModal();
    look(firstIndex());
  }

  button.addEventListener("click", open);
  retry.addEventListener("click", () => {
    close.focus(); // A button that is hidden loses the focus.
    look(wanted);
  });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => questions++); // What is still asked is not waited for.
  // The page's own shortcuts would act on what lies behind.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => shown && showLayers(dialog, shown, messages));
}

/** @param {Error} error */
function mayPass(error) {
  return error instanceof RecognitionError && error.mayPass;
}

/**
 * @param {Error} error
 * @param {Record<string, string>} messages
 */
function explain(error, messages) {
  if (!(error instanceof RecognitionError)) throw error;
  return error.detail || messages.unanswered;
}

/**
 * @param {string} digit
 * @param {boolean} isShown
 * @param {() => void} pick
 */
function pickButton(digit, isShown, pick) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = digit;
  button.setAttribute("aria-pressed", String(isShown));
  button.addEventListener("click", pick);
  return button;
}

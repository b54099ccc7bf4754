// @ts-check
/**
 * The dialog that shows how the network came to its result, layer by layer.
 *
 * @typedef {import("./inspection.js").Inspection} Inspection
 */
import { RecognitionError, explain } from "../common/server.js";
import { find, readMessages } from "../common/elements.js";
import { fill } from "../common/text.js";
import { showLayers } from "./layers.js";

/**
 * @param {HTMLButtonElement} button  Opens it.
 * @param {(index: number) => Promise<Inspection>} ask  About one of the drawing's digits.
 * @param {() => number} firstIndex  The digit that it opens with.
 */
export function inspectionDialog(button, ask, firstIndex = () => 0) {
  const dialog = /** @type {HTMLDialogElement} */ (find(document, "inspection"));
  const messages = readMessages(dialog);
  const status = find(dialog, "inspection-status");
  const retryButton = find(dialog, "inspection-retry");
  const close = find(dialog, "inspection-close");
  /** @type {Inspection | null} */
  let shown = null;
  let [wanted, requests] = [0, 0];

  /** @param {number} index */
  async function inspectDigit(index) {
    wanted = index;
    const request = ++requests;
    setStatus(messages.busy, { retry: false });
    try {
      const inspection = await ask(index);
      if (request === requests) show(inspection); // Else another digit was asked for meanwhile.
    } catch (error) {
      const retry = error instanceof RecognitionError && error.isRetryable;
      if (request === requests) setStatus(explain(error, messages), { retry });
    }
  }

  /** @param {Inspection} inspection */
  function show(inspection) {
    shown = inspection;
    setStatus("", { retry: false });
    find(dialog, "inspection-layers").hidden = false;
    find(dialog, "inspection-title").textContent = fill(messages.title, { digit: inspection.digit });
    showDigits(inspection);
    showLayers(dialog, inspection, messages);
  }

  /** @param {Inspection} inspection */
  function showDigits({ text, index }) {
    const group = find(dialog, "inspection-digits");
    const buttons = [...text].map((digit, each) => digitButton(digit, each === index, () => inspectDigit(each)));
    const hadFocus = group.contains(document.activeElement);
    group.replaceChildren(...buttons);
    group.hidden = text.length === 1;
    if (hadFocus) buttons[index].focus();
  }

  /**
   * @param {string} message
   * @param {{retry: boolean}} options
   */
  function setStatus(message, options) {
    status.textContent = message;
    retryButton.hidden = !options.retry;
    dialog.setAttribute("aria-busy", String(message === messages.busy));
  }

  function open() {
    find(dialog, "inspection-layers").hidden = true;
    find(dialog, "inspection-digits").hidden = true;
    dialog.showModal();
    inspectDigit(firstIndex());
  }

  button.addEventListener("click", open);
  retryButton.addEventListener("click", () => {
    close.focus(); // A button that is hidden loses the focus.
    inspectDigit(wanted);
  });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => requests++); // A response that is still to come is dropped.
  // The page's own shortcuts would act on what lies behind.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => shown && showLayers(dialog, shown, messages));
}

/**
 * @param {string} digit
 * @param {boolean} isShown
 * @param {() => void} select
 */
function digitButton(digit, isShown, select) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = digit;
  button.setAttribute("aria-pressed", String(isShown));
  button.addEventListener("click", select);
  return button;
}

// @ts-check
/**
 * Correcting a result: one click on a digit, or its key; of several digits, a key begins the correction in its field.
 *
 * @typedef {Pick<import("./result.js").Result, "text" | "labelUrl">} Result  What was read, and where to correct it.
 * @typedef {object} Saving
 * @property {() => Promise<Result | null>} saveDrawing  The result with a record, or null when it could not be saved.
 * @property {(url: string, text: string) => Promise<void>} saveLabel
 *   It rejects with a RecognitionError and with nothing else.
 */
import { explain } from "../common/server.js";
import { find } from "../common/elements.js";
import { fill, withHalfWidthDigits } from "../common/text.js";

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} messages
 * @param {Saving} saving
 */
export function correctionView(root, messages, { saveDrawing, saveLabel }) {
  const form = /** @type {HTMLFormElement} */ (find(root, "correction"));
  const input = /** @type {HTMLInputElement} */ (find(form, "correction-text"));
  const status = find(root, "correction-status");
  const buttons = /** @type {HTMLButtonElement[]} */ ([...root.querySelectorAll("[data-correct]")]);
  /** @type {Result | null} */
  let result = null;

  /** @param {string} text  Empty for a non-digit. */
  async function correct(text) {
    const corrected = result;
    if (!corrected) return;
    status.textContent = messages.correcting;
    const saved = corrected.labelUrl ? corrected : await saveDrawing();
    const thanks = text ? fill(messages.corrected, { digit: text }) : messages.correctedToNonDigit;
    const message = saved
      ? await saveLabel(saved.labelUrl, text).then(() => thanks, (error) => explain(error, messages))
      : messages.correctionUnsaved;
    if (result === (saved ?? corrected)) status.textContent = message;
  }

  // It comes before the browser validates the field.
  input.addEventListener("change", () => {
    input.value = withHalfWidthDigits(input.value);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    correct(input.value);
  });
  find(form, "non-digit").addEventListener("click", () => correct(""));
  for (const button of buttons) button.addEventListener("click", () => correct(button.value));

  return {
    /** @param {Result | null} next  What may be corrected now. */
    offer(next) {
      if (next === result) return;
      result = next;
      form.hidden = !next;
      for (const button of buttons) button.disabled = !isOneDigit(next);
      input.value = "";
      status.textContent = "";
    },
    /** @param {string} digit  A key was pressed outside the field. */
    typeDigit(digit) {
      if (isOneDigit(result)) correct(digit);
      else if (result) {
        input.focus();
        input.value += digit;
      }
    },
  };
}

/** @param {Result | null} result */
function isOneDigit(result) {
  return result?.text.length === 1;
}

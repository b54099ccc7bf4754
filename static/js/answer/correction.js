// @ts-check
/**
 * Saying what a drawing really shows: one click on a digit, or its key; digits to type where there are several.
 *
 * @typedef {Pick<import("./answer.js").Answer, "text" | "labelUrl">} Answer  What was read, and where to correct it.
 * @typedef {object} Keeping
 * @property {() => Promise<Answer | null>} keepDrawing  The answer with a record, or null when there is none.
 * @property {(url: string, text: string) => Promise<void>} keepLabel
 *   It rejects with a RecognitionError and with nothing else.
 */
import { find } from "../common/elements.js";
import { fill } from "../common/text.js";

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} messages
 * @param {Keeping} keeping
 * @param {(error: unknown) => string} explain
 */
export function correctionView(root, messages, { keepDrawing, keepLabel }, explain) {
  const form = /** @type {HTMLFormElement} */ (find(root, "correction"));
  const input = /** @type {HTMLInputElement} */ (find(form, "correction-text"));
  const status = find(root, "correction-status");
  const buttons = /** @type {HTMLButtonElement[]} */ ([...root.querySelectorAll("[data-correct]")]);
  /** @type {Answer | null} */
  let answer = null;

  /** @param {string} text  Empty for what is no digit. */
  async function give(text) {
    const corrected = answer;
    if (!corrected) return;
    status.textContent = messages.correcting;
    const kept = corrected.labelUrl ? corrected : await keepDrawing();
    const said = kept ? await keepLabel(kept.labelUrl, text).then(() => thanks(text), explain) : messages.unkept;
    if (answer === (kept ?? corrected)) status.textContent = said;
  }

  /** @param {string} text */
  function thanks(text) {
    return text ? fill(messages.corrected, { digit: text }) : messages.correctedToNone;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    give(input.value);
  });
  find(form, "no-digit").addEventListener("click", () => give(""));
  for (const button of buttons) button.addEventListener("click", () => give(button.value));

  return {
    /** @param {Answer | null} next  What may be corrected now. */
    offer(next) {
      if (next === answer) return;
      answer = next;
      form.hidden = !next;
      for (const button of buttons) button.disabled = !isOneDigit(next);
      input.value = "";
      status.textContent = "";
    },
    /** @param {string} digit  A key was pressed. */
    giveDigit: (digit) => isOneDigit(answer) && give(digit),
  };
}

/** @param {Answer | null} answer */
function isOneDigit(answer) {
  return answer?.text.length === 1;
}

// @ts-check
/**
 * The answer on the page.
 *
 * @typedef {import("./answer.js").Answer} Answer
 * @typedef {"none" | "fresh" | "stale"} Freshness  Is the answer about the drawing as it is now?
 */
import { FIELD_SIZE, fieldPixels } from "./answer.js";
import { find } from "./elements.js";

/**
 * @param {HTMLElement} root
 * @param {(probability: number) => string} percent
 */
export function answerView(root, percent) {
  const rows = [...root.querySelectorAll("[data-digit]")];
  return {
    /** @param {Freshness} freshness */
    setFreshness(freshness) {
      root.dataset.answer = freshness;
      find(root, "stale").hidden = freshness !== "stale";
    },
    /** @param {Answer} answer */
    show(answer) {
      const digits = find(root, "answer-digit");
      digits.textContent = answer.text;
      digits.style.setProperty("--digits", String(answer.text.length));
      find(root, "answer-probability").textContent = percent(answer.probability);
      find(root, "doubt").hidden = answer.accepted;
      find(root, "stored").hidden = !answer.stored;
      find(root, "queued").hidden = !answer.queued;
      find(root, "model").textContent = answer.model;
      find(root, "hint").hidden = true;
      find(root, "facts").hidden = false;
      showProbabilities(rows, answer, percent);
      showField(root, answer.seen);
    },
  };
}

/**
 * @param {Element[]} rows  One for each digit, in their order.
 * @param {Answer} answer
 * @param {(probability: number) => string} percent
 */
function showProbabilities(rows, { digit, probabilities }, percent) {
  rows.forEach((row, each) => {
    row.classList.toggle("is-answer", each === digit);
    find(row, "percent").textContent = percent(probabilities[each]);
    find(row, "bar").style.setProperty("--share", String(probabilities[each]));
  });
}

/**
 * @param {HTMLElement} root
 * @param {Uint8Array} seen
 */
function showField(root, seen) {
  const canvas = /** @type {HTMLCanvasElement} */ (find(root, "seen"));
  const context = canvas.getContext("2d");
  context?.putImageData(new ImageData(fieldPixels(seen), FIELD_SIZE, FIELD_SIZE), 0, 0);
}

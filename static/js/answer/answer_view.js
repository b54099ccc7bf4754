// @ts-check
/**
 * The answer on the page.
 *
 * @typedef {import("./answer.js").Answer} Answer
 * @typedef {import("./answer.js").Digit} Digit
 * @typedef {"none" | "preview" | "fresh" | "stale"} Freshness
 *   Is the answer about the drawing as it is now? A preview is, but nothing of it is kept.
 */
import { find } from "../common/elements.js";
import { fill } from "../common/text.js";
import { FIELD_SIZE, fieldPixels, secondGuess } from "./answer.js";

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} messages
 * @param {(probability: number) => string} percent
 * @param {(index: number) => void} whenPicked  Another of a number's digits is looked at.
 */
export function answerView(root, messages, percent, whenPicked) {
  const rows = [...root.querySelectorAll("[data-digit]")];
  const headline = find(root, "answer-digit");

  /** @type {(digits: Digit[], index: number) => void} */
  const look = (digits, index) => {
    [...headline.children].forEach((button, each) => button.setAttribute("aria-pressed", String(each === index)));
    showProbabilities(rows, digits[index], percent);
    showSecondGuess(root, digits[index], digits.length > 1 ? messages.secondOf : messages.second, percent);
    showField(root, digits[index].seen);
    whenPicked(index);
  };
  return {
    /** @param {Freshness} freshness */
    setFreshness(freshness) {
      root.dataset.answer = freshness;
      find(root, "unkept").hidden = freshness !== "preview";
      find(root, "stale").hidden = freshness !== "stale";
    },
    /** @param {Answer} answer */
    show(answer) {
      const { digits, text } = answer;
      headline.style.setProperty("--digits", String(text.length));
      const toPick = () => digits.map((digit, index) => pickButton(digit, percent, () => look(digits, index)));
      headline.replaceChildren(...(digits.length > 1 ? toPick() : [text]));
      find(root, "answer-probability").textContent = percent(answer.probability);
      find(root, "doubt").hidden = answer.accepted;
      find(root, "stored").hidden = !answer.stored;
      find(root, "queued").hidden = !answer.queued;
      const ownPage = /** @type {HTMLAnchorElement} */ (find(root, "own-page"));
      ownPage.href = answer.pageUrl;
      ownPage.hidden = !answer.pageUrl;
      find(root, "model").textContent = answer.model;
      find(root, "hint").hidden = true;
      find(root, "facts").hidden = false;
      look(digits, answer.leastSure);
    },
  };
}

/**
 * A digit of a number, to look at it.
 * @param {Digit} digit
 * @param {(probability: number) => string} percent
 * @param {() => void} pick
 */
function pickButton({ digit, probability }, percent, pick) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = String(digit);
  button.title = percent(probability);
  button.addEventListener("click", pick);
  return button;
}

/**
 * @param {Element[]} rows  One for each digit, in their order.
 * @param {Digit} shown
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
 * @param {Digit} shown
 * @param {string} message
 * @param {(probability: number) => string} percent
 */
function showSecondGuess(root, shown, message, percent) {
  const { digit, probability } = secondGuess(shown);
  find(root, "second").textContent = fill(message, { read: shown.digit, digit, percent: percent(probability) });
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

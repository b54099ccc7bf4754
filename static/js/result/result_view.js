// @ts-check
/**
 * The result on the page.
 *
 * @typedef {import("./result.js").Result} Result
 * @typedef {import("./result.js").Digit} Digit
 * @typedef {"none" | "preview" | "fresh" | "stale"} Freshness
 *   Is the result about the drawing as it is now? A preview is, but is not saved.
 */
import { find } from "../common/elements.js";
import { fill } from "../common/text.js";
import { INPUT_SIZE, inputPixels, secondChoice } from "./result.js";

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} messages
 * @param {(probability: number) => string} percent
 * @param {(index: number) => void} onSelect  Another of a number's digits is selected.
 */
export function resultView(root, messages, percent, onSelect) {
  const rows = [...root.querySelectorAll("[data-digit]")];
  const headline = find(root, "result-text");

  /** @type {(digits: Digit[], index: number) => void} */
  const select = (digits, index) => {
    [...headline.children].forEach((button, each) => button.setAttribute("aria-pressed", String(each === index)));
    showProbabilities(rows, digits[index], percent);
    const second = secondChoice(digits[index]);
    find(root, "second-choice").textContent = fill(digits.length > 1 ? messages.secondChoiceOf : messages.secondChoice, {
      read: digits[index].digit,
      digit: second.digit,
      percent: percent(second.probability),
    });
    const canvas = /** @type {HTMLCanvasElement} */ (find(root, "network-input"));
    const image = new ImageData(inputPixels(digits[index].networkInput), INPUT_SIZE, INPUT_SIZE);
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    onSelect(index);
  };
  return {
    /** @param {Freshness} freshness */
    setFreshness(freshness) {
      root.dataset.result = freshness;
      find(root, "unsaved").hidden = freshness !== "preview";
      find(root, "stale").hidden = freshness !== "stale";
    },
    /** @param {Result} result */
    show(result) {
      const { digits, text } = result;
      headline.style.setProperty("--digits", String(text.length));
      const buttons = () => digits.map((digit, index) => digitButton(digit, percent, () => select(digits, index)));
      headline.replaceChildren(...(digits.length > 1 ? buttons() : [text]));
      find(root, "result-probability").textContent = percent(result.probability);
      find(root, "doubt").hidden = result.accepted;
      find(root, "stored").hidden = !result.stored;
      find(root, "queued").hidden = !result.queued;
      const link = /** @type {HTMLAnchorElement} */ (find(root, "record-link"));
      link.href = result.pageUrl;
      link.hidden = !result.pageUrl;
      find(root, "model").textContent = result.model;
      find(root, "hint").hidden = true;
      find(root, "facts").hidden = false;
      select(digits, result.leastSure);
    },
  };
}

/**
 * A digit of a number, to select it.
 * @param {Digit} digit
 * @param {(probability: number) => string} percent
 * @param {() => void} select
 */
function digitButton({ digit, probability }, percent, select) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = String(digit);
  button.title = percent(probability);
  button.addEventListener("click", select);
  return button;
}

/**
 * @param {Element[]} rows  One for each digit, in their order.
 * @param {Digit} shown
 * @param {(probability: number) => string} percent
 */
function showProbabilities(rows, { digit, probabilities }, percent) {
  rows.forEach((row, each) => {
    row.classList.toggle("is-result", each === digit);
    find(row, "percent").textContent = percent(probabilities[each]);
    find(row, "bar").style.setProperty("--share", String(probabilities[each]));
  });
}

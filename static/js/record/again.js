// @ts-check
/** Today's answer beside the one of then: the same drawing, read by the network that serves now. */
import { secondGuess } from "../answer/answer.js";
import { TIMEOUT_MS, askAgain, explain } from "../common/api.js";
import { find } from "../common/elements.js";
import { fill, percentFormatter } from "../common/text.js";

/** @typedef {import("../answer/answer.js").Digit} Digit */

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} messages
 */
export function againView(root, messages) {
  const button = /** @type {HTMLButtonElement} */ (find(root, "again"));
  const status = find(root, "again-status");
  const percent = percentFormatter(document.documentElement.lang);

  /** @param {import("../answer/answer.js").Answer} answer */
  function show({ digits, text, accepted, model, probability }) {
    find(root, "again-digits").replaceChildren(...digits.map((digit) => rowOf(digit, percent)));
    find(root, "again-model").textContent = model;
    find(root, "again-answer").hidden = false;
    return fill(accepted ? messages.answer : messages.doubtful, { digit: text, percent: percent(probability) });
  }

  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    status.textContent = messages.busy;
    const url = root.dataset.againUrl ?? "";
    const asked = askAgain({ url, fetch: window.fetch.bind(window), timeoutMs: TIMEOUT_MS });
    status.textContent = await asked.then(show, (error) => explain(error, messages.unanswered));
    button.setAttribute("aria-busy", "false");
  });
  button.hidden = false;
}

/**
 * @param {Digit} found
 * @param {(probability: number) => string} percent
 */
function rowOf(found, percent) {
  const second = secondGuess(found);
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = String(found.digit);
  row.append(head);
  for (const text of [percent(found.probability), `${second.digit} · ${percent(second.probability)}`]) {
    row.insertCell().textContent = text;
  }
  return row;
}

// @ts-check
/** The same drawing, recognised by the current model: its result beside the stored one. */
import { find } from "../common/elements.js";
import { SERVER, explain } from "../common/server.js";
import { fill, percentFormatter } from "../common/text.js";
import { recogniseAgain } from "../result/requests.js";
import { secondChoice } from "../result/result.js";

/** @typedef {import("../result/result.js").Digit} Digit */

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} messages
 */
export function recogniseAgainView(root, messages) {
  const button = /** @type {HTMLButtonElement} */ (find(root, "recognise-again"));
  const status = find(root, "recognise-again-status");
  const percent = percentFormatter(document.documentElement.lang);

  /** @param {import("../result/result.js").Result} result */
  function show({ digits, text, accepted, model, probability }) {
    find(root, "recognise-again-digits").replaceChildren(...digits.map((digit) => rowOf(digit, percent)));
    find(root, "recognise-again-model").textContent = model;
    find(root, "recognise-again-result").hidden = false;
    return fill(accepted ? messages.result : messages.doubtful, { digit: text, percent: percent(probability) });
  }

  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    status.textContent = messages.busy;
    const result = recogniseAgain({ ...SERVER, url: `${root.dataset.url}/again` });
    status.textContent = await result.then(show, (error) => explain(error, messages));
    button.setAttribute("aria-busy", "false");
  });
  button.hidden = false;
}

/**
 * @param {Digit} digit
 * @param {(probability: number) => string} percent
 */
function rowOf(digit, percent) {
  const second = secondChoice(digit);
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = String(digit.digit);
  row.append(head);
  for (const text of [percent(digit.probability), `${second.digit} · ${percent(second.probability)}`]) {
    row.insertCell().textContent = text;
  }
  return row;
}

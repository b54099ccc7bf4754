// @ts-check
/** The admin's page for labelling one drawing after the other: a key gives the label and shows the next drawing. */
import { find, readMessages } from "./common/elements.js";
import { labellingQueue } from "./common/labelling_queue.js";
import { SERVER, explain, getJson } from "./common/server.js";
import { fill, percentFormatter, withHalfWidthDigits } from "./common/text.js";
import { corrector } from "./result/requests.js";

/** @typedef {import("./common/labelling_queue.js").QueuedDrawing} QueuedDrawing */

const page = find(document, "labelling");
const messages = readMessages(page);
const percent = percentFormatter(document.documentElement.lang);
const time = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
const saveLabel = corrector({ ...SERVER, token: page.dataset.token ?? "" });
const status = find(page, "status");
const picture = /** @type {HTMLImageElement} */ (find(page, "drawing"));
const link = /** @type {HTMLAnchorElement} */ (find(page, "page"));
const number = /** @type {HTMLFormElement} */ (find(page, "number"));
const numberField = /** @type {HTMLInputElement} */ (number.elements.namedItem("text"));
const labelButtons = /** @type {NodeListOf<HTMLButtonElement>} */ (page.querySelectorAll("[data-give-label]"));
const queue = labellingQueue((cursor) => {
  const query = new URLSearchParams(page.dataset.query);
  if (cursor) query.set("before", cursor);
  return getJson({ ...SERVER, url: `${page.dataset.queue}?${query}` });
});
/** @type {QueuedDrawing | null} */
let shown = null;
let labelled = 0;
/** One thing at a time: a key that is pressed meanwhile must not label the next drawing unseen. */
let busy = false;

/** @param {QueuedDrawing | null} queued */
function show(queued) {
  shown = queued;
  link.hidden = find(page, "facts").hidden = !queued;
  find(page, "end").hidden = Boolean(queued);
  for (const button of labelButtons) button.disabled = !queued;
  if (!queued) return;
  const { text, probability, drawing, label, created_at: createdAt } = queued;
  link.href = queued.page;
  picture.src = drawing;
  picture.alt = messages.drawing;
  find(page, "result").textContent = fill(messages.readAs, { digit: text, percent: percent(probability) });
  find(page, "label").textContent = label ? label.text || messages.nonDigit : messages.none;
  find(page, "time").textContent = time.format(new Date(createdAt));
  for (const each of queue.ahead()) new Image().src = each.drawing;
}

/** @param {() => Promise<QueuedDrawing | null>} move */
async function go(move) {
  if (busy) return;
  busy = true;
  await move().then(show, (error) => {
    status.textContent = explain(error, messages);
  });
  busy = false;
}

/** @param {string} text  Empty for a non-digit. */
async function giveLabel(text) {
  const queued = shown;
  if (!queued || busy) return;
  await go(async () => {
    await saveLabel(queued.label_url, text);
    queued.label = { text };
    labelled += 1;
    status.textContent = fill(text ? messages.labelled : messages.labelledNonDigit, { digit: text, count: labelled });
    return queue.next();
  });
}

/** @type {Record<string, () => void>} */
const keys = {
  n: () => giveLabel(""),
  s: () => go(queue.next),
  ArrowRight: () => go(queue.next),
  ArrowLeft: () => go(queue.back),
};

document.addEventListener("keydown", (event) => {
  const { key, target, altKey, ctrlKey, metaKey, repeat } = event;
  if (altKey || ctrlKey || metaKey || repeat) return;
  if (target instanceof Element && target.closest("input, select, textarea")) return;
  const act = /^[0-9]$/.test(key) ? () => giveLabel(key) : keys[key] ?? keys[key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});
for (const button of labelButtons) button.addEventListener("click", () => giveLabel(button.value));
find(page, "back").addEventListener("click", keys.ArrowLeft);
find(page, "skip").addEventListener("click", keys.s);
// It comes before the browser validates the field.
numberField.addEventListener("change", () => {
  numberField.value = withHalfWidthDigits(numberField.value);
});
number.addEventListener("submit", (event) => {
  event.preventDefault();
  giveLabel(numberField.value);
  numberField.value = "";
  numberField.blur(); // Or the next digit would be typed into it.
});
go(queue.current);

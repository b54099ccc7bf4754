// @ts-check
/** The admin's page for labelling one drawing after the other: a key says what it is and brings the next. */
import { TIMEOUT_MS, askJson, corrector, explain } from "./common/api.js";
import { find, readMessages } from "./common/elements.js";
import { queue } from "./common/queue.js";
import { fill, percentFormatter } from "./common/text.js";

/** @typedef {import("./common/queue.js").Kept} Kept */

const page = find(document, "labelling");
const messages = readMessages(page);
const percent = percentFormatter(document.documentElement.lang);
const time = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
const server = { fetch: window.fetch.bind(window), timeoutMs: TIMEOUT_MS };
const keep = corrector({ ...server, token: page.dataset.token ?? "" });
const status = find(page, "status");
const picture = /** @type {HTMLImageElement} */ (find(page, "drawing"));
const link = /** @type {HTMLAnchorElement} */ (find(page, "page"));
const number = /** @type {HTMLFormElement} */ (find(page, "number"));
const waiting = queue((cursor) => {
  const query = new URLSearchParams(page.dataset.query);
  if (cursor) query.set("before", cursor);
  return askJson({ ...server, url: `${page.dataset.queue}?${query}` });
});
/** @type {Kept | null} */
let shown = null;
let given = 0;
/** One thing at a time: a key that is pressed meanwhile must not label what comes next unseen. */
let busy = false;

/** @param {Kept | null} kept */
function show(kept) {
  shown = kept;
  link.hidden = find(page, "facts").hidden = !kept;
  find(page, "end").hidden = Boolean(kept);
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (page.querySelectorAll("[data-give]"))) {
    button.disabled = !kept;
  }
  if (!kept) return;
  const { text, probability, drawing, label, created_at: createdAt } = kept;
  link.href = kept.page;
  picture.src = drawing;
  picture.alt = messages.drawing;
  find(page, "answer").textContent = fill(messages.showing, { digit: text, percent: percent(probability) });
  find(page, "label").textContent = label ? label.text || messages.noDigit : messages.none;
  find(page, "time").textContent = time.format(new Date(createdAt));
  for (const each of waiting.ahead()) new Image().src = each.drawing;
}

/** @param {() => Promise<Kept | null>} move */
async function go(move) {
  if (busy) return;
  busy = true;
  await move().then(show, complain);
  busy = false;
}

/** @param {string} text  Empty for what is no digit. */
async function give(text) {
  const kept = shown;
  if (!kept || busy) return;
  await go(async () => {
    await keep(kept.label_url, text);
    kept.label = { text };
    given += 1;
    status.textContent = fill(text ? messages.given : messages.givenNone, { digit: text, count: given });
    return waiting.next();
  });
}

/** @param {unknown} error */
function complain(error) {
  status.textContent = explain(error, messages.unanswered);
}

/** @type {Record<string, () => void>} */
const keys = {
  n: () => give(""),
  s: () => go(waiting.next),
  ArrowRight: () => go(waiting.next),
  ArrowLeft: () => go(waiting.back),
};

document.addEventListener("keydown", (event) => {
  const { key, target, altKey, ctrlKey, metaKey, repeat } = event;
  if (altKey || ctrlKey || metaKey || repeat) return;
  if (target instanceof Element && target.closest("input, select, textarea")) return;
  const act = /^[0-9]$/.test(key) ? () => give(key) : keys[key];
  if (!act) return;
  event.preventDefault();
  act();
});
for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (page.querySelectorAll("[data-give]"))) {
  button.addEventListener("click", () => give(button.value));
}
find(page, "back").addEventListener("click", keys.ArrowLeft);
find(page, "skip").addEventListener("click", keys.s);
number.addEventListener("submit", (event) => {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (number.elements.namedItem("text"));
  give(field.value);
  field.value = "";
  field.blur(); // Or the next digit would be typed into it.
});
go(waiting.current);

// @ts-check
/** The drawing page: connects the drawing, its canvas, the server and the answer. */
import { answerView } from "./answer_view.js";
import { readAnswer } from "./answer.js";
import { RecognitionError, TIMEOUT_MS, corrector, lookInside, recogniser } from "./api.js";
import { boxesView } from "./boxes.js";
import { followPointer, screen, toDataURL } from "./canvas.js";
import { correctionView } from "./correction.js";
import {
  EMPTY,
  begin,
  canRedo,
  canUndo,
  clear,
  end,
  extend,
  fromData,
  isEmpty,
  redo,
  toData,
  undo,
  withdraw,
} from "./drawing.js";
import { find, readMessages } from "./elements.js";
import { insideView } from "./inside.js";
import { recall, remember } from "./memory.js";
import { noticeView } from "./notice.js";
import { listenForShortcuts } from "./shortcuts.js";
import { fill, percentFormatter } from "./text.js";

const page = find(document, "draw-page");
const messages = readMessages(page);
const percent = percentFormatter(document.documentElement.lang);
const canvas = /** @type {HTMLCanvasElement} */ (find(page, "canvas"));
const boxes = boxesView(find(page, "boxes"), percent);
const view = answerView(find(page, "answer"), percent, (index) => boxes.mark((looked = index)));
const notice = noticeView(page);
const show = screen(canvas);
const buttons = {
  recognise: /** @type {HTMLButtonElement} */ (find(page, "recognise")),
  undo: /** @type {HTMLButtonElement} */ (find(page, "undo")),
  redo: /** @type {HTMLButtonElement} */ (find(page, "redo")),
  clear: /** @type {HTMLButtonElement} */ (find(page, "clear")),
  lookInside: /** @type {HTMLButtonElement} */ (find(page, "look-inside")),
};
const server = { fetch: window.fetch.bind(window), timeoutMs: TIMEOUT_MS };
const ask = recogniser({ ...server, url: page.dataset.url ?? "" });
const keepCorrection = corrector({ ...server, token: page.dataset.token ?? "" });
const correction = correctionView(find(page, "answer"), messages, keepCorrection, explain);

// Strokes are never changed in place, so that "the same strokes" is "the same drawing".
let drawing = EMPTY;
/** @type {typeof EMPTY.strokes | null} */
let asked = null;
/** @typedef {{strokes: typeof EMPTY.strokes, body: object, answer: import("./answer.js").Answer}} Outcome */
/** @type {Outcome | null} */
let answered = null;
/** Which of its digits is looked at. */
let looked = 0;

/** @param {import("./drawing.js").Drawing} next */
function change(next) {
  if (next.strokes !== drawing.strokes) notice.hide();
  drawing = next;
  show(drawing);
  settle();
}

/** Bring everything around the canvas in line with the drawing. */
function settle() {
  find(page, "paper").classList.toggle("has-ink", !isEmpty(drawing));
  enable(buttons.undo, canUndo(drawing));
  enable(buttons.redo, canRedo(drawing));
  enable(buttons.clear, !isEmpty(drawing));
  const fresh = answered?.strokes === drawing.strokes;
  view.setFreshness(!answered ? "none" : fresh ? "fresh" : "stale");
  enable(buttons.lookInside, fresh);
  correction.offer(answered && fresh ? answered.answer : null);
  find(page, "boxes").hidden = !fresh || answered?.answer.digits.length === 1;
  if (drawing.open) return;
  remember({ strokes: toData(drawing), answer: answered && fresh ? answered.body : null });
}

/**
 * A button that is disabled while it has the focus would drop the keyboard user at the top of the page.
 * @param {HTMLButtonElement} button
 * @param {boolean} enabled
 */
function enable(button, enabled) {
  if (!enabled && document.activeElement === button) buttons.recognise.focus();
  button.disabled = !enabled;
}

async function recognise() {
  if (drawing.open) return; // The pen is still down.
  const { strokes } = drawing;
  if (isEmpty(drawing)) return notice.show(messages.empty);
  if (strokes === asked) return; // Pressed twice.
  if (strokes === answered?.strokes) return announce();
  asked = strokes;
  notice.hide();
  setBusy(true);
  try {
    const outcome = await ask({ data: toDataURL(drawing), strokes: toData(drawing) });
    present({ strokes, ...outcome });
    announce();
  } catch (error) {
    complain(error);
  } finally {
    if (asked === strokes) asked = null;
    setBusy(asked !== null);
  }
}

/** @param {Outcome} outcome */
function present(outcome) {
  answered = outcome;
  boxes.show(outcome.answer.digits);
  view.show(outcome.answer);
  settle();
}

function announce() {
  const { text, probability, accepted } = /** @type {Outcome} */ (answered).answer;
  const message = accepted ? messages.answer : messages.doubtful;
  const announcement = find(page, "announcement");
  announcement.textContent = ""; // Or the same answer twice would be announced once.
  announcement.textContent = fill(message, { digit: text, percent: percent(probability) });
  find(page, "headline").scrollIntoView({ block: "nearest" });
}

/** @param {unknown} error */
function complain(error) {
  if (!(error instanceof RecognitionError)) throw error;
  if (error.failure !== "superseded") notice.show(explain(error), { retry: error.mayPass });
}

/** @param {unknown} error */
function explain(error) {
  if (!(error instanceof RecognitionError)) throw error;
  const { detail, failure, status } = error;
  return detail || fill(messages[failure], { status, seconds: TIMEOUT_MS / 1000 });
}

/** @param {boolean} busy */
function setBusy(busy) {
  buttons.recognise.setAttribute("aria-busy", String(busy));
  find(page, "answer").setAttribute("aria-busy", String(busy));
  find(buttons.recognise, "recognise-text").textContent = busy ? messages.busy : messages.recognise;
}

function restore() {
  recall(({ strokes, answer }) => {
    change(fromData(strokes, performance.now()));
    if (!answer) return;
    present({ strokes: drawing.strokes, body: answer, answer: readAnswer(answer) });
  });
}

/** @param {number} digit */
function inspect(digit) {
  const data = toDataURL({ ...EMPTY, strokes: answered?.strokes ?? [] });
  return lookInside({ ...server, url: page.dataset.insideUrl ?? "" }, { data, digit });
}

insideView(buttons.lookInside, inspect, () => looked);
followPointer(canvas, {
  begin: (sample) => change(begin(drawing, sample)),
  extend: (samples) => change(extend(drawing, samples)),
  end: () => change(end(drawing)),
  withdraw: () => change(withdraw(drawing)),
});

const actions = {
  recognise,
  undo: () => change(undo(drawing)),
  redo: () => change(redo(drawing)),
  clear: () => change(clear(drawing)),
  digit: correction.giveDigit,
};
listenForShortcuts(actions);
for (const action of /** @type {const} */ (["recognise", "undo", "redo", "clear"])) {
  buttons[action].addEventListener("click", () => actions[action]());
}
if (navigator.platform.startsWith("Mac")) {
  find(page, "undo-key").textContent = "⌘Z";
  find(page, "redo-key").textContent = "⇧⌘Z";
}
find(page, "retry").addEventListener("click", recognise);
restore();
settle();

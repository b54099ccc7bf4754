// @ts-check
/** The drawing page: connects the sheet, its tools, the server and the answer. */
import { readAnswer } from "./answer/answer.js";
import { answersOn } from "./answer/answers.js";
import { correctionView } from "./answer/correction.js";
import { previewing } from "./answer/previewing.js";
import { explain, recognition } from "./answer/recognition.js";
import { TIMEOUT_MS, corrector, lookInside, previewer, recogniser } from "./common/api.js";
import { find, readMessages } from "./common/elements.js";
import { helpOn } from "./common/help.js";
import { noticeView } from "./common/notice.js";
import { listenForShortcuts } from "./common/shortcuts.js";
import { fill, percentFormatter } from "./common/text.js";
import { insideView } from "./inside/inside.js";
import { aimEraser, aimOn } from "./sheet/aim.js";
import { EMPTY, isEmpty, lay } from "./sheet/drawing.js";
import { editing, enable } from "./sheet/editing.js";
import { handOn } from "./sheet/hand.js";
import { pictureIntake } from "./sheet/intake.js";
import { keyboardPen } from "./sheet/keyboard_pen.js";
import { kitOf } from "./sheet/kit.js";
import { pictureOf } from "./sheet/loading.js";
import { recall, remember } from "./sheet/memory.js";
import { followPointer } from "./sheet/pointer.js";
import { questionAbout, sheetOf } from "./sheet/sheet.js";
import { fromData, toData } from "./sheet/stroke_data.js";

const page = find(document, "draw-page");
const messages = readMessages(page);
const percent = percentFormatter(document.documentElement.lang);
const server = { fetch: window.fetch.bind(window), timeoutMs: TIMEOUT_MS };
const canvas = /** @type {HTMLCanvasElement} */ (find(page, "canvas"));
const sheet = sheetOf(canvas);
const answers = answersOn(page, sheet, messages, percent);
const kit = kitOf(page);
const hand = handOn(sheet, kit);
const aim = aimOn(page);
const notice = noticeView(page);
const askToKeep = recognition(page, {
  sheet,
  answers,
  ask: recogniser({ ...server, url: page.dataset.url ?? "" }),
  notice,
  messages,
  announce,
  settle,
});
const preview = previewing(page, {
  sheet,
  answers,
  ask: previewer({ ...server, url: page.dataset.previewUrl ?? "" }),
  settle,
});
const insideButton = /** @type {HTMLButtonElement} */ (find(page, "look-inside"));
const keeping = { keepDrawing: recognise, keepLabel: corrector({ ...server, token: page.dataset.token ?? "" }) };
const correction = correctionView(find(page, "answer"), messages, keeping, (error) => explain(error, messages));

function recognise() {
  preview.drop(); // Its answer would be the same.
  return askToKeep();
}

/** @param {number} digit */
function inspect(digit) {
  const { data } = questionAbout(sheet.drawing);
  return lookInside({ ...server, url: page.dataset.insideUrl ?? "" }, { data, digit });
}

/** Bring the answer and what is remembered in line with the drawing. */
function settle() {
  const { drawing } = sheet;
  const outcome = answers.current();
  find(page, "paper").classList.toggle("has-ink", !isEmpty(drawing));
  answers.show();
  enable(insideButton, outcome !== null, find(page, "recognise"));
  correction.offer(outcome?.answer ?? null);
  if (drawing.open) return;
  const picture = drawing.picture && { url: drawing.picture.url, isDark: drawing.picture.isDark };
  remember({ strokes: toData(drawing), picture, answer: outcome?.body ?? null });
}

/**
 * Tell it to a screen reader.
 * @param {string} text
 */
function say(text) {
  const announcement = find(page, "announcement");
  announcement.textContent = ""; // Or the same answer twice would be announced once.
  announcement.textContent = text;
}

/** @param {import("./answer/answer.js").Answer} answer */
function announce({ text, probability, accepted }) {
  const message = accepted ? messages.answer : messages.doubtful;
  say(fill(message, { digit: text, percent: percent(probability) }));
  find(page, "headline").scrollIntoView({ block: "nearest" });
}

function restore() {
  return recall(async ({ strokes, picture, answer }) => {
    const paper = picture ? lay(EMPTY, await pictureOf(picture)) : EMPTY;
    const drawing = fromData(strokes, performance.now(), paper);
    if (answer) answers.add(drawing, { answer: readAnswer(answer), body: answer });
    if (sheet.drawing === EMPTY) sheet.change(drawing); // Who began to draw meanwhile goes on.
  });
}

sheet.follow((now, before) => {
  if (now.strokes !== before.strokes) notice.hide();
});
sheet.follow(settle);
insideView(insideButton, inspect, answers.looked);
aimEraser(canvas, aim, kit);
followPointer(canvas, hand);
keyboardPen(page, { sheet, hand, kit, aim, say, messages });
const limits = { bytes: Number(page.dataset.maxBytes), pixels: Number(page.dataset.maxPixels) };
listenForShortcuts({
  ...editing(page, sheet),
  recognise,
  digit: correction.giveDigit,
  thinner: kit.thinner,
  thicker: kit.thicker,
  eraser: kit.toggleEraser,
  picture: pictureIntake(page, { sheet, limits, notice, messages }),
  help: helpOn(page),
});
for (const button of ["recognise", "retry"]) find(page, button).addEventListener("click", recognise);
await restore();
settle();

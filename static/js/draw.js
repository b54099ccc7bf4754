// @ts-check
/** The drawing page: connects the canvas, its tools, the server and the result. */
import { canvasOf, requestBody } from "./canvas/canvas.js";
import { cursorOn, showEraserCursor } from "./canvas/cursor.js";
import { EMPTY, isEmpty, placePicture } from "./canvas/drawing.js";
import { editButtons, enable } from "./canvas/edit_buttons.js";
import { inputOf } from "./canvas/input.js";
import { keyboardInput } from "./canvas/keyboard_input.js";
import { recall, remember } from "./canvas/memory.js";
import { pictureInput } from "./canvas/picture_input.js";
import { pictureOf } from "./canvas/picture_loading.js";
import { pointerInput } from "./canvas/pointer_input.js";
import { fromData, toData } from "./canvas/stroke_data.js";
import { toolsOf } from "./canvas/tools.js";
import { find, readMessages } from "./common/elements.js";
import { noticeView } from "./common/notice.js";
import { SERVER } from "./common/server.js";
import { helpOn, listenForShortcuts } from "./common/shortcuts.js";
import { fill, percentFormatter } from "./common/text.js";
import { inspect } from "./inspection/inspection.js";
import { inspectionDialog } from "./inspection/inspection_dialog.js";
import { correctionView } from "./result/correction.js";
import { previewSwitch } from "./result/preview_switch.js";
import { recognition } from "./result/recognition.js";
import { corrector, previewer, recogniser } from "./result/requests.js";
import { readResult } from "./result/result.js";
import { resultsOn } from "./result/results.js";

const page = find(document, "draw-page");
const messages = readMessages(page);
const percent = percentFormatter(document.documentElement.lang);
const canvasElement = /** @type {HTMLCanvasElement} */ (find(page, "canvas"));
const canvas = canvasOf(canvasElement);
const tools = toolsOf(page);
const input = inputOf(canvas, tools);
const cursor = cursorOn(page);
const results = resultsOn(page, canvas, messages, percent);
const notice = noticeView(page);
const recogniseAndStore = recognition(page, {
  canvas,
  results,
  ask: recogniser({ ...SERVER, url: page.dataset.url ?? "" }),
  notice,
  messages,
  announce,
  refresh,
});
const preview = previewSwitch(page, {
  canvas,
  results,
  ask: previewer({ ...SERVER, url: document.body.dataset.previewUrl ?? "" }),
  refresh,
});
const inspectButton = /** @type {HTMLButtonElement} */ (find(page, "inspect"));
const saving = { saveDrawing: recognise, saveLabel: corrector({ ...SERVER, token: page.dataset.token ?? "" }) };
const correction = correctionView(find(page, "result"), messages, saving);

function recognise() {
  preview.drop(); // Its result would be the same.
  return recogniseAndStore();
}

/** @param {number} digit */
function inspectDigit(digit) {
  const { data } = requestBody(canvas.drawing);
  return inspect({ ...SERVER, url: page.dataset.inspectionUrl ?? "" }, { data, digit });
}

/** Bring the result, and what is remembered, in line with the drawing. */
function refresh() {
  const { drawing } = canvas;
  const outcome = results.current();
  find(page, "canvas-container").classList.toggle("has-ink", !isEmpty(drawing));
  results.show();
  enable(inspectButton, outcome !== null, find(page, "recognise"));
  correction.offer(outcome?.result ?? null);
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
  announcement.textContent = ""; // Or the same result twice would be announced once.
  announcement.textContent = text;
}

/** @param {import("./result/result.js").Result} result */
function announce({ text, probability, accepted }) {
  const message = accepted ? messages.result : messages.doubtful;
  say(fill(message, { digit: text, percent: percent(probability) }));
  find(page, "headline").scrollIntoView({ block: "nearest" });
}

function restore() {
  return recall(async ({ strokes, picture, answer }) => {
    const from = picture ? placePicture(EMPTY, await pictureOf(picture)) : EMPTY;
    const drawing = fromData(strokes, performance.now(), from);
    if (answer) results.add(drawing, { result: readResult(answer), body: answer });
    if (canvas.drawing === EMPTY) canvas.change(drawing); // A drawing that was begun meanwhile stays.
  });
}

canvas.onChange((now, before) => {
  if (now.strokes !== before.strokes) notice.hide();
});
canvas.onChange(refresh);
inspectionDialog(inspectButton, inspectDigit, results.selected);
showEraserCursor(canvasElement, cursor, tools);
pointerInput(canvasElement, input);
keyboardInput(page, { canvas, input, tools, cursor, say, messages });
const limits = { bytes: Number(page.dataset.maxBytes), pixels: Number(page.dataset.maxPixels) };
listenForShortcuts({
  ...editButtons(page, canvas, tools),
  recognise,
  digit: correction.typeDigit,
  thinner: tools.thinner,
  thicker: tools.thicker,
  eraser: tools.toggleEraser,
  picture: pictureInput(page, { canvas, limits, notice, messages }),
  help: helpOn(page),
});
for (const button of ["recognise", "retry"]) find(page, button).addEventListener("click", recognise);
await restore();
refresh();

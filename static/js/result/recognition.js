// @ts-check
/**
 * Recognising: the drawing is sent and stored, and its result shown; a notice below the canvas says what went wrong.
 *
 * @typedef {import("./result.js").Result} Result
 * @typedef {import("../canvas/drawing.js").Drawing} Drawing
 * @typedef {object} Parts
 * @property {import("../canvas/canvas.js").Canvas} canvas
 * @property {import("./results.js").Results} results
 * @property {ReturnType<typeof import("./requests.js").recogniser>} ask
 * @property {ReturnType<typeof import("../common/notice.js").noticeView>} notice
 * @property {Record<string, string>} messages
 * @property {(result: Result) => void} announce
 * @property {() => void} refresh  Brings the page in line with a new result.
 */
import { requestBody } from "../canvas/canvas.js";
import { isEmpty } from "../canvas/drawing.js";
import { explain } from "../common/server.js";
import { find } from "../common/elements.js";
import { isSaved } from "./result.js";

/**
 * @param {HTMLElement} page
 * @param {Parts} parts
 * @returns {() => Promise<Result | null>}  Recognise the drawing; null when there is no result.
 */
export function recognition(page, { canvas, results, ask, notice, messages, announce, refresh }) {
  const button = find(page, "recognise");
  /** @type {{strokes: Drawing["strokes"], result: Promise<Result | null>} | null} */
  let underWay = null;

  async function recognise() {
    const { drawing } = canvas;
    if (drawing.open) return null; // The pen is still down.
    if (isEmpty(drawing)) return notice.show(messages.empty), null;
    const known = results.of(drawing);
    if (known && isSaved(known.result)) return announce(known.result), known.result;
    if (underWay?.strokes === drawing.strokes) return underWay.result; // Pressed twice.
    underWay = { strokes: drawing.strokes, result: send(drawing) };
    return underWay.result;
  }

  /** @param {Drawing} drawing */
  async function send(drawing) {
    notice.hide();
    setBusy(true);
    try {
      const outcome = await ask(requestBody(drawing));
      results.add(drawing, outcome);
      refresh();
      announce(outcome.result);
      return outcome.result;
    } catch (error) {
      const { failure, isRetryable } = /** @type {import("../common/server.js").RecognitionError} */ (error);
      if (failure !== "superseded") notice.show(explain(error, messages), { retry: isRetryable });
      return null;
    } finally {
      if (underWay?.strokes === drawing.strokes) underWay = null;
      setBusy(underWay !== null);
    }
  }

  /** @param {boolean} busy */
  function setBusy(busy) {
    button.setAttribute("aria-busy", String(busy));
    find(page, "result").setAttribute("aria-busy", String(busy));
    find(button, "recognise-text").textContent = busy ? messages.busy : messages.recognise;
  }

  return recognise;
}

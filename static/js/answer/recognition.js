// @ts-check
/**
 * Recognising: the drawing is sent, kept there, and answered; what goes wrong is said below the sheet.
 *
 * @typedef {import("./answer.js").Answer} Answer
 * @typedef {import("../sheet/drawing.js").Drawing} Drawing
 * @typedef {object} Parts
 * @property {import("../sheet/sheet.js").Sheet} sheet
 * @property {import("./answers.js").Answers} answers
 * @property {ReturnType<typeof import("../common/api.js").recogniser>} ask
 * @property {ReturnType<typeof import("../common/notice.js").noticeView>} notice
 * @property {Record<string, string>} messages
 * @property {(answer: Answer) => void} announce
 * @property {() => void} settle  Brings the page in line with a new answer.
 */
import { RecognitionError, TIMEOUT_MS } from "../common/api.js";
import { find } from "../common/elements.js";
import { fill } from "../common/text.js";
import { isEmpty } from "../sheet/drawing.js";
import { questionAbout } from "../sheet/sheet.js";
import { isKept } from "./answer.js";

/**
 * @param {HTMLElement} page
 * @param {Parts} parts
 * @returns {() => Promise<Answer | null>}  Recognise the drawing; null when there is no answer.
 */
export function recognition(page, { sheet, answers, ask, notice, messages, announce, settle }) {
  const button = find(page, "recognise");
  /** @type {{strokes: Drawing["strokes"], answer: Promise<Answer | null>} | null} */
  let underWay = null;

  async function recognise() {
    const { drawing } = sheet;
    if (drawing.open) return null; // The pen is still down.
    if (isEmpty(drawing)) return notice.show(messages.empty), null;
    const known = answers.of(drawing);
    if (known && isKept(known.answer)) return announce(known.answer), known.answer;
    if (underWay?.strokes === drawing.strokes) return underWay.answer; // Pressed twice.
    underWay = { strokes: drawing.strokes, answer: send(drawing) };
    return underWay.answer;
  }

  /** @param {Drawing} drawing */
  async function send(drawing) {
    notice.hide();
    setBusy(true);
    try {
      const outcome = await ask(questionAbout(drawing));
      answers.add(drawing, outcome);
      settle();
      announce(outcome.answer);
      return outcome.answer;
    } catch (error) {
      complain(error);
      return null;
    } finally {
      if (underWay?.strokes === drawing.strokes) underWay = null;
      setBusy(underWay !== null);
    }
  }

  /** @param {unknown} error */
  function complain(error) {
    const message = explain(error, messages);
    const { failure, mayPass } = /** @type {RecognitionError} */ (error);
    if (failure !== "superseded") notice.show(message, { retry: mayPass });
  }

  /** @param {boolean} busy */
  function setBusy(busy) {
    button.setAttribute("aria-busy", String(busy));
    find(page, "answer").setAttribute("aria-busy", String(busy));
    find(button, "recognise-text").textContent = busy ? messages.busy : messages.recognise;
  }

  return recognise;
}

/**
 * What went wrong, for people. What is no failure of asking is a mistake of the page and thrown again.
 * @param {unknown} error
 * @param {Record<string, string>} messages
 */
export function explain(error, messages) {
  if (!(error instanceof RecognitionError)) throw error;
  const { detail, failure, status } = error;
  return detail || fill(messages[failure], { status, seconds: TIMEOUT_MS / 1000 });
}

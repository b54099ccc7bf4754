// @ts-check
/**
 * The results below a replay, one after each stroke, asked for when a visitor wants to see them.
 *
 * @typedef {import("../result/result.js").Result} Result
 * @typedef {import("./replay.js").Replay} Replay
 * @typedef {import("./stroke_predictions.js").StrokePrediction} StrokePrediction
 */
import { toDataURL } from "../canvas/canvas_view.js";
import { EMPTY } from "../canvas/drawing.js";
import { explain } from "../common/server.js";
import { find } from "../common/elements.js";
import { fill, percentFormatter } from "../common/text.js";
import { drawProbabilityCurves } from "./probability_curves.js";
import { endOf, predictAfterStrokes, stableFrom, strokeCounts } from "./stroke_predictions.js";

/**
 * @param {HTMLElement} root
 * @param {Replay} replay
 * @param {(data: string) => Promise<Result>} predict  The network's result for a picture.
 * @param {(ms: number) => void} goTo  Moves the replay.
 * @param {Record<string, string>} messages
 */
export function strokePredictionsView(root, replay, predict, goTo, messages) {
  const percent = percentFormatter(document.documentElement.lang);
  const counts = strokeCounts(replay.strokes.length);
  const button = find(root, "predict");
  const list = find(root, "predictions");
  const picture = (/** @type {number} */ count) => toDataURL({ ...EMPTY, strokes: replay.strokes.slice(0, count) });
  /** @type {StrokePrediction[]} */
  const predictions = [];
  let atMs = 0;
  // The run that is on, and 0 while there is none: a run that was stopped may still wait for its last response.
  let [running, runs] = [0, 0];

  async function start() {
    const run = ++runs;
    running = run;
    button.textContent = messages.stop;
    showStatus(progress());
    const remaining = counts.slice(predictions.length);
    try {
      for await (const prediction of predictAfterStrokes(remaining, (count) => predict(picture(count)))) {
        if (running !== run) return;
        add(prediction);
        showStatus(progress());
      }
      finish();
    } catch (error) {
      if (running === run) stop(messages.retry, explain(error, messages));
    }
  }

  /** @param {StrokePrediction} prediction */
  function add(prediction) {
    predictions.push(prediction);
    const item = document.createElement("li");
    item.append(buttonOf(prediction));
    list.append(item);
    drawProbabilityCurves(find(root, "probability-curves"), predictions, counts.length);
    mark(atMs);
  }

  /** @param {StrokePrediction} prediction */
  function buttonOf({ strokes, result }) {
    const element = document.createElement("button");
    element.type = "button";
    const image = new Image(56, 56);
    [image.src, image.alt] = [picture(strokes), fill(messages.after, { stroke: strokes })];
    const [digit, share] = [document.createElement("strong"), document.createElement("span")];
    digit.textContent = result ? `${result.text}${result.accepted ? "" : "?"}` : messages.nothing;
    share.textContent = result ? percent(result.probability) : "";
    element.classList.toggle("is-doubtful", !result?.accepted);
    element.append(image, digit, share);
    element.addEventListener("click", () => goTo(endOf(replay, strokes)));
    return element;
  }

  /**
   * @param {string} label  Of the button, which starts it again.
   * @param {string} message
   */
  function stop(label, message) {
    running = 0;
    button.textContent = label;
    showStatus(message);
  }

  function finish() {
    running = 0;
    // A hidden button loses the focus, so somebody who uses the keyboard continues with the results.
    if (document.activeElement === button) list.querySelector("button")?.focus();
    button.hidden = true;
    const stable = stableFrom(predictions);
    const values = { stroke: stable?.strokes ?? 0, strokes: replay.strokes.length, digit: stable?.result?.text ?? "" };
    showStatus(stable ? fill(messages.stableFrom, values) : "");
  }

  function progress() {
    const stroke = counts[predictions.length] ?? replay.strokes.length;
    return fill(messages.predicting, { stroke, strokes: replay.strokes.length });
  }

  /** @param {string} message */
  function showStatus(message) {
    find(root, "predictions-status").textContent = message;
  }

  /**
   * Mark the result of what the replay shows.
   * @param {number} ms
   */
  function mark(ms) {
    atMs = ms;
    const current = counts.findLastIndex((count) => endOf(replay, count) <= ms);
    list.querySelectorAll("button").forEach((element, i) => {
      if (i === current) element.setAttribute("aria-current", "step");
      else element.removeAttribute("aria-current");
    });
  }

  button.addEventListener("click", () => (running ? stop(messages.goOn, "") : start()));
  root.hidden = false;
  return { mark };
}

// @ts-check
/**
 * The time line below a replay: the answer after each stroke, asked for when somebody wants to see it.
 *
 * @typedef {import("../answer/answer.js").Answer} Answer
 * @typedef {import("./replay.js").Film} Film
 * @typedef {import("./unfolding.js").Entry} Entry
 */
import { explain } from "../common/api.js";
import { find } from "../common/elements.js";
import { fill, percentFormatter } from "../common/text.js";
import { toDataURL } from "../sheet/canvas.js";
import { EMPTY } from "../sheet/drawing.js";
import { drawCurves } from "./curves.js";
import { endOf, moments, settled, unfold } from "./unfolding.js";

/**
 * @param {HTMLElement} root
 * @param {Film} film
 * @param {(data: string) => Promise<Answer>} ask  What the network says of a picture.
 * @param {(ms: number) => void} goTo  Moves the replay.
 * @param {Record<string, string>} messages
 */
export function timeline(root, film, ask, goTo, messages) {
  const percent = percentFormatter(document.documentElement.lang);
  const counts = moments(film.strokes.length);
  const button = find(root, "unfold");
  const list = find(root, "unfold-entries");
  const picture = (/** @type {number} */ count) => toDataURL({ ...EMPTY, strokes: film.strokes.slice(0, count) });
  /** @type {Entry[]} */
  const entries = [];
  let atMs = 0;
  // Which run of questions is on, and 0 while none is: one that was stopped may still wait for its last answer.
  let [asking, runs] = [0, 0];

  async function start() {
    const run = ++runs;
    asking = run;
    button.textContent = messages.stop;
    tell(progress());
    try {
      for await (const entry of unfold(counts.slice(entries.length), (count) => ask(picture(count)))) {
        if (asking !== run) return;
        add(entry);
        tell(progress());
      }
      finish();
    } catch (error) {
      if (asking === run) complain(error);
    }
  }

  /** @param {Entry} entry */
  function add(entry) {
    entries.push(entry);
    const item = document.createElement("li");
    item.append(entryButton(entry));
    list.append(item);
    drawCurves(find(root, "unfold-curves"), entries, counts.length);
    mark(atMs);
  }

  /** @param {Entry} entry */
  function entryButton({ strokes, answer }) {
    const element = document.createElement("button");
    element.type = "button";
    const image = new Image(56, 56);
    [image.src, image.alt] = [picture(strokes), fill(messages.after, { stroke: strokes })];
    const [digit, share] = [document.createElement("strong"), document.createElement("span")];
    digit.textContent = answer ? `${answer.text}${answer.accepted ? "" : "?"}` : messages.nothing;
    share.textContent = answer ? percent(answer.probability) : "";
    element.classList.toggle("is-doubtful", !answer?.accepted);
    element.append(image, digit, share);
    element.addEventListener("click", () => goTo(endOf(film, strokes)));
    return element;
  }

  function pause() {
    asking = 0;
    button.textContent = messages.goOn;
    tell("");
  }

  function finish() {
    asking = 0;
    // What is hidden loses the focus: whoever has only a keyboard goes on with the entries.
    if (document.activeElement === button) list.querySelector("button")?.focus();
    button.hidden = true;
    const entry = settled(entries);
    const values = { stroke: entry?.strokes ?? 0, strokes: film.strokes.length, digit: entry?.answer?.text ?? "" };
    tell(entry ? fill(messages.settled, values) : "");
  }

  /** @param {unknown} error */
  function complain(error) {
    const message = explain(error, messages.unanswered);
    pause();
    button.textContent = messages.retry;
    tell(message);
  }

  function progress() {
    const stroke = counts[entries.length] ?? film.strokes.length;
    return fill(messages.asking, { stroke, strokes: film.strokes.length });
  }

  /** @param {string} message */
  function tell(message) {
    find(root, "unfold-status").textContent = message;
  }

  /**
   * Mark the entry of what the replay shows.
   * @param {number} ms
   */
  function mark(ms) {
    atMs = ms;
    const current = counts.findLastIndex((count) => endOf(film, count) <= ms);
    list.querySelectorAll("button").forEach((element, i) => {
      if (i === current) element.setAttribute("aria-current", "step");
      else element.removeAttribute("aria-current");
    });
  }

  button.addEventListener("click", () => (asking ? pause() : start()));
  root.hidden = false;
  return { mark };
}

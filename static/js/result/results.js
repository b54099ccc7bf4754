// @ts-check
/**
 * The results for the drawing on the canvas, and for each drawing that it was before.
 *
 * Strokes are never changed in place, so "the same strokes" is "the same drawing": a result is found again
 * when a step is undone.
 *
 * @typedef {{result: import("./result.js").Result, body: object}} Outcome
 * @typedef {import("../canvas/drawing.js").Drawing} Drawing
 * @typedef {ReturnType<typeof resultsOn>} Results
 */
import { frameOf } from "../canvas/picture.js";
import { find } from "../common/elements.js";
import { digitBoxes } from "./digit_boxes.js";
import { isSaved } from "./result.js";
import { resultView } from "./result_view.js";

/**
 * The one place where a result comes onto the page.
 * @param {HTMLElement} page
 * @param {import("../canvas/canvas.js").Canvas} canvas
 * @param {Record<string, string>} messages
 * @param {(probability: number) => string} percent
 */
export function resultsOn(page, canvas, messages, percent) {
  const layer = find(page, "boxes");
  const boxes = digitBoxes(layer, percent);
  const view = resultView(find(page, "result"), messages, percent, (index) => boxes.mark((selected = index)));
  /** @type {WeakMap<Drawing["strokes"], Outcome>} */
  const known = new WeakMap();
  /** @type {Outcome | null} */
  let shown = null;
  let selected = 0;

  /** @param {Drawing} drawing */
  const of = ({ strokes }) => known.get(strokes) ?? null;

  return {
    of,
    /** The index of the digit that is selected. */
    selected: () => selected,
    /** The result for the drawing as it is now, or null. */
    current: () => of(canvas.drawing),
    /**
     * A result that is saved is not replaced.
     * @type {(drawing: Drawing, outcome: Outcome) => void}
     */
    add({ strokes }, outcome) {
      const before = known.get(strokes);
      if (!before || !isSaved(before.result)) known.set(strokes, outcome);
    },
    /** Show the result for the drawing as it is now, or that the one shown is for another. */
    show() {
      const outcome = of(canvas.drawing);
      if (outcome && outcome !== shown) {
        shown = outcome;
        boxes.show(outcome.result.digits, frameOf(canvas.drawing));
        view.show(outcome.result);
      }
      view.setFreshness(freshness(outcome ?? shown, outcome !== null));
      const summary = outcome ? `${outcome.result.text} · ${percent(outcome.result.probability)}` : "";
      find(page, "summary").textContent = summary;
      layer.hidden = !outcome || outcome.result.digits.length === 1;
    },
  };
}

/**
 * @param {Outcome | null} outcome  What is shown.
 * @param {boolean} isCurrent  It is for the drawing as it is now.
 * @returns {import("./result_view.js").Freshness}
 */
function freshness(outcome, isCurrent) {
  if (!outcome) return "none";
  if (!isCurrent) return "stale";
  return isSaved(outcome.result) ? "fresh" : "preview";
}

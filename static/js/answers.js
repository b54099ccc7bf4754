// @ts-check
/**
 * What was answered about the sheet's drawing, and about each drawing that it was before.
 *
 * Strokes are never changed in place, so "the same strokes" is "the same drawing": an answer is found again
 * when a step is undone.
 *
 * @typedef {{answer: import("./answer.js").Answer, body: object}} Outcome
 * @typedef {import("./drawing.js").Drawing} Drawing
 * @typedef {ReturnType<typeof answersOn>} Answers
 */
import { answerView } from "./answer_view.js";
import { boxesView } from "./boxes.js";
import { find } from "./elements.js";

/**
 * @param {HTMLElement} page
 * @param {import("./sheet.js").Sheet} sheet
 * @param {(probability: number) => string} percent
 */
export function answersOn(page, sheet, percent) {
  const layer = find(page, "boxes");
  const boxes = boxesView(layer, percent);
  const view = answerView(find(page, "answer"), percent, boxes.mark);
  /** @type {WeakMap<Drawing["strokes"], Outcome>} */
  const known = new WeakMap();
  /** @type {Outcome | null} */
  let shown = null;

  /** @param {Drawing} drawing */
  const of = ({ strokes }) => known.get(strokes) ?? null;

  /** @param {Outcome} outcome */
  function present(outcome) {
    shown = outcome;
    boxes.show(outcome.answer.digits);
    view.show(outcome.answer);
  }

  return {
    of,
    /** The answer to the drawing as it is now, or null. */
    current: () => of(sheet.drawing),
    /** @type {(drawing: Drawing, outcome: Outcome) => void} */
    add({ strokes }, outcome) {
      known.set(strokes, outcome);
    },
    /** Show the answer to the drawing as it is now, or that the one shown is about another. */
    show() {
      const outcome = of(sheet.drawing);
      if (outcome && outcome !== shown) present(outcome);
      view.setFreshness(outcome ? "fresh" : shown ? "stale" : "none");
      layer.hidden = !outcome || outcome.answer.digits.length === 1;
    },
  };
}

// @ts-check
/**
 * What was answered about the sheet's drawing, and about each drawing that it was before.
 *
 * Strokes are never changed in place, so "the same strokes" is "the same drawing": an answer is found again
 * when a step is undone.
 *
 * @typedef {{answer: import("./answer.js").Answer, body: object}} Outcome
 * @typedef {import("../sheet/drawing.js").Drawing} Drawing
 * @typedef {ReturnType<typeof answersOn>} Answers
 */
import { find } from "../common/elements.js";
import { frameOf } from "../sheet/picture.js";
import { isKept } from "./answer.js";
import { answerView } from "./answer_view.js";
import { boxesView } from "./boxes.js";

/**
 * The one place where an answer comes onto the page.
 * @param {HTMLElement} page
 * @param {import("../sheet/sheet.js").Sheet} sheet
 * @param {Record<string, string>} messages
 * @param {(probability: number) => string} percent
 */
export function answersOn(page, sheet, messages, percent) {
  const layer = find(page, "boxes");
  const boxes = boxesView(layer, percent);
  const view = answerView(find(page, "answer"), messages, percent, (index) => boxes.mark((looked = index)));
  const glance = find(page, "glance");
  /** @type {WeakMap<Drawing["strokes"], Outcome>} */
  const known = new WeakMap();
  /** @type {Outcome | null} */
  let shown = null;
  let looked = 0;

  /** @param {Drawing} drawing */
  const of = ({ strokes }) => known.get(strokes) ?? null;

  /** @param {import("./answer.js").Answer} answer */
  const summary = ({ text, probability }) => `${text} · ${percent(probability)}`;

  /** @param {Outcome} outcome */
  function present(outcome) {
    shown = outcome;
    boxes.show(outcome.answer.digits, frameOf(sheet.drawing));
    view.show(outcome.answer);
  }

  return {
    of,
    /** The index of the digit that is looked at. */
    looked: () => looked,
    /** The answer to the drawing as it is now, or null. */
    current: () => of(sheet.drawing),
    /**
     * An answer that is kept stands.
     * @type {(drawing: Drawing, outcome: Outcome) => void}
     */
    add({ strokes }, outcome) {
      const before = known.get(strokes);
      if (!before || !isKept(before.answer)) known.set(strokes, outcome);
    },
    /** Show the answer to the drawing as it is now, or that the one shown is about another. */
    show() {
      const outcome = of(sheet.drawing);
      if (outcome && outcome !== shown) present(outcome);
      view.setFreshness(freshness(outcome ?? shown, outcome !== null));
      glance.textContent = outcome ? summary(outcome.answer) : "";
      layer.hidden = !outcome || outcome.answer.digits.length === 1;
    },
  };
}

/**
 * @param {Outcome | null} outcome  What is shown.
 * @param {boolean} isCurrent  It is about the drawing as it is now.
 * @returns {import("./answer_view.js").Freshness}
 */
function freshness(outcome, isCurrent) {
  if (!outcome) return "none";
  if (!isCurrent) return "stale";
  return isKept(outcome.answer) ? "fresh" : "preview";
}

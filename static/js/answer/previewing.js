// @ts-check
/**
 * The switch "Answer while I draw", and what it does: each drawing is asked about once the pen rests.
 *
 * @typedef {object} Parts
 * @property {import("../sheet/sheet.js").Sheet} sheet
 * @property {import("./answers.js").Answers} answers
 * @property {ReturnType<typeof import("../common/api.js").previewer>} ask
 * @property {() => void} settle  Brings the page in line with a new answer.
 */
import { find } from "../common/elements.js";
import { isEmpty } from "../sheet/drawing.js";
import { prefer, preferences } from "../sheet/preferences.js";
import { questionAbout } from "../sheet/sheet.js";
import { previews } from "./previews.js";

/**
 * @param {HTMLElement} page
 * @param {Parts} parts
 */
export function previewing(page, { sheet, answers, ask, settle }) {
  const box = /** @type {HTMLInputElement} */ (find(page, "previews"));
  const asking = previews(
    (drawing) => ask(questionAbout(drawing).data),
    (drawing, outcome) => (answers.add(drawing, outcome), settle()),
  );

  function look() {
    const { drawing } = sheet;
    // A picture is finished as it comes, and nobody draws it.
    const isAnswered = box.checked || (drawing.picture && drawing.strokes.length === 0);
    const isAsked = isAnswered && !drawing.open && !isEmpty(drawing) && !answers.of(drawing);
    if (isAsked) asking.want(drawing);
    else asking.drop();
  }

  box.checked = preferences().previews;
  box.addEventListener("change", () => (prefer({ previews: box.checked }), look()));
  sheet.follow(look);
  return asking;
}

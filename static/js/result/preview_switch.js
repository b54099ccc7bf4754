// @ts-check
/**
 * The switch "Recognise as I write", and what it does: each drawing is recognised once the pen rests.
 *
 * @typedef {object} Parts
 * @property {import("../canvas/canvas.js").Canvas} canvas
 * @property {import("./results.js").Results} results
 * @property {ReturnType<typeof import("./requests.js").previewer>} ask
 * @property {() => void} refresh  Brings the page in line with a new result.
 */
import { requestBody } from "../canvas/canvas.js";
import { isEmpty } from "../canvas/drawing.js";
import { prefer, preferences } from "../canvas/preferences.js";
import { find } from "../common/elements.js";
import { previewScheduler } from "./preview_scheduler.js";

/**
 * @param {HTMLElement} page
 * @param {Parts} parts
 */
export function previewSwitch(page, { canvas, results, ask, refresh }) {
  const box = /** @type {HTMLInputElement} */ (find(page, "previews"));
  const scheduler = previewScheduler(
    (drawing) => ask(requestBody(drawing).data),
    (drawing, outcome) => (results.add(drawing, outcome), refresh()),
  );

  function update() {
    const { drawing } = canvas;
    // A picture is finished as it comes: nobody is drawing it.
    const isWanted = box.checked || (drawing.picture && drawing.strokes.length === 0);
    if (isWanted && !drawing.open && !isEmpty(drawing) && !results.of(drawing)) scheduler.want(drawing);
    else scheduler.drop();
  }

  box.checked = preferences().previews;
  box.addEventListener("change", () => (prefer({ previews: box.checked }), update()));
  canvas.onChange(update);
  return scheduler;
}

// @ts-check
/** A stored drawing on its page: its replay, and the result after each stroke. */
import { canvasView } from "../canvas/canvas_view.js";
import { CANVAS_SIZE, EMPTY } from "../canvas/drawing.js";
import { find } from "../common/elements.js";
import { SERVER } from "../common/server.js";
import { previewer } from "../result/requests.js";
import { player } from "./player.js";
import { replayOf } from "./replay.js";
import { strokePredictionsView } from "./stroke_predictions_view.js";

/**
 * @param {HTMLElement} page
 * @param {Record<string, string>} messages
 */
export async function replayView(page, messages) {
  /** @type {import("./replay.js").StoredStroke[]} */
  const strokes = JSON.parse(document.getElementById("strokes")?.textContent ?? "[]");
  if (strokes.length === 0) return;
  const picture = /** @type {HTMLImageElement} */ (find(page, "picture"));
  // Strokes are in pixels of the picture, so there is nothing to replay before it has a size.
  await picture.decode();
  const scale = CANVAS_SIZE / Math.max(picture.naturalWidth, picture.naturalHeight);
  const show = canvasView(/** @type {HTMLCanvasElement} */ (find(page, "replay")));
  find(page, "canvas-container").classList.add("has-replay");
  const replay = replayOf(strokes, scale);
  const preview = previewer({ ...SERVER, url: document.body.dataset.previewUrl ?? "" });
  const predict = (/** @type {string} */ data) => preview(data).then(({ result }) => result);
  const goTo = (/** @type {number} */ ms) => controls.goTo(ms);
  const predictions = strokePredictionsView(find(page, "stroke-predictions"), replay, predict, goTo, messages);
  const controls = player(find(page, "player"), replay, showAt, messages);

  /** @type {(shown: typeof EMPTY.strokes, atMs: number) => void} */
  function showAt(shown, atMs) {
    show({ ...EMPTY, strokes: shown });
    predictions.mark(atMs);
  }
}

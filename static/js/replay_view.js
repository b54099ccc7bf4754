// @ts-check
/** A kept drawing on its page: its strokes as they were drawn, over the picture that they became. */
import { screen } from "./canvas.js";
import { EMPTY, PAPER_SIZE } from "./drawing.js";
import { find } from "./elements.js";
import { player } from "./player.js";
import { film } from "./replay.js";

/**
 * @param {HTMLElement} page
 * @param {Record<string, string>} messages
 */
export async function replayView(page, messages) {
  /** @type {import("./replay.js").KeptStroke[]} */
  const strokes = JSON.parse(document.getElementById("strokes")?.textContent ?? "[]");
  if (strokes.length === 0) return;
  const picture = /** @type {HTMLImageElement} */ (find(page, "picture"));
  // Strokes are in pixels of the picture, so there is nothing to replay before it has a size.
  await picture.decode();
  const scale = PAPER_SIZE / Math.max(picture.naturalWidth, picture.naturalHeight);
  const show = screen(/** @type {HTMLCanvasElement} */ (find(page, "replay")));
  find(page, "sheet").classList.add("has-replay");
  player(find(page, "player"), film(strokes, scale), (shown) => show({ ...EMPTY, strokes: shown }), messages);
}

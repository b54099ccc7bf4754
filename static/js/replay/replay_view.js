// @ts-check
/** A kept drawing on its page: its strokes as they were drawn, and what is read after each. */
import { TIMEOUT_MS, previewer } from "../common/api.js";
import { find } from "../common/elements.js";
import { screen } from "../sheet/canvas.js";
import { EMPTY, PAPER_SIZE } from "../sheet/drawing.js";
import { player } from "./player.js";
import { film } from "./replay.js";
import { timeline } from "./timeline.js";

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
  const replay = film(strokes, scale);
  const { previewUrl: url = "" } = page.dataset;
  const preview = previewer({ fetch: window.fetch.bind(window), timeoutMs: TIMEOUT_MS, url });
  const ask = (/** @type {string} */ data) => preview(data).then(({ answer }) => answer);
  const line = timeline(find(page, "unfolding"), replay, ask, (ms) => controls.goTo(ms), messages);
  const controls = player(find(page, "player"), replay, showAt, messages);

  /** @type {(shown: typeof EMPTY.strokes, atMs: number) => void} */
  function showAt(shown, atMs) {
    show({ ...EMPTY, strokes: shown });
    line.mark(atMs);
  }
}

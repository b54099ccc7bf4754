// @ts-check
/** The page of one drawing: its strokes as they were drawn, over the picture that they became. */
import "./localized.js";
import { againView } from "./again.js";
import { TIMEOUT_MS, lookInside, recogniser } from "./api.js";
import { screen } from "./canvas.js";
import { EMPTY, PAPER_SIZE } from "./drawing.js";
import { find, readMessages } from "./elements.js";
import { insideView } from "./inside.js";
import { player } from "./player.js";
import { film } from "./replay.js";
import { timeline } from "./timeline.js";

const page = find(document, "record-page");
const picture = /** @type {HTMLImageElement} */ (find(page, "picture"));
const canvas = /** @type {HTMLCanvasElement} */ (find(page, "replay"));
const messages = readMessages(page);
/** @type {import("./replay.js").KeptStroke[]} */
const strokes = JSON.parse(document.getElementById("strokes")?.textContent ?? "[]");

const server = { fetch: window.fetch.bind(window), timeoutMs: TIMEOUT_MS };
const insideButton = /** @type {HTMLButtonElement} */ (find(page, "look-inside"));

againView(page, messages);
insideView(insideButton, (digit) => lookInside({ ...server, url: `${page.dataset.insideUrl}?digit=${digit}` }));
insideButton.hidden = false;
if (strokes.length > 0) {
  // Strokes are in pixels of the picture, so there is nothing to replay before it has a size.
  await picture.decode();
  const scale = PAPER_SIZE / Math.max(picture.naturalWidth, picture.naturalHeight);
  const show = screen(canvas);
  find(page, "sheet").classList.add("has-replay");
  const replay = film(strokes, scale);
  const preview = recogniser({ ...server, url: page.dataset.previewUrl ?? "" });
  const ask = (/** @type {string} */ data) => preview({ data }).then(({ answer }) => answer);
  const line = timeline(find(page, "unfolding"), replay, ask, (ms) => controls.goTo(ms), messages);
  const controls = player(find(page, "player"), replay, showAt, messages);

  /** @type {(shown: typeof EMPTY.strokes, atMs: number) => void} */
  function showAt(shown, atMs) {
    show({ ...EMPTY, strokes: shown });
    line.mark(atMs);
  }
}

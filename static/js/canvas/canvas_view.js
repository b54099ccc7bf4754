// @ts-check
/**
 * A drawing on a canvas of the page, and as the picture that is sent.
 *
 * @typedef {import("./drawing.js").Drawing} Drawing
 */
import { CANVAS_SIZE } from "./drawing.js";
import { JPEG_QUALITY, frameOf } from "./picture.js";
import { renderWithBackground, renderStrokes } from "./rendering.js";

/**
 * Show a drawing on the canvas, as sharp as the screen allows.
 * @param {HTMLCanvasElement} canvas
 * @returns {(drawing: Drawing) => void}  Call it after each change; it draws once a frame.
 */
export function canvasView(canvas) {
  const context = context2d(canvas);
  /** @type {Drawing | null} */
  let shown = null;
  let frame = 0;

  const draw = () => {
    frame = 0;
    const scale = fit(canvas) / CANVAS_SIZE;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, CANVAS_SIZE, CANVAS_SIZE);
    if (shown?.picture) renderWithBackground(context, shown);
    else if (shown) renderStrokes(context, shown.strokes, getComputedStyle(canvas).color);
  };
  const redraw = () => {
    frame ||= requestAnimationFrame(draw);
  };
  whenAppearanceChanges(canvas, redraw);
  return (drawing) => {
    shown = drawing;
    redraw();
  };
}

/**
 * The drawing as it is sent to the network, as a data URL: a PNG, or a JPEG where there is a picture.
 * @param {Drawing} drawing
 */
export function toDataURL(drawing) {
  const { x, y, width, height, scale } = frameOf(drawing);
  const sent = document.createElement("canvas");
  sent.width = Math.round(width * scale);
  sent.height = Math.round(height * scale);
  const context = context2d(sent);
  context.setTransform(scale, 0, 0, scale, -x * scale, -y * scale);
  renderWithBackground(context, drawing);
  return drawing.picture ? sent.toDataURL("image/jpeg", JPEG_QUALITY) : sent.toDataURL("image/png");
}

/**
 * Give the canvas as many pixels as the screen has under it. Setting its size clears it, so only when new.
 * @param {HTMLCanvasElement} canvas
 * @returns {number}  Its side in the screen's pixels.
 */
function fit(canvas) {
  const side = Math.round(canvas.clientWidth * devicePixelRatio);
  if (canvas.width !== side) canvas.width = canvas.height = side;
  return side;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} redraw
 */
function whenAppearanceChanges(canvas, redraw) {
  new ResizeObserver(redraw).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  const whenDensityChanges = () => {
    const density = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    density.addEventListener("change", () => (redraw(), whenDensityChanges()), { once: true });
  };
  whenDensityChanges();
}

/** @param {HTMLCanvasElement} canvas */
function context2d(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

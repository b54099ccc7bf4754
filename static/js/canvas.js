// @ts-check
/**
 * The edge between the page's canvas and the drawing: pointer events in, pixels out.
 *
 * @typedef {{x: number, y: number, timeMs: number, pressure: number, hasPressure: boolean, isEraser: boolean}} Touch
 *   Where a pointer is on the paper, by the page's own clock; whether its pressure means anything, and whether it is
 *   the other end of a pen.
 * @typedef {import("./drawing.js").Drawing} Drawing
 * @typedef {object} Pen  What to do when a pointer draws.
 * @property {(touch: Touch) => void} begin
 * @property {(touches: Touch[]) => void} extend
 * @property {() => void} end
 * @property {() => void} withdraw  The browser says that the stroke was not meant: a palm, a system gesture.
 */
import { PAPER_SIZE } from "./drawing.js";
import { renderOnPaper, renderStrokes } from "./rendering.js";

/** The left button, or contact; and a pen's eraser, with its bit in `buttons` (Pointer Events, 4.1.1). */
const DRAWING_BUTTONS = [0, 5];
const ERASER_BUTTONS = 32;

/**
 * Let mouse, finger or pen draw, one at a time.
 * @param {HTMLCanvasElement} canvas
 * @param {Pen} pen
 */
export function followPointer(canvas, pen) {
  /** @type {number | null} */
  let active = null;

  /** @type {(lift: () => void) => (event: PointerEvent) => void} */
  const lifts = (lift) => (event) => {
    if (event.pointerId !== active) return;
    active = null;
    lift();
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (active !== null || !DRAWING_BUTTONS.includes(event.button)) return;
    active = event.pointerId;
    canvas.setPointerCapture(active);
    // A button that kept the focus would take the next press of Enter for itself.
    canvas.focus({ preventScroll: true });
    pen.begin(toTouch(canvas, event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== active) return;
    pen.extend(coalesced(event).map((each) => toTouch(canvas, each)));
  });
  canvas.addEventListener("pointerup", lifts(pen.end));
  canvas.addEventListener("lostpointercapture", lifts(pen.end));
  canvas.addEventListener("pointercancel", lifts(pen.withdraw));
}

/**
 * Show a drawing on the canvas, as sharp as the screen allows.
 * @param {HTMLCanvasElement} canvas
 * @returns {(drawing: Drawing) => void}  Call it after each change; it draws once a frame.
 */
export function screen(canvas) {
  const context = context2d(canvas);
  /** @type {Drawing | null} */
  let shown = null;
  let frame = 0;

  const draw = () => {
    frame = 0;
    const scale = fit(canvas) / PAPER_SIZE;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, PAPER_SIZE, PAPER_SIZE);
    if (shown) renderStrokes(context, shown.strokes, getComputedStyle(canvas).color);
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
 * The drawing as the network is sent it: a PNG as a data URL.
 * @param {Drawing} drawing
 */
export function toDataURL(drawing) {
  const paper = document.createElement("canvas");
  paper.width = paper.height = PAPER_SIZE;
  renderOnPaper(context2d(paper), drawing.strokes);
  return paper.toDataURL("image/png");
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {PointerEvent} event
 * @returns {Touch}
 */
export function toTouch(canvas, event) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return {
    x: ((event.clientX - left) * PAPER_SIZE) / width,
    y: ((event.clientY - top) * PAPER_SIZE) / height,
    timeMs: event.timeStamp,
    pressure: event.pressure,
    hasPressure: event.pointerType === "pen",
    isEraser: (event.buttons & ERASER_BUTTONS) !== 0,
  };
}

/** @param {PointerEvent} event */
function coalesced(event) {
  const events = event.getCoalescedEvents?.() ?? [];
  return events.length ? events : [event];
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

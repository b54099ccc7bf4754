// @ts-check
/**
 * The pointers over the paper: mouse, finger, and both ends of a pen.
 *
 * @typedef {{x: number, y: number, timeMs: number, pressure: number, hasPressure: boolean, isEraser: boolean}} Touch
 *   Where a pointer is on the paper, by the page's own clock; whether its pressure means anything, and whether it is
 *   the other end of a pen.
 * @typedef {object} Pen  What to do when a pointer draws.
 * @property {(touch: Touch) => void} begin
 * @property {(touches: Touch[]) => void} extend
 * @property {() => void} end
 * @property {() => void} withdraw  The browser says that the stroke was not meant: a palm, a system gesture.
 */
import { PAPER_SIZE } from "./drawing.js";

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

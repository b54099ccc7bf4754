// @ts-check
/**
 * Input by pointer: mouse, finger, and both ends of a pen.
 *
 * @typedef {import("./input.js").InputSample} InputSample
 */
import { CANVAS_SIZE } from "./drawing.js";

/** The left button, or contact; and a pen's eraser, with its bit in `buttons` (Pointer Events, 4.1.1). */
const DRAWING_BUTTONS = [0, 5];
const ERASER_BUTTONS = 32;

/**
 * Let mouse, finger or pen draw, one at a time.
 * @param {HTMLCanvasElement} element
 * @param {import("./input.js").Input} input
 */
export function pointerInput(element, input) {
  /** @type {number | null} */
  let active = null;

  /** @type {(lift: () => void) => (event: PointerEvent) => void} */
  const lifts = (lift) => (event) => {
    if (event.pointerId !== active) return;
    active = null;
    lift();
  };

  element.addEventListener("pointerdown", (event) => {
    if (active !== null || !DRAWING_BUTTONS.includes(event.button)) return;
    active = event.pointerId;
    element.setPointerCapture(active);
    // A button that kept the focus would take the next press of Enter for itself.
    element.focus({ preventScroll: true });
    input.begin(toSample(element, event));
  });
  element.addEventListener("pointermove", (event) => {
    if (event.pointerId !== active) return;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    input.extend((coalesced.length ? coalesced : [event]).map((each) => toSample(element, each)));
  });
  element.addEventListener("pointerup", lifts(input.end));
  element.addEventListener("lostpointercapture", lifts(input.end));
  element.addEventListener("pointercancel", lifts(input.withdraw));
}

/**
 * @param {HTMLCanvasElement} element
 * @param {PointerEvent} event
 * @returns {InputSample}
 */
export function toSample(element, event) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return {
    x: ((event.clientX - left) * CANVAS_SIZE) / width,
    y: ((event.clientY - top) * CANVAS_SIZE) / height,
    timeMs: event.timeStamp,
    pressure: event.pressure,
    hasPressure: event.pointerType === "pen",
    isEraser: (event.buttons & ERASER_BUTTONS) !== 0,
  };
}

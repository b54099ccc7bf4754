// @ts-check
/**
 * The canvas: it holds the one drawing, shows it, and tells its listeners of each change.
 *
 * @typedef {import("./drawing.js").Drawing} Drawing
 * @typedef {(now: Drawing, before: Drawing) => void} Listener
 * @typedef {ReturnType<typeof canvasOf>} Canvas
 */
import { canvasView, toDataURL } from "./canvas_view.js";
import { EMPTY } from "./drawing.js";
import { toData } from "./stroke_data.js";

/** @param {HTMLCanvasElement} element */
export function canvasOf(element) {
  const show = canvasView(element);
  /** @type {Listener[]} */
  const listeners = [];
  let drawing = EMPTY;
  return {
    get drawing() {
      return drawing;
    },
    /** @param {Drawing} next */
    change(next) {
      const before = drawing;
      drawing = next;
      show(drawing);
      for (const listener of listeners) listener(drawing, before);
    },
    /** @param {Listener} listener */
    onChange(listener) {
      listeners.push(listener);
    },
  };
}

/**
 * The body of a request about a drawing: its picture as a data URL, and its strokes. Strokes on a picture are only a
 * part of the drawing, so they are not sent.
 * @param {Drawing} drawing
 */
export function requestBody(drawing) {
  return { data: toDataURL(drawing), strokes: drawing.picture ? [] : toData(drawing) };
}

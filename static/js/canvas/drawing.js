// @ts-check
/**
 * A drawing as data: strokes of points, apart from any canvas.
 *
 * No function changes the drawing it is given. Each step remembers the drawing before it, and undo goes
 * back there, so that even clearing can be undone. An undone step is remembered until the next step.
 *
 * @typedef {{x: number, y: number, t: number, pressure: number, width: number}} Point
 *   x, y and width in pixels of the canvas, t in ms since the drawing's first point, pressure from 0 to 1.
 * @typedef {{x: number, y: number, timeMs: number, pressure: number, width: number}} Sample
 *   Where a pen is: like a point, but timed by the page's own clock.
 * @typedef {readonly Point[]} Stroke
 * @typedef {object} Picture
 * @property {CanvasImageSource} image
 * @property {string} url  Its content as a data URL.
 * @property {number} width  In pixels of its own, as the height.
 * @property {number} height
 * @property {boolean} isDark  Light ink on a dark background; then the pen has white ink.
 *
 * @typedef {object} Drawing
 * @property {readonly Stroke[]} strokes
 * @property {Picture | null} picture  Under the strokes.
 * @property {boolean} open  Is the last stroke still being drawn, or the eraser down?
 * @property {number} originMs  The page's time of the first point; NaN while there is none.
 * @property {Drawing | null} before
 * @property {Drawing | null} after
 */

/** Width and height of the canvas, in pixels. */
export const CANVAS_SIZE = 280;

/** A pen that rests sends many samples; those nearer than this, in pixels, add nothing. */
const MIN_STEP = 0.5;

/** @type {Drawing} */
export const EMPTY = Object.freeze({
  strokes: Object.freeze([]),
  picture: null,
  open: false,
  originMs: NaN,
  before: null,
  after: null,
});

/** @param {Drawing} drawing */
export function isEmpty({ strokes, picture }) {
  return strokes.length === 0 && !picture;
}

/** @param {Drawing} drawing */
export function canUndo(drawing) {
  return drawing.before !== null;
}

/** @param {Drawing} drawing */
export function canRedo(drawing) {
  return drawing.after !== null;
}

/**
 * Put the pen down.
 * @param {Drawing} drawing
 * @param {Sample} sample
 * @returns {Drawing}
 */
export function begin(drawing, sample) {
  const { strokes } = drawing;
  const originMs = strokes.length === 0 ? sample.timeMs : drawing.originMs;
  const point = toPoint(sample, originMs, lastTime(drawing));
  const next = { strokes: [...strokes, [point]], open: true, originMs, before: end(drawing), after: null };
  return { ...drawing, ...next };
}

/**
 * Move the pen; nothing happens while it is up.
 * @param {Drawing} drawing
 * @param {readonly Sample[]} samples
 * @returns {Drawing}
 */
export function extend(drawing, samples) {
  if (!drawing.open) return drawing;
  const stroke = [...drawing.strokes[drawing.strokes.length - 1]];
  const pointsBefore = stroke.length;
  for (const sample of samples) {
    const last = stroke[stroke.length - 1];
    if (Math.hypot(sample.x - last.x, sample.y - last.y) < MIN_STEP) continue;
    stroke.push(toPoint(sample, drawing.originMs, last.t));
  }
  if (stroke.length === pointsBefore) return drawing;
  return { ...drawing, strokes: [...drawing.strokes.slice(0, -1), stroke] };
}

/**
 * Put the eraser down. All that it erases until it is lifted is one step.
 * @param {Drawing} drawing
 * @returns {Drawing}
 */
export function beginErasing(drawing) {
  const before = end(drawing);
  return { ...before, open: true, before, after: null };
}

/**
 * Keep only these strokes; nothing happens while the eraser is up.
 * @param {Drawing} drawing
 * @param {Drawing["strokes"]} strokes
 * @returns {Drawing}
 */
export function keepStrokes(drawing, strokes) {
  return drawing.open ? { ...drawing, strokes } : drawing;
}

/**
 * Lift the pen or the eraser. An eraser that took nothing was no step.
 * @param {Drawing} drawing
 * @returns {Drawing}
 */
export function end(drawing) {
  if (!drawing.open) return drawing;
  return drawing.strokes === drawing.before?.strokes ? drawing.before : { ...drawing, open: false };
}

/**
 * Take back the last stroke, finished or not, or the last clearing.
 * @param {Drawing} drawing
 * @returns {Drawing}
 */
export function undo(drawing) {
  return drawing.before ? { ...drawing.before, after: end(drawing) } : drawing;
}

/**
 * Redo the step that was undone last.
 * @param {Drawing} drawing
 * @returns {Drawing}
 */
export function redo(drawing) {
  return drawing.after ?? drawing;
}

/**
 * Drop a stroke that was not meant, for good.
 * @param {Drawing} drawing
 * @returns {Drawing}
 */
export function withdraw(drawing) {
  return drawing.open ? (drawing.before ?? EMPTY) : drawing;
}

/**
 * Begin a new drawing on a picture. Its list of strokes is empty, and a new list, so no other drawing has the same one.
 * @param {Drawing} drawing
 * @param {Picture} picture
 * @returns {Drawing}
 */
export function placePicture(drawing, picture) {
  return { ...EMPTY, strokes: [], picture, before: end(drawing) };
}

/**
 * Begin a new drawing.
 * @param {Drawing} drawing
 * @returns {Drawing}
 */
export function clear(drawing) {
  return isEmpty(drawing) ? drawing : { ...EMPTY, before: end(drawing) };
}

/**
 * Events of several devices may arrive out of order; the times of a drawing never run backwards.
 * @param {Sample} sample
 * @param {number} originMs
 * @param {number} notBefore
 * @returns {Point}
 */
function toPoint({ x, y, timeMs, pressure, width }, originMs, notBefore) {
  return { x, y, t: Math.max(notBefore, timeMs - originMs), pressure, width };
}

/**
 * When the last point was drawn, in ms since the first.
 * @param {Pick<Drawing, "strokes">} drawing
 */
export function lastTime({ strokes }) {
  const stroke = strokes[strokes.length - 1];
  return stroke ? stroke[stroke.length - 1].t : 0;
}

// @ts-check
/**
 * A drawing as data: strokes of points, apart from any canvas.
 *
 * No function changes the drawing it is given. Each step remembers the drawing before it, and undo goes
 * back there, so that even clearing can be undone. What was undone is remembered until the next step.
 *
 * @typedef {{x: number, y: number, t: number, pressure: number}} Point
 *   x and y in pixels of the paper, t in ms since the drawing's first point, pressure from 0 to 1.
 * @typedef {{x: number, y: number, timeMs: number, pressure: number}} Sample
 *   Where a pen is: like a point, but timed by the page's own clock.
 * @typedef {readonly Point[]} Stroke
 * @typedef {object} Drawing
 * @property {readonly Stroke[]} strokes
 * @property {boolean} open  Is the last stroke still being drawn?
 * @property {number} originMs  The page's time of the first point; NaN while there is none.
 * @property {Drawing | null} before
 * @property {Drawing | null} after
 *
 * @typedef {[number[], number[], number[], number[]]} StrokeData  x, y, t and pressure of each point.
 */

/** Width and height of the paper, in pixels. */
export const PAPER_SIZE = 280;

/** A pen that rests on the paper sends many samples; those nearer than this, in pixels, add nothing. */
const MIN_STEP = 0.5;

/** @type {Drawing} */
export const EMPTY = Object.freeze({
  strokes: Object.freeze([]),
  open: false,
  originMs: NaN,
  before: null,
  after: null,
});

/** @param {Drawing} drawing */
export function isEmpty(drawing) {
  return drawing.strokes.length === 0;
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
  const originMs = isEmpty(drawing) ? sample.timeMs : drawing.originMs;
  const point = toPoint(sample, originMs, lastTime(drawing));
  return { strokes: [...drawing.strokes, [point]], open: true, originMs, before: end(drawing), after: null };
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
 * Lift the pen.
 * @param {Drawing} drawing
 * @returns {Drawing}
 */
export function end(drawing) {
  return drawing.open ? { ...drawing, open: false } : drawing;
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
 * Do again what was taken back last.
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
 * Take a fresh sheet.
 * @param {Drawing} drawing
 * @returns {Drawing}
 */
export function clear(drawing) {
  return isEmpty(drawing) ? drawing : { ...EMPTY, before: end(drawing) };
}

/**
 * The strokes in the form that Quick, Draw! made common, with pressure added.
 * @param {Drawing} drawing
 * @returns {StrokeData[]}
 */
export function toData(drawing) {
  return drawing.strokes.map((stroke) => [
    stroke.map((point) => round(point.x, 2)),
    stroke.map((point) => round(point.y, 2)),
    stroke.map((point) => Math.round(point.t)),
    stroke.map((point) => round(point.pressure, 3)),
  ]);
}

/**
 * The drawing whose strokes `toData` gave, ready to be undone stroke by stroke and to be drawn on.
 * @param {readonly StrokeData[]} data
 * @param {number} nowMs  The page's time, from which the drawing's clock goes on.
 * @returns {Drawing}
 */
export function fromData(data, nowMs) {
  const strokes = data.map(([x, y, t, pressure]) =>
    x.map((_, i) => ({ x: x[i], y: y[i], t: t[i], pressure: pressure[i] })),
  );
  const originMs = nowMs - lastTime({ ...EMPTY, strokes });
  /** @type {Drawing} */
  let drawing = EMPTY;
  strokes.forEach((_, i) => {
    drawing = { strokes: strokes.slice(0, i + 1), open: false, originMs, before: drawing, after: null };
  });
  return drawing;
}

/**
 * Events of several devices may arrive out of order; the times of a drawing never run backwards.
 * @param {Sample} sample
 * @param {number} originMs
 * @param {number} notBefore
 * @returns {Point}
 */
function toPoint(sample, originMs, notBefore) {
  const t = Math.max(notBefore, sample.timeMs - originMs);
  return { x: sample.x, y: sample.y, t, pressure: sample.pressure };
}

/** @param {Drawing} drawing */
function lastTime({ strokes }) {
  const stroke = strokes[strokes.length - 1];
  return stroke ? stroke[stroke.length - 1].t : 0;
}

/**
 * @param {number} value
 * @param {number} decimals
 */
function round(value, decimals) {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

// @ts-check
/**
 * Strokes in the form that Quick, Draw! made common, with pressure and width added: to be sent and remembered.
 *
 * @typedef {import("./drawing.js").Drawing} Drawing
 * @typedef {[number[], number[], number[], number[], number[]?]} StrokeData
 *   x, y, t, pressure and width of each point; drawings from before strokes had widths have none.
 */
import { DEFAULT_PEN_WIDTH } from "./pen_width.js";
import { EMPTY, lastTime } from "./drawing.js";

/**
 * @param {Drawing} drawing
 * @returns {StrokeData[]}
 */
export function toData({ strokes }) {
  return strokes.map((stroke) => [
    stroke.map((point) => round(point.x, 2)),
    stroke.map((point) => round(point.y, 2)),
    stroke.map((point) => Math.round(point.t)),
    stroke.map((point) => round(point.pressure, 3)),
    stroke.map((point) => round(point.width, 2)),
  ]);
}

/**
 * The drawing whose strokes `toData` gave, ready to be undone stroke by stroke and to be drawn on.
 * @param {readonly StrokeData[]} data
 * @param {number} nowMs  The page's time, from which the drawing's clock goes on.
 * @param {Drawing} [from]  The drawing to continue.
 * @returns {Drawing}
 */
export function fromData(data, nowMs, from = EMPTY) {
  const strokes = data.map(([x, y, t, pressure, width]) =>
    x.map((_, i) => ({ x: x[i], y: y[i], t: t[i], pressure: pressure[i], width: width?.[i] ?? DEFAULT_PEN_WIDTH })),
  );
  const originMs = nowMs - lastTime({ strokes });
  /** @type {Drawing} */
  let drawing = from;
  strokes.forEach((_, i) => {
    drawing = { ...from, strokes: strokes.slice(0, i + 1), originMs, before: drawing };
  });
  return drawing;
}

/**
 * @param {number} value
 * @param {number} decimals
 */
function round(value, decimals) {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

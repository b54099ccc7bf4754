// @ts-check
/**
 * A stored drawing as a replay: its strokes at any moment, in the pen's own timing.
 *
 * @typedef {import("../canvas/drawing.js").Point} Point
 * @typedef {import("../canvas/drawing.js").Stroke} Stroke
 * @typedef {number[][]} StoredStroke  x, y and perhaps t, pressure and width of each point.
 * @typedef {object} Replay
 * @property {readonly Stroke[]} strokes  Their times as they are shown.
 * @property {number} durationMs
 */

import { DEFAULT_PEN_WIDTH } from "../canvas/pen_width.js";

/** A pause between strokes is replayed no longer than this, in ms. */
export const LONGEST_PAUSE_MS = 1000;

/** Where a client sent no times, in ms: between two points of a stroke, and between two strokes. */
const POINT_MS = 16;
const STROKE_MS = 300;

/** How long a stroke of a single point is shown, in ms. */
const DOT_MS = 80;

/**
 * @param {readonly StoredStroke[]} stored
 * @param {number} [scale]  From the drawing's pixels to those of the canvas.
 * @returns {Replay}
 */
export function replayOf(stored, scale = 1) {
  /** @type {Stroke[]} */
  const strokes = [];
  let [shownMs, storedMs] = [0, stored.length ? (stored[0][2]?.[0] ?? 0) : 0];
  for (const stroke of stored) {
    const points = toPoints(stroke, scale, strokes.length ? storedMs + STROKE_MS : storedMs);
    const pauseMs = points[0].t - storedMs;
    const shiftMs = shownMs + Math.min(Math.max(pauseMs, 0), LONGEST_PAUSE_MS) - points[0].t;
    strokes.push(points.map((point) => ({ ...point, t: point.t + shiftMs })));
    storedMs = points[points.length - 1].t;
    shownMs = storedMs + shiftMs;
  }
  return { strokes, durationMs: strokes.length ? shownMs + DOT_MS : 0 };
}

/**
 * The strokes on the canvas at a moment: whole ones, and the drawn part of the last one.
 * @param {Replay} replay
 * @param {number} ms
 * @returns {Stroke[]}
 */
export function strokesAt({ strokes }, ms) {
  return strokes.map((stroke) => stroke.filter(({ t }) => t <= ms)).filter((stroke) => stroke.length > 0);
}

/**
 * The moment to which a step leads: the end of this stroke or of the next one, or of the one before.
 * @param {Replay} replay
 * @param {number} ms
 * @param {1 | -1} direction
 * @returns {number}
 */
export function step({ strokes, durationMs }, ms, direction) {
  const ends = strokes.map((stroke) => stroke[stroke.length - 1].t);
  if (direction === 1) return ends.slice(0, -1).find((end) => end > ms) ?? durationMs;
  // From the very end the step goes to before the last stroke, and not to its last point.
  const from = ms >= (ends[ends.length - 1] ?? 0) ? ends[ends.length - 1] : ms;
  return ends.reverse().find((end) => end < from) ?? 0;
}

/**
 * @param {StoredStroke} stroke
 * @param {number} scale
 * @param {number} startMs  When it began, where the client did not say.
 * @returns {Point[]}
 */
function toPoints([x, y, t, pressure, width], scale, startMs) {
  let lastMs = -Infinity;
  return x.map((_, i) => {
    // Another client's times may run backwards; a replay does not.
    lastMs = Math.max(lastMs, t ? t[i] : startMs + i * POINT_MS);
    return {
      x: x[i] * scale,
      y: y[i] * scale,
      t: lastMs,
      pressure: pressure?.[i] ?? 0,
      width: width ? width[i] * scale : DEFAULT_PEN_WIDTH,
    };
  });
}

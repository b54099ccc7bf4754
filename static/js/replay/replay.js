// @ts-check
/**
 * A kept drawing as a film: its strokes at any moment, in the pen's own timing.
 *
 * @typedef {import("../sheet/drawing.js").Point} Point
 * @typedef {import("../sheet/drawing.js").Stroke} Stroke
 * @typedef {number[][]} KeptStroke  x, y and perhaps t, pressure and width of each point.
 * @typedef {object} Film
 * @property {readonly Stroke[]} strokes  Their times as they are shown.
 * @property {number} durationMs
 */

import { PEN_WIDTH } from "../sheet/brush.js";

/** Who stopped to think is not waited for longer than this, in ms. */
export const LONGEST_PAUSE_MS = 1000;

/** What is taken where a client sent no times, in ms: between two points of a stroke, and between two strokes. */
const POINT_MS = 16;
const STROKE_MS = 300;

/** How long a stroke of a single point is looked at, in ms. */
const DOT_MS = 80;

/**
 * @param {readonly KeptStroke[]} kept
 * @param {number} [scale]  From the drawing's pixels to those of the paper.
 * @returns {Film}
 */
export function film(kept, scale = 1) {
  /** @type {Stroke[]} */
  const strokes = [];
  let [shownMs, keptMs] = [0, kept.length ? (kept[0][2]?.[0] ?? 0) : 0];
  for (const stroke of kept) {
    const points = toPoints(stroke, scale, strokes.length ? keptMs + STROKE_MS : keptMs);
    const pauseMs = points[0].t - keptMs;
    const shiftMs = shownMs + Math.min(Math.max(pauseMs, 0), LONGEST_PAUSE_MS) - points[0].t;
    strokes.push(points.map((point) => ({ ...point, t: point.t + shiftMs })));
    keptMs = points[points.length - 1].t;
    shownMs = keptMs + shiftMs;
  }
  return { strokes, durationMs: strokes.length ? shownMs + DOT_MS : 0 };
}

/**
 * What was on the paper at a moment: whole strokes, and the one that was being drawn up to there.
 * @param {Film} film
 * @param {number} ms
 * @returns {Stroke[]}
 */
export function strokesAt({ strokes }, ms) {
  return strokes.map((stroke) => stroke.filter(({ t }) => t <= ms)).filter((stroke) => stroke.length > 0);
}

/**
 * The moment to which a step leads: the end of this stroke or of the next one, or of the one before.
 * @param {Film} film
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
 * @param {KeptStroke} stroke
 * @param {number} scale
 * @param {number} startMs  When it began, where the client did not say.
 * @returns {Point[]}
 */
function toPoints([x, y, t, pressure, width], scale, startMs) {
  let lastMs = -Infinity;
  return x.map((_, i) => {
    // Another client's times may run backwards; a film does not.
    lastMs = Math.max(lastMs, t ? t[i] : startMs + i * POINT_MS);
    return {
      x: x[i] * scale,
      y: y[i] * scale,
      t: lastMs,
      pressure: pressure?.[i] ?? 0,
      width: width ? width[i] * scale : PEN_WIDTH,
    };
  });
}

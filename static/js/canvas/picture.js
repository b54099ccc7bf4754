// @ts-check
/**
 * A picture that lies on the canvas, to be read or drawn on.
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Rectangle  In pixels of the canvas.
 * @typedef {Rectangle & {scale: number}} Frame
 *   The part of the canvas that the server is sent, and how many pixels it has for one of the canvas.
 */
import { CANVAS_SIZE } from "./drawing.js";

/** The longest side of a picture that is sent, in its pixels: a number on paper is read well from it. */
export const LONGEST_SIDE = 1024;

export const JPEG_QUALITY = 0.92;

/**
 * Where a picture lies: as large as fits on the canvas, in its middle.
 * @param {{width: number, height: number}} picture
 * @returns {Rectangle}
 */
export function fitOnCanvas({ width, height }) {
  const scale = CANVAS_SIZE / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  return { x: (CANVAS_SIZE - w) / 2, y: (CANVAS_SIZE - h) / 2, width: w, height: h };
}

/**
 * The whole canvas; or the picture with the strokes beside it: an edge around a picture may look like ink.
 * @param {Pick<import("./drawing.js").Drawing, "strokes" | "picture">} drawing
 * @returns {Frame}
 */
export function frameOf({ strokes, picture }) {
  if (!picture) return { x: 0, y: 0, width: CANVAS_SIZE, height: CANVAS_SIZE, scale: 1 };
  const { x, y, width, height } = fitOnCanvas(picture);
  const points = strokes.flat();
  const low = (/** @type {"x" | "y"} */ axis, /** @type {number} */ from) =>
    points.reduce((least, point) => Math.min(least, point[axis] - point.width / 2), from);
  const high = (/** @type {"x" | "y"} */ axis, /** @type {number} */ to) =>
    points.reduce((most, point) => Math.max(most, point[axis] + point.width / 2), to);
  const [left, top] = [Math.max(low("x", x), 0), Math.max(low("y", y), 0)];
  const [right, bottom] = [Math.min(high("x", x + width), CANVAS_SIZE), Math.min(high("y", y + height), CANVAS_SIZE)];
  const scale = Math.max(Math.max(picture.width, picture.height) / CANVAS_SIZE, 1);
  return { x: left, y: top, width: right - left, height: bottom - top, scale };
}

/**
 * How large a picture is kept, so that it is within the server's limits.
 * @param {{width: number, height: number}} picture
 * @param {number} maxPixels
 */
export function shrunk({ width, height }, maxPixels) {
  const side = Math.min(LONGEST_SIDE, Math.sqrt(maxPixels));
  const scale = Math.min(side / Math.max(width, height), 1);
  return { width: Math.max(Math.round(width * scale), 1), height: Math.max(Math.round(height * scale), 1) };
}

/**
 * Whether a picture shows light ink on a dark background: ink is the smaller part, and pulls the mean to its side.
 * @param {readonly number[]} levels  Grey, from 0 to 255.
 */
export function isLightOnDark(levels) {
  const median = [...levels].sort((a, b) => a - b)[levels.length >> 1];
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  return median < 128 && median < mean;
}

// @ts-check
/**
 * A picture that lies on the paper, to be read or drawn on.
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Rectangle  In pixels of the paper.
 * @typedef {Rectangle & {scale: number}} Frame
 *   What the server is sent of the paper, and how many pixels it has for one of the paper.
 */
import { PAPER_SIZE } from "./drawing.js";

/** The longest side of a picture that is sent, in its pixels: a number on paper is read well from it. */
export const LONGEST_SIDE = 1024;

export const JPEG_QUALITY = 0.92;

/**
 * Where a picture lies: as large as the paper lets it be, in its middle.
 * @param {{width: number, height: number}} picture
 * @returns {Rectangle}
 */
export function placeOf({ width, height }) {
  const scale = PAPER_SIZE / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  return { x: (PAPER_SIZE - w) / 2, y: (PAPER_SIZE - h) / 2, width: w, height: h };
}

/**
 * The whole paper; or the picture, with what is drawn beside it: an edge around a picture may look like ink.
 * @param {Pick<import("./drawing.js").Drawing, "strokes" | "picture">} drawing
 * @returns {Frame}
 */
export function frameOf({ strokes, picture }) {
  if (!picture) return { x: 0, y: 0, width: PAPER_SIZE, height: PAPER_SIZE, scale: 1 };
  const { x, y, width, height } = placeOf(picture);
  const points = strokes.flat();
  const low = (/** @type {"x" | "y"} */ axis, /** @type {number} */ from) =>
    points.reduce((least, point) => Math.min(least, point[axis] - point.width / 2), from);
  const high = (/** @type {"x" | "y"} */ axis, /** @type {number} */ to) =>
    points.reduce((most, point) => Math.max(most, point[axis] + point.width / 2), to);
  const [left, top] = [Math.max(low("x", x), 0), Math.max(low("y", y), 0)];
  const [right, bottom] = [Math.min(high("x", x + width), PAPER_SIZE), Math.min(high("y", y + height), PAPER_SIZE)];
  const scale = Math.max(Math.max(picture.width, picture.height) / PAPER_SIZE, 1);
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
 * Whether a picture shows light ink on dark paper: ink is the smaller part, and pulls the mean to its side.
 * @param {readonly number[]} levels  Grey, from 0 to 255.
 */
export function isLightOnDark(levels) {
  const median = [...levels].sort((a, b) => a - b)[levels.length >> 1];
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  return median < 128 && median < mean;
}

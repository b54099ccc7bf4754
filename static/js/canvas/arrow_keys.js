// @ts-check
/** A place on the canvas that the arrow keys move. */
import { CANVAS_SIZE } from "./drawing.js";

/** How far a key moves it, in pixels of the canvas, and how far with Shift. */
const STEP = 4;
const LARGE_STEP = 20;

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export const CENTRE = { x: CANVAS_SIZE / 2, y: CANVAS_SIZE / 2 };

/**
 * @param {{x: number, y: number}} place
 * @param {{key: string, shiftKey: boolean}} press
 * @returns {{x: number, y: number} | null}  null when the key moves nothing.
 */
export function moved({ x, y }, { key, shiftKey }) {
  if (!Object.hasOwn(DIRECTIONS, key)) return null;
  const [right, down] = DIRECTIONS[key];
  const step = shiftKey ? LARGE_STEP : STEP;
  const within = (/** @type {number} */ value) => Math.min(Math.max(value, 0), CANVAS_SIZE);
  return { x: within(x + right * step), y: within(y + down * step) };
}

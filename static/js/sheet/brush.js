// @ts-check
/** How thick a pen draws, in pixels of the paper. */

/** A digit that fills the paper gets lines about as thick as MNIST's. */
export const PEN_WIDTH = 18;

/** From the thinnest to the thickest. */
export const SIZES = [8, 12, PEN_WIDTH, 26, 36];

/** What a pen without pressure reports, and every mouse (Pointer Events, 4.1.1); some fingers report 0. */
const PLAIN_PRESSURE = 0.5;

/**
 * The width of a line where a pen presses so hard: from half to one and a half of its size.
 * @param {number} size
 * @param {{pressure: number, hasPressure: boolean}} sample
 */
export function widthAt(size, { pressure, hasPressure }) {
  const felt = (hasPressure && pressure) || PLAIN_PRESSURE;
  return size * (0.5 + felt);
}

/**
 * The next size in a direction, or the last one there.
 * @param {number} size
 * @param {1 | -1} direction
 */
export function nextSize(size, direction) {
  const index = SIZES.indexOf(size) + direction;
  return SIZES[Math.min(Math.max(index, 0), SIZES.length - 1)];
}

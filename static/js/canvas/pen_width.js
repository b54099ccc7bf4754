// @ts-check
/** How thick the pen draws, in pixels of the canvas. */

/** A digit that fills the canvas gets lines about as thick as MNIST's. */
export const DEFAULT_PEN_WIDTH = 18;

/** The widths to choose from, from the thinnest to the thickest. */
export const PEN_WIDTHS = [8, 12, DEFAULT_PEN_WIDTH, 26, 36];

/** The pressure that every mouse reports, and a pen without pressure (Pointer Events, 4.1.1); some fingers report 0. */
const PLAIN_PRESSURE = 0.5;

/**
 * The width of a line under some pressure: from half to one and a half of the pen's width.
 * @param {number} penWidth
 * @param {{pressure: number, hasPressure: boolean}} sample
 */
export function widthUnderPressure(penWidth, { pressure, hasPressure }) {
  const felt = (hasPressure && pressure) || PLAIN_PRESSURE;
  return penWidth * (0.5 + felt);
}

/**
 * The next width in a direction, or the last one there.
 * @param {number} penWidth
 * @param {1 | -1} direction
 */
export function nextPenWidth(penWidth, direction) {
  const index = PEN_WIDTHS.indexOf(penWidth) + direction;
  return PEN_WIDTHS[Math.min(Math.max(index, 0), PEN_WIDTHS.length - 1)];
}

// @ts-check
/**
 * What a pointer or the keys do on the canvas: draw or erase, with the chosen tool.
 *
 * @typedef {{x: number, y: number, timeMs: number, pressure: number, hasPressure: boolean, isEraser: boolean}} InputSample
 *   A place on the canvas, by the page's own clock; whether its pressure means anything, and whether it is the eraser
 *   end of a pen.
 * @typedef {object} Input
 * @property {(sample: InputSample) => void} begin
 * @property {(samples: InputSample[]) => void} extend
 * @property {() => void} end
 * @property {() => void} withdraw  The browser says that the stroke was not meant: a palm, a system gesture.
 */
import { begin, beginErasing, end, extend, keepStrokes, withdraw } from "./drawing.js";
import { erase } from "./eraser.js";
import { widthUnderPressure } from "./pen_width.js";

/**
 * @param {import("./canvas.js").Canvas} canvas
 * @param {import("./tools.js").Tools} tools
 * @returns {Input}
 */
export function inputOf(canvas, tools) {
  /** @type {InputSample | null} */
  let erasedFrom = null;

  /** @param {InputSample} sample */
  const drawn = (sample) => ({ ...sample, width: widthUnderPressure(tools.penWidth, sample) });

  /** @param {InputSample} sample */
  function eraseTo(sample) {
    const { drawing } = canvas;
    canvas.change(keepStrokes(drawing, erase(drawing.strokes, [erasedFrom ?? sample, sample], tools.penWidth)));
    erasedFrom = sample;
  }

  return {
    begin(sample) {
      erasedFrom = null;
      if (!tools.isEraser && !sample.isEraser) return canvas.change(begin(canvas.drawing, drawn(sample)));
      canvas.change(beginErasing(canvas.drawing));
      eraseTo(sample);
    },
    extend(samples) {
      if (erasedFrom) samples.forEach(eraseTo);
      else canvas.change(extend(canvas.drawing, samples.map(drawn)));
    },
    end: () => canvas.change(end(canvas.drawing)),
    withdraw: () => canvas.change(withdraw(canvas.drawing)),
  };
}

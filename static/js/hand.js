// @ts-check
/**
 * What a hand does on the sheet with the tools that are chosen, be it by pointer or by keys.
 *
 * @typedef {import("./canvas.js").Pen} Pen
 * @typedef {import("./canvas.js").Touch} Touch
 */
import { widthAt } from "./brush.js";
import { begin, end, extend, withdraw } from "./drawing.js";

/**
 * @param {import("./sheet.js").Sheet} sheet
 * @param {{size: number}} brush
 * @returns {Pen}
 */
export function handOn(sheet, brush) {
  /** @param {Touch} touch */
  const drawn = (touch) => ({ ...touch, width: widthAt(brush.size, touch) });
  return {
    begin: (touch) => sheet.change(begin(sheet.drawing, drawn(touch))),
    extend: (touches) => sheet.change(extend(sheet.drawing, touches.map(drawn))),
    end: () => sheet.change(end(sheet.drawing)),
    withdraw: () => sheet.change(withdraw(sheet.drawing)),
  };
}

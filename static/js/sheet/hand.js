// @ts-check
/**
 * What a hand does on the sheet with what it holds, be it by pointer or by keys.
 *
 * @typedef {import("./pointer.js").Pen} Pen
 * @typedef {import("./pointer.js").Touch} Touch
 */
import { widthAt } from "./brush.js";
import { begin, beginErasing, end, extend, leave, withdraw } from "./drawing.js";
import { erase } from "./eraser.js";

/**
 * @param {import("./sheet.js").Sheet} sheet
 * @param {import("./kit.js").Kit} kit  Its size is a brush's width and an eraser's radius.
 * @returns {Pen}
 */
export function handOn(sheet, kit) {
  /** @type {Touch | null} */
  let erasedFrom = null;

  /** @param {Touch} touch */
  const drawn = (touch) => ({ ...touch, width: widthAt(kit.size, touch) });

  /** @param {Touch} touch */
  function eraseTo(touch) {
    const { drawing } = sheet;
    sheet.change(leave(drawing, erase(drawing.strokes, [erasedFrom ?? touch, touch], kit.size)));
    erasedFrom = touch;
  }

  return {
    begin(touch) {
      erasedFrom = null;
      if (!kit.isEraser && !touch.isEraser) return sheet.change(begin(sheet.drawing, drawn(touch)));
      sheet.change(beginErasing(sheet.drawing));
      eraseTo(touch);
    },
    extend(touches) {
      if (erasedFrom) touches.forEach(eraseTo);
      else sheet.change(extend(sheet.drawing, touches.map(drawn)));
    },
    end: () => sheet.change(end(sheet.drawing)),
    withdraw: () => sheet.change(withdraw(sheet.drawing)),
  };
}

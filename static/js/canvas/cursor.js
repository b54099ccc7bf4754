// @ts-check
/** The cursor: a ring as large as the eraser, or as the line that a pen moved by keys would draw. */
import { find } from "../common/elements.js";
import { CANVAS_SIZE } from "./drawing.js";
import { toSample } from "./pointer_input.js";

/** @param {HTMLElement} page */
export function cursorOn(page) {
  const ring = find(page, "cursor");
  return {
    /**
     * @param {{x: number, y: number}} place
     * @param {number} width
     * @param {{hasCross: boolean}} [look]
     */
    show({ x, y }, width, { hasCross } = { hasCross: false }) {
      const share = (/** @type {number} */ pixels) => `${(100 * pixels) / CANVAS_SIZE}%`;
      Object.assign(ring.style, { left: share(x), top: share(y), width: share(width), height: share(width) });
      ring.classList.toggle("has-cross", hasCross);
      ring.hidden = false;
    },
    hide() {
      ring.hidden = true;
    },
  };
}

/**
 * Show the cursor under a pointer that erases.
 * @param {HTMLCanvasElement} element
 * @param {ReturnType<typeof cursorOn>} cursor
 * @param {import("./tools.js").Tools} tools
 */
export function showEraserCursor(element, cursor, tools) {
  element.addEventListener("pointermove", (event) => {
    const sample = toSample(element, event);
    if (tools.isEraser || sample.isEraser) cursor.show(sample, 2 * tools.penWidth);
  });
  for (const left of ["pointerleave", "pointerup"]) element.addEventListener(left, cursor.hide);
}

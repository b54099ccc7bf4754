// @ts-check
/** A ring on the paper around what an eraser would take, or a pen that is moved by keys would draw. */
import { find } from "../common/elements.js";
import { PAPER_SIZE } from "./drawing.js";
import { toTouch } from "./pointer.js";

/** @param {HTMLElement} page */
export function aimOn(page) {
  const ring = find(page, "aim");
  return {
    /**
     * @param {{x: number, y: number}} place
     * @param {number} width
     * @param {{hasCross: boolean}} [look]
     */
    show({ x, y }, width, { hasCross } = { hasCross: false }) {
      const share = (/** @type {number} */ pixels) => `${(100 * pixels) / PAPER_SIZE}%`;
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
 * Show what the eraser would take, wherever a pointer is.
 * @param {HTMLCanvasElement} canvas
 * @param {ReturnType<typeof aimOn>} aim
 * @param {import("./kit.js").Kit} kit
 */
export function aimEraser(canvas, aim, kit) {
  canvas.addEventListener("pointermove", (event) => {
    const touch = toTouch(canvas, event);
    if (kit.isEraser || touch.isEraser) aim.show(touch, 2 * kit.size);
  });
  for (const left of ["pointerleave", "pointerup"]) canvas.addEventListener(left, aim.hide);
}

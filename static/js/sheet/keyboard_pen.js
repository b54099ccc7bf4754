// @ts-check
/**
 * Drawing by keys alone: while the canvas has the focus, arrows move a crosshair and Space puts the pen down and up.
 *
 * @typedef {object} Parts
 * @property {import("./sheet.js").Sheet} sheet
 * @property {import("./pointer.js").Pen} hand
 * @property {import("./kit.js").Kit} kit
 * @property {ReturnType<typeof import("./aim.js").aimOn>} aim
 * @property {(text: string) => void} say
 * @property {Record<string, string>} messages
 */
import { find } from "../common/elements.js";
import { MIDDLE, moved } from "./crosshair.js";

/**
 * @param {HTMLElement} page
 * @param {Parts} parts
 */
export function keyboardPen(page, { sheet, hand, kit, aim, say, messages }) {
  const canvas = find(page, "canvas");
  const paper = find(page, "paper");
  const help = find(page, "keys-help");
  let place = MIDDLE;
  let isShown = false;
  let isLeft = true;
  let isPutDown = false;

  /** Whether the stroke being drawn is that of the keys, which Undo may have ended. */
  const isDrawing = () => isPutDown && sheet.drawing.open;

  /** @param {boolean} shown */
  function show(shown) {
    isShown = shown;
    paper.classList.toggle("has-keys", shown);
    help.classList.toggle("is-at-the-top", place.y > MIDDLE.y);
    if (shown) aim.show(place, kit.isEraser ? 2 * kit.size : kit.size, { hasCross: true });
    else aim.hide();
  }

  /** @param {KeyboardEvent} event */
  const touch = ({ timeStamp }) => ({
    ...place,
    timeMs: timeStamp,
    pressure: 0,
    hasPressure: false,
    isEraser: false,
  });

  /** @param {KeyboardEvent} event */
  function putDownOrUp(event) {
    if (isDrawing()) return lift();
    hand.begin(touch(event));
    isPutDown = true;
    say(messages.penDown);
  }

  function lift() {
    if (!isDrawing()) return;
    hand.end();
    isPutDown = false;
    say(messages.penUp);
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    const next = moved(place, event);
    if (!next && event.key !== " ") return;
    event.preventDefault(); // Or the page would scroll.
    place = next ?? place;
    if (!next && !event.repeat) putDownOrUp(event);
    if (next && isDrawing()) hand.extend([touch(event)]);
    show(true);
  }

  canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") lift(); // And the page recognises what was drawn.
    press(event);
  });
  canvas.addEventListener("keyup", () => show(isShown)); // Another key may have changed the size.
  canvas.addEventListener("focus", () => isLeft && show(canvas.matches(":focus-visible")));
  canvas.addEventListener("blur", () => {
    lift();
    isLeft = document.activeElement !== canvas; // And not the whole window, which comes back to what it was.
    if (isLeft) show(false);
  });
  canvas.addEventListener("pointerdown", () => ((isPutDown = false), show(false)));
}

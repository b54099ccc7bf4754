// @ts-check
/**
 * Input by keys: while the canvas has the focus, arrows move the cursor and Space puts the pen down and up.
 *
 * @typedef {object} Parts
 * @property {import("./canvas.js").Canvas} canvas
 * @property {import("./input.js").Input} input
 * @property {import("./tools.js").Tools} tools
 * @property {ReturnType<typeof import("./cursor.js").cursorOn>} cursor
 * @property {(text: string) => void} say
 * @property {Record<string, string>} messages
 */
import { find } from "../common/elements.js";
import { CENTRE, moved } from "./arrow_keys.js";

/**
 * @param {HTMLElement} page
 * @param {Parts} parts
 */
export function keyboardInput(page, { canvas, input, tools, cursor, say, messages }) {
  const element = find(page, "canvas");
  const container = find(page, "canvas-container");
  const help = find(page, "keys-help");
  let place = CENTRE;
  let isShown = false;
  let isLeft = true;
  let isPutDown = false;

  /** Whether the stroke being drawn is that of the keys, which Undo may have ended. */
  const isDrawing = () => isPutDown && canvas.drawing.open;

  /** @param {boolean} shown */
  function show(shown) {
    isShown = shown;
    container.classList.toggle("has-keys", shown);
    help.classList.toggle("is-at-the-top", place.y > CENTRE.y);
    if (shown) cursor.show(place, tools.isEraser ? 2 * tools.penWidth : tools.penWidth, { hasCross: true });
    else cursor.hide();
  }

  /** @param {KeyboardEvent} event */
  const sample = ({ timeStamp }) => ({
    ...place,
    timeMs: timeStamp,
    pressure: 0,
    hasPressure: false,
    isEraser: false,
  });

  /** @param {KeyboardEvent} event */
  function putDownOrUp(event) {
    if (isDrawing()) return lift();
    input.begin(sample(event));
    isPutDown = true;
    say(messages.penDown);
  }

  function lift() {
    if (!isDrawing()) return;
    input.end();
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
    if (next && isDrawing()) input.extend([sample(event)]);
    show(true);
  }

  element.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") lift(); // And the page recognises what was drawn.
    press(event);
  });
  element.addEventListener("keyup", () => show(isShown)); // Another key may have changed the pen's width.
  element.addEventListener("focus", () => isLeft && show(element.matches(":focus-visible")));
  element.addEventListener("blur", () => {
    lift();
    isLeft = document.activeElement !== element; // And not the whole window, which comes back to what it was.
    if (isLeft) show(false);
  });
  element.addEventListener("pointerdown", () => ((isPutDown = false), show(false)));
}

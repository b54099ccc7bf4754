// @ts-check
/**
 * The controls of a replay: play and pause, stroke by stroke, a scrubber, and the speed.
 *
 * @typedef {import("./replay.js").Replay} Replay
 * @typedef {import("../canvas/drawing.js").Stroke} Stroke
 */
import { find } from "../common/elements.js";
import { fill } from "../common/text.js";
import { step, strokesAt } from "./replay.js";

/**
 * @param {HTMLElement} root
 * @param {Replay} replay
 * @param {(strokes: readonly Stroke[], atMs: number) => void} show
 * @param {Record<string, string>} messages
 */
export function player(root, replay, show, messages) {
  const button = find(root, "play");
  const scrubber = /** @type {HTMLInputElement} */ (find(root, "scrubber"));
  const speed = /** @type {HTMLSelectElement} */ (find(root, "speed"));
  let atMs = replay.durationMs;
  let frame = 0;

  /** @param {number} ms */
  function go(ms) {
    atMs = Math.min(Math.max(ms, 0), replay.durationMs);
    // Before its first moment the canvas is empty, although the first point's time is 0.
    const strokes = atMs === 0 ? [] : strokesAt(replay, atMs);
    show(strokes, atMs);
    const place = fill(messages.place, { stroke: strokes.length, strokes: replay.strokes.length });
    scrubber.value = String(atMs);
    scrubber.setAttribute("aria-valuetext", place);
    find(root, "place").textContent = place;
  }

  /** @param {number} beforeMs */
  function play(beforeMs) {
    frame = requestAnimationFrame((nowMs) => {
      go(atMs + Math.max(nowMs - beforeMs, 0) * Number(speed.value));
      if (atMs < replay.durationMs) play(nowMs);
      else pause();
    });
    button.textContent = messages.pause;
  }

  function pause() {
    cancelAnimationFrame(frame);
    frame = 0;
    button.textContent = messages.play;
  }

  function toggle() {
    if (frame) return pause();
    if (atMs >= replay.durationMs) go(0);
    play(performance.now());
  }

  /** @param {1 | -1} direction */
  function walk(direction) {
    pause();
    go(step(replay, atMs, direction));
  }

  button.addEventListener("click", toggle);
  find(root, "step-back").addEventListener("click", () => walk(-1));
  find(root, "step-on").addEventListener("click", () => walk(1));
  scrubber.max = String(replay.durationMs);
  scrubber.addEventListener("input", () => (pause(), go(Number(scrubber.value))));
  document.addEventListener("keydown", (event) => {
    if (!isFree(event)) return;
    const action = { " ": toggle, ArrowLeft: () => walk(-1), ArrowRight: () => walk(1) }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  root.hidden = false;
  go(replay.durationMs);
  return { goTo: (/** @type {number} */ ms) => (pause(), go(ms)) };
}

/**
 * Whether a key press is nobody else's: a control has its own keys, and so has the browser.
 * @param {KeyboardEvent} event
 */
function isFree({ target, altKey, ctrlKey, metaKey, shiftKey }) {
  if (altKey || ctrlKey || metaKey || shiftKey) return false;
  return !(target instanceof Element && target.closest("a, button, input, select, summary"));
}

// @ts-check
/**
 * The sheet on the page: the one drawing, shown on its canvas and told to whoever follows it.
 *
 * @typedef {import("./drawing.js").Drawing} Drawing
 * @typedef {(now: Drawing, before: Drawing) => void} Follower
 * @typedef {ReturnType<typeof sheetOf>} Sheet
 */
import { screen, toDataURL } from "./canvas.js";
import { EMPTY } from "./drawing.js";
import { toData } from "./stroke_data.js";

/** @param {HTMLCanvasElement} canvas */
export function sheetOf(canvas) {
  const show = screen(canvas);
  /** @type {Follower[]} */
  const followers = [];
  let drawing = EMPTY;
  return {
    get drawing() {
      return drawing;
    },
    /** @param {Drawing} next */
    change(next) {
      const before = drawing;
      drawing = next;
      show(drawing);
      for (const follow of followers) follow(drawing, before);
    },
    /** @param {Follower} follower */
    follow(follower) {
      followers.push(follower);
    },
  };
}

/**
 * A drawing as the server is asked about it: its picture as a data URL, and its strokes. Those on a picture are not
 * the whole of what was drawn, and so none are sent.
 * @param {Drawing} drawing
 */
export function questionAbout(drawing) {
  return { data: toDataURL(drawing), strokes: drawing.picture ? [] : toData(drawing) };
}

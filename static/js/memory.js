// @ts-check
/**
 * The drawing and its answer outlive a reload, a change of language, and a look at the history.
 * They stay in this tab of this browser and are gone when it closes.
 *
 * @typedef {{strokes: import("./stroke_data.js").StrokeData[], answer: object | null}} Kept
 */

const KEY = "drawing";

/** @param {Kept} kept */
export function remember(kept) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Storage is full or forbidden: drawing works without it.
  }
}

/**
 * @template Result
 * @param {(kept: Kept) => Result} restore
 * @returns {Result | null}  null when nothing usable is kept.
 */
export function recall(restore) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    return kept && restore(kept);
  } catch {
    // An older version of this page may have kept another form.
    return null;
  }
}

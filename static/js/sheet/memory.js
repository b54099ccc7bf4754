// @ts-check
/**
 * The drawing and its answer outlive a reload, a change of language, and a look at the history.
 * They stay in this tab of this browser and are gone when it closes.
 *
 * @typedef {{strokes: import("./stroke_data.js").StrokeData[], picture: import("./loading.js").Content | null,
 *   answer: object | null}} Kept
 */

const KEY = "drawing";

/** @param {Kept} kept */
export function remember(kept) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    forget(); // Storage is full or forbidden, and an older drawing must not come back in place of this one.
  }
}

function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Drawing works without it.
  }
}

/**
 * @param {(kept: Kept) => Promise<void>} restore  Called when anything is kept.
 */
export async function recall(restore) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    if (kept) await restore(kept);
  } catch {
    // An older version of this page may have kept another form.
  }
}

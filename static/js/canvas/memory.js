// @ts-check
/**
 * The drawing and its result outlive a reload, a change of language, and a look at the history.
 * They stay in this tab of this browser and are gone when it closes.
 *
 * @typedef {{strokes: import("./stroke_data.js").StrokeData[], picture: import("./picture_loading.js").Content | null,
 *   answer: object | null}} Remembered  answer: the server's response about it.
 */

const KEY = "drawing";

/** @param {Remembered} remembered */
export function remember(remembered) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(remembered));
  } catch {
    forget(); // Storage is full or forbidden, and an older drawing must not come back in place of this one.
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Drawing works without it.
  }
}

/**
 * @param {(remembered: Remembered) => Promise<void>} restore  Called when there is anything to restore.
 */
export async function recall(restore) {
  try {
    const remembered = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    if (remembered) await restore(remembered);
  } catch {
    // An older version of this page may have stored another form.
  }
}

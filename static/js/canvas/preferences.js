// @ts-check
/**
 * How a visitor likes to write: kept in this browser, for the next visit too.
 *
 * @typedef {{previews: boolean, size: number}} Preferences  size: the pen's width.
 */
import { DEFAULT_PEN_WIDTH } from "./pen_width.js";

const KEY = "preferences";

/** @type {Preferences} */
const DEFAULTS = { previews: true, size: DEFAULT_PEN_WIDTH };

/** @returns {Preferences} */
export function preferences() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return DEFAULTS; // Storage is forbidden, or holds something else.
  }
}

/** @param {Partial<Preferences>} changed */
export function prefer(changed) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...preferences(), ...changed }));
  } catch {
    // Storage is full or forbidden: the next visit begins with the defaults.
  }
}

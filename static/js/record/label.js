// @ts-check
/** What a kept drawing really shows: given by a key, by typing or as no digit, and shown beside what was read. */
import { correctionView } from "../answer/correction.js";
import { TIMEOUT_MS, corrector, explain } from "../common/api.js";
import { find } from "../common/elements.js";
import { listenForShortcuts } from "../common/shortcuts.js";

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} messages
 */
export function labelView(root, messages) {
  const { text = "", labelUrl = "", token = "" } = root.dataset;
  const keep = corrector({ fetch: window.fetch.bind(window), timeoutMs: TIMEOUT_MS, token });
  const shown = find(root, "label");

  /** @param {string} said */
  function show(said) {
    /** @type {HTMLElement} */ (shown.querySelector("dd")).textContent = said || messages.noDigit;
    shown.hidden = false;
  }

  const keeping = {
    keepDrawing: async () => null, // It is kept.
    keepLabel: (/** @type {string} */ url, /** @type {string} */ said) => keep(url, said).then(() => show(said)),
  };
  const correction = correctionView(root, messages, keeping, (error) => explain(error, messages.unanswered));
  correction.offer({ text, labelUrl });
  listenForShortcuts({ digit: correction.giveDigit });
}

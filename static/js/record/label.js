// @ts-check
/** The label of a stored drawing: given by a key, by typing or as a non-digit, and shown beside the result. */
import { find } from "../common/elements.js";
import { SERVER } from "../common/server.js";
import { listenForShortcuts } from "../common/shortcuts.js";
import { correctionView } from "../result/correction.js";
import { corrector } from "../result/requests.js";

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} messages
 */
export function labelView(root, messages) {
  const { text = "", labelUrl = "", token = "" } = root.dataset;
  const save = corrector({ ...SERVER, token });
  const shown = find(root, "label");

  /** @type {(url: string, label: string) => Promise<void>} */
  async function saveLabel(url, label) {
    await save(url, label);
    /** @type {HTMLElement} */ (shown.querySelector("dd")).textContent = label || messages.nonDigit;
    shown.hidden = false;
  }

  const saveDrawing = async () => null; // It is saved.
  const correction = correctionView(root, messages, { saveDrawing, saveLabel });
  correction.offer({ text, labelUrl });
  listenForShortcuts({ digit: correction.typeDigit });
}

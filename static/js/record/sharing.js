// @ts-check
/** The link to a drawing: copied, or handed to whatever the device shares with. */
import { find } from "../common/elements.js";

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} messages
 */
export function sharingView(root, messages) {
  const link = /** @type {HTMLInputElement} */ (find(root, "share-link"));
  const copyButton = find(root, "copy");
  const shareButton = find(root, "share-with");

  async function copy() {
    const copied = await navigator.clipboard?.writeText(link.value).then(() => true, () => false);
    // Where the clipboard is closed to scripts, as on a page without HTTPS, a person copies it.
    if (!copied) link.select();
    find(root, "share-status").textContent = copied ? messages.copied : messages.selected;
  }

  function shareWith() {
    // Cancelling is not a failure: the link is selected, to be copied by hand.
    navigator.share({ title: document.title, url: link.value }).catch(() => link.select());
  }

  link.addEventListener("focus", () => link.select());
  copyButton.addEventListener("click", copy);
  copyButton.hidden = false;
  shareButton.addEventListener("click", shareWith);
  shareButton.hidden = !navigator.share;
}

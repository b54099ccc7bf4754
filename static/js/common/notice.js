// @ts-check
/** The notice below the canvas: something is missing or went wrong. */
import { find } from "./elements.js";

/**
 * @param {HTMLElement} root
 * @returns {{show: (message: string, options?: {retry: boolean}) => void, hide: () => void}}
 *   retry: something failed, and the same drawing may be sent again.
 */
export function noticeView(root) {
  const notice = find(root, "notice");
  return {
    show(message, { retry } = { retry: false }) {
      find(notice, "notice-text").textContent = message;
      find(notice, "retry").hidden = !retry;
      notice.classList.toggle("is-fault", retry);
      notice.hidden = false;
    },
    hide() {
      notice.hidden = true;
    },
  };
}

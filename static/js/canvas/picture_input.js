// @ts-check
/**
 * Input of pictures: opened, pasted, or dropped onto the page.
 *
 * @typedef {object} Parts
 * @property {import("./canvas.js").Canvas} canvas
 * @property {import("./picture_loading.js").Limits} limits
 * @property {ReturnType<typeof import("../common/notice.js").noticeView>} notice
 * @property {Record<string, string>} messages
 */
import { find } from "../common/elements.js";
import { fill } from "../common/text.js";
import { placePicture } from "./drawing.js";
import { LARGEST_FILE_MB, MOST_MEGAPIXELS, TooLarge, loadPicture } from "./picture_loading.js";

/**
 * @param {HTMLElement} page
 * @param {Parts} parts
 * @returns {() => void}  Opens the dialog for a file.
 */
export function pictureInput(page, { canvas, limits, notice, messages }) {
  const input = /** @type {HTMLInputElement} */ (find(page, "picture-file"));
  const container = find(page, "canvas-container");

  /** @param {File} file */
  async function take(file) {
    try {
      if (!file.type.startsWith("image/")) throw new Error(`A file of type ${file.type}`);
      const picture = await loadPicture(file, limits);
      canvas.change(placePicture(canvas.drawing, picture));
    } catch (error) {
      const limit = { megabytes: LARGEST_FILE_MB, megapixels: MOST_MEGAPIXELS };
      notice.show(error instanceof TooLarge ? fill(messages.pictureTooLarge, limit) : messages.notAPicture);
    }
  }

  /**
   * @param {DragEvent} event
   * @param {boolean} isOver
   */
  function drag(event, isOver) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // Or the browser would leave the page for the file.
    container.classList.toggle("is-target", isOver);
  }

  input.addEventListener("change", () => {
    if (input.files?.[0]) take(input.files[0]);
    input.value = ""; // Or the same file could not be chosen again.
  });
  document.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    take(file);
  });
  document.addEventListener("dragover", (event) => drag(event, true));
  document.addEventListener("dragleave", (event) => drag(event, false));
  document.addEventListener("drop", (event) => {
    drag(event, false);
    if (event.dataTransfer?.files[0]) take(event.dataTransfer.files[0]);
  });
  const open = () => input.click();
  find(page, "picture-button").addEventListener("click", open);
  return open;
}

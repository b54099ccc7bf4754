// @ts-check
/**
 * Pictures from outside: chosen, pasted, or dropped onto the page.
 *
 * @typedef {object} Parts
 * @property {import("./sheet.js").Sheet} sheet
 * @property {import("./loading.js").Limits} limits
 * @property {ReturnType<typeof import("../common/notice.js").noticeView>} notice
 * @property {Record<string, string>} messages
 */
import { find } from "../common/elements.js";
import { fill } from "../common/text.js";
import { lay } from "./drawing.js";
import { LARGEST_FILE_MB, MOST_MEGAPIXELS, TooLarge, loadPicture } from "./loading.js";

/**
 * @param {HTMLElement} page
 * @param {Parts} parts
 * @returns {() => void}  Ask for a file.
 */
export function pictureIntake(page, { sheet, limits, notice, messages }) {
  const input = /** @type {HTMLInputElement} */ (find(page, "picture-file"));
  const paper = find(page, "paper");

  /** @param {File} file */
  async function take(file) {
    try {
      if (!file.type.startsWith("image/")) throw new Error(`A file of type ${file.type}`);
      const picture = await loadPicture(file, limits);
      sheet.change(lay(sheet.drawing, picture));
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
    paper.classList.toggle("is-target", isOver);
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
  const ask = () => input.click();
  find(page, "picture-button").addEventListener("click", ask);
  return ask;
}

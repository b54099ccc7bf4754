// @ts-check
/** How many of the listed drawings are selected, and all of them at once. */
import { find, readMessages } from "./common/elements.js";
import { fill } from "./common/text.js";

/** @param {HTMLElement} form */
function selectionView(form) {
  const boxes = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("[type=checkbox]")]);
  const deletion = /** @type {HTMLDetailsElement | null} */ (form.querySelector("[data-deletion]"));
  const allButton = find(form, "select-all");
  const messages = readMessages(form);

  function count() {
    const selected = boxes.filter(({ checked }) => checked).length;
    find(form, "selected").textContent = fill(messages.selected, { selected });
    if (deletion && selected === 0) deletion.open = false; // Or the next one selected would stand to be deleted at once.
  }

  form.addEventListener("change", count);
  allButton.addEventListener("click", () => {
    for (const box of boxes) box.checked = true;
    count();
  });
  allButton.hidden = false;
}

const form = /** @type {HTMLElement | null} */ (document.querySelector("[data-drawings]"));
if (form) selectionView(form);

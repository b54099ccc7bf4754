// @ts-check
/** Elements of the page, found by their data- attributes. */

/**
 * The element with the attribute `data-name`.
 * @param {ParentNode} root
 * @param {string} name
 * @returns {HTMLElement}
 */
export function find(root, name) {
  const element = root.querySelector(`[data-${name}]`);
  if (!element) throw new Error(`The page lacks an element with data-${name}.`);
  return /** @type {HTMLElement} */ (element);
}

/**
 * The page's messages in its language: the template has them, so that gettext finds them.
 * @param {ParentNode} root
 * @returns {Record<string, string>}
 */
export function readMessages(root) {
  const { content } = /** @type {HTMLTemplateElement} */ (find(root, "messages"));
  const paragraphs = /** @type {NodeListOf<HTMLElement>} */ (content.querySelectorAll("[data-message]"));
  return Object.fromEntries(
    Array.from(paragraphs, ({ dataset, textContent }) => [dataset.message, textContent?.trim()]),
  );
}

// @ts-check
/**
 * The drawings to label, one after the other: they are fetched page by page, ahead of need.
 *
 * @typedef {object} QueuedDrawing  A drawing as the server lists it.
 * @property {string} id
 * @property {string} text  What was read.
 * @property {number} probability
 * @property {string} drawing  Where its picture is.
 * @property {string} page
 * @property {string} label_url
 * @property {string} created_at
 * @property {{text: string} | null} label
 *
 * @typedef {{records: QueuedDrawing[], older: string | null}} Page
 */

/** With fewer left than this, the next page is asked for. */
const LOW = 10;

/** @param {(cursor: string) => Promise<Page>} load  It may reject, and is then asked again when more is needed. */
export function labellingQueue(load) {
  /** @type {QueuedDrawing[]} */
  const records = [];
  /** @type {string | null} */
  let older = "";
  /** @type {Promise<void> | null} */
  let loading = null;
  let index = 0;

  function loadMore() {
    loading ??= load(/** @type {string} */ (older)).then(
      (page) => {
        records.push(...page.records);
        older = page.older;
        loading = null;
      },
      (error) => {
        loading = null;
        throw error;
      },
    );
    return loading;
  }

  /** Make sure that there is something at the place, if there is anything left. */
  async function fill() {
    while (index >= records.length && older !== null) await loadMore();
    // Ahead of need: a failure shows when the page is waited for.
    if (older !== null && records.length - index < LOW) loadMore().catch(() => {});
    return records[index] ?? null;
  }

  return {
    /** @returns {Promise<QueuedDrawing | null>}  null behind the last one. */
    current: fill,
    /** @returns {Promise<QueuedDrawing | null>} */
    next() {
      if (index < records.length) index += 1;
      return fill();
    },
    /** @returns {Promise<QueuedDrawing | null>} */
    back() {
      if (index > 0) index -= 1;
      return fill();
    },
    /** Those whose pictures may be fetched already. */
    ahead: () => records.slice(index + 1, index + 4),
  };
}

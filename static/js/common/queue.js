// @ts-check
/**
 * What is to be labelled, one drawing after the other: it is fetched page by page, before it is needed.
 *
 * @typedef {object} Kept  A drawing as the server lists it.
 * @property {string} id
 * @property {string} text  What was read.
 * @property {number} probability
 * @property {string} drawing  Where its picture is.
 * @property {string} page
 * @property {string} label_url
 * @property {string} created_at
 * @property {{text: string} | null} label
 *
 * @typedef {{records: Kept[], older: string | null}} Page
 */

/** With so few left, the next page is asked for. */
const LOW = 10;

/** @param {(cursor: string) => Promise<Page>} load  It may reject, and is then asked again when more is needed. */
export function queue(load) {
  /** @type {Kept[]} */
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
    // Ahead of need: who waits for it later is told if it fails.
    if (older !== null && records.length - index < LOW) loadMore().catch(() => {});
    return records[index] ?? null;
  }

  return {
    /** @returns {Promise<Kept | null>}  null behind the last one. */
    current: fill,
    /** @returns {Promise<Kept | null>} */
    next() {
      if (index < records.length) index += 1;
      return fill();
    },
    /** @returns {Promise<Kept | null>} */
    back() {
      if (index > 0) index -= 1;
      return fill();
    },
    /** Those whose pictures may be fetched already. */
    ahead: () => records.slice(index + 1, index + 4),
  };
}

// @ts-check
/** Numbers and messages as a person reads them. */

/** No network is certain: a probability that would round to 100 % is shown as greater than this. */
const NEARLY_CERTAIN = 0.999;

/**
 * @param {string} language  A BCP 47 tag.
 * @returns {(probability: number) => string}
 */
export function percentFormatter(language) {
  const decimals = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const format = new Intl.NumberFormat(language, { style: "percent", ...decimals });
  return (probability) => {
    const roundsToOne = probability >= NEARLY_CERTAIN + 0.0005;
    return roundsToOne ? `>${format.format(NEARLY_CERTAIN)}` : format.format(probability);
  };
}

/**
 * Digits as some Chinese and Japanese keyboards write them, as the digits 0 to 9.
 * @param {string} text
 */
export function withHalfWidthDigits(text) {
  return text.replace(/[０-９]/g, (digit) => digit.normalize("NFKC"));
}

/**
 * Fill the {names} of a message.
 * @param {string} message
 * @param {Record<string, string | number>} values
 */
export function fill(message, values) {
  return message.replace(/\{(\w+)\}/g, (gap, name) => (name in values ? String(values[name]) : gap));
}

// @ts-check
/**
 * The result of a recognition, as the server sends it.
 *
 * @typedef {object} Digit
 * @property {number} digit
 * @property {number} probability  From 0 to 1.
 * @property {number[]} probabilities  One for each of 0 to 9.
 * @property {Uint8Array} networkInput  28x28 grey values, row by row: ink 255, background 0.
 * @property {{x: number, y: number, width: number, height: number}} box  In pixels of the drawing.
 *
 * @typedef {object} Result
 * @property {string} text  All digits, from left to right.
 * @property {boolean} accepted  Whether it is taken for digits; false: it may be a non-digit.
 * @property {Digit[]} digits  At least one.
 * @property {number} leastSure  Index of the least sure of them: a number is as sure as that.
 * @property {number} probability  Of that one.
 * @property {boolean} stored  The history has it.
 * @property {boolean} queued  It is saved on the server, and goes to the history by itself.
 * @property {string} pageUrl  The drawing's own page, or empty.
 * @property {string} labelUrl  Where to correct it, or empty.
 * @property {string} model
 * @property {number} latencyMs
 */

/** Side of the network's input, a square, in pixels. */
export const INPUT_SIZE = 28;

const DIGITS = 10;

/**
 * Read the body of a successful response.
 * @param {any} body
 * @returns {Result}
 * @throws {TypeError} when it is not one.
 */
export function readResult(body) {
  const { text, accepted, stored, queued, model, latency_ms: latencyMs, digits } = body ?? {};
  if (typeof text !== "string" || !digits?.length || !digits.every(isDigit)) {
    throw new TypeError("The response is not a result.");
  }
  const read = digits.map(readDigit);
  const probabilities = read.map((/** @type {Digit} */ { probability }) => probability);
  const probability = Math.min(...probabilities);
  return {
    text,
    accepted: accepted === true,
    digits: read,
    leastSure: probabilities.indexOf(probability),
    probability,
    stored: stored === true,
    queued: queued === true,
    pageUrl: addressIn(body.page_url),
    labelUrl: addressIn(body.label_url),
    model,
    latencyMs,
  };
}

/** @param {any} url */
function addressIn(url) {
  return typeof url === "string" ? url : "";
}

/**
 * Whether there is a record of it. A preview has none.
 * @param {Result} result
 */
export function isSaved({ stored, queued }) {
  return stored || queued;
}

/**
 * The digit that is the likeliest after the one that was read.
 * @param {Pick<Digit, "digit" | "probabilities">} found
 */
export function secondChoice({ digit, probabilities }) {
  const others = probabilities.map((_, each) => each).filter((each) => each !== digit);
  const second = others.reduce((best, each) => (probabilities[each] > probabilities[best] ? each : best));
  return { digit: second, probability: probabilities[second] };
}

/** @param {any} found */
function isDigit(found) {
  return Number.isInteger(found?.digit) && found.probabilities?.length === DIGITS && found.box instanceof Object;
}

/**
 * @param {any} found
 * @returns {Digit}
 */
function readDigit({ digit, probabilities, seen, box }) {
  return { digit, probabilities, probability: probabilities[digit], networkInput: decodeInput(seen), box };
}

/**
 * @param {string} base64
 * @returns {Uint8Array}
 */
export function decodeInput(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (bytes.length !== INPUT_SIZE ** 2) throw new TypeError(`A network input of ${bytes.length} bytes`);
  return bytes;
}

/**
 * A network input as a canvas wants it: light ink on a dark ground, as in MNIST.
 * @param {Uint8Array} networkInput
 * @returns {Uint8ClampedArray<ArrayBuffer>} red, green, blue and alpha of each pixel
 */
export function inputPixels(networkInput) {
  const pixels = new Uint8ClampedArray(networkInput.length * 4);
  networkInput.forEach((ink, i) => pixels.set([ink, ink, ink, 255], i * 4));
  return pixels;
}

// @ts-check
/**
 * What the server answers about a drawing.
 *
 * @typedef {object} Digit
 * @property {number} digit
 * @property {number} probability  From 0 to 1.
 * @property {number[]} probabilities  One for each of 0 to 9.
 * @property {Uint8Array} seen  28x28 grey values, row by row: ink 255, paper 0.
 * @property {{x: number, y: number, width: number, height: number}} box  In pixels of the drawing.
 *
 * @typedef {object} Answer
 * @property {string} text  All digits, from left to right.
 * @property {boolean} accepted  Whether it counts as digits at all.
 * @property {Digit[]} digits  At least one.
 * @property {number} leastSure  Index of the least sure of them: a number is as sure as that.
 * @property {number} probability  Of that one.
 * @property {boolean} stored  The history has it.
 * @property {boolean} queued  It is kept on the server, and goes to the history by itself.
 * @property {string} pageUrl  The drawing's own page, or empty.
 * @property {string} labelUrl  Where to say what it really is, or empty.
 * @property {string} model
 * @property {number} latencyMs
 */

/** Side of the square field that the network sees, in pixels. */
export const FIELD_SIZE = 28;

const DIGITS = 10;

/**
 * Read the body of a successful answer.
 * @param {any} body
 * @returns {Answer}
 * @throws {TypeError} when it is not one.
 */
export function readAnswer(body) {
  const { text, accepted, stored, queued, model, latency_ms: latencyMs, digits } = body ?? {};
  if (typeof text !== "string" || !digits?.length || !digits.every(isDigit)) {
    throw new TypeError("This is not an answer of the recogniser.");
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
 * Whether there is a record of it. What was said of a drawing that is not finished has none.
 * @param {Answer} answer
 */
export function isKept({ stored, queued }) {
  return stored || queued;
}

/**
 * What a digit would be if it were not the one it was read as.
 * @param {Pick<Digit, "digit" | "probabilities">} found
 */
export function secondGuess({ digit, probabilities }) {
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
  return { digit, probabilities, probability: probabilities[digit], seen: decodeField(seen), box };
}

/**
 * @param {string} base64
 * @returns {Uint8Array}
 */
export function decodeField(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (bytes.length !== FIELD_SIZE ** 2) throw new TypeError(`A field of ${bytes.length} bytes`);
  return bytes;
}

/**
 * The field as a canvas wants it: light ink on a dark ground, as in MNIST.
 * @param {Uint8Array} seen
 * @returns {Uint8ClampedArray<ArrayBuffer>} red, green, blue and alpha of each pixel
 */
export function fieldPixels(seen) {
  const pixels = new Uint8ClampedArray(seen.length * 4);
  seen.forEach((ink, i) => pixels.set([ink, ink, ink, 255], i * 4));
  return pixels;
}

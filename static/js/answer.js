// @ts-check
/**
 * What the server answers about a drawing.
 *
 * @typedef {object} Answer
 * @property {string} text  All digits, from left to right.
 * @property {boolean} accepted  Whether it counts as digits at all.
 * @property {number} digit  The least sure digit, which the next three are about.
 * @property {number} probability  From 0 to 1.
 * @property {number[]} probabilities  One for each of 0 to 9.
 * @property {Uint8Array} seen  28x28 grey values, row by row: ink 255, paper 0.
 * @property {boolean} stored  The history has it.
 * @property {boolean} queued  It is kept on the server, and goes to the history by itself.
 * @property {string} label  Where to say what it really is, or empty.
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
  const { text, accepted, stored, queued, label, model, latency_ms: latencyMs, digits } = body ?? {};
  if (typeof text !== "string" || !digits?.length || !digits.every(isDigit)) {
    throw new TypeError("This is not an answer of the recogniser.");
  }
  return {
    text,
    accepted: accepted === true,
    ...readDigit(leastSure(digits)),
    stored: stored === true,
    queued: queued === true,
    label: typeof label === "string" ? label : "",
    model,
    latencyMs,
  };
}

/** @param {any} found */
function isDigit(found) {
  return Number.isInteger(found?.digit) && found.probabilities?.length === DIGITS;
}

/** @param {any} found */
function readDigit({ digit, probabilities, seen }) {
  return { digit, probabilities, probability: probabilities[digit], seen: decodeField(seen) };
}

/**
 * A number is as sure as its least sure digit.
 * @param {{digit: number, probabilities: number[]}[]} digits
 */
function leastSure(digits) {
  return digits.reduce((a, b) => (b.probabilities[b.digit] < a.probabilities[a.digit] ? b : a));
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
 * @returns {Uint8ClampedArray} red, green, blue and alpha of each pixel
 */
export function fieldPixels(seen) {
  const pixels = new Uint8ClampedArray(seen.length * 4);
  seen.forEach((ink, i) => pixels.set([ink, ink, ink, 255], i * 4));
  return pixels;
}

// @ts-check
/**
 * How the network came to its result, as the server sends it: as numbers and as pixels.
 *
 * @typedef {object} Maps  Some pictures of one size.
 * @property {number} count
 * @property {number} height
 * @property {number} width
 * @property {Float32Array} values  Picture after picture, row by row.
 *
 * @typedef {"first_convolution" | "first_pool" | "second_convolution" | "second_pool"} LayerName
 *
 * @typedef {object} Inspection
 * @property {string} text  All digits of the drawing.
 * @property {number} index  Which of them was inspected.
 * @property {number} digit  What that one was read as.
 * @property {number[]} probabilities  Ten.
 * @property {number[]} logits  Ten.
 * @property {Maps} networkInput  One picture, ink 1.
 * @property {Maps} importance  One picture: above 0 for ink that supports the digit, below 0 for ink that contradicts it.
 * @property {Record<LayerName, Maps>} layers  From -1 to 1.
 * @property {Maps} hidden  500 pictures of one pixel, from -1 to 1.
 *
 * @typedef {[number, number, number]} Colour  Red, green and blue.
 * @typedef {{none: Colour, positive: Colour, negative: Colour, ink: Colour}} Palette
 *   none: of 0, and of the background; ink: of ink that does not matter.
 */
import { parse, send } from "../common/server.js";

/** @type {readonly LayerName[]} */
export const LAYERS = ["first_convolution", "first_pool", "second_convolution", "second_pool"];

/** The least importance that is mentioned, as a share of the greatest. */
const NOTEWORTHY = 0.2;

/**
 * Ask the server how a digit was recognised.
 * @param {import("../common/server.js").Server} server
 * @param {{data: string, digit: number}} [body]  Without it, the address says which drawing it is.
 * @returns {Promise<Inspection>}  It rejects with a RecognitionError and with nothing else.
 */
export async function inspect(server, body) {
  return parse(await send(server, body ? { method: "POST", body } : { method: "GET" }), readInspection);
}

/**
 * Read the body of a successful response.
 * @param {any} body
 * @returns {Inspection}
 * @throws {TypeError} when it is not one.
 */
export function readInspection(body) {
  const { text, index, digit, probabilities, logits, seen, importance, layers } = body ?? {};
  if (typeof text !== "string" || probabilities?.length !== 10 || logits?.length !== 10) {
    throw new TypeError("The response is not an inspection.");
  }
  const maps = LAYERS.map((name) => [name, readMaps(layers?.[name])]);
  return {
    text,
    index,
    digit,
    probabilities,
    logits,
    networkInput: readMaps(seen),
    importance: readMaps(importance),
    layers: Object.fromEntries(maps),
    hidden: readMaps(layers.hidden),
  };
}

/**
 * @param {any} array
 * @returns {Maps}
 */
export function readMaps(array) {
  const [count, height, width] = inThreeAxes(array.shape);
  const [lowest, highest] = array.range;
  const values = Float32Array.from(atob(array.values), (character) => {
    return lowest + (character.charCodeAt(0) / 255) * (highest - lowest);
  });
  if (values.length !== count * height * width) throw new TypeError(`${values.length} values`);
  return { count, height, width, values };
}

/**
 * One picture has no first axis, and single values have neither height nor width.
 * @param {number[]} shape
 */
function inThreeAxes(shape) {
  if (shape.length === 1) return [shape[0], 1, 1];
  return shape.length === 2 ? [1, ...shape] : shape;
}

/**
 * The values of one of the pictures.
 * @param {Maps} maps
 * @param {number} index
 */
export function mapAt({ height, width, values }, index) {
  return values.subarray(index * height * width, (index + 1) * height * width);
}

/**
 * Values from -1 to 1 as a canvas wants them.
 * @param {Float32Array} values
 * @param {Palette} palette
 * @returns {Uint8ClampedArray<ArrayBuffer>}  Red, green, blue and alpha of each.
 */
export function valuePixels(values, palette) {
  return toPixels(values, (value) => mix(palette.none, value < 0 ? palette.negative : palette.positive, Math.abs(value)));
}

/**
 * The ink, tinted where it mattered.
 * @param {Maps} networkInput
 * @param {Maps} importance
 * @param {Palette} palette
 * @returns {Uint8ClampedArray<ArrayBuffer>}
 */
export function tintedPixels(networkInput, importance, palette) {
  const most = Math.max(...importance.values.map(Math.abs)) || 1;
  return toPixels(networkInput.values, (ink, i) => {
    const share = importance.values[i] / most;
    const tint = mix(palette.ink, share < 0 ? palette.negative : palette.positive, Math.sqrt(Math.abs(share)));
    return mix(palette.none, tint, ink);
  });
}

/**
 * Which of the pictures answer most and least strongly, counted from 1.
 * @param {Maps} maps
 */
export function extremes(maps) {
  const peaks = Array.from({ length: maps.count }, (_, i) => Math.max(...mapAt(maps, i)));
  const at = (/** @type {number} */ peak) => peaks.indexOf(peak) + 1;
  return { strongest: at(Math.max(...peaks)), weakest: at(Math.min(...peaks)) };
}

/**
 * Where most of the ink is that spoke for the digit, and that spoke against it if that is worth a word.
 * @param {Maps} importance
 * @returns {{positive: string, negative: string | null}}  Names of the nine places that `placeOf` gives.
 */
export function places({ width, values }) {
  const [most, least] = [Math.max(...values), Math.min(...values)];
  const speaks = -least > NOTEWORTHY * most;
  return { positive: placeOf(values.indexOf(most), width), negative: speaks ? placeOf(values.indexOf(least), width) : null };
}

/**
 * @param {number} index
 * @param {number} width
 * @returns {string}  upperLeft, upper, upperRight, left, middle, right, lowerLeft, lower or lowerRight.
 */
function placeOf(index, width) {
  // A digit is 20 pixels high or wide and lies in the middle, so the outer thirds are wider than those of the input.
  const third = (/** @type {number} */ at) => (at < width * 0.42 ? 0 : at < width * 0.58 ? 1 : 2);
  const [row, column] = [third(Math.floor(index / width)), third(index % width)];
  const names = [["upperLeft", "upper", "upperRight"], ["left", "middle", "right"], ["lowerLeft", "lower", "lowerRight"]];
  return names[row][column];
}

/**
 * @param {string} hex  #rgb or #rrggbb, as the custom properties of the style sheets have it.
 * @returns {Colour}
 */
export function colourOf(hex) {
  const digits = hex.trim().slice(1);
  const pairs = digits.length === 3 ? [...digits].map((digit) => digit + digit) : (digits.match(/../g) ?? []);
  const [red, green, blue] = pairs.map((pair) => parseInt(pair, 16));
  return [red, green, blue];
}

/**
 * @param {Float32Array} values
 * @param {(value: number, index: number) => number[]} colour
 */
function toPixels(values, colour) {
  const pixels = new Uint8ClampedArray(values.length * 4);
  values.forEach((value, i) => pixels.set([...colour(value, i), 255], i * 4));
  return pixels;
}

/**
 * @param {readonly number[]} from
 * @param {readonly number[]} to
 * @param {number} share  From 0, all of the first colour, to 1.
 */
function mix(from, to, share) {
  return from.map((channel, i) => channel + (to[i] - channel) * share);
}

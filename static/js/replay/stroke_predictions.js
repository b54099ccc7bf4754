// @ts-check
/**
 * The network's result after each stroke of a drawing.
 *
 * @typedef {import("../result/result.js").Result} Result
 * @typedef {import("./replay.js").Replay} Replay
 * @typedef {{strokes: number, result: Result | null}} StrokePrediction
 *   The result after a number of strokes, or null where there was nothing to read yet.
 */
import { RecognitionError } from "../common/server.js";

/** The most predictions that are asked for, however many strokes a drawing has. */
export const MAX_PREDICTIONS = 24;

/** The status of the response to a drawing in which there is no ink, as when a stroke misses the canvas. */
const NOTHING_TO_READ = 422;

/**
 * After how many strokes to predict: after each, or evenly spread over them, the last included.
 * @param {number} strokes
 * @returns {number[]}
 */
export function strokeCounts(strokes) {
  const predictions = Math.min(strokes, MAX_PREDICTIONS);
  return Array.from({ length: predictions }, (_, i) => Math.round(((i + 1) * strokes) / predictions));
}

/**
 * Predict after some numbers of strokes, one request at a time.
 * @param {readonly number[]} counts
 * @param {(strokes: number) => Promise<Result>} predict
 * @returns {AsyncGenerator<StrokePrediction, void>}  To stop, stop reading.
 */
export async function* predictAfterStrokes(counts, predict) {
  for (const strokes of counts) {
    yield { strokes, result: await predict(strokes).catch(nothingToRead) };
  }
}

/**
 * When the last of a number of strokes was finished, in ms.
 * @param {Replay} replay
 * @param {number} count
 */
export function endOf({ strokes, durationMs }, count) {
  const stroke = strokes[count - 1];
  return count === strokes.length ? durationMs : stroke[stroke.length - 1].t;
}

/**
 * The first prediction from which on the result stays the same to the end.
 * @param {readonly StrokePrediction[]} predictions  At least one.
 * @returns {StrokePrediction | null}  null where nothing is read at the end.
 */
export function stableFrom(predictions) {
  const text = predictions[predictions.length - 1].result?.text;
  if (text === undefined) return null;
  const before = predictions.map(({ result }) => result?.text).findLastIndex((each) => each !== text);
  return predictions[before + 1];
}

/**
 * The probabilities, after each prediction, of every digit that was the result at some time.
 * @param {readonly StrokePrediction[]} predictions
 * @returns {{digit: number, probabilities: (number | null)[]}[]}  null where no digit was read, or several. The
 *   last result's digit comes last. No curves where there is one point, or a number at the end.
 */
export function probabilityCurves(predictions) {
  const read = predictions.map(({ result }) => (result?.digits.length === 1 ? result.digits[0] : null));
  const digits = read.flatMap((found) => (found ? [found.digit] : []));
  if (digits.length < 2 || predictions[predictions.length - 1].result?.digits.length !== 1) return [];
  const leaders = digits.filter((digit, i) => digits.lastIndexOf(digit) === i);
  return leaders.map((digit) => ({ digit, probabilities: read.map((found) => found?.probabilities[digit] ?? null) }));
}

/**
 * @param {unknown} error
 * @returns {null}
 */
function nothingToRead(error) {
  if (error instanceof RecognitionError && error.status === NOTHING_TO_READ) return null;
  throw error;
}

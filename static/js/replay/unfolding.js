// @ts-check
/**
 * The answer as it changed from stroke to stroke.
 *
 * @typedef {import("../answer/answer.js").Answer} Answer
 * @typedef {import("./replay.js").Film} Film
 * @typedef {{strokes: number, answer: Answer | null}} Entry
 *   The answer after so many strokes, or none where there was nothing to read yet.
 */
import { RecognitionError } from "../common/api.js";

/** So many questions, for a drawing of however many strokes. */
export const MAX_QUESTIONS = 24;

/** The status of an answer to a drawing in which there is no ink, as when a stroke misses the paper. */
const NOTHING_TO_READ = 422;

/**
 * After how many strokes the network is asked: after each, or evenly spread over them, the last included.
 * @param {number} strokes
 * @returns {number[]}
 */
export function moments(strokes) {
  const questions = Math.min(strokes, MAX_QUESTIONS);
  return Array.from({ length: questions }, (_, i) => Math.round(((i + 1) * strokes) / questions));
}

/**
 * Ask after some numbers of strokes, one question at a time.
 * @param {readonly number[]} counts
 * @param {(strokes: number) => Promise<Answer>} ask
 * @returns {AsyncGenerator<Entry, void>}  Who wants no more of it just stops reading.
 */
export async function* unfold(counts, ask) {
  for (const strokes of counts) {
    yield { strokes, answer: await ask(strokes).catch(nothingToRead) };
  }
}

/**
 * When the last of so many strokes was finished, in ms.
 * @param {Film} film
 * @param {number} count
 */
export function endOf({ strokes, durationMs }, count) {
  const stroke = strokes[count - 1];
  return count === strokes.length ? durationMs : stroke[stroke.length - 1].t;
}

/**
 * From which entry on the answer stayed what it is at the end.
 * @param {readonly Entry[]} entries  At least one.
 * @returns {Entry | null}  null where nothing is read at the end.
 */
export function settled(entries) {
  const text = entries[entries.length - 1].answer?.text;
  if (text === undefined) return null;
  const before = entries.map(({ answer }) => answer?.text).findLastIndex((each) => each !== text);
  return entries[before + 1];
}

/**
 * The probabilities, after each entry, of every digit that was the answer at some time.
 * @param {readonly Entry[]} entries
 * @returns {{digit: number, probabilities: (number | null)[]}[]}  null where no digit was read, or several. The
 *   last answer's digit comes last. No curves where there is one point, or a number at the end.
 */
export function curves(entries) {
  const read = entries.map(({ answer }) => (answer?.digits.length === 1 ? answer.digits[0] : null));
  const digits = read.flatMap((found) => (found ? [found.digit] : []));
  if (digits.length < 2 || entries[entries.length - 1].answer?.digits.length !== 1) return [];
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

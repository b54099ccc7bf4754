// @ts-check
/**
 * When previews are asked for: after a rest, one at a time, and always for the newest drawing.
 *
 * A server that is busy or broken is left alone for a while, and no error is shown: the drawing is not finished.
 *
 * @template Drawing
 * @typedef {object} PreviewScheduler
 * @property {(drawing: Drawing) => void} want  The drawing is this now.
 * @property {() => void} drop  Nothing is to be asked now.
 */
import { RecognitionError } from "../common/server.js";

/** How long the pen is up before anything is asked, in ms. */
const REST_MS = 350;

/** The first pause after a failure, in ms. It doubles with each further one, up to the longest. */
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * @template Drawing
 * @template Outcome
 * @param {(drawing: Drawing) => Promise<Outcome>} ask  It rejects with a RecognitionError and with nothing else.
 * @param {(drawing: Drawing, outcome: Outcome) => void} show
 * @param {{restMs?: number, pauseMs?: number}} [times]
 * @returns {PreviewScheduler<Drawing>}
 */
export function previewScheduler(ask, show, { restMs = REST_MS, pauseMs = PAUSE_MS } = {}) {
  /** @type {Drawing | null} */
  let wanted = null;
  let isUnderWay = false;
  let failures = 0;
  let notBeforeMs = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {number} ms */
  function wait(ms) {
    clearTimeout(timer);
    timer = setTimeout(askWhenDue, Math.max(ms, notBeforeMs - performance.now()));
  }

  async function askWhenDue() {
    timer = undefined;
    if (!wanted || isUnderWay) return;
    if (performance.now() < notBeforeMs) return wait(0); // It failed while this was waiting.
    isUnderWay = true;
    await askAbout(wanted).finally(() => (isUnderWay = false));
    if (wanted && timer === undefined) wait(0);
  }

  /** @param {Drawing} drawing */
  async function askAbout(drawing) {
    let isRetryable = false;
    try {
      const outcome = await ask(drawing);
      failures = 0;
      show(drawing, outcome);
    } catch (error) {
      if (!(error instanceof RecognitionError)) throw error;
      isRetryable = error.isRetryable;
      if (isRetryable) backOff(error);
    }
    if (wanted === drawing && !isRetryable) wanted = null;
  }

  /** @param {RecognitionError} error */
  function backOff({ retryAfterS }) {
    const ownMs = Math.min(pauseMs * 2 ** failures++, LONGEST_PAUSE_MS);
    notBeforeMs = performance.now() + Math.max(ownMs, retryAfterS * 1000);
  }

  return {
    want(drawing) {
      wanted = drawing;
      wait(restMs);
    },
    drop() {
      wanted = null;
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

// @ts-check
/**
 * Asking while somebody draws: after a rest, one question at a time, and always about the newest drawing.
 *
 * A server that is busy or broken is left alone for a while, and nobody is told: the drawing is not finished.
 *
 * @template Drawing
 * @typedef {object} Previews
 * @property {(drawing: Drawing) => void} want  The drawing is this now.
 * @property {() => void} drop  Nothing is to be asked now.
 */
import { RecognitionError } from "../common/api.js";

/** How long the pen is up before anything is asked, in ms. */
const REST_MS = 350;

/** The first pause after a failure, in ms. It doubles with each further one, up to the longest. */
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * @template Drawing
 * @template Outcome
 * @param {(drawing: Drawing) => Promise<Outcome>} ask  It rejects with a RecognitionError and with nothing else.
 * @param {(drawing: Drawing, outcome: Outcome) => void} answered
 * @param {{restMs?: number, pauseMs?: number}} [times]
 * @returns {Previews<Drawing>}
 */
export function previews(ask, answered, { restMs = REST_MS, pauseMs = PAUSE_MS } = {}) {
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
    timer = setTimeout(look, Math.max(ms, notBeforeMs - performance.now()));
  }

  async function look() {
    timer = undefined;
    if (!wanted || isUnderWay) return;
    if (performance.now() < notBeforeMs) return wait(0); // It failed while this was waiting.
    isUnderWay = true;
    await askAbout(wanted).finally(() => (isUnderWay = false));
    if (wanted && timer === undefined) wait(0);
  }

  /** @param {Drawing} drawing */
  async function askAbout(drawing) {
    let mayPass = false;
    try {
      const outcome = await ask(drawing);
      failures = 0;
      answered(drawing, outcome);
    } catch (error) {
      if (!(error instanceof RecognitionError)) throw error;
      mayPass = error.mayPass;
      if (mayPass) backOff(error);
    }
    if (wanted === drawing && !mayPass) wanted = null;
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

// @ts-check
/**
 * Asking the server, and everything that can go wrong with it.
 *
 * @typedef {import("../answer/answer.js").Answer} Answer
 * @typedef {"network" | "timeout" | "refused" | "broken" | "superseded"} Failure
 *   network: the server was not reached; timeout: it took too long; refused: it answered with an error
 *   status; broken: it answered something else than agreed; superseded: a newer question took over.
 * @typedef {{data: string, strokes?: import("../sheet/stroke_data.js").StrokeData[]}} Question
 * @typedef {{url: string, fetch: typeof fetch, timeoutMs: number}} Server
 */
import { readAnswer } from "../answer/answer.js";
import { readInspection } from "../inside/inspection.js";

export const TIMEOUT_MS = 15_000;

export class RecognitionError extends Error {
  /**
   * @param {Failure} failure
   * @param {{status?: number, detail?: string, retryAfterS?: number, cause?: unknown}} [about]
   *   detail: what the server says to the person, in their language; retryAfterS: how long it wants to be left alone.
   */
  constructor(failure, { status = 0, detail = "", retryAfterS = 0, cause } = {}) {
    super(detail || failure, { cause });
    this.name = "RecognitionError";
    this.failure = failure;
    this.status = status;
    this.detail = detail;
    this.retryAfterS = retryAfterS;
  }

  /** Whether the same question may succeed later. What is wrong with the question itself (4xx) stays wrong. */
  get mayPass() {
    return this.status === 0 || this.status >= 500;
  }
}

/**
 * What went wrong, for a person: in the server's words if it had any. What is no RecognitionError is thrown on.
 * @param {unknown} error
 * @param {string} otherwise
 */
export function explain(error, otherwise) {
  if (!(error instanceof RecognitionError)) throw error;
  return error.detail || otherwise;
}

/**
 * A way to ask in which the newest question wins: asking again gives up what was asked before.
 * @param {Server} server
 * @returns {(question: Question) => Promise<{answer: Answer, body: object}>}
 *   It rejects with a RecognitionError and with nothing else.
 */
export function recogniser(server) {
  let newest = new AbortController();
  return async (question) => {
    newest.abort("superseded");
    newest = new AbortController();
    return understand(await send(server, { method: "POST", body: question }, newest));
  };
}

/**
 * A way to ask about a drawing that is not finished: nothing of it is kept.
 * @param {Server} server
 * @returns {(data: string) => Promise<{answer: Answer, body: object}>}
 *   It rejects with a RecognitionError and with nothing else.
 */
export function previewer(server) {
  return async (data) => understand(await send(server, { method: "POST", body: { data } }, new AbortController()));
}

/**
 * A way to say what a drawing really shows.
 * @param {Omit<Server, "url"> & {token: string}} server  token: against forged requests, for who is logged in.
 * @returns {(url: string, text: string) => Promise<void>}
 *   text: its digits, or empty for what is no digit. It rejects with a RecognitionError and with nothing else.
 */
export function corrector({ token, ...server }) {
  return async (url, text) => {
    const request = { method: "PUT", body: { text }, headers: { "X-CSRFToken": token } };
    await send({ ...server, url }, request, new AbortController());
  };
}

/**
 * What today's network says of a drawing that was kept.
 * @param {Server} server
 * @returns {Promise<Answer>}  It rejects with a RecognitionError and with nothing else.
 */
export async function askAgain(server) {
  return understand(await send(server, { method: "GET" }, new AbortController())).answer;
}

/**
 * How the network came to its answer.
 * @param {Server} server
 * @param {{data: string, digit: number}} [question]  Without one, the address says which drawing it is.
 * @returns {Promise<import("../inside/inspection.js").Inspection>}  It rejects with a RecognitionError and with nothing else.
 */
export async function lookInside(server, question) {
  const request = question ? { method: "POST", body: question } : { method: "GET" };
  return parse(await send(server, request, new AbortController()), readInspection);
}

/**
 * What the server has at an address.
 * @param {Server} server
 * @returns {Promise<any>}  It rejects with a RecognitionError and with nothing else.
 */
export async function askJson(server) {
  return parse(await send(server, { method: "GET" }, new AbortController()), (body) => body);
}

/**
 * @typedef {{method: string, body?: object, headers?: Record<string, string>}} Request
 * @param {Server} server
 * @param {Request} request
 * @param {AbortController} controller
 */
async function send(server, request, controller) {
  const timer = setTimeout(() => controller.abort("timeout"), server.timeoutMs);
  try {
    const text = await fetchText(server, request, controller.signal);
    controller.signal.throwIfAborted();
    return text;
  } catch (cause) {
    // An aborted fetch rejects with whatever the browser likes; the signal knows why.
    if (controller.signal.aborted) throw new RecognitionError(controller.signal.reason, { cause });
    if (cause instanceof RecognitionError) throw cause;
    throw new RecognitionError("network", { cause });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Server} server
 * @param {Request} request
 * @param {AbortSignal} signal
 */
async function fetchText({ fetch, url }, { method, body, headers = {} }, signal) {
  const response = await fetch(url, {
    method,
    headers: { "Content-Type": "application/json", ...headers },
    credentials: "same-origin",
    body: JSON.stringify(body),
    signal,
  });
  const text = await response.text();
  if (!response.ok) throw new RecognitionError("refused", refusal(response, text));
  return text;
}

/** @param {string} text */
function understand(text) {
  return parse(text, (body) => ({ answer: readAnswer(body), body }));
}

/**
 * @template Result
 * @param {string} text
 * @param {(body: any) => Result} read
 */
function parse(text, read) {
  try {
    return read(JSON.parse(text));
  } catch (cause) {
    throw new RecognitionError("broken", { cause });
  }
}

/**
 * A proxy in between may answer with a page instead of our JSON.
 * @param {Response} response
 * @param {string} text
 */
function refusal({ status, headers }, text) {
  const retryAfterS = Number(headers.get("Retry-After")) || 0;
  try {
    const { detail } = JSON.parse(text);
    return { status, retryAfterS, detail: typeof detail === "string" ? detail : "" };
  } catch {
    return { status, retryAfterS };
  }
}

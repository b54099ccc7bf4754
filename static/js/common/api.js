// @ts-check
/**
 * Asking the server, and everything that can go wrong with it.
 *
 * @typedef {import("../result/result.js").Result} Result
 * @typedef {"network" | "timeout" | "refused" | "broken" | "superseded"} Failure
 *   network: the server was not reached; timeout: it took too long; refused: it answered with an error
 *   status; broken: it answered something else than agreed; superseded: a newer request took over.
 * @typedef {{data: string, strokes?: import("../canvas/stroke_data.js").StrokeData[]}} RecognitionRequest
 * @typedef {{url: string, fetch: typeof fetch, timeoutMs: number}} Server
 */
import { readResult } from "../result/result.js";
import { readInspection } from "../inspection/inspection.js";
import { fill } from "./text.js";

export const SERVER = { fetch: globalThis.fetch.bind(globalThis), timeoutMs: 15_000 };

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

  /** Whether the same request may succeed later. What is wrong with the request itself (4xx) stays wrong. */
  get isRetryable() {
    return this.status === 0 || this.status >= 500;
  }
}

/**
 * What went wrong, for a person: in the server's words if it had any. Another error is a mistake of the page, and is
 * thrown again.
 * @param {unknown} error
 * @param {Record<string, string>} messages  One for each failure, or `unanswered` for them all.
 */
export function explain(error, messages) {
  if (!(error instanceof RecognitionError)) throw error;
  const { detail, failure, status } = error;
  return detail || fill(messages[failure] ?? messages.unanswered, { status, seconds: SERVER.timeoutMs / 1000 });
}

/**
 * Recognise a drawing and store it. The newest request wins: it aborts the one before.
 * @param {Server} server
 * @returns {(request: RecognitionRequest) => Promise<{result: Result, body: object}>}
 *   It rejects with a RecognitionError and with nothing else.
 */
export function recogniser(server) {
  let newest = new AbortController();
  return async (body) => {
    newest.abort("superseded");
    newest = new AbortController();
    return parseResult(await send(server, { method: "POST", body }, newest));
  };
}

/**
 * Recognise a drawing that is not finished, and store nothing.
 * @param {Server} server
 * @returns {(data: string) => Promise<{result: Result, body: object}>}
 *   It rejects with a RecognitionError and with nothing else.
 */
export function previewer(server) {
  return async (data) => parseResult(await send(server, { method: "POST", body: { data } }, new AbortController()));
}

/**
 * Save what a drawing really shows.
 * @param {Omit<Server, "url"> & {token: string}} server  token: against forged requests, for those who are logged in.
 * @returns {(url: string, text: string) => Promise<void>}
 *   text: its digits, or empty for a non-digit. It rejects with a RecognitionError and with nothing else.
 */
export function corrector({ token, ...server }) {
  return async (url, text) => {
    const request = { method: "PUT", body: { text }, headers: { "X-CSRFToken": token } };
    await send({ ...server, url }, request, new AbortController());
  };
}

/**
 * What the current model makes of a drawing that was stored.
 * @param {Server} server
 * @returns {Promise<Result>}  It rejects with a RecognitionError and with nothing else.
 */
export async function recogniseAgain(server) {
  return parseResult(await send(server, { method: "GET" }, new AbortController())).result;
}

/**
 * How the network came to its result.
 * @param {Server} server
 * @param {{data: string, digit: number}} [body]  Without it, the address says which drawing it is.
 * @returns {Promise<import("../inspection/inspection.js").Inspection>}  It rejects with a RecognitionError and with nothing else.
 */
export async function inspect(server, body) {
  const request = body ? { method: "POST", body } : { method: "GET" };
  return parse(await send(server, request, new AbortController()), readInspection);
}

/**
 * What the server has at an address.
 * @param {Server} server
 * @returns {Promise<any>}  It rejects with a RecognitionError and with nothing else.
 */
export async function getJson(server) {
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
function parseResult(text) {
  return parse(text, (body) => ({ result: readResult(body), body }));
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

// @ts-check
/**
 * Asking the server, and everything that can go wrong with it.
 *
 * @typedef {"network" | "timeout" | "refused" | "broken" | "superseded"} Failure
 *   network: the server was not reached; timeout: it took too long; refused: it answered with an error
 *   status; broken: it answered something else than agreed; superseded: a newer request took over.
 * @typedef {{url: string, fetch: typeof fetch, timeoutMs: number}} Server
 */
import { fill } from "./text.js";

export const SERVER = { fetch: globalThis.fetch.bind(globalThis), timeoutMs: 15_000 };

export class RecognitionError extends Error {
  /**
   * @param {Failure} failure
   * @param {{status?: number, detail?: string, retryAfterS?: number, cause?: unknown}} [about]
   *   detail: the server's message, in the visitor's language; retryAfterS: how long to wait before another request.
   */
  constructor(failure, { status = 0, detail = "", retryAfterS = 0, cause } = {}) {
    super(detail || failure, { cause });
    this.name = "RecognitionError";
    this.failure = failure;
    this.status = status;
    this.detail = detail;
    this.retryAfterS = retryAfterS;
  }

  /** Whether the same request may succeed later. An error in the request itself (4xx) is permanent. */
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
 * What the server has at an address.
 * @param {Server} server
 * @returns {Promise<any>}  It rejects with a RecognitionError and with nothing else.
 */
export async function getJson(server) {
  return parse(await send(server, { method: "GET" }), (body) => body);
}

/**
 * @typedef {{method: string, body?: object, headers?: Record<string, string>}} Request
 * @param {Server} server
 * @param {Request} request
 * @param {AbortController} [controller]  Aborts it, for a Failure as its reason.
 * @returns {Promise<string>}  The body. It rejects with a RecognitionError and with nothing else.
 */
export async function send(server, request, controller = new AbortController()) {
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

/**
 * @template Result
 * @param {string} text
 * @param {(body: any) => Result} read  It throws when the body is not as agreed.
 * @throws {RecognitionError} broken.
 */
export function parse(text, read) {
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

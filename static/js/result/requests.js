// @ts-check
/**
 * Requests to the server about a drawing's result.
 *
 * @typedef {import("./result.js").Result} Result
 * @typedef {import("../common/server.js").Server} Server
 * @typedef {{data: string, strokes?: import("../canvas/stroke_data.js").StrokeData[]}} RecognitionRequest
 */
import { parse, send } from "../common/server.js";
import { readResult } from "./result.js";

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
  return async (data) => parseResult(await send(server, { method: "POST", body: { data } }));
}

/**
 * Recognise a stored drawing with the current model, and store nothing.
 * @param {Server} server
 * @returns {Promise<Result>}  It rejects with a RecognitionError and with nothing else.
 */
export async function recogniseAgain(server) {
  return parseResult(await send(server, { method: "GET" })).result;
}

/**
 * Save the correct reading of a drawing.
 * @param {Omit<Server, "url"> & {token: string}} server  token: against forged requests, for those who are logged in.
 * @returns {(url: string, text: string) => Promise<void>}
 *   text: its digits, or empty for a non-digit. It rejects with a RecognitionError and with nothing else.
 */
export function corrector({ token, ...server }) {
  return async (url, text) => {
    await send({ ...server, url }, { method: "PUT", body: { text }, headers: { "X-CSRFToken": token } });
  };
}

/** @param {string} text */
function parseResult(text) {
  return parse(text, (body) => ({ result: readResult(body), body }));
}

// @ts-check
/** What the server is asked about how a digit was recognised. */
import { parse, send } from "../common/server.js";
import { readInspection } from "./inspection.js";

/**
 * @param {import("../common/server.js").Server} server
 * @param {{data: string, digit: number}} [body]  Without it, the address says which drawing it is.
 * @returns {Promise<import("./inspection.js").Inspection>}  It rejects with a RecognitionError and with nothing else.
 */
export async function inspect(server, body) {
  return parse(await send(server, body ? { method: "POST", body } : { method: "GET" }), readInspection);
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { RecognitionError } from "../../static/js/common/server.js";
import { inspect } from "../../static/js/inspection/inspection.js";
import { corrector, previewer, recogniser } from "../../static/js/result/requests.js";
import { answerBody, inspectionBody } from "./examples.mjs";

/** @type {import("../../static/js/result/requests.js").RecognitionRequest} */
const drawing = { data: "data:image/png;base64,AA==", strokes: [[[1], [2], [0], [0.5]]] };

const respond = (status, body) => async () =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status });

/** A server that never answers, but lets itself be given up. */
const silence = (_url, { signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));

const asking = (fetch, timeoutMs = 1000) =>
  recogniser({ url: "/api/mnist/identify", fetch, timeoutMs });

/** @returns {Promise<RecognitionError>} */
async function failureOf(promise) {
  const error = await promise.then(() => null, (reason) => reason);
  assert.ok(error instanceof RecognitionError);
  return error;
}

test("the drawing and its strokes are posted as JSON with the session's cookie", async () => {
  let sent;
  await asking(async (url, options) => {
    sent = { url, ...options };
    return respond(200, answerBody())();
  })(drawing);
  assert.equal(sent.url, "/api/mnist/identify");
  assert.equal(sent.method, "POST");
  assert.equal(sent.credentials, "same-origin");
  assert.equal(sent.headers["Content-Type"], "application/json");
  assert.deepEqual(JSON.parse(sent.body), drawing);
});

test("a result comes with the body it was read from", async () => {
  const { result, body } = await asking(respond(200, answerBody()))(drawing);
  assert.equal(result.text, "7");
  assert.deepEqual(body, answerBody());
});

test("what the server says about a refusal is kept", async () => {
  const detail = "There is no ink in the drawing.";
  const error = await failureOf(asking(respond(400, { code: "blank_drawing", detail }))(drawing));
  assert.deepEqual([error.failure, error.status, error.detail], ["refused", 400, detail]);
});

for (const body of ["<h1>Bad gateway</h1>", "null", { detail: { nested: true } }]) {
  test(`a refusal without words for people has only its status: ${JSON.stringify(body)}`, async () => {
    const error = await failureOf(asking(respond(502, body))(drawing));
    assert.deepEqual([error.failure, error.status, error.detail], ["refused", 502, ""]);
  });
}

for (const body of ["<h1>Welcome to this hotel</h1>", "{}"]) {
  test(`a success that holds no result is broken: ${body}`, async () => {
    assert.equal((await failureOf(asking(respond(200, body))(drawing))).failure, "broken");
  });
}

test("a server that cannot be reached is a network failure", async () => {
  const error = await failureOf(asking(() => Promise.reject(new TypeError("Failed to fetch")))(drawing));
  assert.equal(error.failure, "network");
});

test("a server that takes too long is given up", async () => {
  assert.equal((await failureOf(asking(silence, 5)(drawing))).failure, "timeout");
});

test("the newest request wins", async () => {
  let calls = 0;
  const ask = asking((...request) => (++calls === 1 ? silence(...request) : respond(200, answerBody())()));
  const older = failureOf(ask(drawing));
  const newer = await ask(drawing);
  assert.equal(newer.result.text, "7");
  assert.equal((await older).failure, "superseded");
});

test("a failed request does not stand in the way of the next", async () => {
  let calls = 0;
  const ask = asking(() => respond(...(++calls === 1 ? [503, {}] : [200, answerBody()]))());
  assert.equal((await failureOf(ask(drawing))).status, 503);
  assert.equal((await ask(drawing)).result.text, "7");
});

test("a preview sends the picture alone", async () => {
  let sent;
  const fetch = async (_url, options) => ((sent = JSON.parse(options.body)), respond(200, answerBody())());
  const { result } = await previewer({ url: "/api/v1/preview", fetch, timeoutMs: 1000 })("data:,");
  assert.deepEqual([result.text, sent], ["7", { data: "data:," }]);
});

test("a refusal says how long the server wants to be left alone", async () => {
  const busy = (headers) => async () => new Response("{}", { status: 503, headers });
  const pause = async (headers) => (await failureOf(asking(busy(headers))(drawing))).retryAfterS;
  assert.equal(await pause({ "Retry-After": "7" }), 7);
  assert.equal(await pause({ "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT" }), 0);
  assert.equal(await pause({}), 0);
});

test("only a refusal of the request itself is not worth a retry", async () => {
  const isRetryable = async (fetch) => (await failureOf(asking(fetch)(drawing))).isRetryable;
  assert.equal(await isRetryable(respond(422, { code: "blank_drawing", detail: "Blank." })), false);
  assert.equal(await isRetryable(respond(503, { code: "busy", detail: "Busy." })), true);
  assert.equal(await isRetryable(async () => Promise.reject(new TypeError("no network"))), true);
});

test("a correction is put where the result says, with the token", async () => {
  let sent;
  const fetch = async (url, options) => {
    sent = { url, ...options };
    return respond(200, { text: "07" })();
  };
  await corrector({ fetch, timeoutMs: 1000, token: "secret" })("/api/v1/recognitions/1/label", "07");
  assert.deepEqual([sent.url, sent.method], ["/api/v1/recognitions/1/label", "PUT"]);
  assert.equal(sent.headers["X-CSRFToken"], "secret");
  assert.deepEqual(JSON.parse(sent.body), { text: "07" });
});

test("a correction that is not saved says so", async () => {
  const saveLabel = corrector({ fetch: respond(503, { detail: "Try again." }), timeoutMs: 1000, token: "" });
  const error = await failureOf(saveLabel("/label", "7"));
  assert.deepEqual([error.failure, error.status, error.detail], ["refused", 503, "Try again."]);
});

test("a drawing is sent to be inspected, and a stored one is inspected by its address", async () => {
  const sent = [];
  const fetch = async (url, options) => {
    sent.push({ url, ...options });
    return respond(200, inspectionBody())();
  };
  const server = { fetch, timeoutMs: 1000 };
  const inspection = await inspect({ ...server, url: "/inside" }, { data: "data:,", digit: 1 });
  await inspect({ ...server, url: "/stored/inside?digit=1" });
  assert.equal(inspection.digit, 7);
  assert.deepEqual(sent.map(({ url, method, body }) => [url, method, body]), [
    ["/inside", "POST", JSON.stringify({ data: "data:,", digit: 1 })],
    ["/stored/inside?digit=1", "GET", undefined],
  ]);
});

test("what is no inspection is broken", async () => {
  const error = await failureOf(inspect({ url: "/inside", fetch: respond(200, answerBody()), timeoutMs: 1000 }));
  assert.equal(error.failure, "broken");
});

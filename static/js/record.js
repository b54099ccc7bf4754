// @ts-check
/** The page of one drawing, for who may see it: its replay, today's answer, what it really shows, and its link. */
import "./localized.js";
import { TIMEOUT_MS, lookInside } from "./common/api.js";
import { find, readMessages } from "./common/elements.js";
import { insideView } from "./inside/inside.js";
import { againView } from "./record/again.js";
import { labelView } from "./record/label.js";
import { sharingView } from "./record/sharing.js";
import { replayView } from "./replay/replay_view.js";

const page = find(document, "record-page");
const messages = readMessages(page);
const server = { fetch: window.fetch.bind(window), timeoutMs: TIMEOUT_MS };
const insideButton = /** @type {HTMLButtonElement} */ (find(page, "look-inside"));

againView(page, messages);
insideView(insideButton, (digit) => lookInside({ ...server, url: `${page.dataset.insideUrl}?digit=${digit}` }));
insideButton.hidden = false;
if (page.querySelector("[data-correction]")) labelView(page, messages);
sharingView(find(page, "sharing"), messages);
replayView(page, messages);

// @ts-check
/** The page of one drawing, for those who may see it: its replay, the current model's result, its label, its link. */
import "./localized.js";
import { find, readMessages } from "./common/elements.js";
import { SERVER } from "./common/server.js";
import { inspect } from "./inspection/inspection.js";
import { inspectionDialog } from "./inspection/inspection_dialog.js";
import { labelView } from "./record/label.js";
import { recogniseAgainView } from "./record/recognise_again.js";
import { sharingView } from "./record/sharing.js";
import { replayView } from "./replay/replay_view.js";

const page = find(document, "record-page");
const messages = readMessages(page);
const inspectButton = /** @type {HTMLButtonElement} */ (find(page, "inspect"));

recogniseAgainView(page, messages);
inspectionDialog(inspectButton, (digit) => inspect({ ...SERVER, url: `${page.dataset.url}/inside?digit=${digit}` }));
inspectButton.hidden = false;
if (page.querySelector("[data-correction]")) labelView(page, messages);
if (page.querySelector("[data-share-link]")) sharingView(find(page, "sharing"), messages);
replayView(page, messages);

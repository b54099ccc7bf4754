// @ts-check
/** The page of one drawing, for who may see it: its replay, today's answer, what it really shows, and its link. */
import "./localized.js";
import { againView } from "./again.js";
import { find, readMessages } from "./elements.js";
import { labelView } from "./label.js";
import { replayView } from "./replay_view.js";
import { sharingView } from "./sharing.js";

const page = find(document, "record-page");
const messages = readMessages(page);

againView(page, messages);
if (page.querySelector("[data-correction]")) labelView(page, messages);
sharingView(find(page, "sharing"), messages);
replayView(page, messages);

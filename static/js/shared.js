// @ts-check
/** The page of a drawing that somebody shared. */
import "./localized.js";
import { find, readMessages } from "./common/elements.js";
import { replayView } from "./replay/replay_view.js";

const page = find(document, "record-page");
replayView(page, readMessages(page));

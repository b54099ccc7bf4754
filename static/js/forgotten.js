// @ts-check
/** The list after the site has forgotten this browser: the drawing on the canvas is forgotten, too. */
import { forget } from "./canvas/memory.js";

forget();

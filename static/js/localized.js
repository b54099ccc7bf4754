// @ts-check
/** Replaces the server's times and probabilities: by the visitor's clock, and in the format of all pages. */
import { percentFormatter } from "./common/text.js";

const language = document.documentElement.lang;
const percent = percentFormatter(language);
const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

for (const element of document.querySelectorAll("time")) {
  element.textContent = time.format(new Date(element.dateTime));
}
for (const element of document.querySelectorAll("data")) {
  element.textContent = percent(Number(element.value));
}

// @ts-check
/** Times by the visitor's clock, and probabilities as everywhere, in place of what the server wrote. */
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

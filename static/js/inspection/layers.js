// @ts-check
/**
 * The layers of the network on canvases, each group with its words.
 *
 * @typedef {import("./inspection.js").Inspection} Inspection
 * @typedef {import("./inspection.js").Maps} Maps
 * @typedef {import("./inspection.js").Palette} Palette
 */
import { INPUT_SIZE, inputPixels } from "../result/result.js";
import { find } from "../common/elements.js";
import { fill, percentFormatter } from "../common/text.js";
import { LAYERS, colourOf, extremes, mapAt, places, tintedPixels, valuePixels } from "./inspection.js";

/** Of the picture of the hidden layer, in units. */
const HIDDEN_WIDTH = 50;

/**
 * @param {HTMLElement} root
 * @param {Inspection} inspection
 * @param {Record<string, string>} messages
 */
export function showLayers(root, inspection, messages) {
  const palette = paletteOf(root);
  showInk(root, inspection, palette, messages);
  for (const name of LAYERS) {
    const group = /** @type {HTMLElement} */ (root.querySelector(`[data-inspection-maps="${name}"]`));
    showMaps(group, inspection.layers[name], palette, messages.maps);
  }
  showHidden(find(root, "inspection-hidden"), inspection.hidden, palette, messages.hidden);
  find(root, "inspection-result").replaceChildren(...rowsOf(inspection));
}

/**
 * @param {HTMLElement} root
 * @param {Inspection} inspection
 * @param {Palette} palette
 * @param {Record<string, string>} messages
 */
function showInk(root, { digit, networkInput, importance }, palette, messages) {
  const bytes = Uint8Array.from(networkInput.values, (ink) => ink * 255);
  paint(find(root, "inspection-network-input"), inputPixels(bytes), INPUT_SIZE);
  paint(find(root, "inspection-importance"), tintedPixels(networkInput, importance, palette), INPUT_SIZE);
  const { positive, negative } = places(importance);
  const sentences = [fill(messages.mattered, { digit, place: messages[positive] })];
  if (negative) sentences.push(fill(messages.against, { place: messages[negative] }));
  find(root, "inspection-importance").setAttribute("aria-label", sentences.join(" "));
  find(root, "inspection-mattered").textContent = sentences.join(" ");
}

/**
 * @param {HTMLElement} group
 * @param {Maps} maps
 * @param {Palette} palette
 * @param {string} message
 */
function showMaps(group, maps, palette, message) {
  const { strongest, weakest } = extremes(maps);
  const canvases = Array.from({ length: maps.count }, (_, i) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [maps.width, maps.height];
    canvas.classList.toggle("is-strongest", i + 1 === strongest);
    paint(canvas, valuePixels(mapAt(maps, i), palette), maps.width);
    return canvas;
  });
  group.replaceChildren(...canvases);
  const { count, height, width } = maps;
  group.setAttribute("aria-label", fill(message, { count, height, width, strongest, weakest }));
}

/**
 * @param {HTMLElement} canvas
 * @param {Maps} hidden
 * @param {Palette} palette
 * @param {string} message
 */
function showHidden(canvas, { values }, palette, message) {
  paint(canvas, valuePixels(values, palette), HIDDEN_WIDTH);
  const yes = values.filter((value) => value > 0).length;
  canvas.setAttribute("aria-label", fill(message, { yes, no: values.length - yes }));
}

/** @param {Inspection} inspection */
function rowsOf({ digit, logits, probabilities }) {
  const language = document.documentElement.lang;
  const percent = percentFormatter(language);
  const decimals = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const sum = new Intl.NumberFormat(language, { ...decimals, signDisplay: "negative" }); // Zero has no sign.
  return probabilities.map((probability, each) => {
    const row = document.createElement("tr");
    row.classList.toggle("is-result", each === digit);
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = String(each);
    row.append(head);
    row.insertCell().textContent = sum.format(logits[each]);
    const bar = row.insertCell();
    bar.className = "inspection-bar";
    bar.style.setProperty("--share", String(probability));
    row.insertCell().textContent = percent(probability);
    return row;
  });
}

/**
 * @param {HTMLElement} element
 * @param {Uint8ClampedArray<ArrayBuffer>} pixels
 * @param {number} width
 */
function paint(element, pixels, width) {
  const canvas = /** @type {HTMLCanvasElement} */ (element);
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, width), 0, 0);
}

/**
 * @param {HTMLElement} root
 * @returns {Palette}
 */
function paletteOf(root) {
  const style = getComputedStyle(root);
  const colour = (/** @type {string} */ name) => colourOf(style.getPropertyValue(name));
  return {
    none: colour("--map-none"),
    positive: colour("--map-positive"),
    negative: colour("--map-negative"),
    ink: colour("--map-ink"),
  };
}

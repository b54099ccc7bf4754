// @ts-check
/** Probabilities from stroke to stroke as lines: the digits that led at some time, the one that won in front. */
import { probabilityCurves } from "./stroke_predictions.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [320, 104];

/** Room for the scale, for a digit beside its point, and above and below. */
const [LEFT, RIGHT, MARGIN] = [42, 18, 12];

/**
 * @param {Element} svg
 * @param {readonly import("./stroke_predictions.js").StrokePrediction[]} predictions
 * @param {number} expected  How many predictions there will be.
 */
export function drawProbabilityCurves(svg, predictions, expected) {
  const lines = probabilityCurves(predictions);
  const x = (/** @type {number} */ i) => LEFT + (i * (WIDTH - LEFT - RIGHT)) / Math.max(expected - 1, 1);
  const y = (/** @type {number} */ share) => MARGIN + (1 - share) * (HEIGHT - 2 * MARGIN);
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.toggleAttribute("hidden", lines.length === 0);
  svg.replaceChildren(
    ...[0, 0.5, 1].map((share) => levelAt(y(share), share)),
    ...lines.map(({ digit, probabilities }, each) => {
      const points = probabilities.flatMap((share, i) => (share === null ? [] : [[x(i), y(share)]]));
      return curveOf(String(digit), points, each === lines.length - 1);
    }),
  );
}

/**
 * @param {number} y
 * @param {number} share
 */
function levelAt(y, share) {
  const group = element("g", { class: "level" });
  const label = element("text", { x: LEFT - 8, y: y + 4, "text-anchor": "end" });
  label.textContent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(share);
  group.append(element("line", { x1: LEFT, x2: WIDTH, y1: y, y2: y }), label);
  return group;
}

/**
 * The winner has its digit at its end, any other one where it was highest: they do not meet there.
 * @param {string} digit
 * @param {number[][]} points
 * @param {boolean} leads
 */
function curveOf(digit, points, leads) {
  const group = element("g", { class: leads ? "leads" : "" });
  const highest = points.reduce((best, point) => (point[1] < best[1] ? point : best));
  const [x, y] = leads ? points[points.length - 1] : highest;
  const label = element("text", { x: x + 6, y: y + 4 });
  label.textContent = digit;
  const dots = points.map(([cx, cy]) => element("circle", { cx, cy, r: 3 }));
  group.append(element("polyline", { points: points.map((point) => point.join()).join(" ") }), ...dots, label);
  return group;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function element(name, attributes) {
  const created = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) created.setAttribute(attribute, String(value));
  return created;
}

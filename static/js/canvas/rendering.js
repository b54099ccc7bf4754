// @ts-check
/**
 * Strokes onto a 2D context whose unit is a pixel of the canvas.
 *
 * @typedef {import("./drawing.js").Stroke} Stroke
 * @typedef {CanvasRenderingContext2D} Context
 */
import { CANVAS_SIZE } from "./drawing.js";
import { fitOnCanvas } from "./picture.js";

/**
 * Draw strokes as smooth lines with round ends; a stroke of one point is a dot.
 * @param {Context} context
 * @param {readonly Stroke[]} strokes
 * @param {string} ink  A CSS colour.
 */
export function renderStrokes(context, strokes, ink) {
  context.strokeStyle = ink;
  context.fillStyle = ink;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of strokes) {
    if (stroke.length === 1) renderDot(context, stroke);
    else renderLine(context, stroke);
  }
}

/**
 * The drawing as it is sent to the network: black ink on white, whatever the page looks like, with its picture.
 * On a picture with light ink both are the other way round.
 * @param {Context} context
 * @param {Pick<import("./drawing.js").Drawing, "strokes" | "picture">} drawing
 */
export function renderWithBackground(context, { strokes, picture }) {
  const [background, ink] = picture?.isDark ? ["#000", "#fff"] : ["#fff", "#000"];
  context.fillStyle = background;
  context.fillRect(0, 0, CANVAS_SIZE, CANVAS_SIZE);
  if (picture) {
    const { x, y, width, height } = fitOnCanvas(picture);
    context.imageSmoothingQuality = "high";
    context.drawImage(picture.image, x, y, width, height);
  }
  renderStrokes(context, strokes, ink);
}

/**
 * @param {Context} context
 * @param {Stroke} stroke
 */
function renderDot(context, [point]) {
  context.beginPath();
  context.arc(point.x, point.y, point.width / 2, 0, 2 * Math.PI);
  context.fill();
}

/**
 * Each point pulls the curve towards itself while the curve goes through the midpoints between them.
 * Where the width changes, another curve begins, whose round end hides the step.
 * @param {Context} context
 * @param {Stroke} stroke
 */
function renderLine(context, stroke) {
  let [at, width] = [stroke[0], NaN];
  stroke.slice(1).forEach((point, i) => {
    const next = stroke[i + 2];
    if (point.width !== width) {
      if (i > 0) context.stroke();
      startCurve(context, at, (width = point.width));
    }
    at = next ? { ...point, x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 } : point;
    if (next) context.quadraticCurveTo(point.x, point.y, at.x, at.y);
    else context.lineTo(at.x, at.y);
  });
  context.stroke();
}

/**
 * @param {Context} context
 * @param {import("./drawing.js").Point} from
 * @param {number} width
 */
function startCurve(context, { x, y }, width) {
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(x, y);
}

// @ts-check
/**
 * Strokes onto a 2D context whose unit is a pixel of the paper.
 *
 * @typedef {import("./drawing.js").Stroke} Stroke
 * @typedef {CanvasRenderingContext2D} Context
 */
import { PAPER_SIZE } from "./drawing.js";

/** In pixels of the paper: a digit that fills it gets lines about as thick as MNIST's. */
export const PEN_WIDTH = 18;

/**
 * Draw strokes as smooth lines with round ends; a stroke of one point is a dot.
 * @param {Context} context
 * @param {readonly Stroke[]} strokes
 * @param {string} ink  A CSS colour.
 */
export function renderStrokes(context, strokes, ink) {
  context.strokeStyle = ink;
  context.fillStyle = ink;
  context.lineWidth = PEN_WIDTH;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of strokes) {
    if (stroke.length === 1) renderDot(context, stroke);
    else renderLine(context, stroke);
  }
}

/**
 * Black ink on white paper, whatever the page looks like: what the network is sent.
 * @param {Context} context
 * @param {readonly Stroke[]} strokes
 */
export function renderOnPaper(context, strokes) {
  context.fillStyle = "#fff";
  context.fillRect(0, 0, PAPER_SIZE, PAPER_SIZE);
  renderStrokes(context, strokes, "#000");
}

/**
 * @param {Context} context
 * @param {Stroke} stroke
 */
function renderDot(context, [point]) {
  context.beginPath();
  context.arc(point.x, point.y, PEN_WIDTH / 2, 0, 2 * Math.PI);
  context.fill();
}

/**
 * Each point pulls the curve towards itself while the curve goes through the midpoints between them.
 * @param {Context} context
 * @param {Stroke} stroke
 */
function renderLine(context, stroke) {
  const last = stroke[stroke.length - 1];
  context.beginPath();
  context.moveTo(stroke[0].x, stroke[0].y);
  for (let i = 1; i < stroke.length - 1; i++) {
    const [point, next] = [stroke[i], stroke[i + 1]];
    context.quadraticCurveTo(point.x, point.y, (point.x + next.x) / 2, (point.y + next.y) / 2);
  }
  context.lineTo(last.x, last.y);
  context.stroke();
}

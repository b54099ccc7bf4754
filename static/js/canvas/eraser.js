// @ts-check
/**
 * Erasing: a stroke is cut where the eraser touches its ink.
 *
 * @typedef {import("./drawing.js").Point} Point
 * @typedef {import("./drawing.js").Stroke} Stroke
 * @typedef {{x: number, y: number}} Place
 * @typedef {{point: Point, isOwn: boolean}} Mark  isOwn: the stroke has this point, and it was not put between two.
 */

/** A fast pen leaves its points far apart: between them a stroke is tested in steps of this many pixels. */
const STEP = 1;

/**
 * @param {readonly Stroke[]} strokes
 * @param {readonly [Place, Place]} path  From where to where the eraser went.
 * @param {number} radius
 * @returns {readonly Stroke[]}  The same when nothing was touched.
 */
export function erase(strokes, path, radius) {
  const left = strokes.map((stroke) => cut(stroke, path, radius));
  return left.every(([piece], i) => piece === strokes[i]) ? strokes : left.flat();
}

/**
 * @param {Stroke} stroke
 * @param {readonly [Place, Place]} path
 * @param {number} radius
 * @returns {Stroke[]}  Its pieces, or itself alone.
 */
function cut(stroke, path, radius) {
  const marks = marksAlong(stroke);
  /** @type {Mark[][]} */
  const pieces = [[]];
  for (const mark of marks) {
    const isTouched = distance(mark.point, path) <= radius + mark.point.width / 2;
    if (!isTouched) pieces[pieces.length - 1].push(mark);
    else if (pieces[pieces.length - 1].length) pieces.push([]);
  }
  if (pieces[0].length === marks.length) return [stroke];
  return pieces.filter((piece) => piece.length).map(pointsOf);
}

/**
 * A piece's own points, and where it was cut.
 * @param {Mark[]} piece
 */
function pointsOf(piece) {
  return piece.filter(({ isOwn }, i) => isOwn || i === 0 || i === piece.length - 1).map(({ point }) => point);
}

/**
 * @param {Stroke} stroke
 * @returns {Mark[]}
 */
function marksAlong(stroke) {
  return stroke.flatMap((point, i) => {
    const own = { point, isOwn: true };
    return i === 0 ? own : [...between(stroke[i - 1], point), own];
  });
}

/**
 * @param {Point} from
 * @param {Point} to
 * @returns {Mark[]}
 */
function between(from, to) {
  const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / STEP);
  return Array.from({ length: Math.max(steps - 1, 0) }, (_, i) => {
    const at = (/** @type {keyof Point} */ name) => from[name] + ((to[name] - from[name]) * (i + 1)) / steps;
    const point = { x: at("x"), y: at("y"), t: at("t"), pressure: at("pressure"), width: at("width") };
    return { point, isOwn: false };
  });
}

/**
 * How far a place is from a line between two others.
 * @param {Place} place
 * @param {readonly [Place, Place]} line
 */
function distance({ x, y }, [from, to]) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = ((x - from.x) * dx + (y - from.y) * dy) / (dx ** 2 + dy ** 2 || 1);
  const share = Math.min(Math.max(along, 0), 1);
  return Math.hypot(x - from.x - share * dx, y - from.y - share * dy);
}

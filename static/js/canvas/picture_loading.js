// @ts-check
/**
 * From a picture's file, or a remembered picture, to a picture on the canvas.
 *
 * @typedef {import("./drawing.js").Picture} Picture
 * @typedef {{url: string, isDark: boolean}} Content  A picture's own, in a form to be remembered.
 * @typedef {{bytes: number, pixels: number}} Limits  The server's, of a drawing's file.
 */
import { JPEG_QUALITY, isLightOnDark, shrunk } from "./picture.js";

/** Limits beyond which a file is not opened, so that no file stops the page: in MB, and in millions of pixels. */
export const LARGEST_FILE_MB = 20;
export const MOST_MEGAPIXELS = 60;

/** Side of the copy, in pixels, in which the background is told from the ink. */
const COPY_SIDE = 64;

export class TooLarge extends Error {}

/**
 * @param {Blob} file
 * @param {Limits} limits
 * @returns {Promise<Picture>}  It rejects with TooLarge, or with the browser's error if the file is not a picture.
 */
export async function loadPicture(file, limits) {
  if (file.size > LARGEST_FILE_MB * 1e6) throw new TooLarge();
  const url = URL.createObjectURL(file);
  try {
    return await pictureOf(contentOf(await open(url), limits));
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * @param {Content} content
 * @returns {Promise<Picture>}
 */
export async function pictureOf({ url, isDark }) {
  const image = await open(url);
  return { image, url, isDark, width: image.naturalWidth, height: image.naturalHeight };
}

/** @param {string} url */
async function open(url) {
  const image = new Image();
  image.src = url;
  await new Promise((resolve, reject) => Object.assign(image, { onload: resolve, onerror: reject }));
  const pixels = image.naturalWidth * image.naturalHeight;
  if (pixels === 0) throw new Error("A picture without a size");
  if (pixels > MOST_MEGAPIXELS * 1e6) throw new TooLarge();
  return image;
}

/**
 * The picture as a JPEG within the server's limits, with room for strokes on it.
 * @param {HTMLImageElement} image
 * @param {Limits} limits
 * @returns {Content}
 */
function contentOf(image, { bytes, pixels }) {
  const own = { width: image.naturalWidth, height: image.naturalHeight };
  for (let most = pixels; most >= 1; most /= 2) {
    const url = onWhite(image, shrunk(own, most)).canvas.toDataURL("image/jpeg", JPEG_QUALITY);
    if (url.length * 0.75 < bytes / 2) return { url, isDark: looksDark(image) };
  }
  throw new TooLarge();
}

/** @param {HTMLImageElement} image */
function looksDark(image) {
  const copy = onWhite(image, { width: COPY_SIDE, height: COPY_SIDE });
  const { data } = copy.getImageData(0, 0, COPY_SIDE, COPY_SIDE);
  const levels = Array.from({ length: COPY_SIDE ** 2 }, (_, i) => (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3);
  return isLightOnDark(levels);
}

/**
 * @param {HTMLImageElement} image
 * @param {{width: number, height: number}} size
 */
function onWhite(image, { width, height }) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  return context;
}

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const site = palettes("site", /:root\s*\{([^}]*)\}/g);
const inspection = palettes("inspection", /\.inspection\s*\{([^}]*)\}/g);
const schemes = { light: { ...site.light, ...inspection.light }, dark: { ...site.dark, ...inspection.dark } };

/** A style sheet's custom properties: a rule has them, and the next one what changes in the dark. */
function palettes(name, rule) {
  const css = readFileSync(new URL(`../../static/css/${name}.css`, import.meta.url), "utf8");
  const [light, darkChanges] = [...css.matchAll(rule)].map(([, block]) => colours(block));
  return { light, dark: { ...light, ...darkChanges } };
}

/** The custom properties that are plain colours: name to [red, green, blue]. */
function colours(block) {
  const found = block.matchAll(/--([\w-]+):\s*#([\da-f]{3,6})\b/g);
  return Object.fromEntries(Array.from(found, ([, name, hex]) => [name, channels(hex)]));
}

function channels(hex) {
  const digits = hex.length === 3 ? [...hex].map((digit) => digit + digit) : hex.match(/../g);
  return digits.map((pair) => parseInt(pair, 16));
}

/** Relative luminance, WCAG 2.2. */
function luminance(rgb) {
  const linear = rgb.map((each) => each / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/**
 * WCAG AA: 4.5 for text, 3 for what one must see to use a control or to read a picture.
 * @typedef {[front: string, back: string, atLeast: number]} Pair
 * @type {Pair[]}
 */
const pairs = [
  ...["text", "muted", "accent", "accent-hover", "fault"].flatMap(onBoth),
  ["on-accent", "accent", 4.5], ["on-accent", "accent-hover", 4.5], ["on-marker", "marker", 4.5],
  ["muted", "square", 4.5], ["edge", "surface", 3], ["edge", "background", 3], ["ink", "surface", 7], ["ink", "square", 7],
  ["accent", "square", 3], ["map-positive", "map-none", 3], ["map-negative", "map-none", 3],
  ["map-ink", "map-none", 3],
];

/** @returns {Pair[]} */
function onBoth(name) {
  return [[name, "surface", 4.5], [name, "background", 4.5]];
}

for (const [scheme, palette] of Object.entries(schemes)) {
  for (const [front, back, atLeast] of pairs) {
    test(`in ${scheme}, ${front} stands out from ${back}`, () => {
      const ratio = contrast(palette[front], palette[back]);
      assert.ok(ratio >= atLeast, `${ratio.toFixed(2)} is below ${atLeast}`);
    });
  }
}

/** Regions as Instill's component draws them, made fast by hand: fill at half, then white dots along the rim, whose coverage is known. */

import { seedColor } from "../../build/js/task/seed-colors.js";

const ALPHA = 128;

/** Draw stuffs on RGBA pixels. */
export function drawStuffs(pixels, width, height, stuffs) {
  const mask = new Uint8Array((width + 2) * (height + 2));
  for (const [seed, { rle }] of stuffs.entries()) {
    decode(mask.fill(0), rle, width, height);
    fill(pixels, mask, width, height, seedColor(seed));
    stamp(pixels, mask, width, height);
  }
  return pixels;
}

/** Runs down the columns to a mask with a margin of one pixel. */
function decode(mask, rle, width, height) {
  let at = 0;
  let value = 0;
  for (const text of rle.split(",")) {
    const end = Math.min(width * height, at + Number(text));
    if (value) for (; at < end; at++) mask[((at % height) + 1) * (width + 2) + Math.floor(at / height) + 1] = 1;
    at = end;
    value ^= 1;
  }
}

function fill(pixels, mask, width, height, color) {
  const [r, g, b] = [(color >> 16) * ALPHA, ((color >> 8) & 255) * ALPHA, (color & 255) * ALPHA];
  const rest = 255 - ALPHA;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0, m = (y + 1) * (width + 2) + 1; x < width; x++, at += 4, m++) {
      if (mask[m] === 0) continue;
      pixels[at] = (pixels[at] * rest + r) / 255;
      pixels[at + 1] = (pixels[at + 1] * rest + g) / 255;
      pixels[at + 2] = (pixels[at + 2] * rest + b) / 255;
    }
}

function stamp(pixels, mask, width, height) {
  const row = width + 2;
  const dab = (x, y, k) => {
    const at = (y * width + x) * 4;
    for (let c = at; c < at + 3; c++) pixels[c] = Math.floor((pixels[c] * 257 * (65535 - k) + 65535 * k) / 65535) >> 8;
  };
  for (let y = 0; y < height; y++)
    for (let x = 0, m = (y + 1) * row + 1; x < width; x++, m++) {
      if (mask[m] === 0) continue;
      const above = mask[m - row - 1] & mask[m - row] & mask[m - row + 1];
      const below = mask[m + row - 1] & mask[m + row] & mask[m + row + 1];
      if (above & below & mask[m - 1] & mask[m + 1]) continue;
      if (x > 0 && y > 0) {
        dab(x - 1, y - 1, 13491);
        dab(x, y - 1, 12787);
        dab(x - 1, y, 12787);
        dab(x, y, 12114);
      } else if (x > 0 || y > 0) {
        dab(Math.max(0, x - 1), Math.max(0, y - 1), 25590);
        dab(x, y, 24229);
      } else {
        dab(x, y, 48459);
      }
    }
}

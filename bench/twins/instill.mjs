/**
 * Masks as Instill's component draws them, step by step, in plain JavaScript: for each mask the runs become rows of pixels,
 * every pixel of the mask is read, mixed and set, the pixels of its rim are collected, and at each of them a disc of half a
 * pixel's radius is filled as any outline is: curves, cells of covered area, spans. A colour is made once for a mask; the
 * component makes it for every pixel. What knowing beforehand what such a disc covers saves is in `instill-by-hand.mjs`.
 */
import { seedColor } from "../../build/js/task/seed-colors.js";

const WHITE = { r: 255, g: 255, b: 255 };

/** An RGBA picture with what the recipe asks of one. */
function canvas(pixels, width, height) {
  const at = (x, y) => {
    const i = (y * width + x) * 4;
    return { r: pixels[i], g: pixels[i + 1], b: pixels[i + 2] };
  };
  const set = (x, y, { r, g, b }) => {
    const i = (y * width + x) * 4;
    pixels[i] = r;
    pixels[i + 1] = g;
    pixels[i + 2] = b;
    pixels[i + 3] = 255;
  };
  /** Cover a part of a pixel, 0..65535, with a colour. */
  const cover = (x, y, color, k) => {
    const i = (y * width + x) * 4;
    const over = (old, own) => Math.floor((old * (65535 - k) * 257 + own * 257 * k) / 65535) >> 8;
    pixels[i] = over(pixels[i], color.r);
    pixels[i + 1] = over(pixels[i + 1], color.g);
    pixels[i + 2] = over(pixels[i + 2], color.b);
  };
  const disc = (x, y, color) => fill(discPath(x, y, 0.5), width, height, (px, py, k) => cover(px, py, color, k));
  return { width, height, at, set, disc };
}

/** Cosine and sine at the ends and in the middle of a circle's 16 curves. */
const CIRCLE = Array.from({ length: 33 }, (_, i) => [Math.cos((i * Math.PI) / 16), Math.sin((i * Math.PI) / 16)]);

/** A circle as points in 1/64 pixel, x and y in turn: 16 quadratic curves of two chords. */
function discPath(x, y, radius) {
  const path = [];
  for (let i = 0; i < 32; i += 2) {
    const [x0, y0] = [x + radius * CIRCLE[i][0], y + radius * CIRCLE[i][1]];
    const [x1, y1] = [x + radius * CIRCLE[i + 1][0], y + radius * CIRCLE[i + 1][1]];
    const [x2, y2] = [x + radius * CIRCLE[i + 2][0], y + radius * CIRCLE[i + 2][1]];
    const [ax, ay, bx, by] = [x0 * 64, y0 * 64, x2 * 64, y2 * 64].map(Math.trunc);
    const cx = Math.trunc((2 * x1 - x0 / 2 - x2 / 2) * 64);
    const cy = Math.trunc((2 * y1 - y0 / 2 - y2 / 2) * 64);
    path.push(ax, ay, Math.trunc((ax + 2 * cx + bx) / 4), Math.trunc((ay + 2 * cy + by) / 4));
  }
  return path;
}

/** Fill an outline whose edges do not cross from pixel to pixel but at their ends; `paint` gets each pixel's coverage. */
function fill(path, width, height, paint) {
  const cells = new Map();
  let [x0, y0] = [path[path.length - 2], path[path.length - 1]];
  for (let i = 0; i < path.length; i += 2) {
    const [x1, y1] = [path[i], path[i + 1]];
    if (y1 !== y0) {
      const column = Math.trunc((x0 + x1) / 128);
      const row = Math.trunc((y0 + y1) / 128);
      const key = row * 65536 + column;
      let cell = cells.get(key);
      if (!cell) cells.set(key, (cell = { row, column, area: 0, cover: 0 }));
      cell.area += (x0 - 64 * column + (x1 - 64 * column)) * (y1 - y0);
      cell.cover += y1 - y0;
    }
    [x0, y0] = [x1, y1];
  }
  const sorted = [...cells.values()].sort((a, b) => a.row - b.row || a.column - b.column);
  let cover = 0;
  for (const [i, cell] of sorted.entries()) {
    if (i === 0 || sorted[i - 1].row !== cell.row) cover = 0;
    cover += cell.cover;
    const alpha = Math.min(4095, Math.abs((cover * 128 - cell.area + 1) >> 1));
    const inside = cell.row >= 0 && cell.row < height && cell.column >= 0 && cell.column < width;
    if (alpha > 0 && inside) paint(cell.column, cell.row, (alpha << 4) | (alpha >> 8));
  }
}

function colorOf(seed) {
  const rgb = seedColor(seed);
  return { r: rgb >> 16, g: (rgb >> 8) & 255, b: rgb & 255 };
}

/** Runs down the columns to rows of a mask. */
function decode(rle, width, height) {
  const counts = rle.split(",").map(Number);
  const rows = Array.from({ length: height }, () => new Uint8Array(width));
  let at = 0;
  let value = 0;
  for (const count of counts) {
    if (value)
      for (let i = at; i < at + count; i++) {
        const x = Math.floor(i / height);
        rows[i - x * height][x] = 1;
      }
    at += count;
    value = 1 - value;
  }
  return rows;
}

/** Pixels of a mask with a neighbour that is not of it, row by row. */
function rimOf(mask, width, height) {
  const isSet = (x, y) => x >= 0 && y >= 0 && x < width && y < height && mask[y][x] === 1;
  const rim = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!isSet(x, y)) continue;
      search: for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++)
          if (!isSet(x + dx, y + dy)) {
            rim.push({ x, y });
            break search;
          }
    }
  return rim;
}

function drawMask(picture, { mask, left, top, width, height }, color, alpha, rimColor) {
  const a = alpha / 255;
  const mix = (old, own) => Math.trunc(old * (1 - a) + own * a);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!mask[y][x]) continue;
      const [px, py] = [left + x, top + y];
      if (px < 0 || py < 0 || px >= picture.width || py >= picture.height) continue;
      const old = picture.at(px, py);
      picture.set(px, py, { r: mix(old.r, color.r), g: mix(old.g, color.g), b: mix(old.b, color.b) });
    }
  for (const { x, y } of rimOf(mask, width, height)) {
    const [px, py] = [left + x, top + y];
    if (px >= 0 && py >= 0 && px <= picture.width && py <= picture.height) picture.disc(px, py, rimColor);
  }
}

/** Draw stuffs on RGBA pixels. */
export function drawStuffs(pixels, width, height, stuffs) {
  const picture = canvas(pixels, width, height);
  for (const [seed, { rle }] of stuffs.entries()) {
    const mask = decode(rle, width, height);
    drawMask(picture, { mask, left: 0, top: 0, width, height }, colorOf(seed), 128, WHITE);
  }
  return pixels;
}

/** Draw the masks of objects on RGBA pixels, the largest box first, without their labels. */
export function drawInstances(pixels, width, height, objects) {
  const picture = canvas(pixels, width, height);
  const boxes = objects.map(({ rle, "bounding-box": box }) => {
    const [left, top, w, h] = [box.left, box.top, box.width, box.height].map(Math.trunc);
    return { rle, left, top, width: w, height: h };
  });
  boxes.sort((a, b) => b.width * b.height - a.width * a.height);
  for (const [seed, { rle, ...box }] of boxes.entries()) {
    const color = colorOf(seed);
    drawMask(picture, { mask: decode(rle, box.width, box.height), ...box }, color, 156, color);
  }
  return pixels;
}

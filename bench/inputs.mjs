/**
 * The inputs of all benches, in one place: photos cut to a size, masks as COCO strings, scenes, label maps, and pictures
 * with a scene drawn on them. Real photos and real masks where the data is there (`LIMN_SHARED`, else `../shared`), seeded
 * ones everywhere; each says what it is. Made once per process, before any clock runs.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { decodeJpeg } from "../build/js/codec/jpeg-decode.js";
import { encodeJpeg } from "../build/js/codec/jpeg-encode.js";
import { Frame } from "../build/js/core/frame.js";
import { render } from "../build/js/draw/render.js";
import { decode } from "./twins/rle.mjs";
import { rleEncode } from "./twins/rle-text.mjs";

export const SIZES = [
  [640, 480],
  [1920, 1080],
];

const shared = resolve(process.env.LIMN_SHARED ?? "../shared", "data");
const PHOTOS = [
  "IMG_20180725_163423",
  "japanese-shop",
  "grooveland-designs-q7hsIjri5PE-unsplash",
  "book-beside-flowers",
];

/** A file of the shared data, or undefined. */
export function sharedFile(path) {
  const file = resolve(shared, path);
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
}

/** The files of a folder of the shared data that end so; none without the data. */
export function sharedFiles(folder, end) {
  const path = resolve(shared, folder);
  if (!existsSync(path)) return [];
  const names = readdirSync(path).filter((name) => name.endsWith(end));
  return names.sort().map((name) => ({ name, path: resolve(path, name), bytes: sharedFile(`${folder}/${name}`) }));
}

/** Seeded numbers in [0, 1). */
export function seeded(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/**
 * Photos of a size, opaque RGBA: real ones averaged down and cut, then saved as JPEG of quality 92 and read again, as
 * pictures of that size are.
 *
 * @returns {{ name: string, rgba: Uint8Array, rgb: Uint8Array, jpeg: Uint8Array }[]}
 */
export function photos(width, height, count = PHOTOS.length) {
  return PHOTOS.slice(0, count).map((name, i) => {
    const file = sharedFile(`photos/hires/${name}.jpg`);
    const first = Frame.fromRgba(file ? cut(file, width, height) : grainy(width, height, i + 1), width, height, "RGB");
    const jpeg = encodeJpeg(first, { quality: 92 });
    first.free();
    const frame = decodeJpeg(jpeg);
    const rgba = frame.toRgba();
    frame.free();
    return { name: file ? name.split("-")[0] : `seeded ${i + 1}`, rgba, rgb: toRgb(rgba), jpeg };
  });
}

/** Says which kind of photos there are, for titles. */
export const photoKind = existsSync(resolve(shared, "photos/hires")) ? "real photos" : "seeded pictures";

/** Photos with ten masks and twenty labelled boxes drawn on them by limn. */
export function overlays(width, height, count) {
  return photos(width, height, count).map(({ name, rgba }, i) => {
    const frame = Frame.fromRgba(rgba, width, height, "RGB");
    render(frame, scene(width, height, { group: i }), { maskAlpha: 0.5 });
    const drawn = frame.toRgba();
    frame.free();
    return { name, rgba: drawn, rgb: toRgb(drawn) };
  });
}

const NAMES = ["person", "car", "bicycle", "traffic light", "dog", "bus", "backpack", "handbag"];

/** Ten masks (COCO strings) and some labelled boxes; the same for the same group. */
export function scene(width, height, { group = 0, boxes = 20, masks = true } = {}) {
  const random = seeded(12345 + group);
  const groups = masks ? maskGroups(width, height) : [[]];
  const annotations = groups[group % groups.length].map((counts, i) => ({
    segmentation: { kind: "rle", rle: { size: [height, width], counts } },
    categoryId: i % NAMES.length,
  }));
  for (let i = 0; i < boxes; i++) {
    const w = width * (0.04 + random() * 0.2);
    const h = height * (0.04 + random() * 0.25);
    const categoryId = Math.floor(random() * NAMES.length);
    const box = { x: random() * (width - w), y: random() * (height - h), width: w, height: h };
    annotations.push({ box, categoryId, category: NAMES[categoryId], score: random() });
  }
  return { width, height, annotations };
}

let real;

/** Real strings of 480 x 640 (COCO's own example results) in groups of ten; none without the data. */
export function realGroups() {
  if (real) return real;
  const file = sharedFile("coco/results/instances_val2014_fakesegm100_results.json");
  const texts = JSON.parse(file ? Buffer.from(file).toString() : "[]")
    .map(({ segmentation }) => segmentation)
    .filter(({ size: [h, w] }) => h === 480 && w === 640)
    .map(({ counts }) => counts);
  real = [];
  for (let i = 0; i + 10 <= texts.length; i += 10) real.push(texts.slice(i, i + 10));
  return real;
}

/** Groups of ten COCO strings of a size: real ones (enlarged for a larger size), else blobs. */
export function maskGroups(width, height) {
  const groups = realGroups();
  if (groups.length === 0) return [blobs(height, width)];
  if (width === 640 && height === 480) return groups;
  return groups.slice(0, 4).map((texts) => texts.map((text) => enlarge(text, width, height)));
}

/** Ten strings of h x w pixels; `wanted` says how large a part of the picture each covers on average. */
export function blobs(h, w, seed = 1, wanted = 0.024) {
  const next = seeded(seed);
  return Array.from({ length: 10 }, () => {
    const size = Math.sqrt((wanted * h * w) / Math.PI) * (0.4 + next() * 1.4);
    const [cx, cy] = [next() * w, next() * h];
    const waves = Array.from({ length: 5 }, (_, k) => [next() * 0.25, next() * 6.28, k + 2]);
    const mask = new Uint8Array(h * w);
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const angle = Math.atan2(y - cy, x - cx);
        const radius = size * (1 + waves.reduce((sum, [a, p, k]) => sum + a * Math.sin(angle * k + p), 0));
        if (Math.hypot(x - cx, y - cy) < radius) mask[y * w + x] = 1;
      }
    return flat(rleEncode(mask, h, w));
  });
}

/** Class ids, mostly background: ten masks as classes 1 to 10; of the groups, the one that covers a middling part. */
export function sparseLabels(width, height) {
  const maps = maskGroups(width, height).map((texts) => {
    const labels = new Uint8Array(height * width);
    let covered = 0;
    texts.forEach((text, k) =>
      decode(text, height, width).forEach((value, i) => {
        if (!value) return;
        if (labels[i] === 0) covered++;
        labels[i] = k + 1;
      }),
    );
    return { labels, covered };
  });
  return maps.sort((a, b) => a.covered - b.covered)[Math.floor(maps.length / 2)].labels;
}

/** Class ids, every pixel labelled: the same blobs on bands of other classes. */
export function denseLabels(width, height) {
  return sparseLabels(width, height).map(
    (label, i) => label || 20 + Math.floor((Math.floor(i / width) / height) * 6 + Math.sin((i % width) / 90)),
  );
}

/** Without alpha. */
export function toRgb(rgba) {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let i = 0, k = 0; i < rgba.length; i += 4) {
    rgb[k++] = rgba[i];
    rgb[k++] = rgba[i + 1];
    rgb[k++] = rgba[i + 2];
  }
  return rgb;
}

/** Short name of a path. */
export const nameOf = (path) => basename(path).replace(/\.\w+$/, "");

/** The middle of a photo, averaged down to a size. */
function cut(file, width, height) {
  const frame = decodeJpeg(file);
  const scale = Math.min(frame.width / width, frame.height / height);
  const left = (frame.width - width * scale) / 2;
  const top = (frame.height - height * scale) / 2;
  const pixels = frame.view();
  const out = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    const [y0, y1] = [Math.floor(top + y * scale), Math.max(1, Math.floor(top + (y + 1) * scale))];
    for (let x = 0; x < width; x++) {
      const [x0, x1] = [Math.floor(left + x * scale), Math.floor(left + (x + 1) * scale)];
      let [r, g, b, n] = [0, 0, 0, 0];
      for (let v = y0; v < Math.max(y1, y0 + 1); v++)
        for (let u = x0; u < Math.max(x1, x0 + 1); u++) {
          const at = (v * frame.width + u) * 4;
          r += pixels[at];
          g += pixels[at + 1];
          b += pixels[at + 2];
          n++;
        }
      const to = (y * width + x) * 4;
      out[to] = r / n;
      out[to + 1] = g / n;
      out[to + 2] = b / n;
    }
  }
  frame.free();
  return out;
}

/** Photo-like pixels from seeded arithmetic: smooth shapes, edges, and grain. */
function grainy(width, height, seed) {
  const rgba = new Uint8Array(width * height * 4);
  const random = seeded(seed);
  for (let y = 0, p = 0; y < height; y++)
    for (let x = 0; x < width; x++, p += 4) {
      const grain = random() * 13 - 6;
      const shape = Math.sin(x / 37 + Math.sin(y / 53) * 2) * 60 + (((x >> 6) + (y >> 5)) % 5 === 0 ? 50 : 0);
      for (let c = 0; c < 3; c++)
        rgba[p + c] = Math.max(0, Math.min(255, 110 + shape * (1 - c * 0.2) + y / 20 + grain));
      rgba[p + 3] = 255;
    }
  return rgba;
}

/** A mask of 480 x 640 at another size, its edge smoothed by bilinear weights. */
function enlarge(text, width, height) {
  const small = decode(text, 480, 640);
  const mask = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    const v = Math.min(479, Math.max(0, ((y + 0.5) * 480) / height - 0.5));
    const [v0, fv] = [Math.floor(v), v % 1];
    const below = Math.min(479, v0 + 1);
    for (let x = 0; x < width; x++) {
      const u = Math.min(639, Math.max(0, ((x + 0.5) * 640) / width - 0.5));
      const [u0, fu] = [Math.floor(u), u % 1];
      const right = Math.min(639, u0 + 1);
      const upper = small[v0 * 640 + u0] * (1 - fu) + small[v0 * 640 + right] * fu;
      const lower = small[below * 640 + u0] * (1 - fu) + small[below * 640 + right] * fu;
      if (upper * (1 - fv) + lower * fv >= 0.5) mask[y * width + x] = 1;
    }
  }
  return flat(rleEncode(mask, height, width));
}

/** The same text in one piece, as a parser gives it, and not as the tree of its concatenations. */
function flat(text) {
  return Buffer.from(text, "latin1").toString("latin1");
}

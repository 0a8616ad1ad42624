// Ten masks for a size: COCO's own example results where the data is there, seeded blobs everywhere.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { rleEncode } from "../twins/rle-text.mjs";

const folder = resolve(process.env.LIMN_SHARED ?? "../shared", "data/coco/results");
const file = resolve(folder, "instances_val2014_fakesegm100_results.json");

/** Seeded numbers in [0, 1). */
export function seeded(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
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
    return rleEncode(mask, h, w);
  });
}

/** Real strings of 480 x 640, in groups of ten; none without the data. */
export function realGroups() {
  if (!existsSync(file)) return [];
  const texts = JSON.parse(readFileSync(file, "utf8"))
    .map(({ segmentation }) => segmentation)
    .filter(({ size: [h, w] }) => h === 480 && w === 640)
    .map(({ counts }) => counts);
  const groups = [];
  for (let i = 0; i + 10 <= texts.length; i += 10) groups.push(texts.slice(i, i + 10));
  return groups;
}

/**
 * Sizes of Pillow 9.4's PNG files at level 6, measured once and kept in `pillow-sizes.json`: by the SHA-256 of the pixels,
 * so that other pixels never meet an old size. A new picture is measured when that Pillow is there.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { pillow, rawFile } from "./peers.mjs";

const file = new URL("pillow-sizes.json", import.meta.url);
const sizes = JSON.parse(readFileSync(file, "utf8"));

/** Bytes of Pillow's file, or undefined where neither it nor its kept size is there. */
export async function pillowSize(label, pixels, width, height, mode, palette) {
  const key = createHash("sha256").update(`${width} ${height} ${mode} `).update(pixels).digest("hex").slice(0, 32);
  if (sizes[key]) return sizes[key].bytes;
  if (!pillow) return undefined;
  const job = { job: "png_encode", paths: [rawFile(pixels)], width, height, mode, palette };
  const {
    sizes: [size],
  } = await pillow.call(job);
  sizes[key] = { picture: `${label}, ${width} x ${height}, ${mode}`, bytes: size };
  writeFileSync(file, `${JSON.stringify(sizes, null, 2)}\n`);
  return size;
}

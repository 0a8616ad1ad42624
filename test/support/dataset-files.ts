/** Small pictures on disk and datasets that name them (Node only). */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { encodePng } from "../../src/codec/png-encode.ts";
import { Frame } from "../../src/core/frame.ts";
import { random } from "./random.ts";

/** Write a one-colour PNG of 16 x 12 (or another size) below a folder. */
export function writePicture(folder: string, name: string, { width = 16, height = 12, fill = 0x336699 } = {}): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  const frame = Frame.create(width, height, { fill });
  writeFileSync(path, encodePng(frame));
  frame.free();
}

/** Write a PNG of 16 x 12 (or another size) that no encoder makes small. */
export function writeNoise(folder: string, name: string, { width = 16, height = 12, seed = 3 } = {}): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  const next = random(seed);
  const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : Math.floor(next() * 256),
  );
  const frame = Frame.fromRgba(rgba, width, height, "RGB");
  writeFileSync(path, encodePng(frame));
  frame.free();
}

/** COCO with one 16 x 12 picture (or of another size) of one box for each name. */
export function cocoOf(names: readonly string[], { width = 16, height = 12 } = {}): object {
  return {
    images: names.map((file_name, i) => ({ id: i + 1, file_name, width, height })),
    categories: [{ id: 1, name: "thing" }],
    annotations: names.map((_, i) => ({ id: i, image_id: i + 1, category_id: 1, bbox: [2, 2, 8, 6] })),
  };
}

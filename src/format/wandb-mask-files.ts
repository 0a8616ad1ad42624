/** W&B's mask files: PNGs in which the value of a pixel is the id of its class. */
import { decodePng } from "../codec/png-decode.ts";
import { encodePng } from "../codec/png-encode.ts";
import { ImageError } from "../errors.ts";
import type { LabelMap } from "../model/scene.ts";
import type { Losses } from "./dataset-format.ts";

/** @throws {ImageError} `DECODE` for what is no PNG, `ARGUMENT` for one with several channels or 16 bits */
export function readMaskPng(bytes: Uint8Array, path: string): LabelMap {
  let pixels: ReturnType<typeof decode>;
  try {
    pixels = decode(bytes);
  } catch (error) {
    throw error instanceof ImageError ? error.at(path) : error;
  }
  const { data, shape, mode, bitDepth } = pixels;
  if (shape.length !== 2 || bitDepth > 8)
    throw new ImageError("ARGUMENT", `expected a mask of one channel and 8 bits, got ${mode} of ${bitDepth}`, { path });
  return {
    data: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
    width: shape[1]!,
    height: shape[0]!,
  };
}

function decode(
  bytes: Uint8Array,
): ReturnType<typeof decodePng> &
  object & { data: Uint8Array; shape: readonly number[]; mode: string; bitDepth: number } {
  return decodePng(bytes, { as: "native" }) as never;
}

/** A label map as a grey PNG of 8 bits; other ids than 0 to 255 are counted and become 0. */
export function writeMaskPng({ data, width, height }: LabelMap, losses: Losses, path: string): Uint8Array {
  const bytes = Uint8Array.from(data, (id) => (id >= 0 && id <= 255 ? id : 0));
  if (bytes.some((id, i) => id !== data[i])) losses.add("class of a label map that is not 0 to 255", path);
  return encodePng({ data: bytes, shape: [height, width] }, { level: "small" });
}

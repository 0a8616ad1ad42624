/** Pictures that are pixels of a known mode already, as `decodePng(bytes, { as: "native" })` gives them: nothing to guess. */
import { encodeIndexedBmp } from "../codec/bmp-indexed.ts";
import { encodeJpeg } from "../codec/jpeg-encode.ts";
import type { NativePixels } from "../codec/png-decode.ts";
import { encodeBitPng, encodeIndexedPng, encodePng } from "../codec/png-encode.ts";
import type { Mode } from "../core/frame.ts";
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import { pixelsToUint8, type Uint8Pixels } from "../model/to-uint8.ts";

/** A picture of a known mode; `P` has a palette, `L` with `bitDepth` 1 is black and white. */
export type ReadyPicture = Pick<NativePixels, "data" | "shape" | "mode" | "bitDepth" | "palette" | "transparency">;

/** True for what has a mode and a depth beside its pixels. */
export function isReadyPicture(value: unknown): value is ReadyPicture {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  const { mode, bitDepth, data, shape } = value as Record<string, unknown>;
  return typeof mode === "string" && typeof bitDepth === "number" && ArrayBuffer.isView(data) && Array.isArray(shape);
}

/** The pixels in bytes, or the file where only a file holds such a picture: palettes, one bit, sixteen bits. */
export function readyContent(
  picture: ReadyPicture,
  fileType: string | undefined,
): { readonly pixels: Uint8Pixels; readonly mode: Mode } | { readonly file: Uint8Array } {
  const { data, shape, mode, bitDepth } = picture;
  const [height, width] = shape as [number, number];
  checkSize(width, height);
  if (bitDepth === 16) {
    if (fileType !== undefined && fileType !== "png") throw unwritable("16 bits", fileType);
    return { file: encodePng({ data, shape }) };
  }
  if (!(data instanceof Uint8Array))
    throw new ImageError("ARGUMENT", `expected bytes for ${bitDepth} bits, got ${show(data)}`);
  if (mode === "P") return { file: encodePalette(picture, data, width, height, fileType) };
  if (bitDepth === 1) return { file: encodeBits(data, width, height, fileType) };
  if (bitDepth !== 8) {
    const scaled = data.map((value) => value * (255 / (2 ** bitDepth - 1)));
    return { pixels: pixelsToUint8({ data: scaled, shape }, { policy: "byte" }), mode };
  }
  return { pixels: pixelsToUint8({ data, shape }, { policy: "byte" }), mode };
}

/** The palette whose entry is its own index in grey. */
export function greyPalette(): Uint8Array {
  return Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
}

function encodePalette(
  { palette, transparency }: ReadyPicture,
  data: Uint8Array,
  width: number,
  height: number,
  fileType = "png",
): Uint8Array {
  if (!(palette instanceof Uint8Array))
    throw new ImageError("ARGUMENT", `expected a palette, got ${show(palette)}`, { path: "palette" });
  if (fileType === "png") {
    if (!(transparency instanceof Uint8Array)) return encodeIndexedPng(data, width, height, { palette });
    const rgba = new Uint8Array((palette.length / 3) * 4);
    for (let i = 0; i * 3 < palette.length; i++)
      rgba.set([...palette.subarray(i * 3, i * 3 + 3), transparency[i] ?? 255], i * 4);
    return encodeIndexedPng(data, width, height, { palette: rgba, alpha: true });
  }
  if (fileType !== "bmp") throw unwritable("P", fileType);
  return encodeIndexedBmp(data, width, height, palette, 8);
}

function encodeBits(data: Uint8Array, width: number, height: number, fileType = "png"): Uint8Array {
  const bits = data.map((value) => (value === 0 ? 0 : 1));
  if (fileType === "png") return encodeBitPng(bits, width, height);
  if (fileType === "bmp") return encodeIndexedBmp(bits, width, height, Uint8Array.of(0, 0, 0, 255, 255, 255), 1);
  return encodeJpeg({ data: bits.map((bit) => -bit), shape: [height, width] }, { quality: 75 });
}

/** A file format has no form for a mode. */
export function unwritable(mode: string, fileType: string): ImageError {
  return new ImageError("UNSUPPORTED", `expected a mode that a ${fileType} file can hold, got ${mode}`);
}

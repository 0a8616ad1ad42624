/** What a picture holds: a file as it is, or bytes of pixels. */
import { readFileSync } from "#platform";
import { sniff, type Sniffed } from "../codec/sniff.ts";
import { Frame, type Mode } from "../core/frame.ts";
import { ImageError, show } from "../errors.ts";
import { guessMode } from "../model/guess-mode.ts";
import { type PixelArray, type PixelSource, toPixelArray } from "../model/pixels.ts";
import { pixelsToUint8, type ToUint8Options, type Uint8Rule } from "../model/to-uint8.ts";

/** File types that pixels are encoded as. */
export type FileType = "png" | "jpg" | "jpeg" | "bmp";

/** How pixels are taken in. */
export interface ContentOptions {
  readonly fileType?: FileType | undefined;
  readonly mode?: Mode | undefined;
  readonly normalize?: boolean | ToUint8Options | undefined;
}

export type Content =
  | { readonly kind: "file"; readonly bytes: Uint8Array; readonly header: Sniffed }
  | { readonly kind: "pixels"; readonly pixels: PixelArray; readonly mode: Mode; readonly rule: Uint8Rule | undefined };

const FILE_TYPES: readonly unknown[] = ["png", "jpg", "jpeg", "bmp"];
const MODES: readonly Mode[] = ["L", "LA", "RGB", "RGBA"];

/** See the sources of `Image`. */
export function readContent(
  source: PixelSource | Uint8Array | ArrayBuffer | Frame | string,
  options: ContentOptions,
): Content {
  if (source instanceof Frame)
    return { kind: "pixels", pixels: framePixels(source), mode: source.mode, rule: undefined };
  if (typeof source === "string") return fileContent(readFileSync(source), source);
  if (source instanceof ArrayBuffer) return fileContent(new Uint8Array(source));
  if (source instanceof Uint8Array) return fileContent(source);
  const array = toPixelArray(source);
  if (array === undefined)
    throw new ImageError("ARGUMENT", `expected pixels, the bytes of a picture, or a path, got ${show(source)}`);
  return pixelContent(array, options);
}

function fileContent(bytes: Uint8Array, path?: string): Content {
  const header = sniff(bytes);
  if (header === undefined) throw new ImageError("DECODE", "expected a picture of a known format", { path });
  return { kind: "file", bytes, header };
}

function pixelContent(array: PixelArray, { fileType, mode, normalize = true }: ContentOptions): Content {
  if (fileType !== undefined && !FILE_TYPES.includes(fileType))
    throw new ImageError("ARGUMENT", `expected png, jpg, jpeg or bmp, got ${show(fileType)}`, { path: "fileType" });
  if (mode !== undefined && !MODES.includes(mode))
    throw new ImageError("ARGUMENT", `expected L, LA, RGB or RGBA, got ${show(mode)}`, { path: "mode" });
  const conversion: ToUint8Options =
    typeof normalize === "boolean" ? { policy: normalize ? "auto" : "none" } : (normalize ?? {});
  const target = mode ?? guessMode(array, { fileType });
  const { rule, ...pixels } = pixelsToUint8(array, { ...conversion, mode: target });
  return { kind: "pixels", pixels, mode: target, rule };
}

/** A frame's pixels, copied, in its own mode. */
function framePixels(frame: Frame): PixelArray {
  const pixels = { data: frame.view(), shape: [frame.height, frame.width, 4] };
  return pixelsToUint8(pixels, { policy: "byte", mode: frame.mode });
}

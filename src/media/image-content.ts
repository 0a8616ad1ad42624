/** What a picture holds: a file as it is, bytes of pixels, or the address of a file elsewhere. */
import { drawnPixels, readFileSync } from "#platform";
import { encodeIndexedBmp } from "../codec/bmp-indexed.ts";
import { encodeIndexedPng } from "../codec/png-encode.ts";
import { sniff, type Sniffed } from "../codec/sniff.ts";
import { Frame, type Mode } from "../core/frame.ts";
import { ImageError, show } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Generation, guessMode } from "../model/guess-mode.ts";
import { type PixelArray, type PixelSource, toPixelArray } from "../model/pixels.ts";
import { pixelsToUint8, type ToUint8Options, type Uint8Rule } from "../model/to-uint8.ts";
import { greyPalette, isReadyPicture, readyContent, type ReadyPicture, unwritable } from "./ready-picture.ts";
import { type ImageWarning, wandbPixels } from "./wandb-pixels.ts";

/** File types that pixels are encoded as. */
export type FileType = "png" | "jpg" | "jpeg" | "bmp";

/** How pixels are taken in. */
export interface ContentOptions {
  readonly fileType?: FileType | undefined;
  readonly mode?: Mode | "P" | undefined;
  readonly normalize?: boolean | ToUint8Options | undefined;
  readonly generation?: Generation | undefined;
}

export type Content =
  | { readonly kind: "file"; readonly bytes: Uint8Array; readonly header: Sniffed }
  | { readonly kind: "reference"; readonly url: string }
  | {
      readonly kind: "pixels";
      readonly pixels: PixelArray;
      readonly mode: Mode;
      readonly rule: Uint8Rule | undefined;
      readonly warnings?: readonly ImageWarning[] | undefined;
    };

const FILE_TYPES: readonly unknown[] = ["png", "jpg", "jpeg", "bmp"];

function isMode(mode: unknown): mode is Mode {
  return mode === "L" || mode === "LA" || mode === "RGB" || mode === "RGBA";
}

const REFERENCE = /^(?:gs|s3|https?):\/\//;

/** See the sources of `Image`. */
export function readContent(
  source: PixelSource | ReadyPicture | Uint8Array | ArrayBuffer | Frame | CanvasImageSource | string,
  options: ContentOptions,
): Content {
  const { generation = "limn" } = options;
  if (source instanceof Frame)
    return { kind: "pixels", pixels: framePixels(source), mode: source.mode, rule: undefined };
  if (typeof source === "string") {
    if (generation !== "old" && REFERENCE.test(source)) return { kind: "reference", url: source };
    return fileContent(readFileSync(source), source);
  }
  if (source instanceof ArrayBuffer) return fileContent(new Uint8Array(source));
  if (source instanceof Uint8Array) return fileContent(source);
  const fileType = checkedFileType(options.fileType, generation);
  if (isReadyPicture(source)) {
    const ready = readyContent(source, fileType);
    if ("file" in ready) return fileContent(ready.file);
    if (
      generation !== "limn" &&
      ((ready.mode.endsWith("A") && /^jpe?g$/.test(fileType ?? "")) || (ready.mode === "LA" && fileType === "bmp"))
    )
      throw unwritable(ready.mode, fileType!);
    return { kind: "pixels", ...ready, rule: undefined };
  }
  const array = toPixelArray(drawnPixels(source, limits.maxPixels) ?? source);
  if (array === undefined)
    throw new ImageError("ARGUMENT", `expected pixels, the bytes of a picture, or a path, got ${show(source)}`);
  return generation === "limn"
    ? pixelContent(array, { ...options, fileType })
    : wandbContent(array, generation, { ...options, fileType });
}

/** Undefined is PNG. */
function checkedFileType(fileType: FileType | undefined, generation: Generation): FileType | undefined {
  if (generation === "old" || ((fileType as string) === "" && generation === "head")) return undefined;
  if (fileType !== undefined && !FILE_TYPES.includes(fileType))
    throw new ImageError("ARGUMENT", `expected png, jpg, jpeg or bmp, got ${show(fileType)}`, { path: "fileType" });
  return fileType;
}

function fileContent(bytes: Uint8Array, path?: string): Content {
  const header = sniff(bytes);
  if (header === undefined) throw new ImageError("DECODE", "expected a picture of a known format", { path });
  return { kind: "file", bytes, header };
}

function wandbContent(array: PixelArray, generation: Exclude<Generation, "limn">, options: ContentOptions): Content {
  const { data, width, height, mode, rule, warnings } = wandbPixels(array, generation, options);
  if (mode === "P") {
    const { fileType } = options;
    if (fileType === "bmp") return fileContent(encodeIndexedBmp(data, width, height, greyPalette(), 8));
    return fileContent(encodeIndexedPng(data, width, height, { palette: greyPalette() }));
  }
  const shape = [height, width, data.length / (width * height)];
  return { kind: "pixels", pixels: { data, shape }, mode, rule, warnings };
}

function pixelContent(array: PixelArray, { fileType, mode, normalize = true }: ContentOptions): Content {
  if (mode !== undefined && !isMode(mode))
    throw new ImageError("ARGUMENT", `expected L, LA, RGB or RGBA, got ${show(mode)}`, { path: "mode" });
  const conversion: ToUint8Options =
    typeof normalize === "boolean" ? { policy: normalize ? "auto" : "none" } : (normalize ?? {});
  const target = mode ?? guessMode(array, { fileType });
  const { rule, ...pixels } = pixelsToUint8(array, { ...conversion, mode: target });
  const alpha = mode === undefined && fileType?.startsWith("jp") && guessMode(array) !== target;
  return { kind: "pixels", pixels, mode: target, rule, warnings: alpha ? ["alpha"] : undefined };
}

/** A frame's pixels, copied, in its own mode. */
function framePixels(frame: Frame): PixelArray {
  const pixels = { data: frame.view(), shape: [frame.height, frame.width, 4] };
  return pixelsToUint8(pixels, { policy: "byte", mode: frame.mode });
}

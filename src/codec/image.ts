/** Encoded pictures of any format to Frames, turned as their EXIF orientation says. */
import { checkBytes } from "./containers.ts";
import { decodeForeign } from "#platform";
import { Frame } from "../core/frame.ts";
import { orientFrame } from "../core/orient.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { checkSize, limits } from "../limits.ts";
import { decodeBmp } from "./bmp.ts";
import type { Orientation } from "./exif.ts";
import { decodeJpeg } from "./jpeg-decode.ts";
import { decodePng } from "./png-decode.ts";
import { imageType, type ImageType, sniff } from "./sniff.ts";

/** A width and a height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How to decode a picture. */
export interface DecodeImageOptions {
  /** What to do with an EXIF orientation. Default `apply`. */
  readonly orientation?: "apply" | "ignore" | undefined;
  /**
   * The size that a record (a COCO image, for instance) gives. Its annotations fit the picture either as it is stored or
   * turned; the size tells which.
   */
  readonly expect?: Size | undefined;
}

/** How to decode a picture of any format. */
export interface DecodeImageAsyncOptions extends DecodeImageOptions {
  /** `platform` allows the platform's decoder for GIF, WebP, TIFF and AVIF: `sharp` in Node, the browser's own elsewhere. */
  readonly decoder?: "platform" | undefined;
}

/**
 * Decode a PNG, JPEG or BMP to a Frame.
 *
 * The EXIF orientation of a JPEG or PNG is applied, unless `orientation` is `ignore` or `expect` fits only the picture as it
 * is stored.
 *
 * @returns a new Frame; the caller frees it
 * @throws {ImageError} `DECODE` for broken bytes, `LIMIT` for too large a picture
 * @throws {ImageError} `UNSUPPORTED` for GIF, WebP, TIFF and AVIF (see {@link decodeImageAsync}) and for forms of the other
 *   formats that are not built
 * @throws {ImageError} `ARGUMENT` with path `expect` if the picture has the expected size neither stored nor turned
 * @example
 * using frame = decodeImage(bytes, { expect: { width: 640, height: 480 } });
 */
export function decodeImage(bytes: Uint8Array, options: DecodeImageOptions = {}): Frame {
  checkOptions(bytes, options);
  const type = imageType(bytes);
  if (type === undefined) throw unknown(bytes);
  if (type === "png") return oriented(decodePng(bytes, { as: "rgba8" }), bytes, options);
  if (type === "jpeg") return oriented(decodeJpeg(bytes, { as: "rgba8" }) as Frame, bytes, options);
  if (type === "bmp") return oriented(decodeBmp(bytes), bytes, options);
  throw new ImageError(
    "UNSUPPORTED",
    `${NAMES[type]} is not decoded by limn itself; await decodeImageAsync(bytes, { decoder: "platform" }) uses sharp in Node and the browser's decoder elsewhere`,
  );
}

/**
 * Decode a picture of any known format to a Frame: PNG, JPEG and BMP as {@link decodeImage} does, others with the
 * platform's decoder if `decoder` allows it. Of several pages or frames, the first.
 *
 * The platform's decoders are not limn's: pixels of lossy formats may differ between platforms, and a browser's canvas
 * rounds the colour of translucent pixels. A browser applies the orientation of those formats itself, whatever the options.
 *
 * @throws {ImageError} as {@link decodeImage}; `UNSUPPORTED` if the platform cannot either, saying what to install
 * @example
 * using frame = await decodeImageAsync(webp, { decoder: "platform" });
 */
export async function decodeImageAsync(bytes: Uint8Array, options: DecodeImageAsyncOptions = {}): Promise<Frame> {
  const { decoder, expect, orientation = "apply" } = checkedOptions(options);
  if (decoder !== undefined && decoder !== "platform")
    throw new ImageError("ARGUMENT", `expected decoder "platform" or none, got ${show(decoder)}`);
  const type = imageType(bytes);
  if (decoder === undefined || type === undefined || type === "png" || type === "jpeg" || type === "bmp")
    return decodeImage(bytes, options);
  checkOptions(bytes, options);
  const found = sniff(bytes);
  if (!found) throw new ImageError("DECODE", `expected a ${NAMES[type]} picture, got a broken header`);
  checkSize(found.width, found.height);
  const decode = async (turn: boolean): Promise<Frame> => {
    const { data, width, height } = await decodeForeign(bytes, type, turn, limits.maxPixels);
    return Frame.fromRgba(data, width, height);
  };
  const frame = await decode(orientation === "apply");
  if (!expect || sameSize(frame, expect)) return frame;
  const first = sizeText(frame);
  frame.free();
  if (orientation === "apply") {
    const stored = await decode(false);
    if (sameSize(stored, expect)) return stored;
    stored.free();
  }
  throw mismatch(expect, first);
}

/**
 * The orientation to apply to a picture of this stored size.
 *
 * @param orientation - what EXIF says
 * @throws {ImageError} `ARGUMENT` with path `expect` if the picture has the expected size neither stored nor turned
 */
export function chooseOrientation(
  stored: Size,
  orientation: Orientation,
  { orientation: wish = "apply", expect }: DecodeImageOptions,
): Orientation {
  const turned = orientation > 4 ? { width: stored.height, height: stored.width } : stored;
  if (wish === "apply" && (!expect || sameSize(turned, expect))) return orientation;
  if (!expect || sameSize(stored, expect)) return 1;
  const both = wish === "apply" && turned !== stored && !sameSize(turned, stored);
  throw mismatch(expect, sizeText(stored) + (both ? ` (${sizeText(turned)} with its orientation applied)` : ""));
}

const NAMES: Record<ImageType, string> = {
  png: "PNG",
  jpeg: "JPEG",
  gif: "GIF",
  webp: "WebP",
  bmp: "BMP",
  tiff: "TIFF",
  avif: "AVIF or HEIF",
};

function oriented(frame: Frame, bytes: Uint8Array, options: DecodeImageOptions): Frame {
  try {
    const orientation = chooseOrientation(frame, sniff(bytes)?.orientation ?? 1, options);
    if (orientation === 1) return frame;
    const turned = orientFrame(frame, orientation);
    frame.free();
    return turned;
  } catch (error) {
    frame.free();
    throw error;
  }
}

function checkOptions(bytes: unknown, options: DecodeImageOptions): void {
  checkBytes(bytes);
  const { orientation = "apply", expect } = checkedOptions(options);
  if (orientation !== "apply" && orientation !== "ignore")
    throw new ImageError("ARGUMENT", `expected orientation "apply" or "ignore", got ${show(orientation)}`);
  if (expect) checkSize(expect.width, expect.height, "expect");
}

function unknown(bytes: Uint8Array): ImageError {
  const start = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return new ImageError(
    "DECODE",
    `expected a PNG, JPEG, BMP, GIF, WebP, TIFF or AVIF picture, got ${bytes.length} bytes${start && ` that begin ${start}`}`,
  );
}

function mismatch(expect: Size, found: string): ImageError {
  return new ImageError("ARGUMENT", `expected a picture of ${sizeText(expect)}, got ${found}`, { path: "expect" });
}

function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

function sizeText({ width, height }: Size): string {
  return `${width} x ${height}`;
}

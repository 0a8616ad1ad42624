/** Pictures as tasks take and give them: text, bytes or frames in; text or bytes out. */
import { decodeImage } from "../codec/image.ts";
import { encodeJpeg, type JpegOptions } from "../codec/jpeg-encode.ts";
import { encodePng, type PngLevel } from "../codec/png-encode.ts";
import { Frame } from "../core/frame.ts";
import { ImageError, show } from "../errors.ts";
import { fromBase64, toBase64 } from "../format/base64.ts";

/** A picture: Base64 with or without a `data:` prefix, the bytes of a PNG, JPEG or BMP, or a Frame, which is copied. */
export type TaskPicture = string | Uint8Array | Frame;

/** How a result is written. */
export interface TaskOutput {
  /** Default `png`. */
  readonly type?: "png" | "jpeg" | undefined;
  /** Quality of a JPEG, 1..100. Default 85. */
  readonly quality?: number | undefined;
  /** How much colour a JPEG keeps. Default `4:2:0`. */
  readonly subsampling?: JpegOptions["subsampling"];
  /** How hard a PNG is compressed. Default `fast`. */
  readonly level?: PngLevel | undefined;
  /** `data-uri` is text that a page can show, `base64` the same without its prefix, `bytes` a `Uint8Array`. Default `data-uri`. */
  readonly as?: "data-uri" | "base64" | "bytes" | undefined;
  /** Memory to write a PNG into, if it is large enough; with `as: "bytes"` the result then is a view of its beginning. */
  readonly into?: Uint8Array<ArrayBuffer> | undefined;
}

/** A picture as `as` of {@link TaskOutput} asks for it. */
export type Written<O extends TaskOutput | undefined> = O extends { readonly as: "bytes" }
  ? Uint8Array<ArrayBuffer>
  : string;

/**
 * The pixels of a picture as they are stored: an EXIF orientation is not applied, since tasks are given in stored pixels.
 *
 * @returns a new frame, which the caller frees
 * @throws {ImageError} with the path `image`
 */
export function openPicture(image: unknown, path = "image"): Frame {
  try {
    if (image instanceof Frame) return image.clone();
    if (image instanceof Uint8Array) return decodeImage(image, { orientation: "ignore" });
    if (typeof image !== "string" || image === "")
      throw new ImageError("ARGUMENT", `expected base64, a data URI, bytes or a Frame, got ${show(image)}`);
    if (/^(?:https?|file|blob):/i.test(image))
      throw new ImageError("UNSUPPORTED", `expected a picture, got an address (${show(image)}): fetch it first`);
    // all up to the last comma is a data URI's head
    return decodeImage(fromBase64(image.slice(image.lastIndexOf(",") + 1)), { orientation: "ignore" });
  } catch (error) {
    throw error instanceof ImageError ? error.at(path) : error;
  }
}

/** Check how a result is to be written, before any work is done for it. */
export function checkOutput(output: TaskOutput): void {
  if (typeof output !== "object" || output === null)
    throw new ImageError("ARGUMENT", `expected options, got ${show(output)}`, { path: "output" });
  const { type = "png", as = "data-uri" } = output;
  if (type !== "png" && type !== "jpeg")
    throw new ImageError("ARGUMENT", `expected png or jpeg, got ${show(type)}`, { path: "output.type" });
  if (as !== "data-uri" && as !== "base64" && as !== "bytes")
    throw new ImageError("ARGUMENT", `expected data-uri, base64 or bytes, got ${show(as)}`, { path: "output.as" });
}

/** Encode a picture. */
export function writePicture<O extends TaskOutput | undefined>(frame: Frame, output: O): Written<O> {
  const { type = "png", as = "data-uri", quality, subsampling, level, into } = output ?? {};
  const bytes = type === "png" ? encodePng(frame, { level, into }) : encodeJpeg(frame, { quality, subsampling });
  const text = (): string => (as === "base64" ? "" : `data:image/${type};base64,`) + toBase64(bytes);
  return (as === "bytes" ? bytes : text()) as Written<O>;
}

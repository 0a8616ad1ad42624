/** Stand-in until the JPEG decoder is merged. */
import type { Frame } from "../core/frame.ts";
import { ImageError } from "../errors.ts";

export function decodeJpeg(_bytes: Uint8Array, _options: { as: "rgba8" }): Frame {
  throw new ImageError("UNSUPPORTED", "JPEG decoding is not built yet");
}

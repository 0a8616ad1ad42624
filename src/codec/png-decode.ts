/** Stand-in until the PNG decoder is merged. */
import type { Frame } from "../core/frame.ts";
import { ImageError } from "../errors.ts";

export function decodePng(_bytes: Uint8Array, _options: { as: "rgba8" }): Frame {
  throw new ImageError("UNSUPPORTED", "PNG decoding is not built yet");
}

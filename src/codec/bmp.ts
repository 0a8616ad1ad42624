/** Stand-in until the BMP decoder is merged. */
import type { Frame } from "../core/frame.ts";
import { ImageError } from "../errors.ts";

export function decodeBmp(_bytes: Uint8Array): Frame {
  throw new ImageError("UNSUPPORTED", "BMP decoding is not built yet");
}

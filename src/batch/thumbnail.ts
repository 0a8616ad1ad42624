/** Small copies of drawn pictures, as plain data. */
import type { Frame } from "../core/frame.ts";
import { resize } from "../draw/resize.ts";

/** The place that a small copy has to fit into. */
export interface ThumbnailSize {
  readonly width: number;
  readonly height: number;
}

/** A small copy of a picture. */
export interface Thumbnail {
  /** RGBA, row-major, straight alpha. */
  readonly rgba: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** The picture, its shape kept, as large as fits. */
export function thumbnailOf(frame: Frame, size: ThumbnailSize): Thumbnail {
  const small = resize(frame, { ...size, fit: "contain" });
  try {
    return { rgba: small.toRgba(), width: small.width, height: small.height };
  } finally {
    small.free();
  }
}

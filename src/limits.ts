/** Caps that untrusted sizes meet before memory is touched. */
import { ImageError, show } from "./errors.ts";

/** The caps in force; assign to change one for the whole process. */
export interface Limits {
  /** Pixels of one picture. Default 2^26 (67 megapixels). */
  maxPixels: number;
  /** Length of one side in pixels. Default 65500. */
  maxSide: number;
  /** Scans of one JPEG. Default 100. */
  maxScans: number;
  /** Bytes of one font, as it is and out of its wrapping. Default 2^26 (64 MiB). */
  maxFontBytes: number;
  /** Files of one folder or archive. Default 2^20. */
  maxFiles: number;
  /** Bytes of one file of an archive, unpacked. Default 2^30 (1 GiB). */
  maxUnpackedBytes: number;
  /** Bytes of one file that a store sends. Default 2^30 (1 GiB). */
  maxFileBytes: number;
}

/**
 * The caps in force.
 *
 * @example
 * limits.maxPixels = 2 ** 28; // allow 268 megapixels
 */
export const limits: Limits = {
  maxPixels: 2 ** 26,
  maxSide: 65500,
  maxScans: 100,
  maxFontBytes: 2 ** 26,
  maxFiles: 2 ** 20,
  maxUnpackedBytes: 2 ** 30,
  maxFileBytes: 2 ** 30,
};

/**
 * Check the size of a picture or mask.
 *
 * @param path - where the size comes from, for the error
 * @throws {ImageError} `ARGUMENT` if a side is not an integer of 1 or more
 * @throws {ImageError} `LIMIT` if a side or the area is over its cap
 */
export function checkSize(width: number, height: number, path?: string): void {
  for (const [name, side] of [
    ["width", width],
    ["height", height],
  ] as const) {
    if (!Number.isInteger(side) || side < 1)
      throw new ImageError("ARGUMENT", `expected ${name} to be an integer of 1 or more, got ${show(side)}`, { path });
    if (side > limits.maxSide)
      throw new ImageError("LIMIT", `expected ${name} of at most ${limits.maxSide}, got ${side}`, { path });
  }
  if (width * height > limits.maxPixels)
    throw new ImageError("LIMIT", `expected at most ${limits.maxPixels} pixels, got ${width} x ${height}`, { path });
}

/** EXIF orientation, and nothing else of EXIF. */
import { hasBytes, jpegSegments, pngChunks, readUint } from "./containers.ts";

/**
 * How a stored picture is to be turned for viewing: 1 as it is, 2 mirrored left-right, 3 by 180°, 4 mirrored top-bottom,
 * 5 transposed, 6 by 90° clockwise, 7 transposed across the other diagonal, 8 by 90° counter-clockwise.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x112;
const SHORT = 3;
const LONG = 4;

/** One entry of the first directory of a TIFF block. */
export interface TiffEntry {
  readonly tag: number;
  /** The first value, for the types SHORT and LONG; else undefined. */
  readonly value: number | undefined;
}

/** The entries of the first directory of a TIFF file or EXIF block; broken offsets end the walk. */
export function* tiffEntries(tiff: Uint8Array): Generator<TiffEntry> {
  const little = hasBytes(tiff, 0, [0x49, 0x49, 42, 0]);
  if (!little && !hasBytes(tiff, 0, [0x4d, 0x4d, 0, 42])) return;
  const directory = readUint(tiff, 4, 4, little);
  if (directory < 8 || directory + 2 > tiff.length) return;
  const count = readUint(tiff, directory, 2, little);
  for (let i = 0; i < count; i++) {
    const at = directory + 2 + i * 12;
    if (at + 12 > tiff.length) return;
    const type = readUint(tiff, at + 2, 2, little);
    const values = readUint(tiff, at + 4, 4, little);
    const size = type === SHORT ? 2 : type === LONG ? 4 : 0;
    // more values than fit stand elsewhere; no tag that is of use here has them
    const value = size === 0 || values * size > 4 || values === 0 ? undefined : readUint(tiff, at + 8, size, little);
    yield { tag: readUint(tiff, at, 2, little), value };
  }
}

/** The orientation in a TIFF block (the content of an EXIF segment), `undefined` if there is none or it is broken. */
export function tiffOrientation(tiff: Uint8Array): Orientation | undefined {
  for (const { tag, value } of tiffEntries(tiff))
    if (tag === ORIENTATION_TAG)
      return value !== undefined && value >= 1 && value <= 8 ? (value as Orientation) : undefined;
  return undefined;
}

/** The orientation in the first EXIF segment of a JPEG. */
export function jpegOrientation(bytes: Uint8Array): Orientation | undefined {
  for (const { name, start, end } of jpegSegments(bytes))
    // "Exif", a zero, and a byte that some writers get wrong
    if (name === "e1" && hasBytes(bytes, start, [0x45, 0x78, 0x69, 0x66, 0]))
      return tiffOrientation(bytes.subarray(start + 6, end));
  return undefined;
}

/** The orientation in the eXIf chunk of a PNG. */
export function pngOrientation(bytes: Uint8Array): Orientation | undefined {
  for (const { name, start, end } of pngChunks(bytes))
    if (name === "eXIf") return tiffOrientation(bytes.subarray(start, end));
  return undefined;
}

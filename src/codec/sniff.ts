/** Format and size of a picture out of its header, without decoding. */
import { hasBytes, isoBoxes, jpegSegments, type Part, pngChunks, readName, readUint } from "./containers.ts";
import { jpegOrientation, type Orientation, pngOrientation, tiffEntries, tiffOrientation } from "./exif.ts";

/** A format that {@link sniff} knows; `avif` stands for every picture in a HEIF container. */
export type ImageType = "png" | "jpeg" | "gif" | "webp" | "bmp" | "tiff" | "avif";

/** What a header says. */
export interface Sniffed {
  readonly type: ImageType;
  /** Size in pixels as stored, before any orientation. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation of a JPEG, PNG or TIFF; left out where the file gives none. */
  readonly orientation?: Orientation;
}

type Size = readonly [width: number, height: number];

/**
 * The format of a picture by its first bytes alone, `undefined` for anything unknown.
 *
 * @example imageType(Uint8Array.of(0xff, 0xd8, 0xff)) // "jpeg"
 */
export function imageType(bytes: Uint8Array): ImageType | undefined {
  if (hasBytes(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png";
  if (hasBytes(bytes, 0, [0xff, 0xd8, 0xff])) return "jpeg";
  const start = readName(bytes, 0);
  if (start === "GIF8" && (bytes[4] === 0x37 || bytes[4] === 0x39) && bytes[5] === 0x61) return "gif";
  if (start === "RIFF" && readName(bytes, 8) === "WEBP") return "webp";
  if (start === "II*\0" || start === "MM\0*") return "tiff";
  if (readName(bytes, 4) === "ftyp" && heifBrand(bytes)) return "avif";
  if (start.startsWith("BM") && readUint(bytes, 14, 4, true) >= 12) return "bmp";
  return undefined;
}

/**
 * The format and the size of a picture out of its header: PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF and HEIF. Reads parts of
 * the header only, in time linear in the file at worst; nothing is decoded and nothing is checked beyond what is read.
 *
 * @param bytes - a file, or its beginning as long as the size is in there
 * @returns `undefined` for anything that is not such a picture, or whose header is broken; never throws
 * @example
 * const found = sniff(bytes);
 * if (found?.type === "jpeg") console.log(found.width, found.height, found.orientation ?? 1);
 */
export function sniff(bytes: Uint8Array): Sniffed | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  const type = imageType(bytes);
  const size = type && SIZES[type](bytes);
  if (!size || size[0] < 1 || size[1] < 1) return undefined;
  const [width, height] = size;
  const orientation = ORIENTATIONS[type]?.(bytes);
  return orientation === undefined ? { type, width, height } : { type, width, height, orientation };
}

const ORIENTATIONS: Partial<Record<ImageType, (bytes: Uint8Array) => Orientation | undefined>> = {
  jpeg: jpegOrientation,
  png: pngOrientation,
  tiff: tiffOrientation,
};

const SIZES: Record<ImageType, (bytes: Uint8Array) => Size | undefined> = {
  png: pngSize,
  jpeg: jpegSize,
  gif: (bytes) => [readUint(bytes, 6, 2, true), readUint(bytes, 8, 2, true)],
  webp: webpSize,
  bmp: bmpSize,
  tiff: tiffSize,
  avif: heifSize,
};

function pngSize(bytes: Uint8Array): Size | undefined {
  for (const { name, start, end } of pngChunks(bytes)) {
    // a few writers for one vendor's devices put a chunk of their own first
    if (name === "CgBI") continue;
    return name === "IHDR" && end - start >= 8 ? [readUint(bytes, start, 4), readUint(bytes, start + 4, 4)] : undefined;
  }
  return undefined;
}

function jpegSize(bytes: Uint8Array): Size | undefined {
  for (const { name, start, end } of jpegSegments(bytes)) {
    // every start of frame; c4, c8 and cc are something else
    if (!/^c[0-35-79-bd-f]$/.test(name)) continue;
    return end - start >= 6 ? [readUint(bytes, start + 3, 2), readUint(bytes, start + 1, 2)] : undefined;
  }
  return undefined;
}

function webpSize(bytes: Uint8Array): Size | undefined {
  const chunk = readName(bytes, 12);
  if (chunk === "VP8X") return [readUint(bytes, 24, 3, true) + 1, readUint(bytes, 27, 3, true) + 1];
  if (chunk === "VP8L" && bytes[20] === 0x2f) {
    const packed = readUint(bytes, 21, 4, true);
    return [(packed & 0x3fff) + 1, ((packed >>> 14) & 0x3fff) + 1];
  }
  if (chunk === "VP8 " && hasBytes(bytes, 23, [0x9d, 0x01, 0x2a]))
    return [readUint(bytes, 26, 2, true) & 0x3fff, readUint(bytes, 28, 2, true) & 0x3fff];
  return undefined;
}

function bmpSize(bytes: Uint8Array): Size {
  if (readUint(bytes, 14, 4, true) === 12) return [readUint(bytes, 18, 2, true), readUint(bytes, 20, 2, true)];
  // rows may run from the top, which the sign of the height tells
  return [readUint(bytes, 18, 4, true) | 0, Math.abs(readUint(bytes, 22, 4, true) | 0)];
}

function tiffSize(bytes: Uint8Array): Size {
  let [width, height] = [0, 0];
  for (const { tag, value } of tiffEntries(bytes)) {
    if (tag === 0x100) width = value ?? 0;
    else if (tag === 0x101) height = value ?? 0;
  }
  return [width, height];
}

function heifBrand(bytes: Uint8Array): boolean {
  const end = Math.min(readUint(bytes, 0, 4), bytes.length, 256);
  for (let at = 8; at + 4 <= end; at += 4)
    if (at !== 12 && /^(avif|avis|mif1|msf1|hei[cxms]|hev[cxms])$/.test(readName(bytes, at))) return true;
  return false;
}

function child(bytes: Uint8Array, parent: Part | undefined, name: string, skip = 0): Part | undefined {
  if (parent) for (const box of isoBoxes(bytes, parent.start + skip, parent.end)) if (box.name === name) return box;
  return undefined;
}

/** Size of the primary item: the `ispe` property that is associated with it; else the largest one. */
function heifSize(bytes: Uint8Array): Size | undefined {
  const meta = child(bytes, { name: "", start: 0, end: bytes.length }, "meta");
  const properties = child(bytes, meta, "iprp", 4); // meta has 4 bytes of version and flags before its boxes
  const list = child(bytes, properties, "ipco");
  if (!list) return undefined;
  const sizes: (Size | undefined)[] = [undefined]; // the first property has index 1
  for (const { name, start, end } of isoBoxes(bytes, list.start, list.end))
    sizes.push(
      name === "ispe" && end - start >= 12 ? [readUint(bytes, start + 4, 4), readUint(bytes, start + 8, 4)] : undefined,
    );
  const primary = child(bytes, meta, "pitm", 4);
  const map = child(bytes, properties, "ipma");
  if (primary && map) {
    const id = readUint(bytes, primary.start + 4, bytes[primary.start] === 0 ? 2 : 4);
    for (const index of associations(bytes, map, id)) if (sizes[index]) return sizes[index];
  }
  const area = (size: Size): number => size[0] * size[1];
  return sizes.reduce((best, size) => (size && (!best || area(size) > area(best)) ? size : best), undefined);
}

/** The indices of an item's properties in an `ipma` box. */
function* associations(bytes: Uint8Array, { start, end }: Part, id: number): Generator<number> {
  const idSize = bytes[start] === 0 ? 2 : 4;
  const indexSize = readUint(bytes, start + 3, 1) & 1 ? 2 : 1;
  const count = readUint(bytes, start + 4, 4);
  let at = start + 8;
  for (let i = 0; i < count && at < end; i++) {
    const item = readUint(bytes, at, idSize);
    const n = readUint(bytes, at + idSize, 1);
    at += idSize + 1;
    for (let k = 0; k < n && at < end; k++, at += indexSize)
      // the top bit says whether a reader must understand the property
      if (item === id) yield readUint(bytes, at, indexSize) & (indexSize === 2 ? 0x7fff : 0x7f);
  }
}

/** Headers and tables of a JPEG as values: frame, scan, quantisation, Huffman, Adobe. */
import type { JpegColour } from "../core/jpeg-planes.ts";
import { ImageError } from "../errors.ts";
import { checkSize } from "../limits.ts";
import { isFrameHeader, type JpegSegment, MARKER, nextSegment, readU16 } from "./jpeg-markers.ts";

/** One component of a frame header. */
export interface JpegComponent {
  readonly id: number;
  /** Sampling factors, 1..4. */
  readonly h: number;
  readonly v: number;
  /** Which quantisation table, 0..3. */
  readonly quantisation: number;
}

/** A frame header. */
export interface JpegFrameHeader {
  readonly progressive: boolean;
  readonly width: number;
  readonly height: number;
  readonly components: readonly JpegComponent[];
}

/** A scan header: which components with which tables, and which part of them. */
export interface JpegScanHeader {
  readonly components: readonly { readonly index: number; readonly dc: number; readonly ac: number }[];
  readonly from: number;
  readonly to: number;
  readonly high: number;
  readonly low: number;
}

/** An error about the bytes, in the one form. */
export function damaged(expected: string, got: string | number, at: number): ImageError {
  return new ImageError("DECODE", `expected ${expected} in the JPEG, got ${got} at byte ${at}`);
}

/** What a frame header that this decoder refuses stands for. */
function refusal(marker: number): string {
  if (marker === MARKER.DHP || (marker >= 0xc5 && marker <= 0xc7) || marker >= 0xcd) return "a hierarchical";
  if (marker === 0xc3 || marker === 0xcb) return "a lossless";
  return "an arithmetic-coded";
}

/**
 * Read a frame header.
 *
 * A height of 0 is looked up in the DNL segment behind the first scan.
 *
 * @throws {ImageError} `UNSUPPORTED` for arithmetic coding, lossless, hierarchical, 12 bits, numbers of components other
 *   than 1, 3, 4; `LIMIT` for the size; `DECODE` for what makes no sense
 */
export function readFrameHeader(bytes: Uint8Array, { marker, at, start, end }: JpegSegment): JpegFrameHeader {
  if (!isFrameHeader(marker) || marker > MARKER.SOF2)
    throw new ImageError("UNSUPPORTED", `expected a baseline or progressive JPEG, got ${refusal(marker)} one`);
  const count = bytes[start + 5];
  if (count === undefined || end - start !== 6 + 3 * count)
    throw damaged("a frame header of 6 + 3 bytes per component", `${end - start} bytes`, at);
  const precision = bytes[start]!;
  if (precision === 12 || precision === 16)
    throw new ImageError("UNSUPPORTED", `expected a JPEG of 8 bits per sample, got ${precision}`);
  if (precision !== 8) throw damaged("8 bits per sample", precision, start);
  const width = readU16(bytes, start + 3);
  const height = readU16(bytes, start + 1) || readNumberOfLines(bytes, end);
  if (width === 0 || height === 0) throw damaged("a width and height of 1 or more", `${width} x ${height}`, start + 1);
  if (count === 0) throw damaged("at least one component", 0, start + 5);
  checkSize(width, height);
  if (count !== 1 && count !== 3 && count !== 4)
    throw new ImageError("UNSUPPORTED", `expected a JPEG of 1, 3 or 4 components, got ${count}`);
  const components: JpegComponent[] = [];
  for (let p = start + 6; p < end; p += 3) {
    const component = { id: bytes[p]!, h: bytes[p + 1]! >> 4, v: bytes[p + 1]! & 15, quantisation: bytes[p + 2]! };
    if (component.h < 1 || component.h > 4 || component.v < 1 || component.v > 4)
      throw damaged("sampling factors of 1 to 4", `${component.h} x ${component.v}`, p + 1);
    if (component.quantisation > 3) throw damaged("a quantisation table of 0 to 3", component.quantisation, p + 2);
    components.push(component);
  }
  // a single component is never interleaved: its factors mean nothing
  if (count === 1) components[0] = { ...components[0]!, h: 1, v: 1 };
  const maxH = Math.max(...components.map(({ h }) => h));
  const maxV = Math.max(...components.map(({ v }) => v));
  for (const { h, v } of components)
    if (maxH % h !== 0 || maxV % v !== 0)
      throw new ImageError(
        "UNSUPPORTED",
        `expected sampling factors that divide the largest (${maxH} x ${maxV}), got ${h} x ${v}`,
      );
  return { progressive: marker === MARKER.SOF2, width, height, components };
}

/** The height as the DNL segment gives it that may follow the first scan; 0 without one. */
function readNumberOfLines(bytes: Uint8Array, offset: number): number {
  let scans = 0;
  for (let segment = nextSegment(bytes, offset); segment; segment = nextSegment(bytes, segment.end)) {
    if (segment.end < segment.start || segment.end > bytes.length || segment.marker === MARKER.EOI) return 0;
    if (segment.marker === MARKER.SOS && ++scans > 1) return 0;
    if (segment.marker === MARKER.DNL) return segment.end - segment.start === 2 ? readU16(bytes, segment.start) : 0;
  }
  return 0;
}

/** Read a scan header against its frame. @throws {ImageError} `DECODE` */
export function readScanHeader(
  bytes: Uint8Array,
  { at, start, end }: JpegSegment,
  frame: JpegFrameHeader,
): JpegScanHeader {
  const count = bytes[start] ?? 0;
  if (count < 1 || count > 4 || end - start !== 4 + 2 * count)
    throw damaged("a scan header for 1 to 4 components", `${count} in ${end - start} bytes`, at);
  const components: { index: number; dc: number; ac: number }[] = [];
  for (let i = 0; i < count; i++) {
    const p = start + 1 + 2 * i;
    const index = frame.components.findIndex(({ id }) => id === bytes[p]);
    if (index < 0) throw damaged("a component of the frame", bytes[p]!, p);
    if (components.some((other) => other.index === index)) throw damaged("each component once in a scan", bytes[p]!, p);
    const dc = bytes[p + 1]! >> 4;
    const ac = bytes[p + 1]! & 15;
    if (dc > 3 || ac > 3) throw damaged("Huffman tables of 0 to 3", `${dc} and ${ac}`, p + 1);
    components.push({ index, dc, ac });
  }
  const p = start + 1 + 2 * count;
  // a sequential scan holds everything, whatever its header says
  if (!frame.progressive) return { components, from: 0, to: 63, high: 0, low: 0 };
  const [from, to, high, low] = [bytes[p]!, bytes[p + 1]!, bytes[p + 2]! >> 4, bytes[p + 2]! & 15];
  const band = from === 0 ? to === 0 : to >= from && to <= 63 && count === 1;
  if (!band || low > 13 || (high !== 0 && high !== low + 1))
    throw damaged("a band and bit positions of a progressive scan", `${from}..${to}, ${high} to ${low}`, p);
  return { components, from, to, high, low };
}

/** Read a DQT segment into `tables`: 64 values each, in zigzag order. @throws {ImageError} `DECODE` */
export function readQuantisation(bytes: Uint8Array, { start, end }: JpegSegment, tables: Uint16Array[]): void {
  for (let p = start; p < end;) {
    const wide = bytes[p]! >> 4;
    const index = bytes[p]! & 15;
    if (wide > 1 || index > 3) throw damaged("a quantisation table of 0 to 3 with 8 or 16 bits", bytes[p]!, p);
    p++;
    if (p + 64 * (wide + 1) > end) throw damaged("64 quantisation values", `${end - p} bytes`, p);
    const table = new Uint16Array(64);
    for (let k = 0; k < 64; k++, p += wide + 1) table[k] = wide ? readU16(bytes, p) : bytes[p]!;
    tables[index] = table;
  }
}

/** Huffman tables as they come: 16 counts, then up to 256 values, padded with zeros. */
export interface HuffmanTables {
  readonly dc: Uint8Array[];
  readonly ac: Uint8Array[];
}

/** Read a DHT segment into `tables`. @throws {ImageError} `DECODE` */
export function readHuffman(bytes: Uint8Array, { start, end }: JpegSegment, tables: HuffmanTables): void {
  for (let p = start; p < end;) {
    const kind = bytes[p]! >> 4;
    const index = bytes[p]! & 15;
    if (kind > 1 || index > 3) throw damaged("a DC or AC Huffman table of 0 to 3", bytes[p]!, p);
    p++;
    let count = 0;
    for (let i = 0; i < 16; i++) count += bytes[p + i] ?? 0;
    if (p + 16 + count > end || count > 256)
      throw damaged("counts and values of a Huffman table", `${count} values`, p);
    const table = new Uint8Array(16 + 256);
    table.set(bytes.subarray(p, p + 16 + count));
    (kind ? tables.ac : tables.dc)[index] = table;
    p += 16 + count;
  }
}

/** The colour transform byte of an Adobe APP14 segment; `undefined` when the segment is something else. */
export function readAdobe(bytes: Uint8Array, { start, end }: JpegSegment): number | undefined {
  if (end - start < 12) return undefined;
  return String.fromCharCode(...bytes.subarray(start, start + 5)) === "Adobe" ? bytes[start + 11] : undefined;
}

/** True for a JFIF APP0 segment. */
export function isJfif(bytes: Uint8Array, { start, end }: JpegSegment): boolean {
  return end - start >= 14 && String.fromCharCode(...bytes.subarray(start, start + 5)) === "JFIF\0";
}

/** What the components mean, by the rules that libjpeg made common. */
export function colourOf(components: readonly JpegComponent[], jfif: boolean, adobe: number | undefined): JpegColour {
  if (components.length === 1) return "grey";
  if (components.length === 4) return adobe === undefined || adobe === 0 ? "cmyk" : "ycck";
  if (jfif) return "ycc";
  if (adobe !== undefined) return adobe === 0 ? "rgb" : "ycc";
  return String.fromCharCode(...components.map(({ id }) => id)) === "RGB" ? "rgb" : "ycc";
}

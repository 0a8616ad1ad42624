/** JPEG to pixels. Baseline, extended sequential with 8 bits, and progressive; ICC profiles and EXIF are ignored. */
import { checkBytes } from "./containers.ts";
import type { Frame } from "../core/frame.ts";
import { JpegDecoder } from "../core/jpeg-decode.ts";
import { core } from "../core/wasm.ts";
import { checkedOptions, ImageError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { PixelArray } from "../model/pixels.ts";
import {
  colourOf,
  damaged,
  type HuffmanTables,
  isJfif,
  type JpegFrameHeader,
  type JpegScanHeader,
  readAdobe,
  readFrameHeader,
  readHuffman,
  readQuantisation,
  readScanHeader,
} from "./jpeg-header.ts";
import { isFrameHeader, isJpeg, type JpegSegment, MARKER, nextSegment, readU16 } from "./jpeg-markers.ts";
import { standardHuffman } from "./jpeg-standard-tables.ts";

/** How to decode a JPEG. */
export interface DecodeJpegOptions {
  /** `rgba8` (default): a {@link Frame} for drawing; `native`: an array in the channels of the file. */
  readonly as?: "rgba8" | "native" | undefined;
  /**
   * Take what can be had of a damaged or truncated picture; what is missing is grey, or what earlier scans made of it.
   * Default false: damage is an error.
   */
  readonly partial?: boolean | undefined;
}

/** A JPEG in its own channels: shape `[height, width]` for L, `[height, width, 3 or 4]` for RGB and CMYK (255 is full ink). */
export interface JpegPixels extends PixelArray {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly mode: "L" | "RGB" | "CMYK";
}

/**
 * Decode a JPEG; the pixels equal libjpeg-turbo's default ones to the byte.
 *
 * YCbCr becomes RGB; CMYK and YCCK become RGB by `round((255 - ink) * (255 - k) / 255)`. The picture is as stored: EXIF
 * orientation is not applied. The caller owns the frame. A progressive file whose scans stop short of the last bit is
 * shown as it is, where libjpeg smooths the borders of blocks.
 *
 * @throws {ImageError} `DECODE` for damaged or truncated bytes, `LIMIT` for the size or more than `limits.maxScans`
 *   scans, `UNSUPPORTED` for arithmetic coding, lossless, hierarchical, 12 bits
 *
 * @example
 * const frame = decodeJpeg(bytes);
 * console.log(frame.width, frame.height, frame.mode);
 * frame.free();
 */
export function decodeJpeg(bytes: Uint8Array, options: DecodeJpegOptions & { readonly as: "native" }): JpegPixels;
export function decodeJpeg(
  bytes: Uint8Array,
  options?: DecodeJpegOptions & { readonly as?: "rgba8" | undefined },
): Frame;
export function decodeJpeg(bytes: Uint8Array, options?: DecodeJpegOptions): Frame | JpegPixels;
export function decodeJpeg(bytes: Uint8Array, options: DecodeJpegOptions = {}): Frame | JpegPixels {
  checkBytes(bytes);
  if (!isJpeg(bytes)) throw new ImageError("DECODE", "expected a JPEG (ff d8 ff), got other bytes");
  const { partial = false, as } = checkedOptions(options);
  return core().run((scratch) => {
    const reader = new Reader(bytes, partial);
    const { frame, jfif, adobe, firstScan } = reader.readUpToScan();
    if (!partial) checkRoom(frame, bytes.length - firstScan.end);
    const colour = colourOf(frame.components, jfif, adobe);
    const direct =
      !frame.progressive && readScanHeader(bytes, firstScan, frame).components.length === frame.components.length;
    // field by field: to spread an object into one with more fields makes V8 a hidden class each time, in old space
    const { width, height, components } = frame;
    const layout = { width, height, components, colour, inverted: adobe !== undefined, direct };
    const decoder = new JpegDecoder(scratch, bytes, layout, partial, as !== "native");
    reader.decodeScans(decoder, frame, firstScan, direct);
    decoder.finish();
    if (as !== "native") return decoder.toFrame(colour === "grey" ? "L" : "RGB");
    const data = decoder.toPixels();
    if (colour === "grey") return { data, shape: [height, width], mode: "L" };
    if (colour === "cmyk" || colour === "ycck") return { data, shape: [height, width, 4], mode: "CMYK" };
    return { data, shape: [height, width, 3], mode: "RGB" };
  });
}

/**
 * Refuse a header that promises more than the file can hold, before memory is reserved for it: a block takes at least
 * one bit for its DC value, and one more for its end in a sequential scan.
 */
function checkRoom({ progressive, width, height, components }: JpegFrameHeader, bytes: number): void {
  const maxH = Math.max(...components.map(({ h }) => h));
  const maxV = Math.max(...components.map(({ v }) => v));
  let blocks = 0;
  for (const { h, v } of components)
    blocks += Math.ceil((width * h) / maxH / 8) * Math.ceil((height * v) / maxV / 8) * (progressive ? 1 : 2);
  if (blocks / 8 > bytes)
    throw new ImageError(
      "DECODE",
      `expected at least ${Math.ceil(blocks / 8)} bytes of image data in the JPEG, got ${bytes}`,
    );
}

/** Walks over the segments of one file and keeps the tables in force. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #partial: boolean;
  readonly #quantisation: Uint16Array[] = [];
  readonly #huffman: HuffmanTables = { dc: [], ac: [] };
  #interval = 0;

  constructor(bytes: Uint8Array, partial: boolean) {
    this.#bytes = bytes;
    this.#partial = partial;
  }

  /** Everything in front of the first scan, its header segment included. */
  readUpToScan(): { frame: JpegFrameHeader; jfif: boolean; adobe: number | undefined; firstScan: JpegSegment } {
    const bytes = this.#bytes;
    let frame: JpegFrameHeader | undefined;
    let jfif = false;
    let adobe: number | undefined;
    for (let offset = 2; ;) {
      const segment = this.#segment(offset);
      if (segment === undefined || segment.marker === MARKER.EOI)
        throw damaged("a scan", "the end of the file", segment?.at ?? bytes.length);
      if (isFrameHeader(segment.marker) || segment.marker === MARKER.DHP) {
        if (frame) throw damaged("one frame header", "a second one", segment.at);
        frame = readFrameHeader(bytes, segment);
      } else if (segment.marker === MARKER.SOS) {
        if (!frame) throw damaged("a frame header before the first scan", "none", segment.at);
        return { frame, jfif, adobe, firstScan: segment };
      } else if (segment.marker === MARKER.APP0) jfif ||= isJfif(bytes, segment);
      else if (segment.marker === MARKER.APP14) adobe = readAdobe(bytes, segment) ?? adobe;
      else this.#table(segment);
      offset = segment.end;
    }
  }

  /** Decode all scans; a direct picture has only one. */
  decodeScans(decoder: JpegDecoder, frame: JpegFrameHeader, firstScan: JpegSegment, direct: boolean): void {
    const bytes = this.#bytes;
    const latched = frame.components.map(() => false);
    // bit position known of each coefficient, -1 for none
    const known = frame.components.map(() => new Int8Array(64).fill(-1));
    let scans = 0;
    let broken = false;
    for (let segment: JpegSegment | undefined = firstScan; ;) {
      try {
        if (segment === undefined || segment.marker === MARKER.EOI) {
          if (!this.#partial) checkComplete(frame, known, segment !== undefined, bytes.length);
          return;
        }
        let { end } = segment;
        if (segment.marker === MARKER.SOS) {
          if (++scans > limits.maxScans)
            throw new ImageError("LIMIT", `expected a JPEG of at most ${limits.maxScans} scans, got more`);
          const scan = readScanHeader(bytes, segment, frame);
          this.#latch(decoder, frame, scan, latched, segment.at);
          const result = this.#decodeScan(decoder, frame, scan, segment);
          for (const { index } of scan.components) known[index]!.fill(scan.low, scan.from, scan.to + 1);
          if (direct) return;
          ({ end } = result);
        } else if (isFrameHeader(segment.marker)) throw damaged("one frame header", "a second one", segment.at);
        else this.#table(segment);
        segment = this.#segment(end);
      } catch (error) {
        // what follows is lost, what was decoded stays; of a direct picture nothing was, if its one scan cannot begin
        const lost = error instanceof ImageError && error.code === "DECODE";
        if (!this.#partial || direct || scans === 0 || !lost) throw error;
        broken = true;
      }
      if (broken) return;
    }
  }

  #decodeScan(
    decoder: JpegDecoder,
    frame: JpegFrameHeader,
    scan: JpegScanHeader,
    { end }: JpegSegment,
  ): { end: number } {
    const tables = frame.progressive ? this.#huffman : withStandard(this.#huffman);
    const components = scan.components.map(({ index, dc, ac }) => ({
      index,
      dcTable: tables.dc[dc],
      acTable: tables.ac[ac],
    }));
    const { progressive } = frame;
    const { from, to, high, low } = scan;
    const interval = this.#interval;
    const result = decoder.decodeScan({ components, progressive, from, to, high, low, interval }, end);
    if (result.broken) {
      const { row, rows, why } = result.broken;
      if (why === "table")
        throw damaged("sound Huffman tables for each component of a scan", "a bad or missing one", end);
      const got = why === "end" ? "the end of the scan" : "bits that are no coefficient";
      throw damaged(`image data for block row ${row} of ${rows}`, got, why === "end" ? result.end : end);
    }
    return result;
  }

  /** A component keeps the quantisation table that is in force at its first scan. */
  #latch(decoder: JpegDecoder, frame: JpegFrameHeader, scan: JpegScanHeader, latched: boolean[], at: number): void {
    for (const { index } of scan.components) {
      if (latched[index]) continue;
      const number = frame.components[index]!.quantisation;
      const table = this.#quantisation[number];
      if (table === undefined) throw damaged(`quantisation table ${number} before its first use`, "none", at);
      decoder.setQuantisation(index, table);
      latched[index] = true;
    }
  }

  /** Take in a segment that sets tables; others are passed over. */
  #table(segment: JpegSegment): void {
    const { marker, at, start, end } = segment;
    if (marker === MARKER.DQT) readQuantisation(this.#bytes, segment, this.#quantisation);
    else if (marker === MARKER.DHT) readHuffman(this.#bytes, segment, this.#huffman);
    else if (marker === MARKER.DRI) {
      if (end - start !== 2) throw damaged("a restart interval of 2 bytes", end - start, at);
      this.#interval = readU16(this.#bytes, start);
    } else if (marker === MARKER.SOI) throw damaged("one start of image", "a second one", at);
  }

  /** The next segment, whole; `undefined` at the end of the file. */
  #segment(offset: number): JpegSegment | undefined {
    const segment = nextSegment(this.#bytes, offset);
    if (segment === undefined) return undefined;
    const { marker, at, start, end } = segment;
    if (end < start) throw damaged(`a length of 2 or more for marker ${marker.toString(16)}`, end - at - 2, at);
    if (end > this.#bytes.length) throw damaged(`all of marker ${marker.toString(16)}`, "the end of the file", at);
    return segment;
  }
}

/** Tables that a file leaves out are the standard ones, as in Motion JPEG. */
function withStandard({ dc, ac }: HuffmanTables): HuffmanTables {
  const standard = standardHuffman();
  return {
    dc: [dc[0] ?? standard.dc[0]!, dc[1] ?? standard.dc[1]!, ...dc.slice(2)],
    ac: [ac[0] ?? standard.ac[0]!, ac[1] ?? standard.ac[1]!, ...ac.slice(2)],
  };
}

/**
 * A file that ends with its end marker may leave scans out; one that just stops must have come to the last bit of
 * everything. A component without any scan is missing in either case, except that a progressive file may hold back DC
 * values, as the reference allows.
 */
function checkComplete(
  { progressive, components }: JpegFrameHeader,
  known: readonly Int8Array[],
  ended: boolean,
  length: number,
): void {
  components.forEach(({ id }, i) => {
    if (known[i]!.every((bit) => bit < 0)) throw damaged(`a scan for component ${id}`, "none", length);
    if (progressive && !ended && known[i]!.some((bit) => bit !== 0))
      throw damaged("an end marker, or scans down to the last bit", "the end of the file", length);
  });
}

/** What a JPEG is made of: markers and their segments (ITU T.81, annex B). Shared by whoever reads or writes one. */

/** The second byte of a marker; the first is 0xff. */
export const MARKER = {
  SOF0: 0xc0,
  SOF1: 0xc1,
  SOF2: 0xc2,
  DHT: 0xc4,
  JPG: 0xc8,
  DAC: 0xcc,
  RST0: 0xd0,
  RST7: 0xd7,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DNL: 0xdc,
  DRI: 0xdd,
  DHP: 0xde,
  APP0: 0xe0,
  APP1: 0xe1,
  APP2: 0xe2,
  APP14: 0xee,
  COM: 0xfe,
  TEM: 0x01,
} as const;

/** A marker and the bytes that belong to it. */
export interface JpegSegment {
  /** One of {@link MARKER}, or another number. */
  readonly marker: number;
  /** Where the 0xff in front of the marker is. */
  readonly at: number;
  /** First byte behind the length; behind the marker where there is no length. */
  readonly start: number;
  /** First byte behind the segment. Entropy-coded bytes of a scan are not part of it. */
  readonly end: number;
}

/** True when the bytes begin as a JPEG does: start of image, then another marker. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes.length > 3 && bytes[0] === 0xff && bytes[1] === MARKER.SOI && bytes[2] === 0xff;
}

/** True for start-of-frame markers of every process: C0 to CF without DHT, JPG and DAC. */
export function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== MARKER.DHT && marker !== MARKER.JPG && marker !== MARKER.DAC;
}

/** True for markers that stand alone: RST0 to RST7, SOI, EOI, TEM. */
function isAlone(marker: number): boolean {
  return (marker >= MARKER.RST0 && marker <= MARKER.EOI) || marker === MARKER.TEM;
}

/**
 * The next segment at or after `offset`; bytes that are no marker are passed over, as every decoder does.
 *
 * Its `end` is behind the end of `bytes` when the segment is cut off, and before `start` when its length is impossible
 * (less than 2).
 *
 * @returns `undefined` when there is no further marker
 */
export function nextSegment(bytes: Uint8Array, offset: number): JpegSegment | undefined {
  for (let at = bytes.indexOf(0xff, offset); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes[at + 1];
    if (marker === undefined) return undefined;
    if (marker === 0 || marker === 0xff) continue;
    if (isAlone(marker)) return { marker, at, start: at + 2, end: at + 2 };
    if (at + 4 > bytes.length) return { marker, at, start: at + 4, end: at + 4 };
    return { marker, at, start: at + 4, end: at + 2 + readU16(bytes, at + 2) };
  }
  return undefined;
}

/** Big-endian 16-bit number. */
export function readU16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}

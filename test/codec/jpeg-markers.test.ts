import { describe, expect, test } from "vitest";
import { isFrameHeader, isJpeg, MARKER, nextSegment } from "../../src/codec/jpeg-markers.ts";
import { standardHuffman } from "../../src/codec/jpeg-standard-tables.ts";

describe("nextSegment", () => {
  test("gives marker, place and payload, and undefined behind the last one", () => {
    const bytes = Uint8Array.of(0xff, 0xd8, 0xff, 0xfe, 0, 4, 65, 66, 0xff, 0xd9);
    expect(nextSegment(bytes, 0)).toEqual({ marker: MARKER.SOI, at: 0, start: 2, end: 2 });
    expect(nextSegment(bytes, 2)).toEqual({ marker: MARKER.COM, at: 2, start: 6, end: 8 });
    expect(nextSegment(bytes, 8)).toEqual({ marker: MARKER.EOI, at: 8, start: 10, end: 10 });
    expect(nextSegment(bytes, 10)).toBeUndefined();
  });

  test("passes over bytes that are no marker: fill bytes, stuffed zeros, anything else", () => {
    const bytes = Uint8Array.of(1, 0xff, 0, 2, 0xff, 0xff, 0xff, 0xd9);
    expect(nextSegment(bytes, 0)).toEqual({ marker: MARKER.EOI, at: 6, start: 8, end: 8 });
  });

  test("lets a segment that is cut off end behind the bytes, and one of impossible length before its start", () => {
    expect(nextSegment(Uint8Array.of(0xff, 0xdb, 0, 9, 1), 0)).toMatchObject({ start: 4, end: 11 });
    expect(nextSegment(Uint8Array.of(0xff, 0xdb, 0), 0)).toMatchObject({ start: 4, end: 4 });
    expect(nextSegment(Uint8Array.of(0xff, 0xdb, 0, 1), 0)).toMatchObject({ start: 4, end: 3 });
    expect(nextSegment(Uint8Array.of(0xff), 0)).toBeUndefined();
  });
});

test("isFrameHeader is true for C0 to CF but for DHT, JPG and DAC", () => {
  const markers = Array.from({ length: 256 }, (_, marker) => marker).filter(isFrameHeader);
  expect(markers).toEqual([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
});

test("isJpeg looks at the first three bytes of at least four", () => {
  expect(isJpeg(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))).toBe(true);
  expect(isJpeg(Uint8Array.of(0xff, 0xd8, 0xff))).toBe(false);
  expect(isJpeg(Uint8Array.of(0xff, 0xd8, 0x00, 0xe0))).toBe(false);
});

test("the standard Huffman tables hold 12 DC and 162 AC symbols each, none twice, and fill their codes but one", () => {
  const { dc, ac } = standardHuffman();
  for (const [table, symbols] of [...dc.map((t) => [t, 12] as const), ...ac.map((t) => [t, 162] as const)]) {
    const counts = [...table.subarray(0, 16)];
    expect(counts.reduce((sum, count) => sum + count)).toBe(symbols);
    expect(new Set(table.subarray(16, 16 + symbols)).size).toBe(symbols);
    // Kraft: what is left is the code of all ones, of at most 16 bits
    const used = counts.reduce((sum, count, i) => sum + count * 2 ** (15 - i), 0);
    expect(used).toBeLessThan(65536);
  }
});

/** Tables of the JPEG decoder: coefficient order, Huffman look-up. */
import { BAD_DATA, OK } from "./status";

/**
 * Storage order of a block: rows as in the picture, columns as 0 2 1 3 4 6 5 7. Each 32-bit lane of a row then holds a
 * pair of columns that the row transform multiplies and adds in one instruction, and no transpose is needed.
 *
 * Entry k is the byte offset of zigzag coefficient k - 1 in such a block; entries past the 64 coefficients point behind
 * the block, to where an end-of-block "coefficient" or one of a damaged run may be written.
 */
// prettier-ignore
export const ZIGZAG_NEXT: usize = memory.data<u8>([
  128, 0, 4, 16, 32, 20, 2, 6, 18, 36, 48, 64, 52, 34, 22, 8,
  12, 24, 38, 50, 68, 80, 96, 84, 66, 54, 40, 28, 10, 14, 26, 44,
  56, 70, 82, 100, 112, 116, 98, 86, 72, 60, 42, 30, 46, 58, 76, 88,
  102, 114, 118, 104, 92, 74, 62, 78, 90, 108, 120, 124, 106, 94, 110, 122,
  126, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
  128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
  128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
  128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
  128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
  128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
  128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
  128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
  128,
]);

/** Index bits of the look-up; codes that are longer are searched. */
// @ts-ignore: decorator
@inline const LOOKUP_BITS: u32 = 10;
/** After the look-up: end of each length's codes, left-aligned in 16 bits; value index minus code; values; kind. */
// @ts-ignore: decorator
@inline const LIMITS: usize = 4096;
// @ts-ignore: decorator
@inline const OFFSETS: usize = 4096 + 68;
// @ts-ignore: decorator
@inline const VALUES: usize = 4096 + 136;
// @ts-ignore: decorator
@inline const KIND: usize = 4096 + 392;

/** Kinds of tables. */
// @ts-ignore: decorator
@inline const DC: u32 = 0;
// @ts-ignore: decorator
@inline const AC: u32 = 1;

/*
 * An entry of the look-up:
 *   bits 0-5    bits to take, so that a 64-bit shift by the entry takes them
 *   bits 6-7    0 whole; ENTRY_EXTRA; ENTRY_LONG; ENTRY_RUN
 *   bits 8-23   value of the coefficient, signed
 *   bits 24-31  how far the coefficient index moves on: run + 1; 16 for sixteen zeros; 128 at an end of block;
 *               64 for a code that does not exist, which leads to an index that no sound block ends with
 */
/** The value's own bits are beyond the look-up; bits 8-23 hold their number. */
// @ts-ignore: decorator
@inline export const ENTRY_EXTRA: u32 = 0x40;
/** The code itself is beyond the look-up. */
// @ts-ignore: decorator
@inline const ENTRY_LONG: u32 = 0x80;
/** Progressive: end of band for a run of blocks; bits 8-23 hold the number of bits of the run. */
// @ts-ignore: decorator
@inline export const ENTRY_RUN: u32 = 0xc0;
/** Both flags. */
// @ts-ignore: decorator
@inline export const ENTRY_SPECIAL: u32 = 0xc0;
// @ts-ignore: decorator
@inline const ENTRY_BAD: u32 = 64 << 24;
/** Coefficient indexes that mean damage: more than 64 coefficients, or a code that does not exist. */
// @ts-ignore: decorator
@inline
export function isDamaged(k: u32): bool {
  return k - 65 < 63;
}

/** Value of an entry. */
// @ts-ignore: decorator
@inline
export function entryValue(entry: u32): i32 {
  return ((<i32>entry) << 8) >> 16;
}

/** How far an entry moves the coefficient index. */
// @ts-ignore: decorator
@inline
export function entryAdvance(entry: u32): u32 {
  return entry >> 24;
}

/** Number of bits that an entry with ENTRY_EXTRA or ENTRY_RUN is followed by. */
// @ts-ignore: decorator
@inline
export function entrySize(entry: u32): u32 {
  return (entry >> 8) & 15;
}

/** The value that `size` bits on top of `bits` stand for: from -2^size + 1 when the first one is 0. size is 1 to 15. */
// @ts-ignore: decorator
@inline
export function extended(bits: u64, size: u32): u32 {
  const positive = <u32>(<u64>((<i64>bits) >> 63)); // all ones when the first bit is 1
  return <u32>(bits >> u64(64 - size)) + (~positive & (1 - (1 << size)));
}

/** The entry of a symbol, before its own bits are read. */
// @ts-ignore: decorator
@inline
function symbolEntry(symbol: u32, length: u32, kind: u32): u32 {
  if (kind == DC) return symbol ? length | ENTRY_EXTRA | (symbol << 8) : length;
  const run = symbol >> 4;
  const size = symbol & 15;
  if (size) return length | ENTRY_EXTRA | ((run + 1) << 24) | (size << 8);
  if (run == 15) return length | (16 << 24);
  return kind == AC ? length | (128 << 24) : length | ENTRY_RUN | (run << 8);
}

/** An entry with ENTRY_EXTRA made whole; bits holds the value's bits on top. */
// @ts-ignore: decorator
@inline
function withExtra(entry: u32, bits: u64): u32 {
  const size = entrySize(entry);
  return ((extended(bits, size) & 0xffff) << 8) | (entry & 0xff000000) | ((entry & 63) + size);
}

/**
 * Build a Huffman table.
 *
 * table   HUFFMAN_BYTES (4608), written
 * source  16 counts of codes per length, then 256 values, as in a DHT segment (padded)
 * kind    0 DC, 1 AC of a sequential scan, 2 AC of a progressive scan
 *
 * BAD_DATA when the counts are no prefix code, or a DC value is over 15.
 */
export function jpegHuffman(table: usize, source: usize, kind: u32): i32 {
  memory.fill(table, 0, 4608);
  memory.copy(table + VALUES, source + 16, 256);
  store<u32>(table, kind, KIND);
  for (let i: usize = 0; i < 4096; i += 4) store<u32>(table + i, ENTRY_LONG);
  let code: u32 = 0;
  let index: u32 = 0;
  for (let length: u32 = 1; length <= 16; length++) {
    const count = <u32>load<u8>(source + length - 1);
    store<i32>(table + (length << 2), index - code, OFFSETS);
    if (index + count > 256 || code + count > 1 << length) return BAD_DATA;
    for (const last = index + count; index < last; index++, code++) {
      const symbol = <u32>load<u8>(source + 16 + index);
      if (kind == DC && symbol > 15) return BAD_DATA;
      if (length > LOOKUP_BITS) continue;
      const entry = symbolEntry(symbol, length, kind);
      const free = LOOKUP_BITS - length; // bits of the look-up behind the code
      const first = code << free;
      for (let rest: u32 = 0; rest < 1 << free; rest++) {
        const whole =
          (entry & ENTRY_SPECIAL) == ENTRY_EXTRA && entrySize(entry) <= free
            ? withExtra(entry, (<u64>rest) << (64 - <u64>free))
            : entry;
        store<u32>(table + ((first + rest) << 2), whole);
      }
    }
    store<u32>(table + (length << 2), code << (16 - length), LIMITS);
    code <<= 1;
  }
  return OK;
}

/**
 * Make an entry with a flag whole: find a long code, read the value's own bits. ENTRY_RUN stays.
 *
 * acc  at least 31 bits, the code on top
 */
export function resolve(table: usize, entry: u32, acc: u64): u32 {
  if ((entry & ENTRY_SPECIAL) == ENTRY_LONG) {
    const bits = <u32>(acc >> 48);
    let length: u32 = LOOKUP_BITS + 1;
    while (length <= 16 && bits >= load<u32>(table + (length << 2), LIMITS)) length++;
    if (length > 16) return ENTRY_BAD;
    const index = (bits >> (16 - length)) + load<u32>(table + (length << 2), OFFSETS);
    entry = symbolEntry(load<u8>(table + (index & 255), VALUES), length, load<u32>(table, KIND));
  }
  return (entry & ENTRY_SPECIAL) == ENTRY_EXTRA ? withExtra(entry, acc << u64(entry & 63)) : entry;
}

/**
 * Blocks to bits: Huffman codes of a chunk's blocks as tokens, tokens to bytes; or the same symbols counted.
 */
import {
  BIT_COUNT,
  BITS,
  DC,
  DC_CODES,
  AC_CODES,
  AC_BITS,
  BLOCKS,
  BLOCK_MAPS,
  TOKENS,
  PACKED_END,
} from "./jpeg-encode-job";
import { NATURAL_OFFSET } from "./jpeg-encode-zigzag";

/**
 * Set the Huffman codes, before the first `jpegEncodeRows`.
 *
 * codes  2 x (16 DC + 256 AC) u32 (luma, then chroma): code << 5 | length, 0 for a symbol without a code
 */
export function jpegEncodeCodes(job: usize, codes: usize): void {
  for (let table: usize = 0; table < 2; ++table) {
    const from = codes + table * (272 << 2);
    const ac = job + AC_CODES + (table << 10);
    memory.copy(job + DC_CODES + (table << 6), from, 64);
    memory.copy(ac, from + 64, 1024);
    // by size of the value, so that nothing is looked up 4096 times
    for (let run: usize = 0; run < 16; ++run) {
      const zero = job + AC_BITS + (table << 13) + (run << 9) + 256;
      store<u32>(zero, 0);
      for (let size: u32 = 1; size <= 7; ++size) {
        const code = load<u32>(ac + (((run << 4) | size) << 2));
        const length = (code & 31) + size;
        const prefix = (code >> 5) << size;
        const least = 1 << (size - 1);
        const count: u32 = size < 7 ? least : 1; // of the 7-bit values, -64 alone is in the table
        for (let i: u32 = 0; i < count; ++i) {
          if (size < 7) store<u32>(zero + ((least + i) << 2), ((prefix | (least + i)) << 5) | length);
          store<u32>(zero - ((least + i) << 2), ((prefix | (least - 1 - i)) << 5) | length);
        }
      }
    }
  }
}

/** Write the waiting bits, filled up with ones, at most 2 bytes; returns how many. */
export function jpegEncodeEnd(job: usize, out: usize): i32 {
  const count = load<u32>(job, BIT_COUNT);
  if (count == 0) return 0;
  const byte = ((<u32>load<u64>(job, BITS)) << (8 - count)) | (255 >> count);
  store<u8>(out, <u8>byte);
  store<u8>(out, 0, 1);
  store<u32>(job, 0, BIT_COUNT);
  return (byte & 255) == 255 ? 2 : 1;
}

/** Bits that a value needs: 0 for 0, 1 for -1 and 1, 2 for -3, -2, 2, 3 … */
// @ts-ignore: decorator
@inline
function sizeOf(value: i32): u32 {
  return 32 - clz<u32>(<u32>abs(value));
}

/** The low `size` bits of the value as the stream has them: negative ones less 1. */
// @ts-ignore: decorator
@inline
function extraBits(value: i32, size: u32): u32 {
  return (<u32>(value + (value >> 31))) & ((1 << size) - 1);
}

/** Code of (run, size of value) and the value's own bits, as (bits << 5 | length); at most 26 bits. */
export function withValue(codes: usize, run: u32, value: i32): u32 {
  const size = sizeOf(value);
  const code = load<u32>(codes + (((run << 4) | size) << 2));
  return ((((code >> 5) << size) | extraBits(value, size)) << 5) | ((code & 31) + size);
}

/** Write the blocks of a chunk; returns the end. */
export function writeBlocks(job: usize, out: usize, blocks: u32, lumaBlocks: u32, mcuBlocks: u32): usize {
  return packTokens(job, tokens(job, blocks, lumaBlocks, mcuBlocks), out);
}

/**
 * The Huffman codes of a chunk to `TOKENS`; returns their end. Apart from packing, because the number of codes in a block
 * is hard to predict and the processor goes on with the next block sooner when little hangs on it.
 */
function tokens(job: usize, blocks: u32, lumaBlocks: u32, mcuBlocks: u32): usize {
  let inMcu: u32 = 0;
  let mapAt = job + BLOCK_MAPS;
  let to = job + TOKENS;
  let block = job + BLOCKS;
  for (const end = block + (blocks << 7); block < end; block += 128, mapAt += 8) {
    const component: usize = inMcu < lumaBlocks ? 0 : inMcu - lumaBlocks + 1;
    if (++inMcu == mcuBlocks) inMcu = 0;
    const table: usize = component ? 1 : 0;
    const acCodes = job + AC_CODES + (table << 10);

    const dcAt = job + DC + (component << 2);
    const dc = <i32>load<i16>(block);
    const difference = dc - load<i32>(dcAt);
    store<i32>(dcAt, dc);
    store<u32>(to, withValue(job + DC_CODES + (table << 6), 0, difference));
    to += 4;

    // table entries of (k - before, value): 512 bytes per step of k, the value -64 first
    const acBits = job + AC_BITS + (table << 13) - 512 + 256;
    let map = load<u64>(mapAt) & ~1;
    let before: u32 = 0;
    while (map != 0) {
      const k = <u32>ctz<u64>(map);
      map &= map - 1;
      const coefficient = <i32>load<i16>(block + load<u8>(NATURAL_OFFSET + k));
      let step = k - before;
      before = k;
      for (; step > 16; step -= 16) {
        store<u32>(to, load<u32>(acCodes, 0xf0 << 2));
        to += 4;
      }
      let token: u32;
      if (<u32>(coefficient + 64) < 128) token = load<u32>(acBits + (step << 9) + (coefficient << 2));
      else token = withValue(acCodes, step - 1, coefficient);
      store<u32>(to, token);
      to += 4;
    }
    if (before != 63) {
      store<u32>(to, load<u32>(acCodes));
      to += 4;
    }
  }
  return to;
}

/**
 * Write the tokens up to `end`, two at a time: at most 54 bits. Returns the end of the output.
 *
 * The bits are stored downwards, so that little-endian words come out as a big-endian stream when read backwards, and
 * whole words are stored each time, of which only full bytes count: no branch hangs on the bits.
 */
function packTokens(job: usize, end: usize, out: usize): usize {
  let bits = load<u64>(job, BITS);
  let count = load<u32>(job, BIT_COUNT);
  let to = job + PACKED_END;
  store<u32>(end, 0); // the last may stand alone: one without bits beside it
  for (let from = job + TOKENS; from < end; from += 8) {
    const first = load<u32>(from);
    const second = load<u32>(from, 4);
    const secondLength = second & 31;
    const length = (first & 31) + secondLength;
    const value = ((<u64>(first >> 5)) << u64(secondLength)) | (second >> 5);
    bits = (bits << u64(length)) | value;
    count += length;
    store<u64>(to - 8, bits << u64(64 - count));
    to -= count >> 3;
    count &= 7;
  }
  store<u64>(job, bits, BITS);
  store<u32>(job, count, BIT_COUNT);
  return stuff(out, job + PACKED_END, to);
}

/** Copy the bytes from `from` downwards to `end`, with a zero behind each 255. Returns the end of the output. */
function stuff(out: usize, from: usize, end: usize): usize {
  if (ASC_FEATURE_SIMD) {
    while (from >= end + 16) {
      const v = v128.load(from - 16);
      if (v128.any_true(i8x16.eq(v, i8x16.splat(-1)))) out = stuffBytes(out, from, from - 16);
      else {
        v128.store(out, i8x16.shuffle(v, v, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
        out += 16;
      }
      from -= 16;
    }
  }
  return stuffBytes(out, from, end);
}

function stuffBytes(out: usize, from: usize, end: usize): usize {
  while (from > end) {
    const byte = load<u8>(--from);
    store<u8>(out++, byte);
    if (byte == 255) store<u8>(out++, 0);
  }
  return out;
}

// @ts-ignore: decorator
@inline
function increment(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

/** Count the symbols of the blocks of a chunk. */
export function countBlocks(job: usize, counts: usize, blocks: u32, lumaBlocks: u32, mcuBlocks: u32): void {
  let inMcu: u32 = 0;
  for (let i: usize = 0; i < blocks; ++i) {
    const block = job + BLOCKS + i * 128;
    const component: usize = inMcu < lumaBlocks ? 0 : inMcu - lumaBlocks + 1;
    if (++inMcu == mcuBlocks) inMcu = 0;
    const table = counts + (component ? 272 << 2 : 0);
    const dcAt = job + DC + (component << 2);
    const dc = <i32>load<i16>(block);
    increment(table + (sizeOf(dc - load<i32>(dcAt)) << 2));
    store<i32>(dcAt, dc);

    const ac = table + 64;
    let map = load<u64>(job + BLOCK_MAPS + (i << 3)) & ~1;
    let before: u32 = 0;
    while (map != 0) {
      const k = <u32>ctz<u64>(map);
      map &= map - 1;
      let run = k - before - 1;
      before = k;
      for (; run > 15; run -= 16) increment(ac + (0xf0 << 2));
      const size = sizeOf(<i32>load<i16>(block + load<u8>(NATURAL_OFFSET + k)));
      increment(ac + (((run << 4) | size) << 2));
    }
    if (before != 63) increment(ac);
  }
}

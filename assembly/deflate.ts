/**
 * Single-pass deflate for filtered picture rows: Huffman coding of bytes, and runs of one byte as matches of distance 1.
 *
 * A block is made in steps, so that rows can be filtered, summed and packed while they are in the cache:
 *
 *     deflateCount    how often each symbol occurs, over all rows or a sample of them
 *     deflateBegin    the code for these counts, and the header of the block
 *     deflatePack     bytes -> code words, any number of times
 *     deflateEnd      end of block
 *
 * A run is seen where eight bytes repeat the one before them, counted from the second of the piece or the end of a run. On
 * photos, whose three channels often change alike, runs of six at any place would save 4 % of the bytes, but cost far more
 * time.
 *
 * Longer than most files: the packing loops are unrolled by hand, which no tool does here.
 *
 * `stream` is 16 bytes of state that outlive a call: u32 where the next whole byte goes, u32 number of waiting bits
 * (0..7), u64 the waiting bits, lowest first.
 *
 * `counts` is 4352 bytes, zeroed before the first piece of a block: u32 per symbol, 288 for literals and lengths, 32 for
 * distances, then three more tables of 256 for literals, so that neighbours do not wait for each other's sums.
 *
 * `work` is as laid out below; the pair table (the last 256 kB) is needed for modes 6 and 8 only.
 */
import { codeLengthSymbol, codeLengthTokens, huffmanEntries, huffmanLengths } from "./deflate-code";

/** u32 per literal or length symbol (288), then per distance symbol (32); see `deflate-code.ts` for entries. */
const ENTRIES: usize = 0;
const DISTANCES: usize = 288 * 4;
/** u32 per literal: 1 << (6 + length of its code word). */
const POWERS: usize = 1280;
/** u8 per symbol: length of its code word. */
const LENGTHS: usize = 2304;
/** Working memory of `huffmanLengths`. */
const SORT: usize = 2624;
/** Code lengths of the header: u16 tokens, u32 counts, u8 lengths, u32 entries. */
const HEADER_TOKENS: usize = 7296;
const HEADER_COUNTS: usize = 7936;
const HEADER_LENGTHS: usize = 8016;
const HEADER_ENTRIES: usize = 8048;
const NEXT: usize = 8128;
/** u32 per run length of 0..258: the joined entry of a match of distance 1, from length 3 on. */
const RUNS: usize = 8192;
/** u32 per two bytes (the first one low): the joined entry of both. */
const PAIRS: usize = 9232;

const END_OF_BLOCK: usize = 256;

/**
 * Add the symbols of a piece to the counts.
 *
 * counts  see above
 * src     n bytes
 */
export function deflateCount(counts: usize, src: usize, n: usize): void {
  const end = src + n;
  // the first byte has none before it that it could repeat
  if (src < end) increment(counts, load<u8>(src++));
  while (src + 8 <= end) {
    if (repeatsEight(src)) {
      const run = runLength(src, end);
      countRun(counts, <u32>run, load<u8>(src));
      src += run;
    } else {
      countFour(counts, load<u32>(src));
      countFour(counts, load<u32>(src, 4));
      src += 8;
    }
  }
  for (; src < end; src++) increment(counts, load<u8>(src));
}

// @ts-ignore: decorator
@inline
function countFour(counts: usize, word: u32): void {
  increment(counts, word & 255);
  increment(counts + 1280, (word >> 8) & 255);
  increment(counts + 2304, (word >> 16) & 255);
  increment(counts + 3328, word >> 24);
}

// @ts-ignore: decorator
@inline
function increment(counts: usize, symbol: u32): void {
  const at = counts + ((<usize>symbol) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** A run as matches of 258, a shorter match or up to two literals. */
function countRun(counts: usize, n: u32, byte: u32): void {
  const whole = n / 258;
  const at = counts + (285 << 2);
  store<u32>(at, load<u32>(at) + whole);
  const distance = counts + DISTANCES;
  store<u32>(distance, load<u32>(distance) + whole);
  n -= whole * 258;
  if (n >= 3) {
    increment(counts, lengthSymbol(n));
    store<u32>(distance, load<u32>(distance) + 1);
  } else for (; n > 0; n--) increment(counts, byte);
}

/** True if each of eight bytes is the same as the one before it. */
// @ts-ignore: decorator
@inline
function repeatsEight(src: usize): bool {
  return load<u64>(src) == load<u64>(src - 1);
}

/** Number of bytes from src on that are the same as the one before them, eight at least; may look at 8 bytes behind the end. */
// @ts-ignore: decorator
@inline
function runLength(src: usize, end: usize): usize {
  let at = src + 8;
  while (at < end) {
    const change = load<u64>(at) ^ load<u64>(at - 1);
    if (change) {
      at += <usize>(ctz<u64>(change) >> 3);
      break;
    }
    at += 8;
  }
  return min(at, end) - src;
}

/** Symbol of a match length of 3..258. */
// @ts-ignore: decorator
@inline
export function lengthSymbol(length: u32): u32 {
  if (length == 258) return 285;
  const l = length - 3;
  const extra = lengthExtra(length);
  return 257 + (extra << 2) + (l >> extra);
}

/** Number of extra bits of a match length of 3..257; the bits themselves are the low ones of length - 3. */
// @ts-ignore: decorator
@inline
export function lengthExtra(length: u32): u32 {
  const l = length - 3;
  return l < 8 ? 0 : 29 - clz<u32>(l);
}

/** Number of extra bits of a distance of 1..32768; the bits themselves are the low ones of distance - 1. */
// @ts-ignore: decorator
@inline
export function distanceExtra(distance: u32): u32 {
  const d = distance - 1;
  return d < 4 ? 0 : 30 - clz<u32>(d);
}

/** Symbol of a distance of 1..32768. */
// @ts-ignore: decorator
@inline
export function distanceSymbol(distance: u32): u32 {
  const d = distance - 1;
  const extra = distanceExtra(distance);
  return (extra << 1) + (d >> extra);
}

/**
 * Make the code for these counts and write the header of a block.
 *
 * counts   see above; changed
 * sampled  0 if the counts are those of the whole block: unused symbols get no code word, and the block uses the fixed
 *          code where that is smaller. Otherwise every byte and length gets a word, as the sample may lack some
 * limit    longest code word, 9..15; the pair table needs 13 or less
 * pairs    not 0 to fill the pair table
 * final    1 for the last block of the stream
 * returns  the mean bits of a symbol by the counts, in units of 1/16 bit
 */
export function deflateBegin(
  stream: usize,
  counts: usize,
  work: usize,
  sampled: u32,
  limit: u32,
  pairs: u32,
  final: u32,
): u32 {
  for (let i: usize = 0; i < 1024; i += 4) {
    const at = counts + i;
    store<u32>(at, load<u32>(at) + load<u32>(at, 1280) + load<u32>(at, 2304) + load<u32>(at, 3328));
  }
  if (sampled) for (let i: u32 = 0; i < 286; i++) increment(counts, i);
  store<u32>(counts + (END_OF_BLOCK << 2), 1);
  const lengths = work + LENGTHS;
  memory.fill(lengths, 0, 320);
  huffmanLengths(counts, 286, limit, lengths, work + SORT);
  let lengthCount: usize = 286;
  while (load<u8>(lengths + lengthCount - 1) == 0) lengthCount--;

  // distances follow the lengths at once, as in the header; without any match one word is still declared
  const distances = lengths + lengthCount;
  huffmanLengths(counts + DISTANCES, 30, 15, distances, work + SORT);
  let distanceCount: usize = 30;
  while (distanceCount > 1 && load<u8>(distances + distanceCount - 1) == 0) distanceCount--;
  if (distanceCount == 1) store<u8>(distances, 1);

  const tokens = codeLengthTokens(lengths, lengthCount + distanceCount, work + HEADER_TOKENS, work + HEADER_COUNTS);
  huffmanLengths(work + HEADER_COUNTS, 19, 7, work + HEADER_LENGTHS, work + SORT);
  let orderCount: usize = 19;
  while (orderCount > 4 && load<u8>(work + HEADER_LENGTHS + codeLengthSymbol(orderCount - 1)) == 0) orderCount--;

  // the same in bits, dynamic and fixed
  let symbols: u64 = 0;
  let bits: u64 = 0;
  let fixed: u64 = 0;
  for (let i: u32 = 0; i < 286; i++) {
    const count = <u64>load<u32>(counts + ((<usize>i) << 2));
    symbols += count;
    bits += count * load<u8>(lengths + i);
    fixed += count * fixedLength(i);
  }
  const mean = <u32>((bits << 4) / symbols);
  if (!sampled) {
    let header: u64 = 14 + 3 * <u64>orderCount;
    for (let i: usize = 0; i < 19; i++)
      header +=
        <u64>load<u32>(work + HEADER_COUNTS + (i << 2)) *
        (load<u8>(work + HEADER_LENGTHS + i) + (i < 16 ? 0 : i == 16 ? 2 : i == 17 ? 3 : 7));
    for (let i: usize = 0; i < distanceCount; i++) {
      const count = <u64>load<u32>(counts + DISTANCES + (i << 2));
      bits += count * load<u8>(distances + i);
      fixed += count * 5;
    }
    if (fixed <= bits + header) {
      putBits(stream, (1 << 1) | final, 3);
      for (let i: u32 = 0; i < 288; i++) store<u8>(lengths + i, fixedLength(i));
      memory.fill(lengths + 288, 5, 32);
      finishCode(work, lengths + 288, pairs);
      return mean;
    }
  }

  putBits(stream, (2 << 1) | final, 3);
  putBits(stream, <u32>((lengthCount - 257) | ((distanceCount - 1) << 5) | ((orderCount - 4) << 10)), 14);
  for (let i: usize = 0; i < orderCount; i++) putBits(stream, load<u8>(work + HEADER_LENGTHS + codeLengthSymbol(i)), 3);
  huffmanEntries(work + HEADER_LENGTHS, 19, work + HEADER_ENTRIES, work + NEXT);
  for (let i: usize = 0; i < tokens; i++) {
    const token = load<u16>(work + HEADER_TOKENS + (i << 1));
    const symbol = (<u32>token) & 31;
    const entry = load<u32>(work + HEADER_ENTRIES + ((<usize>symbol) << 2));
    putBits(stream, entry >> 6, entry & 63);
    if (symbol >= 16) putBits(stream, (<u32>token) >> 5, symbol == 16 ? 2 : symbol == 17 ? 3 : 7);
  }
  // move the distances to their place of their own, then clear what is behind both
  memory.copy(lengths + 288, distances, distanceCount);
  memory.fill(lengths + 288 + distanceCount, 0, 32 - distanceCount);
  memory.fill(lengths + lengthCount, 0, 288 - lengthCount);
  finishCode(work, lengths + 288, pairs);
  return mean;
}

function fixedLength(symbol: u32): u32 {
  return symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
}

/** Entries of both codes, and the pair table. */
function finishCode(work: usize, distances: usize, pairs: u32): void {
  huffmanEntries(work + LENGTHS, 288, work + ENTRIES, work + NEXT);
  huffmanEntries(distances, 32, work + DISTANCES, work + NEXT);
  const distance = load<u32>(work + DISTANCES);
  for (let length: u32 = 3; length <= 258; length++) {
    const entry = load<u32>(work + ((<usize>lengthSymbol(length)) << 2));
    const extra = length == 258 ? 0 : lengthExtra(length);
    const used = entry & 63;
    const bits = (entry >> 6) | (((length - 3) & ((1 << extra) - 1)) << used) | ((distance >> 6) << (used + extra));
    store<u32>(work + ((<usize>length) << 2), (bits << 6) | (used + extra + (distance & 63)), RUNS);
  }
  if (!pairs) return;
  for (let i: usize = 0; i < 256; i++)
    store<u32>(work + POWERS + (i << 2), (<u32>64) << (<u32>load<u8>(work + LENGTHS + i)));
  // entry of (a, b) = (bits(a) | bits(b) << length(a)) << 6 | length(a) + length(b)
  //                 = entry(a) + length(b) + bits(b) * power(a)
  let to = work + PAIRS;
  for (let b: usize = 0; b < 256; b++) {
    const entry = load<u32>(work + ENTRIES + (b << 2));
    if (ASC_FEATURE_SIMD) {
      const length = i32x4.splat(entry & 63);
      const bits = i32x4.splat(entry >> 6);
      for (let a: usize = 0; a < 1024; a += 32, to += 32) {
        const at = work + a;
        v128.store(to, i32x4.add(i32x4.add(v128.load(at), length), i32x4.mul(bits, v128.load(at, POWERS))));
        v128.store(
          to,
          i32x4.add(i32x4.add(v128.load(at, 16), length), i32x4.mul(bits, v128.load(at, POWERS + 16))),
          16,
        );
      }
    } else {
      for (let a: usize = 0; a < 1024; a += 4, to += 4)
        store<u32>(to, load<u32>(work + a) + (entry & 63) + (entry >> 6) * load<u32>(work + a, POWERS));
    }
  }
}

/** Append up to 32 bits. */
function putBits(stream: usize, value: u32, n: u32): void {
  const waiting = load<u32>(stream, 4);
  const bits = load<u64>(stream, 8) | ((<u64>value) << waiting);
  const to = load<u32>(stream);
  const total = waiting + n;
  store<u64>(to, bits);
  store<u32>(stream, to + (total >> 3));
  store<u32>(stream, total & 7, 4);
  store<u64>(stream, bits >> (total & 56), 8);
}

/**
 * Append a piece to the block.
 *
 * src    n bytes
 * mode   8 or 6: symbols between two stores, by the pair table (8 is the faster one unless the code words are long, and the
 *        only one that sees the same runs as `deflateCount`); 1: by single entries, without a pair table
 *
 * At most n * limit / 8 + 16 bytes are written.
 *
 * The loops count bits in the low 6 bits of `count` and leave what comes in above: an entry is added whole, and a shift
 * looks at the low 6 bits only. Eight or six code words may be too many for 64 bits, which is rare and seen in time; four never are.
 */
export function deflatePack(stream: usize, src: usize, n: usize, work: usize, mode: u32): void {
  const pairs = work + PAIRS;
  const end = src + n;
  let to = <usize>load<u32>(stream);
  let count = <u64>load<u32>(stream, 4);
  let bits = load<u64>(stream, 8);
  // the first byte has none before it that it could repeat
  if (src < end) {
    const entry = load<u32>(work + ((<usize>load<u8>(src++)) << 2)) as u64;
    bits |= (entry >> 6) << count;
    count = (count + entry) & 63;
    store<u64>(to, bits);
    to += <usize>(count >> 3);
    bits >>= count & 56;
    count &= 7;
  }
  while (src + 8 <= end) {
    if (repeatsEight(src)) {
      let run = <u32>runLength(src, end);
      src += run;
      while (run > 2) {
        const length = min<u32>(run, 258);
        const entry = load<u32>(work + ((<usize>length) << 2), RUNS) as u64;
        bits |= (entry >> 6) << count;
        count = (count + entry) & 63;
        store<u64>(to, bits);
        to += <usize>(count >> 3);
        bits >>= count & 56;
        count &= 7;
        run -= length;
      }
      for (; run > 0; run--) {
        const entry = load<u32>(work + ((<usize>load<u8>(src - 1)) << 2)) as u64;
        bits |= (entry >> 6) << count;
        count = (count + entry) & 63;
        store<u64>(to, bits);
        to += <usize>(count >> 3);
        bits >>= count & 56;
        count &= 7;
      }
    } else if (mode == 8) {
      const one = load<u32>(pairs + ((<usize>load<u16>(src)) << 2)) as u64;
      const two = load<u32>(pairs + ((<usize>load<u16>(src, 2)) << 2)) as u64;
      const three = load<u32>(pairs + ((<usize>load<u16>(src, 4)) << 2)) as u64;
      const four = load<u32>(pairs + ((<usize>load<u16>(src, 6)) << 2)) as u64;
      const afterOne = count + one;
      const afterTwo = afterOne + two;
      const afterThree = afterTwo + three;
      const half = bits | ((one >> 6) << count) | ((two >> 6) << afterOne);
      const middle = afterTwo & 63;
      const total = (afterThree + four) & 63;
      if (total > middle) {
        bits = half | ((three >> 6) << afterTwo) | ((four >> 6) << afterThree);
        count = total;
      } else {
        store<u64>(to, half);
        to += <usize>(middle >> 3);
        count = middle & 7;
        bits = (half >> (middle & 56)) | ((three >> 6) << count);
        count += three;
        bits |= (four >> 6) << count;
        count = (count + four) & 63;
      }
      store<u64>(to, bits);
      to += <usize>(count >> 3);
      bits >>= count & 56;
      count &= 7;
      src += 8;
    } else if (mode == 6) {
      const one = load<u32>(pairs + ((<usize>load<u16>(src)) << 2)) as u64;
      const two = load<u32>(pairs + ((<usize>load<u16>(src, 2)) << 2)) as u64;
      const three = load<u32>(pairs + ((<usize>load<u16>(src, 4)) << 2)) as u64;
      const afterOne = count + one;
      const afterTwo = afterOne + two;
      bits |= ((one >> 6) << count) | ((two >> 6) << afterOne);
      const middle = afterTwo & 63;
      count = (afterTwo + three) & 63;
      if (count > middle) bits |= (three >> 6) << afterTwo;
      else {
        store<u64>(to, bits);
        to += <usize>(middle >> 3);
        count = middle & 7;
        bits = (bits >> (middle & 56)) | ((three >> 6) << count);
        count = (count + three) & 63;
      }
      store<u64>(to, bits);
      to += <usize>(count >> 3);
      bits >>= count & 56;
      count &= 7;
      src += 6;
    } else {
      for (const stop = src + 8; src < stop; src++) {
        const entry = load<u32>(work + ((<usize>load<u8>(src)) << 2)) as u64;
        bits |= (entry >> 6) << count;
        count = (count + entry) & 63;
        store<u64>(to, bits);
        to += <usize>(count >> 3);
        bits >>= count & 56;
        count &= 7;
      }
    }
  }
  for (; src < end; src++) {
    const entry = load<u32>(work + ((<usize>load<u8>(src)) << 2)) as u64;
    bits |= (entry >> 6) << count;
    count = (count + entry) & 63;
    store<u64>(to, bits);
    to += <usize>(count >> 3);
    bits >>= count & 56;
    count &= 7;
  }
  store<u32>(stream, <u32>to);
  store<u32>(stream, <u32>count, 4);
  store<u64>(stream, bits, 8);
}

// @ts-ignore: decorator
@inline
function putEntry(stream: usize, entry: u32): void {
  putBits(stream, entry >> 6, entry & 63);
}

/**
 * End the block; behind the last one, fill up to a whole byte.
 *
 * final  1 behind the last block of the stream: no bits wait afterwards
 */
export function deflateEnd(stream: usize, work: usize, final: u32): void {
  putEntry(stream, load<u32>(work + (END_OF_BLOCK << 2)));
  if (final) fillByte(stream);
}

function fillByte(stream: usize): void {
  putBits(stream, 0, (0 - load<u32>(stream, 4)) & 7);
}

/**
 * Append a piece uncompressed, in blocks of at most 65535 bytes: n + 5 bytes for each block, and one more at most.
 *
 * src    n bytes
 * final  1 if the last of these blocks is the last of the stream
 */
export function deflateStored(stream: usize, src: usize, n: usize, final: u32): void {
  do {
    const size = min<usize>(n, 65535);
    n -= size;
    putBits(stream, n == 0 ? final : 0, 3);
    fillByte(stream);
    putBits(stream, (<u32>size) | (~(<u32>size) << 16), 32);
    const to = <usize>load<u32>(stream);
    memory.copy(to, src, size);
    store<u32>(stream, <u32>(to + size));
    src += size;
  } while (n > 0);
}

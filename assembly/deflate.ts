/**
 * Single-pass deflate for filtered picture rows: Huffman coding of bytes, and runs of zeros as matches of distance 1.
 *
 * A block is made in steps, so that rows can be filtered, summed and packed while they are in the cache:
 *
 *     deflateCount    how often each symbol occurs, over all rows or a sample of them
 *     deflateBegin    the code for these counts, and the header of the block
 *     deflatePack     bytes -> code words, any number of times
 *     deflateEnd      end of block
 *
 * Runs are looked for where 16 bytes in a row, counted from the start of the piece, are zero.
 *
 * `stream` is 16 bytes of state that outlive a call: u32 where the next whole byte goes, u32 number of waiting bits
 * (0..7), u64 the waiting bits, lowest first.
 *
 * `counts` is 4352 bytes, zeroed before the first piece of a block: u32 per symbol, 288 for literals and lengths, 32 for
 * distances, then three more tables of 256 for literals, so that neighbours do not wait for each other's sums.
 *
 * `work` is as laid out below; the pair table (the last 256 kB) is needed for modes 4 and 8 only.
 */
import { codeLengthSymbol, codeLengthTokens, huffmanEntries, huffmanLengths } from "./deflate-code";

/** u32 per literal or length symbol (288), then per distance symbol (32); see `deflate-code.ts` for entries. */
const ENTRIES: usize = 0;
const DISTANCES: usize = 288 * 4;
/** u32 per literal: 1 << (7 + length of its code word). */
const POWERS: usize = 1280;
/** u8 per symbol: length of its code word. */
const LENGTHS: usize = 2304;
/** Working memory of `huffmanLengths`. */
const SORT: usize = 2624;
/** Code lengths of the header: u16 tokens, u32 counts, u8 lengths, u32 entries. */
const HEADER_TOKENS: usize = 4992;
const HEADER_COUNTS: usize = 5632;
const HEADER_LENGTHS: usize = 5712;
const HEADER_ENTRIES: usize = 5744;
const NEXT: usize = 5824;
/** u32 per two bytes (the first one low): the joined entry of both. */
const PAIRS: usize = 5888;

const END_OF_BLOCK: usize = 256;
/** No literal or length gets a longer code word: four of them and seven waiting bits fit in 64. */
const LIMIT: u32 = 12;

/**
 * Add the symbols of a piece to the counts.
 *
 * counts  see above
 * src     n bytes
 */
export function deflateCount(counts: usize, src: usize, n: usize): void {
  const end = src + n;
  while (src + 16 <= end) {
    if (zeros(src)) {
      const run = zeroRun(src, end);
      increment(counts, 0);
      countRun(counts, <u32>run - 1);
      src += run;
      continue;
    }
    countFour(counts, load<u32>(src));
    countFour(counts, load<u32>(src, 4));
    countFour(counts, load<u32>(src, 8));
    countFour(counts, load<u32>(src, 12));
    src += 16;
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

/** n bytes of distance 1: as matches of 258, one shorter match, and up to two literals. */
function countRun(counts: usize, n: u32): void {
  const whole = n / 258;
  const at = counts + (285 << 2);
  store<u32>(at, load<u32>(at) + whole);
  n -= whole * 258;
  if (n >= 3) increment(counts, lengthSymbol(n));
  else store<u32>(counts, load<u32>(counts) + n);
}

/** True if 16 bytes are zero. */
// @ts-ignore: decorator
@inline
function zeros(src: usize): bool {
  return (load<u64>(src) | load<u64>(src, 8)) == 0;
}

/** Number of zeros at src, where the first 16 bytes are known to be zero. */
function zeroRun(src: usize, end: usize): usize {
  let at = src + 16;
  while (at + 16 <= end && zeros(at)) at += 16;
  while (at < end && load<u8>(at) == 0) at++;
  return at - src;
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
 * limit    longest code word, 9..15; `deflatePack` needs 12 or less
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
    putBits(stream, entry >> 7, entry & 127);
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
  if (!pairs) return;
  for (let i: usize = 0; i < 256; i++)
    store<u32>(work + POWERS + (i << 2), (<u32>128) << (<u32>load<u8>(work + LENGTHS + i)));
  // entry of (a, b) = (bits(a) | bits(b) << length(a)) << 7 | length(a) + length(b)
  //                 = entry(a) + length(b) + bits(b) * power(a)
  let to = work + PAIRS;
  for (let b: usize = 0; b < 256; b++) {
    const entry = load<u32>(work + ENTRIES + (b << 2));
    if (ASC_FEATURE_SIMD) {
      const length = i32x4.splat(entry & 127);
      const bits = i32x4.splat(entry >> 7);
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
        store<u32>(to, load<u32>(work + a) + (entry & 127) + (entry >> 7) * load<u32>(work + a, POWERS));
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
 * mode   8 or 4: symbols between two stores, by the pair table (8 is the faster one unless the code words are long); 1: by
 *        single entries, without a pair table
 *
 * At most 1.5 bytes per byte and 16 more are written.
 *
 * The loops count bits in the low 7 bits of `count` and leave what comes in above: an entry is added whole, and a shift
 * looks at the low 6 bits only. Eight code words may be too many for 64 bits, which is rare and seen in time; four never are.
 */
export function deflatePack(stream: usize, src: usize, n: usize, work: usize, mode: u32): void {
  const pairs = work + PAIRS;
  const end = src + n;
  let to = <usize>load<u32>(stream);
  let count = <u64>load<u32>(stream, 4);
  let bits = load<u64>(stream, 8);
  while (src + 16 <= end) {
    if (zeros(src)) {
      const run = zeroRun(src, end);
      store<u32>(stream, <u32>to);
      store<u32>(stream, <u32>count, 4);
      store<u64>(stream, bits, 8);
      packRun(stream, <u32>run, work);
      to = <usize>load<u32>(stream);
      count = <u64>load<u32>(stream, 4);
      bits = load<u64>(stream, 8);
      src += run;
    } else if (mode == 8) {
      for (const stop = src + 16; src < stop; src += 8) {
        const one = load<u32>(pairs + ((<usize>load<u16>(src)) << 2)) as u64;
        const two = load<u32>(pairs + ((<usize>load<u16>(src, 2)) << 2)) as u64;
        const three = load<u32>(pairs + ((<usize>load<u16>(src, 4)) << 2)) as u64;
        const four = load<u32>(pairs + ((<usize>load<u16>(src, 6)) << 2)) as u64;
        const afterOne = count + one;
        const afterTwo = afterOne + two;
        const afterThree = afterTwo + three;
        const half = bits | ((one >> 7) << count) | ((two >> 7) << afterOne);
        const total = (afterThree + four) & 127;
        if (total < 64) {
          bits = half | ((three >> 7) << afterTwo) | ((four >> 7) << afterThree);
          store<u64>(to, bits);
          to += <usize>(total >> 3);
          bits >>= total & 56;
          count = total & 7;
        } else {
          const middle = afterTwo & 127;
          store<u64>(to, half);
          to += <usize>(middle >> 3);
          count = middle & 7;
          bits = (half >> (middle & 56)) | ((three >> 7) << count);
          count += three;
          bits |= (four >> 7) << count;
          count = (count + four) & 127;
          store<u64>(to, bits);
          to += <usize>(count >> 3);
          bits >>= count & 56;
          count &= 7;
        }
      }
    } else if (mode == 4) {
      for (const stop = src + 16; src < stop; src += 4) {
        const one = load<u32>(pairs + ((<usize>load<u16>(src)) << 2)) as u64;
        const two = load<u32>(pairs + ((<usize>load<u16>(src, 2)) << 2)) as u64;
        bits |= (one >> 7) << count;
        count += one;
        bits |= (two >> 7) << count;
        count = (count + two) & 127;
        store<u64>(to, bits);
        to += <usize>(count >> 3);
        bits >>= count & 56;
        count &= 7;
      }
    } else {
      for (const stop = src + 16; src < stop; src++) {
        const entry = load<u32>(work + ((<usize>load<u8>(src)) << 2)) as u64;
        bits |= (entry >> 7) << count;
        count = (count + entry) & 127;
        store<u64>(to, bits);
        to += <usize>(count >> 3);
        bits >>= count & 56;
        count &= 7;
      }
    }
  }
  for (; src < end; src++) {
    const entry = load<u32>(work + ((<usize>load<u8>(src)) << 2)) as u64;
    bits |= (entry >> 7) << count;
    count = (count + entry) & 127;
    store<u64>(to, bits);
    to += <usize>(count >> 3);
    bits >>= count & 56;
    count &= 7;
  }
  store<u32>(stream, <u32>to);
  store<u32>(stream, <u32>count, 4);
  store<u64>(stream, bits, 8);
}

/** A zero and n - 1 more as matches of distance 1; the same choice as in `countRun`. */
function packRun(stream: usize, n: u32, work: usize): void {
  putEntry(stream, load<u32>(work));
  n--;
  for (; n >= 258; n -= 258) packMatch(stream, work, 258, 1);
  if (n >= 3) packMatch(stream, work, n, 1);
  else for (; n > 0; n--) putEntry(stream, load<u32>(work));
}

// @ts-ignore: decorator
@inline
function putEntry(stream: usize, entry: u32): void {
  putBits(stream, entry >> 7, entry & 127);
}

/** Append a match of 3..258 bytes at a distance of 1..32768. */
export function packMatch(stream: usize, work: usize, length: u32, distance: u32): void {
  putEntry(stream, load<u32>(work + ((<usize>lengthSymbol(length)) << 2)));
  if (length < 258) {
    const extra = lengthExtra(length);
    putBits(stream, (length - 3) & ((1 << extra) - 1), extra);
  }
  putEntry(stream, load<u32>(work + ((<usize>distanceSymbol(distance)) << 2), DISTANCES));
  const extra = distanceExtra(distance);
  putBits(stream, (distance - 1) & ((1 << extra) - 1), extra);
}

/** Append a literal byte. */
export function packLiteral(stream: usize, work: usize, byte: u32): void {
  putEntry(stream, load<u32>(work + ((<usize>byte) << 2)));
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

/**
 * The two checksums of a PNG: CRC-32 over its chunks, Adler-32 over the bytes inside its zlib stream.
 *
 * CRC-32 without carry-less multiplication. Seen in 16-byte blocks, the CRC polynomial has a multiple with five terms,
 * x^(128*300) + x^(128*155) + x^(128*117) + x^(128*89) + 1. A block may therefore be replaced by four copies of itself
 * further on, at distances of 145, 183, 211 and 300 blocks, and the CRC stays what it is:
 *
 *     block i ^= block i-145 ^ block i-183 ^ block i-211 ^ block i-300
 *
 * Five loads and a store for 16 bytes, all within 5 kB; only the last 300 blocks go through tables.
 */
const POLYNOMIAL: u32 = 0xedb88320;
const LAG_1: usize = 145 * 16;
const LAG_2: usize = 183 * 16;
const LAG_3: usize = 211 * 16;
const LAG_4: usize = 300 * 16;

/**
 * Tables for eight bytes at a time.
 *
 * table  2048 u32, written: entry 256 * k + b is the CRC of byte b with k zero bytes behind it
 */
export function crc32Table(table: usize): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (POLYNOMIAL & (0 - (crc & 1)));
    store<u32>(table + ((<usize>byte) << 2), crc);
  }
  for (let at = table; at < table + 7168; at += 4) {
    const crc = load<u32>(at);
    store<u32>(at, (crc >> 8) ^ entry(table, 0, crc), 1024);
  }
}

/**
 * CRC-32 of n bytes, by tables.
 *
 * crc    CRC of what came before, 0 at the start
 * src    n bytes
 * table  what `crc32Table` wrote
 */
export function crc32(crc: u32, src: usize, n: usize, table: usize): u32 {
  crc = ~crc;
  const end = src + n;
  for (const last = src + (n & ~7); src < last; src += 8) {
    const low = crc ^ load<u32>(src);
    const high = load<u32>(src, 4);
    crc =
      entry(table, 7, low) ^
      entry(table, 6, low >> 8) ^
      entry(table, 5, low >> 16) ^
      entry(table, 4, low >> 24) ^
      entry(table, 3, high) ^
      entry(table, 2, high >> 8) ^
      entry(table, 1, high >> 16) ^
      entry(table, 0, high >> 24);
  }
  for (; src < end; src++) crc = (crc >> 8) ^ entry(table, 0, crc ^ (<u32>load<u8>(src)));
  return ~crc;
}

// @ts-ignore: decorator
@inline
function entry(table: usize, k: usize, byte: u32): u32 {
  return load<u32>(table + (k << 10) + ((<usize>(byte & 255)) << 2));
}

/**
 * CRC-32 of n bytes by folding; spoils the bytes.
 *
 * src    n bytes, changed
 * table  what `crc32Table` wrote
 */
export function crc32Fold(src: usize, n: usize, table: usize): u32 {
  if (n < 2 * LAG_4) return crc32(0, src, n, table);
  // the CRC register starts as ones: the same as ones over the first four bytes and a register of zero
  store<u32>(src, ~load<u32>(src));
  const last = src + ((n & ~15) - LAG_4);
  // the first blocks have fewer blocks before them
  for (let at = src + LAG_1; at < src + LAG_4; at += 16) {
    addBlock(at, at - LAG_1);
    if (at >= src + LAG_2) addBlock(at, at - LAG_2);
    if (at >= src + LAG_3) addBlock(at, at - LAG_3);
  }
  let at = src + LAG_4;
  if (ASC_FEATURE_SIMD) {
    for (; at + 64 <= last; at += 64) {
      foldVector(at);
      foldVector(at + 16);
      foldVector(at + 32);
      foldVector(at + 48);
    }
    for (; at < last; at += 16) foldVector(at);
  } else {
    for (; at < last; at += 16) foldWords(at);
  }
  // blocks from `last` on take copies of the blocks before it, but give none
  for (
    let lag = LAG_1;
    lag <= LAG_4;
    lag = lag == LAG_1 ? LAG_2 : lag == LAG_2 ? LAG_3 : lag == LAG_3 ? LAG_4 : LAG_4 + 1
  )
    for (let to = last; to < last + lag; to += 16) addBlock(to, to - lag);
  return crc32(0xffffffff, last, src + n - last, table);
}

// @ts-ignore: decorator
@inline
function foldVector(at: usize): void {
  v128.store(
    at,
    v128.xor(
      v128.xor(v128.xor(v128.load(at), v128.load(at - LAG_1)), v128.xor(v128.load(at - LAG_2), v128.load(at - LAG_3))),
      v128.load(at - LAG_4),
    ),
  );
}

// @ts-ignore: decorator
@inline
function foldWords(at: usize): void {
  addBlock(at, at - LAG_1);
  addBlock(at, at - LAG_2);
  addBlock(at, at - LAG_3);
  addBlock(at, at - LAG_4);
}

/** XOR 16 bytes into 16 others. */
// @ts-ignore: decorator
@inline
function addBlock(to: usize, from: usize): void {
  store<u64>(to, load<u64>(to) ^ load<u64>(from));
  store<u64>(to, load<u64>(to, 8) ^ load<u64>(from, 8), 8);
}

const MODULUS: u32 = 65521;
/** Most bytes after which the 32-bit sums still hold (5552), as whole blocks of 256. */
const CHUNK: usize = 5376;

/**
 * Adler-32 of n bytes.
 *
 * adler  Adler-32 of what came before, 1 at the start
 * src    n bytes
 */
export function adler32(adler: u32, src: usize, n: usize): u32 {
  let a = adler & 0xffff;
  let b = adler >> 16;
  const end = src + n;
  if (ASC_FEATURE_SIMD) {
    while (src + 256 <= end) {
      const size = min(CHUNK, (end - src) & ~255);
      const stop = src + size;
      let sums = i32x4.splat(0); // of all bytes
      let before = i32x4.splat(0); // `sums` at the start of each block, added up
      let weighted = i32x4.splat(0); // byte * (16 - its place in the vector)
      let vectors = i32x4.splat(0); // byte * (vectors behind it in its block)
      for (; src < stop; src += 256) {
        before = i32x4.add(before, sums);
        // per lane: column = sum over 16 vectors (<= 4080), stairs = sum of running columns (<= 30600)
        let columnLow = i16x8.splat(0);
        let columnHigh = i16x8.splat(0);
        let stairsLow = i16x8.splat(0);
        let stairsHigh = i16x8.splat(0);
        for (let at = src; at < src + 256; at += 32) {
          let v = v128.load(at);
          stairsLow = i16x8.add(stairsLow, columnLow);
          stairsHigh = i16x8.add(stairsHigh, columnHigh);
          columnLow = i16x8.add(columnLow, i16x8.extend_low_i8x16_u(v));
          columnHigh = i16x8.add(columnHigh, i16x8.extend_high_i8x16_u(v));
          v = v128.load(at, 16);
          stairsLow = i16x8.add(stairsLow, columnLow);
          stairsHigh = i16x8.add(stairsHigh, columnHigh);
          columnLow = i16x8.add(columnLow, i16x8.extend_low_i8x16_u(v));
          columnHigh = i16x8.add(columnHigh, i16x8.extend_high_i8x16_u(v));
        }
        const ones = i16x8.splat(1);
        sums = i32x4.add(sums, i32x4.dot_i16x8_s(i16x8.add(columnLow, columnHigh), ones));
        weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(columnLow, i16x8(16, 15, 14, 13, 12, 11, 10, 9)));
        weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(columnHigh, i16x8(8, 7, 6, 5, 4, 3, 2, 1)));
        vectors = i32x4.add(vectors, i32x4.dot_i16x8_s(stairsLow, ones));
        vectors = i32x4.add(vectors, i32x4.dot_i16x8_s(stairsHigh, ones));
      }
      b = (b + <u32>size * a + (sumLanes(before) << 8) + sumLanes(weighted) + (sumLanes(vectors) << 4)) % MODULUS;
      a = (a + sumLanes(sums)) % MODULUS;
    }
  }
  while (src < end) {
    const stop = src + min(CHUNK, end - src);
    for (; src < stop; src++) {
      a += load<u8>(src);
      b += a;
    }
    a %= MODULUS;
    b %= MODULUS;
  }
  return (b << 16) | a;
}

// @ts-ignore: decorator
@inline
function sumLanes(v: v128): u32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}

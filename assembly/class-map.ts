/**
 * Class maps and other pictures of few flat colours: indices packed into PNG rows, and deflate with matches. What repeats in
 * such a picture repeats from the left or from the row above, so only these places are looked at, and no hash is kept.
 */
import { distanceExtra, distanceSymbol, lengthExtra, lengthSymbol } from "./deflate";
import { NO_ROOM } from "./status";

/** Largest of n bytes, 0 if there are none. */
export function maxByte(src: usize, n: usize): u32 {
  let most: u32 = 0;
  const end = src + n;
  if (ASC_FEATURE_SIMD) {
    let v = i8x16.splat(0);
    let w = v;
    for (const last = src + (n & ~63); src < last; src += 64) {
      v = i8x16.max_u(v, i8x16.max_u(v128.load(src), v128.load(src, 16)));
      w = i8x16.max_u(w, i8x16.max_u(v128.load(src, 32), v128.load(src, 48)));
    }
    v = i8x16.max_u(v, w);
    v = i8x16.max_u(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    let eight = i64x2.extract_lane(v, 0);
    for (let i = 0; i < 8; i++, eight = <i64>((<u64>eight) >> 8)) most = max(most, (<u32>eight) & 255);
  }
  for (; src < end; src++) most = max(most, <u32>load<u8>(src));
  return most;
}

/**
 * Rows of indices as unfiltered PNG rows: a filter number of 0, then the indices, first one in the highest bits.
 *
 * dst    rows * (1 + ceil(width * bits / 8)) bytes, written
 * src    rows * width bytes, each below 2^bits
 * bits   1, 2, 4 or 8
 */
export function packIndexRows(dst: usize, src: usize, rows: usize, width: usize, bits: u32): void {
  for (; rows > 0; rows--) {
    store<u8>(dst++, 0);
    if (bits == 8) {
      memory.copy(dst, src, width);
      dst += width;
      src += width;
      continue;
    }
    const end = src + width;
    if (ASC_FEATURE_SIMD) {
      // sixteen bytes of the row at a time
      const block: usize = 128 / <usize>bits;
      for (; src + block <= end; src += block) {
        v128.store(dst, bits == 4 ? nibbles(src) : bits == 2 ? quarters(src) : eighths(src));
        dst += 16;
      }
    }
    // eight indices as the bytes of a word: one step halves the number of fields, another one the number of bytes
    for (; src + 8 <= end; src += 8) {
      const eight = bswap<u64>(load<u64>(src));
      if (bits == 4) {
        let v = (eight | (eight >> 4)) & 0x00ff00ff00ff00ff;
        v = (v | (v >> 8)) & 0x0000ffff0000ffff;
        store<u32>(dst, bswap<u32>(<u32>(v | (v >> 16))));
        dst += 4;
      } else if (bits == 2) {
        let v = (eight | (eight >> 6)) & 0x000f000f000f000f;
        v = (v | (v >> 12)) & 0x000000ff000000ff;
        store<u16>(dst, bswap<u16>(<u16>(v | (v >> 24))));
        dst += 2;
      } else store<u8>(dst++, (eight * 0x0102040810204080) >> 56);
    }
    if (src < end) {
      let byte: u32 = 0;
      let filled: u32 = 0;
      for (; src < end; src++) {
        byte = (byte << bits) | (<u32>load<u8>(src));
        filled += bits;
        if (filled == 8) {
          store<u8>(dst++, byte);
          byte = 0;
          filled = 0;
        }
      }
      if (filled) store<u8>(dst++, byte << (8 - filled));
    }
  }
}

/** 32 indices of 4 bits: neighbours a, b in 16 bits become a << 4 | b in the low byte. */
// @ts-ignore: decorator
@inline
function nibbles(src: usize): v128 {
  return joinPairs(v128.load(src), v128.load(src, 16), 4);
}

/** 64 indices of 2 bits: pairs, and pairs of pairs. */
// @ts-ignore: decorator
@inline
function quarters(src: usize): v128 {
  const first = joinPairs(v128.load(src), v128.load(src, 16), 2);
  return joinPairs(first, joinPairs(v128.load(src, 32), v128.load(src, 48), 2), 4);
}

/** 128 indices of 1 bit. */
// @ts-ignore: decorator
@inline
function eighths(src: usize): v128 {
  const first = joinPairs(v128.load(src), v128.load(src, 16), 1);
  const half = joinPairs(first, joinPairs(v128.load(src, 32), v128.load(src, 48), 1), 2);
  const third = joinPairs(v128.load(src, 64), v128.load(src, 80), 1);
  return joinPairs(half, joinPairs(third, joinPairs(v128.load(src, 96), v128.load(src, 112), 1), 2), 4);
}

/** 32 fields, one in each byte of a and b, as 16 bytes of two: the first one `bits` higher. */
// @ts-ignore: decorator
@inline
function joinPairs(a: v128, b: v128, bits: i32): v128 {
  const low = i16x8.splat(0xff);
  const left = v128.and(v128.or(i16x8.shl(a, bits), i16x8.shr_u(a, 8)), low);
  const right = v128.and(v128.or(i16x8.shl(b, bits), i16x8.shr_u(b, 8)), low);
  return i8x16.narrow_i16x8_u(left, right);
}

/** Where a match is not longer than this, a better one is looked for. */
const SHORT: u32 = 24;

/**
 * Bytes as literals and matches: of the byte to the left, the row above, and places close to that one.
 *
 * tokens   `room` u32, written: a byte, or distance << 9 | length
 * room     most tokens
 * counts   as of `deflateCount`, added to
 * src      n bytes
 * line     bytes of a row, its filter number included
 * left     bytes of a pixel, at least 1
 * returns  number of tokens, or NO_ROOM: there would be more than `room`
 */
export function matchLines(
  tokens: usize,
  room: usize,
  counts: usize,
  src: usize,
  n: usize,
  line: usize,
  left: usize,
): i32 {
  const begin = src;
  const last = tokens + (room << 2);
  const end = src + n;
  const reach = line + 4 * left <= 32768;
  let to = tokens;
  while (src < end) {
    if (to == last) return NO_ROOM;
    const most = <u32>min<usize>(258, end - src);
    let length: u32 = 0;
    let distance: usize = 0;
    if (src >= begin + left) {
      length = matchLength(src, left, most);
      distance = left;
    }
    if (reach && length < most && src >= begin + line + 4 * left) {
      const up = matchLength(src, line, most);
      if (up > length) {
        length = up;
        distance = line;
      }
      if (length <= SHORT) {
        for (let shift: usize = 1; shift < 5; shift++) {
          const step = shift * left;
          if (step < line) {
            const right = matchLength(src, line - step, most);
            if (right > length + 1) {
              length = right;
              distance = line - step;
            }
          }
          const further = matchLength(src, line + step, most);
          if (further > length + 1) {
            length = further;
            distance = line + step;
          }
        }
      }
    }
    if (length >= 3) {
      store<u32>(to, <u32>((distance << 9) | length));
      addOne(counts + ((<usize>lengthSymbol(length)) << 2));
      addOne(counts + 1152 + ((<usize>distanceSymbol(<u32>distance)) << 2));
      src += length;
    } else {
      store<u32>(to, load<u8>(src));
      addOne(counts + ((<usize>load<u8>(src)) << 2));
      src++;
    }
    to += 4;
  }
  return <i32>((to - tokens) >> 2);
}

// @ts-ignore: decorator
@inline
function addOne(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

/** How many bytes, `most` at most, are the same as those `distance` before them; may look at 16 bytes behind the last. */
// @ts-ignore: decorator
@inline
function matchLength(src: usize, distance: usize, most: u32): u32 {
  let n: u32 = 0;
  if (ASC_FEATURE_SIMD) {
    for (; n < most; n += 16) {
      const same = i8x16.bitmask(i8x16.eq(v128.load(src + n), v128.load(src + n - distance)));
      if (same != 0xffff) return min(n + ctz<u32>(~same), most);
    }
  } else {
    for (; n < most; n += 8) {
      const other = load<u64>(src + n) ^ load<u64>(src + n - distance);
      if (other) return min(n + <u32>(ctz<u64>(other) >> 3), most);
    }
  }
  return most;
}

/**
 * Append what `matchLines` found to a block.
 *
 * stream  as of `deflatePack`
 * tokens  n tokens
 * work    as of `deflateBegin`, which made the code from the counts of these tokens
 */
export function packTokens(stream: usize, tokens: usize, n: usize, work: usize): void {
  const distances = work + 1152;
  let to = <usize>load<u32>(stream);
  let count = <u64>load<u32>(stream, 4);
  let bits = load<u64>(stream, 8);
  for (const end = tokens + (n << 2); tokens < end; tokens += 4) {
    const token = load<u32>(tokens);
    const distance = token >> 9;
    const length = token & 511;
    if (distance) {
      let entry = load<u32>(work + ((<usize>lengthSymbol(length)) << 2)) as u64;
      bits |= (entry >> 6) << count;
      count += entry & 63;
      let extra = <u64>(length == 258 ? 0 : lengthExtra(length));
      bits |= ((<u64>(length - 3)) & (((<u64>1) << extra) - 1)) << count;
      count += extra;
      entry = load<u32>(distances + ((<usize>distanceSymbol(distance)) << 2)) as u64;
      bits |= (entry >> 6) << count;
      count += entry & 63;
      extra = <u64>distanceExtra(distance);
      bits |= ((<u64>(distance - 1)) & (((<u64>1) << extra) - 1)) << count;
      count += extra;
    } else {
      const entry = load<u32>(work + ((<usize>length) << 2)) as u64;
      bits |= (entry >> 6) << count;
      count += entry & 63;
    }
    store<u64>(to, bits);
    to += <usize>(count >> 3);
    bits >>= count & 56;
    count &= 7;
  }
  store<u32>(stream, <u32>to);
  store<u32>(stream, <u32>count, 4);
  store<u64>(stream, bits, 8);
}

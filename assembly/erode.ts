/** Planes of bits (`mask-planes.ts`) made smaller by a pixel all around, 128 pixels at a time. */
import { planeBits } from "./mask-planes";

/**
 * Erode a plane `times` times, alternately by the square and the cross.
 *
 * plane   the mask; left as it is
 * spare   distance to two further planes, which are overwritten
 * line    room for one row, its first 16 bytes and 16 more behind its end included
 * Result: the plane that holds what is left.
 */
export function erode(plane: usize, spare: usize, line: usize, stride: usize, boxH: u32, times: u32): usize {
  let from = plane;
  let to = plane + spare;
  let other = to + spare;
  const size = stride * (boxH + 2);
  memory.fill(to, 0, size);
  memory.fill(other, 0, size);
  memory.fill(line, 0, stride + 16);
  for (let k: u32 = 0; k < times; k++) {
    let left: u32;
    if (k & 1) left = erodeCross(to, from, stride, boxH);
    else left = erodeSquare(to, from, line, stride, boxH);
    from = to;
    if (!left) break;
    to = other;
    other = from;
  }
  return from;
}

/** Bits whose left and right neighbours are set too, over four words; bit 31 of a word is left of bit 0 of the next. */
// @ts-ignore: decorator
@inline
function between(p: usize): v128 {
  const here = v128.load(p);
  const left = v128.or(i32x4.shl(here, 1), i32x4.shr_u(v128.load(p - 4), 31));
  const right = v128.or(i32x4.shr_u(here, 1), i32x4.shl(v128.load(p + 4), 31));
  return v128.and(here, v128.and(left, right));
}

/** The same for one word. */
// @ts-ignore: decorator
@inline
function betweenWord(p: usize): u32 {
  const here = load<u32>(p);
  return here & ((here << 1) | (load<u32>(p - 4) >> 31)) & ((here >> 1) | (load<u32>(p + 4) << 31));
}

/** One erosion by the four neighbours. Result: 0 when nothing is left. */
function erodeCross(to: usize, from: usize, stride: usize, boxH: u32): u32 {
  let some: u32 = 0;
  let p = planeBits(from, stride);
  const shift = to - from;
  for (let y: u32 = 0; y < boxH; y++, p += stride) {
    const end = p + stride - 16;
    if (ASC_FEATURE_SIMD) {
      for (let q = p; q < end; q += 16) {
        const kept = v128.and(between(q), v128.and(v128.load(q - stride), v128.load(q + stride)));
        v128.store(q + shift, kept);
        some |= <u32>v128.any_true(kept);
      }
    } else {
      for (let q = p; q < end; q += 4) {
        const kept = betweenWord(q) & load<u32>(q - stride) & load<u32>(q + stride);
        store<u32>(q + shift, kept);
        some |= kept;
      }
    }
  }
  return some;
}

/** One erosion by all eight neighbours: first down the columns into `line`, then along it. */
function erodeSquare(to: usize, from: usize, line: usize, stride: usize, boxH: u32): u32 {
  let some: u32 = 0;
  let p = planeBits(from, stride);
  const shift = to - from;
  const bits = line + 16;
  for (let y: u32 = 0; y < boxH; y++, p += stride) {
    const bytes = stride - 16;
    if (ASC_FEATURE_SIMD) {
      for (let i: usize = 0; i < bytes; i += 16)
        v128.store(
          bits + i,
          v128.and(v128.load(p + i), v128.and(v128.load(p + i - stride), v128.load(p + i + stride))),
        );
      for (let i: usize = 0; i < bytes; i += 16) {
        const kept = between(bits + i);
        v128.store(p + i + shift, kept);
        some |= <u32>v128.any_true(kept);
      }
    } else {
      for (let i: usize = 0; i < bytes; i += 4)
        store<u32>(bits + i, load<u32>(p + i) & load<u32>(p + i - stride) & load<u32>(p + i + stride));
      for (let i: usize = 0; i < bytes; i += 4) {
        const kept = betweenWord(bits + i);
        store<u32>(p + i + shift, kept);
        some |= kept;
      }
    }
  }
  return some;
}

/**
 * Masks painted straight from their runs, with the rule of `blend.ts`.
 *
 * A mask becomes a plane of bits over its tight box (`mask-planes.ts`); words without a bit are passed over, full words
 * take an unmasked blend, the rest is blended four pixels at a time under a mask of lanes.
 */
import { blendLanes, blendPixel, premultiplied } from "./blend";
import { planeBits, planeFromRuns, planeStride } from "./mask-planes";
import { MaskRecord } from "./mask-record";

/** One order to paint: 6 × u32. */
@unmanaged
class Paint {
  index: u32;
  /** 0x00BBGGRR */
  colour: u32;
  alpha: u32;
  outlineColour: u32;
  outlineAlpha: u32;
  /** Pixels; 0 is no outline. */
  outlineWidth: u32;
}

/**
 * Paint masks onto a frame, one after the other in the order given.
 *
 * frame    h × w RGBA; the pixels of the masks are changed, up to 12 bytes behind the last one are rewritten as they are
 * records  measured MaskRecords over h × w pixels
 * paints   n × { index, colour 0x00BBGGRR, alpha, outline colour, outline alpha, outline width }, u32 each; index is
 *          of an existing record
 * plane    room for three planes of the largest mask, two of them used for outlines alone
 * spare    distance between these planes
 * line     room for one row of a plane
 * bias     127 or 0
 *
 * The outline is what N erosions take away, N its width: the first, third … by the 3 × 3 square (all eight neighbours),
 * the others by the cross (four), so that slanted lines come out about as wide as straight ones. It lies inside the mask;
 * what is outside the picture counts as background. It goes over the mask's own colour.
 */
export function paintMasks(
  frame: usize,
  h: u32,
  w: u32,
  records: usize,
  paints: usize,
  n: u32,
  plane: usize,
  spare: usize,
  line: usize,
  bias: u32,
): void {
  for (const end = paints + <usize>n * offsetof<Paint>(); paints < end; paints += offsetof<Paint>()) {
    const paint = changetype<Paint>(paints);
    const record = changetype<MaskRecord>(records + <usize>paint.index * offsetof<MaskRecord>());
    const outlined = paint.outlineWidth != 0 && paint.outlineAlpha != 0;
    if (record.area == 0 || (paint.alpha == 0 && !outlined)) continue;
    planeFromRuns(plane, record, h);
    const stride = planeStride(record.boxW);
    const boxH = record.boxH;
    const corner = frame + ((<usize>record.y * w + record.x) << 2);
    fill(corner, w, planeBits(plane, stride), stride, boxH, paint.colour, paint.alpha, bias);
    if (!outlined) continue;
    const inner = erode(plane, spare, line, stride, boxH, paint.outlineWidth);
    rim(corner, w, plane, inner, stride, boxH, paint.outlineColour, paint.outlineAlpha, bias);
  }
}

/** Turn changes into bits row by row, and blend a colour where they are set. */
function fill(corner: usize, w: u32, bits: usize, stride: usize, boxH: u32, colour: u32, alpha: u32, bias: u32): void {
  const bytes = stride - 16;
  if (ASC_FEATURE_SIMD) {
    const vIa = i16x8.splat(<i16>(255 - alpha));
    const vAdd = premultiplied(colour, alpha, bias);
    for (let y: u32 = 0; y < boxH; y++, bits += stride, corner += (<usize>w) << 2) {
      for (let at: usize = 0; at < bytes; at += 16) {
        const p = bits + at;
        const now = v128.xor(v128.load(p), v128.load(p - stride));
        v128.store(p, now);
        if (alpha != 0 && v128.any_true(now)) blendChunk(corner + (at << 5), p, colour, alpha, bias, vIa, vAdd);
      }
    }
  } else {
    for (let y: u32 = 0; y < boxH; y++, bits += stride, corner += (<usize>w) << 2) {
      for (let at: usize = 0; at < bytes; at += 4) {
        const p = bits + at;
        const now = load<u32>(p) ^ load<u32>(p - stride);
        store<u32>(p, now);
        if (alpha != 0) blendWord(corner + (at << 5), now, colour, alpha, bias);
      }
    }
  }
}

/** Blend where the mask has a bit and the eroded mask has none. */
function rim(
  corner: usize,
  w: u32,
  plane: usize,
  inner: usize,
  stride: usize,
  boxH: u32,
  colour: u32,
  alpha: u32,
  bias: u32,
): void {
  const bytes = stride - 16;
  let outer = planeBits(plane, stride);
  let core = planeBits(inner, stride);
  if (ASC_FEATURE_SIMD) {
    const vIa = i16x8.splat(<i16>(255 - alpha));
    const vAdd = premultiplied(colour, alpha, bias);
    for (let y: u32 = 0; y < boxH; y++, outer += stride, core += stride, corner += (<usize>w) << 2) {
      for (let at: usize = 0; at < bytes; at += 16) {
        const now = v128.andnot(v128.load(outer + at), v128.load(core + at));
        if (!v128.any_true(now)) continue;
        v128.store(outer + at, now);
        blendChunk(corner + (at << 5), outer + at, colour, alpha, bias, vIa, vAdd);
      }
    }
  } else {
    for (let y: u32 = 0; y < boxH; y++, outer += stride, core += stride, corner += (<usize>w) << 2)
      for (let at: usize = 0; at < bytes; at += 4)
        blendWord(corner + (at << 5), load<u32>(outer + at) & ~load<u32>(core + at), colour, alpha, bias);
  }
}

/** Blend where a word's bits are set; bit i is pixel i. */
function blendWord(dst: usize, word: u32, colour: u32, alpha: u32, bias: u32): void {
  for (; word; word &= word - 1) blendPixel(dst + ((<usize>ctz(word)) << 2), colour, alpha, bias);
}

/** Blend where the 128 bits at p are set. */
function blendChunk(dst: usize, p: usize, colour: u32, alpha: u32, bias: u32, vIa: v128, vAdd: v128): void {
  for (const end = p + 16; p < end; p += 4, dst += 128) {
    let word = load<u32>(p);
    if (word == 0) continue;
    if (word == 0xffffffff) {
      blendSixteen(dst, colour, alpha, bias, vIa, vAdd);
      blendSixteen(dst + 64, colour, alpha, bias, vIa, vAdd);
      continue;
    }
    // skip to the first four pixels with a bit, stop after the last
    let skip = ctz(word) & ~3;
    let q = dst + ((<usize>skip) << 2);
    for (word >>= skip; word; word >>= 4, q += 16)
      if (word & 15) blendMasked(q, word & 15, colour, alpha, bias, vIa, vAdd);
  }
}

/** Sixteen pixels, all of them. */
// @ts-ignore: decorator
@inline
function blendSixteen(dst: usize, colour: u32, alpha: u32, bias: u32, vIa: v128, vAdd: v128): void {
  const a = v128.load(dst);
  const b = v128.load(dst, 16);
  const c = v128.load(dst, 32);
  const d = v128.load(dst, 48);
  if (opaque(v128.and(v128.and(a, b), v128.and(c, d)))) {
    v128.store(dst, blended(a, vIa, vAdd));
    v128.store(dst, blended(b, vIa, vAdd), 16);
    v128.store(dst, blended(c, vIa, vAdd), 32);
    v128.store(dst, blended(d, vIa, vAdd), 48);
  } else {
    for (let i: usize = 0; i < 64; i += 4) blendPixel(dst + i, colour, alpha, bias);
  }
}

/** Four pixels, those whose bit is set. */
// @ts-ignore: decorator
@inline
function blendMasked(dst: usize, four: u32, colour: u32, alpha: u32, bias: u32, vIa: v128, vAdd: v128): void {
  const old = v128.load(dst);
  if (opaque(old)) {
    const lane = i32x4(1, 2, 4, 8);
    const mask = i32x4.eq(v128.and(i32x4.splat(<i32>four), lane), lane);
    v128.store(dst, v128.bitselect(blended(old, vIa, vAdd), old, mask));
  } else {
    blendWord(dst, four, colour, alpha, bias);
  }
}

/** True when the four alpha bytes are 255. */
// @ts-ignore: decorator
@inline
function opaque(pixels: v128): bool {
  return i32x4.all_true(i32x4.eq(v128.or(pixels, i32x4.splat(0x00ffffff)), i32x4.splat(-1)));
}

// @ts-ignore: decorator
@inline
function blended(old: v128, vIa: v128, vAdd: v128): v128 {
  const lo = blendLanes(i16x8.extend_low_i8x16_u(old), vIa, vAdd);
  const hi = blendLanes(i16x8.extend_high_i8x16_u(old), vIa, vAdd);
  return i8x16.narrow_i16x8_u(lo, hi);
}

/**
 * Erode a plane `times` times, alternately by the square and the cross.
 *
 * plane   the mask; left as it is
 * spare   distance to two further planes, which are overwritten
 * line    room for one row, its first 16 bytes and 16 more behind its end included
 * Result: the plane that holds what is left.
 */
function erode(plane: usize, spare: usize, line: usize, stride: usize, boxH: u32, times: u32): usize {
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

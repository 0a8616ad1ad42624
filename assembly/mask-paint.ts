/**
 * Masks painted straight from their runs, with the rule of `blend.ts`.
 *
 * A mask becomes a plane of bits over its tight box (`mask-planes.ts`); the bits that differ from the one on their left
 * are the ends of spans, and each span is blended eight pixels at a time.
 */
import { blendPixel } from "./blend";
import { blended, evenPart, oddPart, opaque } from "./blend-lanes";
import { planeBits, planeFromRuns, planeStride, planeToBits } from "./mask-planes";
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
 * frame    h × w RGBA; the pixels of the masks are changed, up to 28 bytes behind the last one are rewritten as they are
 * records  measured MaskRecords over h × w pixels
 * paints   n × { index, colour 0x00BBGGRR, alpha, outline colour, outline alpha, outline width }, u32 each; index is
 *          of an existing record
 * plane    room for three planes of the largest mask, two of them used for outlines alone
 * spare    distance between these planes
 * line     room for one row of a plane
 * solid    not 0: every pixel of the frame has alpha 255
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
  solid: u32,
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
    const bits = planeBits(plane, stride);
    planeToBits(bits, stride, boxH);
    if (paint.alpha) blendBits(corner, w, bits, 0, stride, record.boxW, boxH, paint.colour, paint.alpha, solid, bias);
    if (!outlined) continue;
    const inner = erode(plane, spare, line, stride, boxH, paint.outlineWidth);
    blendBits(
      corner,
      w,
      bits,
      inner - plane,
      stride,
      record.boxW,
      boxH,
      paint.outlineColour,
      paint.outlineAlpha,
      solid,
      bias,
    );
  }
}

/**
 * Blend a colour where bits are set.
 *
 * corner  pixel of the first bit; rows are w pixels apart
 * bits    boxH rows of boxW bits, stride bytes apart, 0 behind each
 * except  distance to bits that take away from these; 0 for none
 * solid   not 0: every pixel of the frame has alpha 255
 */
function blendBits(
  corner: usize,
  w: u32,
  bits: usize,
  except: usize,
  stride: usize,
  boxW: u32,
  boxH: u32,
  colour: u32,
  alpha: u32,
  solid: u32,
  bias: u32,
): void {
  if (ASC_FEATURE_SIMD) {
    // two copies of the loop: not asking for alpha saves an eighth
    if (solid) blendSpans(corner, w, bits, except, stride, boxW, boxH, colour, alpha, bias, true);
    else blendSpans(corner, w, bits, except, stride, boxW, boxH, colour, alpha, bias, false);
  } else {
    for (let y: u32 = 0; y < boxH; y++, bits += stride, corner += (<usize>w) << 2)
      for (let at: usize = 0; at < stride - 16; at += 4) {
        let word = load<u32>(bits + at);
        if (except) word &= ~load<u32>(bits + at + except);
        for (; word; word &= word - 1) blendPixel(corner + (at << 5) + ((<usize>ctz(word)) << 2), colour, alpha, bias);
      }
  }
}

/** See `blendBits`; `solid` is known at compile time. */
// @ts-ignore: decorator
@inline
function blendSpans(
  corner: usize,
  w: u32,
  bits: usize,
  except: usize,
  stride: usize,
  boxW: u32,
  boxH: u32,
  colour: u32,
  alpha: u32,
  bias: u32,
  solid: bool,
): void {
  // one word past the last that can hold a bit: it is 0 and ends a span that reaches the box's right edge
  const last = ((<usize>boxW + 63) >> 6) << 3;
  const vIa = i16x8.splat(<i16>(255 - alpha));
  const vEven = i32x4.splat(<i32>evenPart(colour, alpha, bias));
  const vOdd = i32x4.splat(<i32>oddPart(colour, alpha, bias));
  for (let y: u32 = 0; y < boxH; y++, bits += stride, corner += (<usize>w) << 2) {
    let before: u64 = 0;
    let from: usize = 0;
    for (let at: usize = 0; at <= last; at += 8) {
      let now = load<u64>(bits + at);
      if (except) now &= ~load<u64>(bits + at + except);
      // a bit for each pixel that differs from the one on its left: a span begins or ends there
      for (let edges = now ^ ((now << 1) | before); edges; edges &= edges - 1) {
        const x = (at << 3) + <usize>ctz(edges);
        if ((now >> (x & 63)) & 1) from = x;
        else blendRun(corner + (from << 2), x - from, colour, alpha, bias, vIa, vEven, vOdd, solid);
      }
      before = now >> 63;
    }
  }
}

/**
 * Blend n >= 1 neighbouring pixels, eight at a time; the last eight under a mask of lanes. Up to seven pixels behind the
 * run are rewritten as they are.
 */
// @ts-ignore: decorator
@inline
function blendRun(
  dst: usize,
  n: usize,
  colour: u32,
  alpha: u32,
  bias: u32,
  vIa: v128,
  vEven: v128,
  vOdd: v128,
  solid: bool,
): void {
  let left = <i32>n;
  for (; left >= 8; left -= 8, dst += 32) {
    const a = v128.load(dst);
    const b = v128.load(dst, 16);
    if (solid || opaque(v128.and(a, b))) {
      v128.store(dst, blended(a, vIa, vEven, vOdd));
      v128.store(dst, blended(b, vIa, vEven, vOdd), 16);
    } else {
      blendSlowly(dst, 8, colour, alpha, bias);
    }
  }
  if (left == 0) return;
  const a = v128.load(dst);
  const b = v128.load(dst, 16);
  if (solid || opaque(v128.and(a, b))) {
    const vLeft = i32x4.splat(left);
    const low = i32x4.gt_s(vLeft, i32x4(0, 1, 2, 3));
    const high = i32x4.gt_s(vLeft, i32x4(4, 5, 6, 7));
    v128.store(dst, v128.bitselect(blended(a, vIa, vEven, vOdd), a, low));
    v128.store(dst, v128.bitselect(blended(b, vIa, vEven, vOdd), b, high), 16);
  } else {
    blendSlowly(dst, left, colour, alpha, bias);
  }
}

/** n pixels one by one. */
function blendSlowly(dst: usize, n: i32, colour: u32, alpha: u32, bias: u32): void {
  for (; n > 0; n--, dst += 4) blendPixel(dst, colour, alpha, bias);
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

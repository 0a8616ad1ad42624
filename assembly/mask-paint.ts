/**
 * Masks painted straight from their runs, with the rule of `blend.ts`.
 *
 * A mask becomes a plane of bits over its tight box (`mask-planes.ts`); the bits that differ from the one on their left
 * are the ends of spans, and each span is blended eight pixels at a time.
 */
import { blendPixel } from "./blend";
import { blended, evenPart, oddPart, opaque } from "./blend-lanes";
import { planeBits, planeFromRuns, planeStride, planeToBits } from "./mask-planes";
import { erode } from "./erode";
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

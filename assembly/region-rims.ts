/**
 * Lines between the regions of a label map. Regions go on beyond the picture's edge, a margin further than the brush
 * reaches, so that no line runs along it.
 */
import { keepSide, nextBits, reachOf, rimStride, strokeRims } from "./mask-rim";
import { paintCover } from "./cover";
import { planeBits, planeStride } from "./mask-planes";

/**
 * Stroke the rims of the regions of some classes.
 *
 * frame    h × w RGBA
 * labels   h × w bytes, one class id each; up to 15 more are read
 * entries  n × 2 u32: class id, colour 0xAABBGGRR
 * margin   reach + 4, rounded up to a multiple of 16
 * plane    room for two planes of w + 2 margin columns and h + 2 margin rows
 * cover    room for (h + 2 margin + 2 reach) × `rimStride` of w + 2 margin, and the brush's stride
 * brush    see `mask-rim.ts`
 * shared   0: each region has the part of its rim's line that lies inside of it, in its own colour; 1: all lines are one
 *          shape, in the first colour
 * bias     127 or 0
 */
export function paintRegionRims(
  frame: usize,
  h: u32,
  w: u32,
  labels: usize,
  entries: usize,
  n: u32,
  margin: u32,
  plane: usize,
  cover: usize,
  brush: usize,
  shared: u32,
  bias: u32,
): void {
  const columns = w + 2 * margin;
  const rows = h + 2 * margin;
  const stride = planeStride(columns);
  const bits = planeBits(plane, stride);
  const reach = reachOf(brush);
  const coverStride = rimStride(columns, reach);
  const size = coverStride * (rows + 2 * reach);
  const inner = cover + <usize>(reach + margin) * coverStride + reach + margin;
  memory.fill(cover, 0, size);
  memory.fill(plane, 0, stride * (rows + 2));
  for (let i: u32 = 0; i < n; i++) {
    const entry = entries + ((<usize>i) << 3);
    const colour = load<u32>(entry, 4);
    for (let y: u32 = 0; y < rows; y++) {
      const row = min(max(<i32>(y - margin), 0), <i32>h - 1);
      setBits(bits + <usize>y * stride, labels + <usize>row * w, w, margin, load<u32>(entry));
    }
    strokeRims(cover, bits, nextBits(plane, stride, rows), stride, columns, rows, brush);
    if (shared && i + 1 < n) continue;
    if (!shared) keepSide(inner, coverStride, bits + <usize>margin * stride, stride, margin, w, h, -1);
    paintCover(frame, w, inner, <u32>coverStride, w, h, 0, colour & 0xffffff, colour >> 24, bias);
    if (i + 1 < n) memory.fill(cover, 0, size);
  }
}

/** One row of the plane of a class, the margins like the picture's first and last pixel. */
function setBits(bits: usize, labels: usize, w: u32, margin: u32, id: u32): void {
  const first: u8 = load<u8>(labels) == <u8>id ? 255 : 0;
  const last: u32 = load<u8>(labels + w - 1) == <u8>id ? 0xffff : 0;
  memory.fill(bits, first, margin >> 3);
  bits += margin >> 3;
  for (let x: u32 = 0; x < w + margin; x += 16, bits += 2) {
    let set: u32 = last;
    if (x < w) {
      set = 0;
      if (ASC_FEATURE_SIMD) {
        set = <u32>i8x16.bitmask(i8x16.eq(v128.load(labels + x), i8x16.splat(<i8>id)));
      } else {
        for (let k: u32 = 0; k < min<u32>(16, w - x); k++) if (load<u8>(labels + x + k) == <u8>id) set |= (<u32>1) << k;
      }
      if (w - x < 16) set = (set & ((1 << (w - x)) - 1)) | (last << (w - x));
    }
    const behind = w + margin - x;
    if (behind < 16) set &= (1 << behind) - 1;
    store<u16>(bits, <u16>set);
  }
}

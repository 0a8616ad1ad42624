/** Lines between the regions of a label map. */
import { keepSide, nextBits, reachOf, rimStride, strokeRims } from "./mask-rim";
import { paintCover } from "./cover";
import { planeBits, planeStride } from "./mask-planes";

/**
 * Stroke the rims of the regions of some classes.
 *
 * frame    h × w RGBA
 * labels   h × w bytes, one class id each; up to 15 more are read
 * entries  n × 2 u32: class id, colour 0xAABBGGRR
 * plane    room for two planes of w columns and h rows
 * cover    room for (h + 2 reach) × `rimStride` + the brush's stride
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
  plane: usize,
  cover: usize,
  brush: usize,
  shared: u32,
  bias: u32,
): void {
  const stride = planeStride(w);
  const bits = planeBits(plane, stride);
  const reach = reachOf(brush);
  const coverStride = rimStride(w, reach);
  const size = coverStride * (h + 2 * reach);
  const inner = cover + <usize>reach * coverStride + reach;
  memory.fill(cover, 0, size);
  memory.fill(plane, 0, stride * (h + 2));
  for (let i: u32 = 0; i < n; i++) {
    const entry = entries + ((<usize>i) << 3);
    const colour = load<u32>(entry, 4);
    setBits(bits, stride, labels, h, w, load<u32>(entry));
    strokeRims(cover, bits, nextBits(plane, stride, h), stride, w, h, brush);
    if (shared && i + 1 < n) continue;
    if (!shared) keepSide(inner, coverStride, bits, stride, 0, w, h, -1);
    paintCover(frame, w, inner, <u32>coverStride, w, h, 0, colour & 0xffffff, colour >> 24, bias);
    if (i + 1 < n) memory.fill(cover, 0, size);
  }
}

/** The plane of one class. */
function setBits(bits: usize, stride: usize, labels: usize, h: u32, w: u32, id: u32): void {
  for (let y: u32 = 0; y < h; y++, bits += stride, labels += w) {
    for (let x: u32 = 0; x < w; x += 16) {
      let set: u32 = 0;
      if (ASC_FEATURE_SIMD) {
        set = <u32>i8x16.bitmask(i8x16.eq(v128.load(labels + x), i8x16.splat(<i8>id)));
      } else {
        for (let k: u32 = 0; k < min<u32>(16, w - x); k++) if (load<u8>(labels + x + k) == <u8>id) set |= (<u32>1) << k;
      }
      if (w - x < 16) set &= (1 << (w - x)) - 1;
      store<u16>(bits + (x >> 3), <u16>set);
    }
  }
}

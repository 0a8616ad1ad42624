/** Glyphs from coverage bitmaps. */
import { blendCovered, blendFourCovered } from "./blend-coverage";

/**
 * Draw glyphs, in order. A bitmap begins with four i16 (columns, rows, left, top: where it lies from the pen, y down),
 * followed by `rows` rows of coverage bytes, each padded to a multiple of 4.
 *
 * frame    width * height RGBA
 * glyphs   n * 4 i32: pen x, pen y (pixels), pointer of the bitmap, colour 0xAABBGGRR
 * bias     127 or 0, see blend.ts
 */
export function drawGlyphs(frame: usize, width: i32, height: i32, glyphs: usize, n: u32, bias: u32): void {
  for (const end = glyphs + ((<usize>n) << 4); glyphs < end; glyphs += 16) {
    const bitmap = <usize>load<u32>(glyphs, 8);
    const columns = <i32>load<i16>(bitmap);
    const rows = <i32>load<i16>(bitmap, 2);
    const stride = (columns + 3) & ~3;
    const left = load<i32>(glyphs) + <i32>load<i16>(bitmap, 4);
    const top = load<i32>(glyphs, 4) + <i32>load<i16>(bitmap, 6);
    const colour = load<u32>(glyphs, 12);
    const first = max(0, -left);
    const last = min(columns, width - left);
    if (first >= last) continue;
    const bottom = min(rows, height - top);
    let y = max(0, -top);
    let dst = frame + ((<usize>(top + y) * <usize>width + <usize>(left + first)) << 2);
    let coverage = bitmap + 8 + <usize>(y * stride + first);
    const n = last - first;
    const alpha = colour >> 24;
    const opaque = colour | 0xff000000;
    if (ASC_FEATURE_SIMD) {
      const solid = i32x4.splat(<i32>opaque);
      // what lies behind the row in its last four pixels is not of this row: its coverage is taken as 0
      const whole = n & ~3;
      const tail: u32 = n & 3 ? 0xffffffff >>> ((<u32>(4 - (n & 3))) << 3) : 0;
      for (; y < bottom; ++y) {
        for (let x = 0; x < whole; x += 4)
          blendFourCovered(dst + ((<usize>x) << 2), load<u32>(coverage + <usize>x), opaque, solid, alpha, bias);
        if (tail)
          blendFourCovered(
            dst + ((<usize>whole) << 2),
            load<u32>(coverage + <usize>whole) & tail,
            opaque,
            solid,
            alpha,
            bias,
          );
        dst += (<usize>width) << 2;
        coverage += <usize>stride;
      }
    } else {
      for (; y < bottom; ++y) {
        for (let x = 0; x < n; ++x)
          blendCovered(dst + ((<usize>x) << 2), load<u8>(coverage + <usize>x), opaque, alpha, bias);
        dst += (<usize>width) << 2;
        coverage += <usize>stride;
      }
    }
  }
}

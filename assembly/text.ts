/** Glyphs from coverage bitmaps. */
import { blendCoverageRow } from "./blend-coverage";

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
    for (let y = max(0, -top); y < bottom; ++y)
      blendCoverageRow(
        frame + ((<usize>(top + y) * <usize>width + <usize>(left + first)) << 2),
        bitmap + 8 + <usize>(y * stride + first),
        last - first,
        colour & 0xffffff,
        colour >> 24,
        bias,
      );
  }
}

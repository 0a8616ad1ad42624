/** Thick lines with round ends, and discs, which are such lines of no length: limbs and joints of a pose. */
import { fillContours } from "./raster";

/**
 * Half a circle as eight quadratic curves: nine points on the curve and eight control points between them, as i16 pairs
 * of (cosine, sine) * 16384 at every 11.25 degrees from -90 to 90; control points lie at 1 / cos(11.25°) of the radius.
 */
const HALF_CIRCLE: usize = memory.data<i16>([
  0, -16384, 3259, -16384, 6270, -15137, 9281, -13890, 11585, -11585, 13890, -9281, 15137, -6270, 16384, -3259, 16384,
  0, 16384, 3259, 15137, 6270, 13890, 9281, 11585, 11585, 9281, 13890, 6270, 15137, 3259, 16384, 0, 16384,
]);
const HALF_POINTS: usize = 17;

/** Bytes of scratch that `fillCapsules` needs for the outline of one capsule: points, flags, end. */
export const CAPSULE_SCRATCH: i32 = 34 * 8 + 36 + 4;

/**
 * Draw thick lines with round ends, in order. The direction of a line is a square root in f64, which wasm defines to the
 * bit; everything after it is whole numbers.
 *
 * frame     width * height RGBA
 * cells     accumulator: cellCount i32, all 0; left all 0; at least 2 * (width + 4)
 * scratch   CAPSULE_SCRATCH bytes, 8-aligned
 * capsules  n * 5 i32: x0, y0, x1, y1, radius in 1/256 pixel, each within +-2^28, radius 1 or more
 * colours   n u32: 0xAABBGGRR
 * bias      127 or 0, see blend.ts
 */
export function fillCapsules(
  frame: usize,
  width: i32,
  height: i32,
  cells: usize,
  cellCount: u32,
  scratch: usize,
  capsules: usize,
  colours: usize,
  n: u32,
  bias: u32,
): void {
  const flags = scratch + 34 * 8;
  const ends = flags + 36;
  for (let i: usize = 0; i < 34; ++i) store<u8>(flags + i, i < HALF_POINTS ? (i & 1) ^ 1 : i & 1);
  store<u32>(ends, 34);
  for (let c: u32 = 0; c < n; ++c, capsules += 20, colours += 4) {
    const x0 = load<i32>(capsules);
    const y0 = load<i32>(capsules, 4);
    const x1 = load<i32>(capsules, 8);
    const y1 = load<i32>(capsules, 12);
    const radius = load<i32>(capsules, 16);
    const dx = <f64>(x1 - x0);
    const dy = <f64>(y1 - y0);
    const length = Math.sqrt(dx * dx + dy * dy);
    // unit vector along the line, * 16384
    const ux = length > 0 ? <i64>nearest((dx * 16384) / length) : 16384;
    const uy = length > 0 ? <i64>nearest((dy * 16384) / length) : 0;
    for (let i: usize = 0; i < HALF_POINTS; ++i) {
      const cosine = <i64>load<i16>(HALF_CIRCLE + (i << 2));
      const sine = <i64>load<i16>(HALF_CIRCLE + (i << 2), 2);
      const px = <i32>(((ux * cosine - uy * sine) * <i64>radius + (1 << 27)) >> 28);
      const py = <i32>(((uy * cosine + ux * sine) * <i64>radius + (1 << 27)) >> 28);
      const front = scratch + (i << 3);
      store<i32>(front, x1 + px);
      store<i32>(front, y1 + py, 4);
      const back = front + (HALF_POINTS << 3);
      store<i32>(back, x0 - px);
      store<i32>(back, y0 - py, 4);
    }
    const colour = load<u32>(colours);
    fillContours(
      frame,
      width,
      cells,
      cellCount,
      scratch,
      flags,
      ends,
      0,
      1,
      0,
      max((min(x0, x1) - radius) >> 8, 0),
      max((min(y0, y1) - radius) >> 8, 0),
      min(((max(x0, x1) + radius) >> 8) + 1, width),
      min(((max(y0, y1) + radius) >> 8) + 1, height),
      colour & 0xffffff,
      colour >> 24,
      0,
      bias,
    );
  }
}

/** How far masks overlap, straight from their runs. */
import { MaskRecord } from "./mask-record";

/** Pixels that are in both of two masks of equal size. */
function commonPixels(a: usize, na: u32, b: usize, nb: u32): u32 {
  const endA = a + ((<usize>na) << 2);
  const endB = b + ((<usize>nb) << 2);
  let restA = load<u32>(a);
  let restB = load<u32>(b);
  let state: u32 = 0;
  let common: u32 = 0;
  for (;;) {
    while (restA == 0 && (a += 4) < endA) {
      restA = load<u32>(a);
      state ^= 2;
    }
    while (restB == 0 && (b += 4) < endB) {
      restB = load<u32>(b);
      state ^= 1;
    }
    const step = min(restA, restB);
    if (step == 0) break;
    if (state == 3) common += step;
    restA -= step;
    restB -= step;
  }
  return common;
}

/**
 * Intersection over union of every pair of two groups of masks of one picture; for a crowd, over the first mask's area.
 *
 * out      d × g f64, row by row
 * records  d, then g measured MaskRecords
 * crowd    g bytes, not 0 for a crowd
 */
export function rleIou(out: usize, records: usize, d: u32, g: u32, crowd: usize): void {
  const size = offsetof<MaskRecord>();
  for (let i: u32 = 0; i < d; i++) {
    const a = changetype<MaskRecord>(records + <usize>i * size);
    for (let j: u32 = 0; j < g; j++, out += 8) {
      const b = changetype<MaskRecord>(records + <usize>(d + j) * size);
      let value: f64 = 0;
      // boxes that do not touch cannot share a pixel
      if (a.area && b.area && a.x < b.x + b.boxW && b.x < a.x + a.boxW && a.y < b.y + b.boxH && b.y < a.y + a.boxH) {
        const common = commonPixels(a.runs, a.count, b.runs, b.count);
        const whole = load<u8>(crowd + j) ? <f64>a.area : <f64>a.area + <f64>b.area - <f64>common;
        value = <f64>common / whole;
      }
      store<f64>(out, value);
    }
  }
}

/** Masks painted all at once: where some of them lie over each other, their colours are averaged. */
import { blendPixel } from "./blend";
import { planeBits, planeFromRuns, planeStride, planeToBits } from "./mask-planes";
import { MaskRecord } from "./mask-record";

/**
 * Blend masks onto a frame: a pixel of one or more masks gets the mean of their colours, rounded to nearest, once. The
 * order of the masks does not matter.
 *
 * frame    h × w RGBA; exactly the pixels of the masks are changed
 * records  n measured MaskRecords over h × w pixels
 * colours  n × 0x00BBGGRR; a mask whose highest byte is not 0 is left out
 * plane    room for the plane of the largest mask
 * sums     band × w × 16 bytes: red, green, blue and number of masks of each pixel, u32
 * band     rows that are done at a time, 1 or more
 * alpha    0..255
 * bias     127 or 0
 */
export function averageMasks(
  frame: usize,
  h: u32,
  w: u32,
  records: usize,
  colours: usize,
  n: u32,
  plane: usize,
  sums: usize,
  band: u32,
  alpha: u32,
  bias: u32,
): void {
  for (let top: u32 = 0; top < h; top += band) {
    const bottom = min(top + band, h);
    // columns of the band that any mask reaches
    let left = w;
    let right: u32 = 0;
    for (let i: u32 = 0; i < n; i++) {
      const record = changetype<MaskRecord>(records + <usize>i * offsetof<MaskRecord>());
      if (record.y >= bottom || record.y + record.boxH <= top) continue;
      if (load<u32>(colours + ((<usize>i) << 2)) >> 24) continue;
      left = min(left, record.x);
      right = max(right, record.x + record.boxW);
    }
    if (right == 0) continue;
    memory.fill(sums, 0, (<usize>(bottom - top) * w) << 4);
    for (let i: u32 = 0; i < n; i++) {
      const record = changetype<MaskRecord>(records + <usize>i * offsetof<MaskRecord>());
      if (record.y >= bottom || record.y + record.boxH <= top) continue;
      if (load<u32>(colours + ((<usize>i) << 2)) >> 24) continue;
      planeFromRuns(plane, record, h);
      const stride = planeStride(record.boxW);
      planeToBits(planeBits(plane, stride), stride, record.boxH);
      addColour(sums, w, top, bottom, plane, stride, record, load<u32>(colours + ((<usize>i) << 2)));
    }
    for (let y = top; y < bottom; y++) {
      let p = sums + ((<usize>(y - top) * w + left) << 4);
      let dst = frame + ((<usize>y * w + left) << 2);
      for (const end = p + ((<usize>(right - left)) << 4); p < end; p += 16, dst += 4) {
        const count = load<u32>(p, 12);
        if (count == 0) continue;
        let r = load<u32>(p);
        let g = load<u32>(p, 4);
        let b = load<u32>(p, 8);
        if (count > 1) {
          const half = count >> 1;
          r = (r + half) / count;
          g = (g + half) / count;
          b = (b + half) / count;
        }
        blendPixel(dst, r | (g << 8) | (b << 16), alpha, bias);
      }
    }
  }
}

/** Add a colour, and 1, wherever the rows `top` to `bottom - 1` of a mask are set. */
function addColour(
  sums: usize,
  w: u32,
  top: u32,
  bottom: u32,
  plane: usize,
  stride: usize,
  record: MaskRecord,
  colour: u32,
): void {
  const r = colour & 255;
  const g = (colour >> 8) & 255;
  const b = (colour >> 16) & 255;
  const last = min(bottom, record.y + record.boxH);
  for (let y = max(top, record.y); y < last; y++) {
    const row = planeBits(plane, stride) + <usize>(y - record.y) * stride;
    const to = sums + ((<usize>(y - top) * w + record.x) << 4);
    for (let i: usize = 0; i < stride - 16; i += 4)
      for (let word = load<u32>(row + i); word; word &= word - 1) {
        const p = to + (((i << 3) + ctz(word)) << 4);
        if (ASC_FEATURE_SIMD) {
          v128.store(
            p,
            i32x4.add(
              v128.load(p),
              i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(1), 0, r), 1, g), 2, b),
            ),
          );
        } else {
          store<u32>(p, load<u32>(p) + r);
          store<u32>(p, load<u32>(p, 4) + g, 4);
          store<u32>(p, load<u32>(p, 8) + b, 8);
          store<u32>(p, load<u32>(p, 12) + 1, 12);
        }
      }
  }
}

/** What lies outside of all masks of a set: dimmed, so that the objects stand out. */
import { div255 } from "./math";
import { blendBits } from "./mask-fill";
import { planeBits, planeFromRuns, planeStride, planeToBits } from "./mask-planes";
import { MaskRecord } from "./mask-record";

/** Blend with a colour. */
export const OUTSIDE_COLOUR: u32 = 0;
/** Blend each pixel with the grey of its own lightness. */
export const OUTSIDE_GREY: u32 = 1;

/**
 * All masks of a set as one plane of bits over the picture.
 *
 * union    planeStride(w) × (h + 2) bytes, overwritten
 * records  n measured MaskRecords over h × w pixels
 * plane    room for the plane of the largest mask
 */
export function uniteMasks(union: usize, h: u32, w: u32, records: usize, n: u32, plane: usize): void {
  const stride = planeStride(w);
  const bits = planeBits(union, stride);
  memory.fill(union, 0, stride * (h + 2));
  for (const end = records + <usize>n * offsetof<MaskRecord>(); records < end; records += offsetof<MaskRecord>()) {
    const record = changetype<MaskRecord>(records);
    if (record.area == 0) continue;
    planeFromRuns(plane, record, h);
    const maskStride = planeStride(record.boxW);
    let from = planeBits(plane, maskStride);
    planeToBits(from, maskStride, record.boxH);
    let to = bits + <usize>record.y * stride + (((<usize>record.x) >> 5) << 2);
    const shift = record.x & 31;
    const bytes = ((<usize>record.boxW + 31) >> 5) << 2;
    for (let y: u32 = 0; y < record.boxH; y++, from += maskStride, to += stride)
      for (let i: usize = 0; i < bytes; i += 4) {
        // the second word may lie behind the row, where it has nothing to add
        const word = (<u64>load<u32>(from + i)) << shift;
        store<u64>(to + i, load<u64>(to + i) | word);
      }
  }
}

/**
 * Change the pixels that no mask covers.
 *
 * frame    h × w RGBA
 * union    as `uniteMasks` leaves it; turned inside out
 * mode     OUTSIDE_COLOUR or OUTSIDE_GREY; grey is floor((77 red + 150 green + 29 blue + 128) / 256) and leaves alpha alone
 * colour   0x00BBGGRR
 * alpha    0..255, how much of it
 * solid    not 0: every pixel of the frame has alpha 255
 * bias     127 or 0
 */
export function paintOutside(
  frame: usize,
  h: u32,
  w: u32,
  union: usize,
  mode: u32,
  colour: u32,
  alpha: u32,
  solid: u32,
  bias: u32,
): void {
  const stride = planeStride(w);
  const bits = planeBits(union, stride);
  const tail = w & 31;
  const words = (<usize>((w + 31) >> 5)) << 2;
  for (let y: u32 = 0, row = bits; y < h; y++, row += stride) {
    for (let i: usize = 0; i < words; i += 4) store<u32>(row + i, ~load<u32>(row + i));
    if (tail) store<u32>(row + words - 4, load<u32>(row + words - 4) & ((1 << tail) - 1));
  }
  if (mode == OUTSIDE_COLOUR) {
    blendBits(frame, w, bits, stride, w, h, colour, alpha, solid, bias, 0);
    return;
  }
  for (let y: u32 = 0, row = bits; y < h; y++, row += stride, frame += (<usize>w) << 2)
    for (let i: usize = 0; i < words; i += 4)
      for (let word = load<u32>(row + i); word; word &= word - 1)
        toGrey(frame + (((i << 3) + ctz(word)) << 2), alpha, bias);
}

// @ts-ignore: decorator
@inline
function toGrey(dst: usize, alpha: u32, bias: u32): void {
  const old = load<u32>(dst);
  const r = old & 255;
  const g = (old >> 8) & 255;
  const b = (old >> 16) & 255;
  const rest = 255 - alpha;
  const grey = ((77 * r + 150 * g + 29 * b + 128) >> 8) * alpha + bias;
  store<u32>(
    dst,
    div255(r * rest + grey) | (div255(g * rest + grey) << 8) | (div255(b * rest + grey) << 16) | (old & 0xff000000),
  );
}

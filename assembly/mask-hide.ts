/** Regions made unrecognisable: nothing that reaches the picture depends on more than one mean for each of a few blocks. */
import { planeBits, planeFromRuns, planeStride, planeToBits } from "./mask-planes";
import { MaskRecord } from "./mask-record";

/** One colour for all. */
export const HIDE_FILL: u32 = 0;
/** One colour for each block. */
export const HIDE_PIXELATE: u32 = 1;
/** From the colour in the middle of a block to that of the next. */
export const HIDE_BLUR: u32 = 2;

/** Means keep their five highest bits: a block of one colour does not tell its last three either. */
// @ts-ignore: decorator
@inline
function coarse(sum: u32, count: u32): u32 {
  return ((sum / count) & 0xf8) | 4;
}

/**
 * Overwrite the pixels of a mask; alpha stays as it is.
 *
 * The mask's box is cut into blocks of block × block pixels from its upper left corner on. A block's colour is the mean of
 * the mask's own pixels in it; blocks with less than a quarter of their pixels in the mask take the mean of the whole
 * mask, so that a few pixels at an edge do not speak for themselves.
 *
 * frame   h × w RGBA
 * record  a measured MaskRecord
 * plane   room for the mask's plane
 * cells   4 × u32 for each block, and 4 more, overwritten
 * block   pixels, 1 or more, at most 4096
 * mode    HIDE_FILL, HIDE_PIXELATE or HIDE_BLUR
 * colour  0x00BBGGRR of HIDE_FILL
 */
export function hideMask(
  frame: usize,
  h: u32,
  w: u32,
  recordPtr: usize,
  plane: usize,
  cells: usize,
  block: u32,
  mode: u32,
  colour: u32,
): void {
  const record = changetype<MaskRecord>(recordPtr);
  if (record.area == 0) return;
  const boxW = record.boxW;
  const boxH = record.boxH;
  planeFromRuns(plane, record, h);
  const stride = planeStride(boxW);
  const bits = planeBits(plane, stride);
  planeToBits(bits, stride, boxH);
  const corner = frame + ((<usize>record.y * w + record.x) << 2);
  const across = (boxW + block - 1) / block;
  const down = (boxH + block - 1) / block;
  if (mode != HIDE_FILL) measureBlocks(corner, w, bits, stride, boxW, boxH, cells, block, across, down);
  for (let y: u32 = 0; y < boxH; y++) {
    const row = corner + ((<usize>y * w) << 2);
    const words = bits + <usize>y * stride;
    let cell = cells + ((<usize>(y / block) * across) << 4);
    let next = block;
    let to = mode == HIDE_FILL ? colour : load<u32>(cell, 12);
    for (let i: usize = 0; i < stride - 16; i += 4)
      for (let word = load<u32>(words + i); word; word &= word - 1) {
        const x = ((<u32>i) << 3) + ctz(word);
        if (mode == HIDE_PIXELATE) {
          for (; x >= next; next += block) {
            cell += 16;
            to = load<u32>(cell, 12);
          }
        } else if (mode == HIDE_BLUR) {
          to = between(cells, across, down, block, x, y);
        }
        const dst = row + ((<usize>x) << 2);
        store<u32>(dst, (load<u32>(dst) & 0xff000000) | to);
      }
  }
}

/** Sums of red, green and blue and the number of pixels of each block; then its colour in place of the number. */
function measureBlocks(
  corner: usize,
  w: u32,
  bits: usize,
  stride: usize,
  boxW: u32,
  boxH: u32,
  cells: usize,
  block: u32,
  across: u32,
  down: u32,
): void {
  const end = cells + ((<usize>across * down) << 4);
  memory.fill(cells, 0, end - cells);
  for (let y: u32 = 0; y < boxH; y++) {
    const row = corner + ((<usize>y * w) << 2);
    const words = bits + <usize>y * stride;
    let cell = cells + ((<usize>(y / block) * across) << 4);
    let next = block;
    for (let i: usize = 0; i < stride - 16; i += 4)
      for (let word = load<u32>(words + i); word; word &= word - 1) {
        const x = ((<u32>i) << 3) + ctz(word);
        for (; x >= next; next += block) cell += 16;
        const old = load<u32>(row + ((<usize>x) << 2));
        store<u32>(cell, load<u32>(cell) + (old & 255));
        store<u32>(cell, load<u32>(cell, 4) + ((old >> 8) & 255), 4);
        store<u32>(cell, load<u32>(cell, 8) + ((old >> 16) & 255), 8);
        store<u32>(cell, load<u32>(cell, 12) + 1, 12);
      }
  }
  let r: u64 = 0;
  let g: u64 = 0;
  let b: u64 = 0;
  let count: u64 = 0;
  for (let p = cells; p < end; p += 16) {
    r += load<u32>(p);
    g += load<u32>(p, 4);
    b += load<u32>(p, 8);
    count += load<u32>(p, 12);
  }
  const whole = coarse(<u32>(r / count), 1) | (coarse(<u32>(g / count), 1) << 8) | (coarse(<u32>(b / count), 1) << 16);
  for (let p = cells; p < end; p += 16) {
    const own = load<u32>(p, 12);
    const colour =
      own * 4 < block * block
        ? whole
        : coarse(load<u32>(p), own) | (coarse(load<u32>(p, 4), own) << 8) | (coarse(load<u32>(p, 8), own) << 16);
    store<u32>(p, colour, 12);
  }
}

/** The colour of a pixel between the middles of the four blocks around it; beyond the outermost middles it stays. */
function between(cells: usize, across: u32, down: u32, block: u32, x: u32, y: u32): u32 {
  // twice the distance to the middle of the first block, so that all is whole
  const size = 2 * <i32>block;
  const u = min(max(2 * <i32>x + 1 - <i32>block, 0), size * <i32>(across - 1));
  const v = min(max(2 * <i32>y + 1 - <i32>block, 0), size * <i32>(down - 1));
  const column = u / size;
  const row = v / size;
  const right = u - column * size;
  const below = v - row * size;
  const p = cells + ((<usize>(row * <i32>across + column)) << 4);
  // the neighbour of the last one has no weight, but must be there
  const q = below ? p + ((<usize>across) << 4) : p;
  const next: usize = right ? 16 : 0;
  const a = load<u32>(p, 12);
  const b = load<u32>(p + next, 12);
  const c = load<u32>(q, 12);
  const d = load<u32>(q + next, 12);
  let result: u32 = 0;
  for (let shift: u32 = 0; shift < 24; shift += 8) {
    const upper = <i32>((a >> shift) & 255) * (size - right) + <i32>((b >> shift) & 255) * right;
    const lower = <i32>((c >> shift) & 255) * (size - right) + <i32>((d >> shift) & 255) * right;
    const mixed = (<i64>upper * (size - below) + <i64>lower * below) / (<i64>size * size);
    result |= (<u32>mixed) << shift;
  }
  return result;
}

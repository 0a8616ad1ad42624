/**
 * Masks painted straight from their runs, with the rule of `blend.ts`.
 *
 * A mask becomes a plane of bits over its tight box (`mask-planes.ts`), which the steps of its painting share.
 */
import { blendCoverRow, paintCover } from "./cover";
import { stampRim } from "./mask-dots";
import { blendBits } from "./mask-fill";
import { bytesOfBits, planeBits, planeFromRuns, planeStride, planeToBits } from "./mask-planes";
import { keepSide, nextBits, reachOf, rimStride, strokeRims } from "./mask-rim";
import { MaskRecord } from "./mask-record";

/** One step of painting a mask: 8 × u32. */
@unmanaged
class Paint {
  index: u32;
  /** One of the STEP_ constants. */
  step: u32;
  /** 0x00BBGGRR */
  colour: u32;
  alpha: u32;
  /** A brush (`mask-rim.ts`) or a pattern, by step. */
  table: usize;
  /** Of a pattern: pixels after which it repeats, both ways. */
  period: u32;
  /** Of a fill: 0, or `Faults`. */
  faults: usize;
  spare: u32;
}

/** The mask's pixels. */
const STEP_FILL: u32 = 0;
/** The mask's pixels, through a pattern: `period` rows of period + 16 bytes of coverage, the row going on in the last 16. */
const STEP_PATTERN: u32 = 1;
/** A line centred on the rim. */
const STEP_RIM: u32 = 2;
/** The part of such a line that lies outside of all masks. */
const STEP_OUTSIDE: u32 = 3;
/**
 * The rim as dots. `table` is 0, or a measured record of the same mask over a picture that is `MARGIN` pixels larger on each
 * side: a mask that goes on there has no rim at the picture's edge.
 */
const STEP_DOTS: u32 = 4;
/** Dots of the first pixels outside reach into the picture, and these have neighbours of their own. */
const MARGIN: i32 = 2;

/**
 * Paint masks onto a frame, step by step in the order given; steps of the same mask that follow each other share its
 * plane.
 *
 * frame    h × w RGBA; the pixels of the masks and near their rims are changed, up to 28 bytes behind the last one are
 *          rewritten as they are
 * records  measured MaskRecords over h × w pixels
 * paints   n steps as above; index is of an existing record
 * plane    room for two planes of the largest mask, one where no step strokes a rim
 * cover    room for (box height + 2 reach) × `rimStride` + the brush's stride, for the largest of the stroked masks; for
 *          patterns the width of the largest mask's box + 16
 * union    a plane of w columns and h rows as `uniteMasks` leaves it, for lines outside of all masks
 * solid    not 0: every pixel of the frame has alpha 255
 * bias     127 or 0
 */
export function paintMasks(
  frame: usize,
  h: u32,
  w: u32,
  records: usize,
  paints: usize,
  n: u32,
  plane: usize,
  cover: usize,
  union: usize,
  solid: u32,
  bias: u32,
): void {
  let shown: u32 = -1;
  for (const end = paints + <usize>n * offsetof<Paint>(); paints < end; paints += offsetof<Paint>()) {
    const paint = changetype<Paint>(paints);
    const alpha = paint.alpha;
    const record = changetype<MaskRecord>(records + <usize>paint.index * offsetof<MaskRecord>());
    if (paint.step == STEP_DOTS && paint.table) {
      stampBeyond(frame, h, w, changetype<MaskRecord>(paint.table), plane, paint, bias);
      shown = -1;
      continue;
    }
    if (record.area == 0 || alpha == 0) continue;
    const boxW = record.boxW;
    const boxH = record.boxH;
    const stride = planeStride(boxW);
    const bits = planeBits(plane, stride);
    if (paint.index != shown) {
      planeFromRuns(plane, record, h);
      planeToBits(bits, stride, boxH);
      shown = paint.index;
    }
    const corner = frame + ((<usize>record.y * w + record.x) << 2);
    const next = changetype<Paint>(paints + offsetof<Paint>());
    if (
      paint.step == STEP_FILL &&
      paints + offsetof<Paint>() < end &&
      next.step == STEP_DOTS &&
      next.index == paint.index &&
      next.table == 0 &&
      next.alpha != 0
    ) {
      // row by row, while the row is at hand: dots touch the row that was filled last and the one before
      let row = corner;
      for (let y: u32 = 0; y < boxH; y++, row += (<usize>w) << 2) {
        const p = bits + <usize>y * stride;
        blendBits(row, w, p, stride, boxW, 1, paint.colour, alpha, solid, bias, paint.faults);
        stampRim(frame, w, h, record.x, record.y + y, p, stride, boxW, 1, next.colour, next.alpha, bias);
      }
      paints += offsetof<Paint>();
    } else if (paint.step == STEP_FILL)
      blendBits(corner, w, bits, stride, boxW, boxH, paint.colour, alpha, solid, bias, paint.faults);
    else if (paint.step == STEP_PATTERN) blendPattern(corner, w, bits, stride, record, cover, paint, bias);
    else if (paint.step == STEP_DOTS)
      stampRim(frame, w, h, record.x, record.y, bits, stride, boxW, boxH, paint.colour, alpha, bias);
    else blendRim(frame, h, w, plane, stride, record, cover, union, paint, bias);
  }
}

/** Stamp the rim of a mask that goes on outside of the picture; the plane is written over. */
function stampBeyond(frame: usize, h: u32, w: u32, record: MaskRecord, plane: usize, paint: Paint, bias: u32): void {
  const alpha = paint.alpha;
  const boxW = record.boxW;
  const boxH = record.boxH;
  if (record.area == 0 || alpha == 0) return;
  const stride = planeStride(boxW);
  const bits = planeBits(plane, stride);
  planeFromRuns(plane, record, h + 2 * MARGIN);
  planeToBits(bits, stride, boxH);
  const x = <i32>record.x - MARGIN;
  const y = <i32>record.y - MARGIN;
  stampRim(frame, w, h, x, y, bits, stride, boxW, boxH, paint.colour, alpha, bias);
}

/** Blend a colour through a pattern that begins at the picture's corner. */
function blendPattern(
  corner: usize,
  w: u32,
  bits: usize,
  stride: usize,
  record: MaskRecord,
  line: usize,
  paint: Paint,
  bias: u32,
): void {
  const period = paint.period;
  const boxW = record.boxW;
  const top = record.y;
  const first = record.x % period;
  for (let y: u32 = 0; y < record.boxH; y++, bits += stride, corner += (<usize>w) << 2) {
    const row = paint.table + <usize>((top + y) % period) * (period + 16);
    for (let i: u32 = 0, x = first; i < boxW; i += 16, x = (x + 16) % period) {
      const set = <u32>load<u16>(bits + (i >> 3));
      if (ASC_FEATURE_SIMD) {
        v128.store(line + i, v128.and(bytesOfBits(set), v128.load(row + x)));
      } else {
        for (let k: u32 = 0; k < 16; k++) store<u8>(line + i + k, (set >> k) & 1 ? load<u8>(row + x + k) : 0);
      }
    }
    blendCoverRow(corner, line, <i32>boxW, paint.colour, paint.alpha, bias);
  }
}

/** Stroke the rims of a mask and blend what lies within the picture. */
function blendRim(
  frame: usize,
  h: u32,
  w: u32,
  plane: usize,
  stride: usize,
  record: MaskRecord,
  cover: usize,
  union: usize,
  paint: Paint,
  bias: u32,
): void {
  const boxW = record.boxW;
  const boxH = record.boxH;
  const bits = planeBits(plane, stride);
  const brush = paint.table;
  const reach = reachOf(brush);
  const coverStride = rimStride(boxW, reach);
  memory.fill(cover, 0, coverStride * (boxH + 2 * reach));
  strokeRims(cover, bits, nextBits(plane, stride, boxH), stride, boxW, boxH, brush);
  // the box with its margin, cut off at the picture's edges
  const left = max(<i32>(record.x - reach), 0);
  const top = max(<i32>(record.y - reach), 0);
  const skipX = left - <i32>(record.x - reach);
  const skipY = top - <i32>(record.y - reach);
  const columns = min(record.x + boxW + reach, w) - left;
  const rows = min(record.y + boxH + reach, h) - top;
  const shown = cover + <usize>skipY * coverStride + skipX;
  if (paint.step == STEP_OUTSIDE) {
    const unionStride = planeStride(w);
    const first = planeBits(union, unionStride) + <usize>top * unionStride;
    keepSide(shown, coverStride, first, unionStride, left, columns, rows, 0);
  }
  paintCover(
    frame + ((<usize>top * w + left) << 2),
    w,
    shown,
    <u32>coverStride,
    columns,
    rows,
    0,
    paint.colour,
    paint.alpha,
    bias,
  );
}

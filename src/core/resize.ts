/** Binding of `assembly/resize.ts`. */
import { adoptFrame, coreOf, type Frame, pointerOf } from "./frame.ts";

export interface ResizeKernels {
  resizeRows(
    dst: number,
    width: number,
    height: number,
    src: number,
    stride: number,
    columns: number,
    xTable: number,
    xPairs: number,
    yTable: number,
    yTaps: number,
    line: number,
    translucent: number,
  ): void;
  resizeNearest(
    dst: number,
    width: number,
    height: number,
    src: number,
    stride: number,
    columns: number,
    rows: number,
  ): void;
}

/** What one side of a weight adds up to. */
export const WEIGHT_SUM = 16384;

/** How the pixels of one side become those of the result. */
export interface Taps {
  /** Length of the result. */
  readonly length: number;
  /** First pixel that is read, and how many are. */
  readonly from: number;
  readonly count: number;
  /** Pixels for each pixel of the result, `taps <= count`. */
  readonly taps: number;
  /** First of them, counted from `from`; `first + taps <= count`. */
  readonly first: Int32Array;
  /** `taps` weights for each pixel of the result, which add up to {@link WEIGHT_SUM}. */
  readonly weights: Int16Array;
}

/** A resized copy of a frame, weighed with alpha where it is not opaque; the caller owns both. */
export function resizeFrame(frame: Frame, x: Taps, y: Taps): Frame {
  const owner = coreOf(frame);
  const stride = frame.width * 4;
  const src = pointerOf(frame) + y.from * stride + x.from * 4;
  return owner.run((scratch) => {
    const dst = scratch.alloc(x.length * y.length * 4);
    const columns = packTaps(x, true);
    const rows = packTaps(y, false);
    const xTable = scratch.copyIn(columns.table);
    const yTable = scratch.copyIn(rows.table);
    const line = scratch.allocZeroed((x.count + 2 * columns.pairs + 8) * 8);
    scratch.kernels.resizeRows(
      dst,
      x.length,
      y.length,
      src,
      stride,
      x.count,
      xTable,
      columns.pairs,
      yTable,
      y.taps,
      line,
      frame.opaque ? 0 : 1,
    );
    return adoptFrame(owner, scratch.keep(dst), x.length, y.length, frame.mode);
  });
}

/** The tables of the kernel: the first pixel, then its weights in pairs. `even`: pairs begin at even pixels. */
function packTaps({ length, taps, first, weights }: Taps, even: boolean): { table: Int32Array; pairs: number } {
  let room = taps;
  if (even) for (let i = 0; i < length; i++) if (first[i]! & 1) room = taps + 1;
  const pairs = (room + 1) >> 1;
  const table = new Int32Array(length * (1 + pairs));
  const halves = new Int16Array(table.buffer);
  for (let i = 0; i < length; i++) {
    const at = i * (1 + pairs);
    const odd = even ? first[i]! & 1 : 0;
    table[at] = first[i]! - odd;
    const to = at * 2 + 2 + odd;
    for (let j = 0; j < taps; j++) halves[to + j] = weights[i * taps + j]!;
  }
  return { table, pairs };
}

/**
 * A copy of a frame in another size, made of single pixels; the caller owns both.
 *
 * @param columns - column of the frame for each column of the result; `rows` likewise
 */
export function resizeFrameNearest(frame: Frame, columns: Uint32Array, rows: Uint32Array): Frame {
  const owner = coreOf(frame);
  const src = pointerOf(frame);
  return owner.run((scratch) => {
    const dst = scratch.alloc(columns.length * rows.length * 4);
    const columnPtr = scratch.copyIn(columns.map((column) => column * 4));
    const rowPtr = scratch.copyIn(rows);
    const { kernels } = scratch;
    kernels.resizeNearest(dst, columns.length, rows.length, src, frame.width * 4, columnPtr, rowPtr);
    return adoptFrame(owner, scratch.keep(dst), columns.length, rows.length, frame.mode);
  });
}

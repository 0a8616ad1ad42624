/** Binding of `assembly/heat-map.ts`: a grid of values, stretched over a frame and painted through a table of colours. */
import { BLEND_ROUND } from "./blend.ts";
import { coreOf, type Frame, pointerOf } from "./frame.ts";

export interface HeatMapKernels {
  stretchLevels(
    dst: number,
    width: number,
    height: number,
    grid: number,
    stride: number,
    columns: number,
    shares: number,
    rows: number,
    line: number,
  ): void;
}

/** The largest value of a {@link HeatGrid}: the last of 255 colours. */
export const HEAT_TOP = 32512;
/** Pixels whose colours are made at a time. */
const BAND_PIXELS = 2 ** 18;

/** Values for places of a picture. */
export interface HeatGrid {
  /** Row-major, `width * height` of 0..{@link HEAT_TOP}. */
  readonly values: Int16Array;
  readonly width: number;
  readonly height: number;
  /** 1 where there is no value: pixels that are nearest to it stay as they are. */
  readonly holes?: Uint8Array | undefined;
}

/**
 * Stretch a grid bilinearly over a frame and blend each pixel with the colour of its level.
 *
 * @param table - 256 × RGBA: entry 0 is not used, 1..255 are the colours from the lowest value to {@link HEAT_TOP}
 */
export function paintHeatGrid(frame: Frame, grid: HeatGrid, table: Uint8Array, bias: number = BLEND_ROUND): void {
  const { width, height } = frame;
  const x = stretch(width, grid.width);
  const y = stretch(height, grid.height);
  const stride = grid.width + 1;
  const padded = padGrid(grid, stride);
  const band = Math.max(1, Math.min(height, Math.floor(BAND_PIXELS / width)));
  const clear = table.slice();
  clear.fill(0, 0, 4);
  coreOf(frame).run((scratch) => {
    const { kernels } = scratch;
    const gridPtr = scratch.copyIn(padded);
    const columns = new Uint32Array((width + 3) & ~3);
    const shares = new Uint32Array((width + 3) & ~3);
    const rows = new Uint32Array(height * 2);
    for (let i = 0; i < width; i++) {
      columns[i] = x.lower[i]! * 2;
      shares[i] = pair(x.share[i]!);
    }
    for (let i = 0; i < height; i++) rows.set([y.lower[i]!, pair(y.share[i]!)], i * 2);
    const columnPtr = scratch.copyIn(columns);
    const sharePtr = scratch.copyIn(shares);
    const rowPtr = scratch.copyIn(rows);
    const line = scratch.alloc(stride * 2 + 16);
    const levels = scratch.alloc(band * width + 16);
    const colors = scratch.copyIn(clear);
    const work = scratch.alloc(4096);
    for (let top = 0; top < height; top += band) {
      const count = Math.min(band, height - top);
      kernels.stretchLevels(levels, width, count, gridPtr, stride, columnPtr, sharePtr, rowPtr + top * 8, line);
      if (grid.holes) clearHoles(scratch.core.u8(levels, count * width), grid, grid.holes, x, y, top, width);
      const dst = pointerOf(frame) + top * width * 4;
      kernels.labelMap(dst, levels, count * width, colors, work, bias);
    }
  });
}

/** For each pixel of a side: the lower of its two neighbours in the grid, and the share of the upper one in 1/256. */
interface Stretch {
  readonly lower: Int32Array;
  readonly share: Int32Array;
}

function stretch(length: number, cells: number): Stretch {
  const lower = new Int32Array(length);
  const share = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const at = Math.min(cells - 1, Math.max(0, ((i + 0.5) * cells) / length - 0.5));
    const fixed = Math.round(at * 256);
    lower[i] = fixed >> 8;
    share[i] = fixed & 255;
  }
  return { lower, share };
}

/** Two weights as the kernel reads them. */
function pair(share: number): number {
  return (256 - share) | (share << 16);
}

/** The last column and the last row once more, so that each cell has neighbours. */
function padGrid({ values, width, height }: HeatGrid, stride: number): Int16Array {
  const padded = new Int16Array(stride * (height + 1));
  for (let row = 0; row <= height; row++) {
    const from = Math.min(row, height - 1) * width;
    padded.set(values.subarray(from, from + width), row * stride);
    padded[row * stride + width] = values[from + width - 1]!;
  }
  return padded;
}

function clearHoles(
  levels: Uint8Array,
  grid: HeatGrid,
  holes: Uint8Array,
  x: Stretch,
  y: Stretch,
  top: number,
  width: number,
): void {
  for (let i = 0, at = 0; at < levels.length; i++) {
    const row = (y.lower[top + i]! + (y.share[top + i]! >> 7)) * grid.width;
    for (let j = 0; j < width; j++, at++) if (holes[row + x.lower[j]! + (x.share[j]! >> 7)] === 1) levels[at] = 0;
  }
}

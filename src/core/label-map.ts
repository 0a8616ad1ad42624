/** Binding of `assembly/label-map.ts` and `assembly/region-rims.ts`. */
import { ImageError, show } from "../errors.ts";
import { BLEND_ROUND } from "./blend.ts";
import { type Brush, rimBytes } from "./brush.ts";
import { coreOf, type Frame, pointerOf } from "./frame.ts";
import { planeStride } from "./rle.ts";
import { core } from "./wasm.ts";

export interface LabelMapKernels {
  labelMap(dst: number, labels: number, n: number, table: number, work: number, bias: number): void;
  countLabels(counts: number, labels: number, n: number): void;
  paintRegionRims(
    frame: number,
    h: number,
    w: number,
    labels: number,
    entries: number,
    n: number,
    margin: number,
    plane: number,
    cover: number,
    brush: number,
    shared: number,
    bias: number,
  ): void;
}

/**
 * Blend each pixel of a frame with the colour of its class.
 *
 * @param data - one class id per pixel, row-major, `width * height` of them
 * @param table - 256 × RGBA: the colour of each class, its alpha being the weight; alpha 0 leaves the pixel alone
 * @param bias - how the blend rounds: `BLEND_ROUND` (default) or `BLEND_TRUNCATE`
 * @throws {ImageError} `ARGUMENT` if `data` or `table` has another length
 *
 * @example
 * const table = new Uint8Array(1024);
 * table.set([255, 0, 0, 128], 7 * 4); // class 7: red, half
 * paintLabelMap(frame, classIds, table);
 */
export function paintLabelMap(frame: Frame, data: Uint8Array, table: Uint8Array, bias: number = BLEND_ROUND): void {
  const n = frame.width * frame.height;
  checkBytes(data, n, `${n} class ids for ${frame.width} x ${frame.height}`, "data");
  checkBytes(table, 1024, "a table of 256 x RGBA (1024 bytes)", "table");
  coreOf(frame).run((scratch) => {
    const labels = scratch.alloc(n + 16 + 1024 + 4096);
    const colors = labels + Math.ceil(n / 16) * 16;
    scratch.core.u8(labels, n).set(data);
    scratch.core.u8(colors, 1024).set(table);
    scratch.kernels.labelMap(pointerOf(frame), labels, n, colors, colors + 1024, bias);
  });
}

/** Pixels of each of the 256 classes. @param data - one class id per pixel */
export function countLabels(data: Uint8Array): Uint32Array<ArrayBuffer> {
  const owner = core();
  return owner.run((scratch) => {
    const labels = scratch.copyIn(data);
    const counts = scratch.alloc(2048);
    scratch.kernels.countLabels(counts, labels, data.length);
    return owner.u32(counts, 256).slice();
  });
}

/**
 * Draw the borders of the regions of some classes; none runs along the picture's edge.
 *
 * @param data - one class id per pixel, row-major, `width * height` of them
 * @param entries - class id and colour (one of `packColor`) for each class
 * @param shared - true: all rims are one line in the first colour; false: each region has the part inside of it
 * @throws {ImageError} `ARGUMENT` if `data` has another length
 */
export function paintLabelBorders(
  frame: Frame,
  data: Uint8Array,
  entries: Uint32Array,
  brush: Brush,
  shared: boolean,
  bias: number = BLEND_ROUND,
): void {
  const { width, height } = frame;
  checkBytes(data, width * height, `${width * height} class ids for ${width} x ${height}`, "data");
  coreOf(frame).run((scratch) => {
    const labels = scratch.copyIn(data);
    const table = scratch.copyIn(entries);
    const stamps = scratch.copyIn(brush.bytes);
    const margin = Math.ceil((brush.reach + 4) / 16) * 16;
    const columns = width + 2 * margin;
    const rows = height + 2 * margin;
    const plane = scratch.alloc(planeStride(columns) * (rows + 2) * 2);
    const cover = scratch.alloc(rimBytes(brush, columns, rows));
    const { kernels } = scratch;
    kernels.paintRegionRims(
      pointerOf(frame),
      height,
      width,
      labels,
      table,
      entries.length / 2,
      margin,
      plane,
      cover,
      stamps,
      shared ? 1 : 0,
      bias,
    );
  });
}

function checkBytes(value: Uint8Array, length: number, expected: string, path: string): void {
  if (!(value instanceof Uint8Array || (value as unknown) instanceof Uint8ClampedArray))
    throw new ImageError("ARGUMENT", `expected ${expected}, got ${show(value)}`, { path });
  if (value.length !== length) throw new ImageError("ARGUMENT", `expected ${expected}, got ${value.length}`, { path });
}

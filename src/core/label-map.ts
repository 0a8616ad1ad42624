/** Binding of `assembly/label-map.ts`. */
import { ImageError, show } from "../errors.ts";
import { BLEND_ROUND } from "./blend.ts";
import { coreOf, type Frame, pointerOf } from "./frame.ts";

export interface LabelMapKernels {
  labelMap(dst: number, labels: number, n: number, table: number, work: number, bias: number): void;
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

function checkBytes(value: Uint8Array, length: number, expected: string, path: string): void {
  if (!(value instanceof Uint8Array || (value as unknown) instanceof Uint8ClampedArray))
    throw new ImageError("ARGUMENT", `expected ${expected}, got ${show(value)}`, { path });
  if (value.length !== length) throw new ImageError("ARGUMENT", `expected ${expected}, got ${value.length}`, { path });
}

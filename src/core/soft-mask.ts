/** Masks with a probability for each pixel: binding of `assembly/cover.ts`. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import { BLEND_ROUND, toBgr } from "./blend.ts";
import { coreOf, type Frame, pointerOf } from "./frame.ts";
import { MAX_OFFSET } from "./mask-plan.ts";
import type { SoftSegmentation } from "./segmentation.ts";

export interface CoverKernels {
  paintCover(
    dst: number,
    w: number,
    cover: number,
    stride: number,
    columns: number,
    rows: number,
    cut: number,
    colour: number,
    alpha: number,
    bias: number,
  ): void;
}

/** A soft mask as bytes, placed. */
export interface SoftMask {
  /** 0..255 for each pixel, row-major; may be the source's own. */
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

/**
 * Check a soft mask and turn its probabilities into bytes, to nearest.
 *
 * @param path - what the mask is called in errors
 * @throws {ImageError} `ARGUMENT` or `LIMIT`
 */
export function softMask(
  { data, width, height, left, top }: SoftSegmentation,
  frame: { readonly width: number; readonly height: number },
  path: string,
): SoftMask {
  checkSize(width, height, path);
  if (
    !Array.isArray(data) &&
    !(data instanceof Uint8Array) &&
    !(data instanceof Uint8ClampedArray) &&
    !(data instanceof Float32Array) &&
    !(data instanceof Float64Array)
  )
    throw new ImageError("ARGUMENT", `expected bytes or probabilities 0..1, got ${show(data)}`, {
      path: `${path}.data`,
    });
  if (data.length !== width * height)
    throw new ImageError("ARGUMENT", `expected ${width * height} values for ${width} x ${height}, got ${data.length}`, {
      path: `${path}.data`,
    });
  for (const [name, value] of Object.entries({ left, top }))
    if (value !== undefined && !(Number.isInteger(value) && Math.abs(value) <= MAX_OFFSET))
      throw new ImageError("ARGUMENT", `expected whole pixels, got ${show(value)}`, { path: `${path}.${name}` });
  if (left === undefined && top === undefined && (width !== frame.width || height !== frame.height))
    throw new ImageError(
      "ARGUMENT",
      `expected ${frame.width} x ${frame.height} pixels or a place for them, got ${width} x ${height}`,
      { path },
    );
  return { data: toBytes(data), width, height, left: left ?? 0, top: top ?? 0 };
}

function toBytes(data: SoftSegmentation["data"]): SoftMask["data"] {
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return data;
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    // NaN is not above 0
    if (value > 0) bytes[i] = value < 1 ? Math.floor(value * 255 + 0.5) : 255;
  }
  return bytes;
}

/**
 * Blend one colour through a soft mask; what lies outside of the frame is cut off.
 *
 * @param color - 0xRRGGBB
 * @param alpha - 0..255, where the probability is 1
 * @param cut - 0..255: what is below is left alone
 */
export function paintSoftMask(
  frame: Frame,
  { data, width, height, left, top }: SoftMask,
  color: number,
  alpha: number,
  cut: number,
  bias: number = BLEND_ROUND,
): void {
  const x0 = Math.max(0, left);
  const y0 = Math.max(0, top);
  const columns = Math.min(frame.width, left + width) - x0;
  const rows = Math.min(frame.height, top + height) - y0;
  if (columns <= 0 || rows <= 0) return;
  coreOf(frame).run((scratch) => {
    const start = (y0 - top) * width;
    const cover = scratch.copyIn(data.subarray(start, start + rows * width));
    scratch.kernels.paintCover(
      pointerOf(frame) + (y0 * frame.width + x0) * 4,
      frame.width,
      cover + x0 - left,
      width,
      columns,
      rows,
      cut,
      toBgr(color),
      alpha,
      bias,
    );
  });
}

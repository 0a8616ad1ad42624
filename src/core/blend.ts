/** Binding of `assembly/blend.ts` and `assembly/blend-rgba.ts`. */
import { type Frame, pointerOf, coreOf } from "./frame.ts";

export interface BlendKernels {
  blendSpan(dst: number, n: number, colour: number, a: number, bias: number): void;
  blendRgba(
    dst: number,
    dstStride: number,
    src: number,
    srcStride: number,
    width: number,
    height: number,
    alpha: number,
    bias: number,
  ): void;
}

/** Round to nearest: limn's own blend. */
export const BLEND_ROUND = 127;
/** Round down: the look of Instill's component. */
export const BLEND_TRUNCATE = 0;

/**
 * Blend a picture over a place of another one; what reaches out is cut off. Both stay the caller's.
 *
 * @param x - column of `frame` for the first column of `picture`; a whole number, may be negative. `y` likewise
 * @param alpha - 0..255, times the picture's own
 */
export function blendFrame(
  frame: Frame,
  picture: Frame,
  x: number,
  y: number,
  alpha = 255,
  bias: number = BLEND_ROUND,
): void {
  const left = Math.max(0, x);
  const top = Math.max(0, y);
  const width = Math.min(frame.width, x + picture.width) - left;
  const height = Math.min(frame.height, y + picture.height) - top;
  if (!(width > 0 && height > 0)) return;
  const owner = coreOf(frame);
  const stride = picture.width * 4;
  const offset = (top - y) * stride + (left - x) * 4;
  owner.run((scratch) => {
    // a picture may live in another instance than the frame
    const from = coreOf(picture) === owner ? pointerOf(picture) : scratch.copyIn(picture.view());
    const dst = pointerOf(frame) + (top * frame.width + left) * 4;
    scratch.kernels.blendRgba(dst, frame.width * 4, from + offset, stride, width, height, alpha, bias);
  });
}

/** 0xRRGGBB to the byte order of a little-endian RGBA pixel, 0x00BBGGRR. */
export function toBgr(color: number): number {
  return ((color & 255) << 16) | (color & 0xff00) | ((color >> 16) & 255);
}

/** Binding of `assembly/blend.ts`. */
import { type Frame, pointerOf, coreOf } from "./frame.ts";

export interface BlendKernels {
  blendSpan(dst: number, n: number, colour: number, a: number, bias: number): void;
}

/** Round to nearest: limn's own blend. */
export const BLEND_ROUND = 127;
/** Round down: the look of Instill's component. */
export const BLEND_TRUNCATE = 0;

/**
 * Blend one colour over the whole frame.
 *
 * @param color - 0xRRGGBB
 * @param alpha - 0..255
 * @param bias - {@link BLEND_ROUND} or {@link BLEND_TRUNCATE}
 */
export function blendAll(frame: Frame, color: number, alpha: number, bias: number = BLEND_ROUND): void {
  coreOf(frame).run(({ kernels }) =>
    kernels.blendSpan(pointerOf(frame), frame.width * frame.height, toBgr(color), alpha, bias),
  );
}

/** 0xRRGGBB to the byte order of a little-endian RGBA pixel, 0x00BBGGRR. */
export function toBgr(color: number): number {
  return ((color & 255) << 16) | (color & 0xff00) | ((color >> 16) & 255);
}

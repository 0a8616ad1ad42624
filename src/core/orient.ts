/** Binding of `assembly/orient.ts`. */
import { adoptFrame, coreOf, type Frame, pointerOf } from "./frame.ts";

export interface OrientKernels {
  orient(dst: number, src: number, width: number, height: number, orientation: number): void;
}

/**
 * A turned copy of a frame; the caller owns both.
 *
 * @param orientation - as EXIF counts: 1 a plain copy, 2 mirrored left-right, 3 by 180°, 4 mirrored top-bottom,
 *   5 transposed, 6 by 90° clockwise, 7 transposed across the other diagonal, 8 by 90° counter-clockwise
 */
export function orientFrame(frame: Frame, orientation: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8): Frame {
  if (orientation === 1) return frame.clone();
  const { width, height, mode } = frame;
  const src = pointerOf(frame);
  const owner = coreOf(frame);
  return owner.run((scratch) => {
    const dst = scratch.alloc(width * height * 4);
    scratch.kernels.orient(dst, src, width, height, orientation);
    const turned = orientation > 4;
    return adoptFrame(owner, scratch.keep(dst), turned ? height : width, turned ? width : height, mode);
  });
}

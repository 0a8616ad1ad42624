/** Rectangles of pixels cut out of a frame. */
import { adoptFrame, coreOf, type Frame, type Mode, pointerOf } from "./frame.ts";

/**
 * A copy of a rectangle of a frame; the caller owns both.
 *
 * @param left - whole pixels; the rectangle may reach out of the frame. `top` likewise
 * @param fill - the four bytes of pixels outside of the frame, as a little-endian number 0xAABBGGRR
 */
export function cropFrame(
  frame: Frame,
  left: number,
  top: number,
  width: number,
  height: number,
  mode: Mode = frame.mode,
  fill = 0,
): Frame {
  const owner = coreOf(frame);
  const src = pointerOf(frame);
  return owner.run((scratch) => {
    const dst = scratch.alloc(width * height * 4);
    const from = Math.max(0, left);
    const columns = Math.min(frame.width, left + width) - from;
    const [first, last] = [Math.max(0, top), Math.min(frame.height, top + height)];
    if (columns < width || last - first < height) owner.u32(dst, width * height).fill(fill);
    const bytes = new Uint8Array(owner.memory.buffer);
    for (let y = first; columns > 0 && y < last; y++) {
      const row = src + (y * frame.width + from) * 4;
      bytes.copyWithin(dst + ((y - top) * width + from - left) * 4, row, row + columns * 4);
    }
    return adoptFrame(owner, scratch.keep(dst), width, height, mode);
  });
}

/** Pixels of BMP whose channels are picked out by masks. */
import { ImageError } from "../errors.ts";

/**
 * A function from a raw pixel to RGBA as a little-endian u32. Each channel is brought from its own number of bits to
 * 0..255, rounded to nearest; a channel without a mask is 0, alpha without one is 255.
 *
 * @param bits - 16 or 32
 * @param masks - red, green, blue, alpha
 * @throws {ImageError} `DECODE` if the bits of a mask are not in one row, lie outside the pixel or overlap another's
 */
export function bitfieldReader(bits: number, masks: readonly number[]): (pixel: number) => number {
  let taken = 0;
  const channels = masks.map((mask, i) => {
    if (mask === 0) return { shift: 0, max: 0, table: undefined };
    const shift = 31 - Math.clz32(mask & -mask);
    const max = mask >>> shift;
    if ((max & (max + 1)) !== 0 || mask > 2 ** bits - 1 || (mask & taken) !== 0)
      throw new ImageError(
        "DECODE",
        `expected bit masks of ${bits} bits, each in one row, got 0x${mask.toString(16)} as mask ${i}`,
      );
    taken |= mask;
    // most fields have 8 bits or fewer
    const table = max < 256 ? Uint8Array.from({ length: max + 1 }, (_, v) => Math.round((v * 255) / max)) : undefined;
    return { shift, max, table };
  });
  const read = (pixel: number, i: number): number => {
    const { shift, max, table } = channels[i]!;
    const value = max === 0xffffffff ? pixel : (pixel >>> shift) & max;
    return table !== undefined ? table[value]! : max === 0 ? 0 : Math.round(((value >>> 0) * 255) / max);
  };
  const opaque = masks[3] ? 0 : 0xff000000;
  return (pixel) => {
    const alpha = opaque || read(pixel, 3) << 24;
    return (read(pixel, 0) | (read(pixel, 1) << 8) | (read(pixel, 2) << 16) | alpha) >>> 0;
  };
}

/**
 * Label Studio's brush masks: a bit stream, highest bit first, that packs the picture's RGBA bytes, row by row.
 *
 *     32 bits  how many values
 *      5 bits  bits per value - 1
 *  4 × 4 bits  four sizes of run lengths, in bits - 1
 *  then runs:  1 bit  1: one value repeated, 0: different values
 *              2 bits which size
 *              as many bits as that: length - 1
 *              the value, or as many values as the length says
 *
 * A pixel belongs to the mask where its alpha is not 0.
 */
import { ImageError, show } from "../errors.ts";

/** Row-major mask of 0 and 1. @throws {ImageError} `DECODE` with the bit where it goes wrong */
export function decodeBrush(bytes: ArrayLike<number>, height: number, width: number): Uint8Array {
  for (let i = 0; i < bytes.length; i++)
    if (!(Number.isInteger(bytes[i]) && bytes[i]! >= 0 && bytes[i]! <= 255))
      throw new ImageError("DECODE", `expected bytes, got ${show(bytes[i])} at number ${i}`);
  const bits = bytes.length * 8;
  let at = 0;
  const read = (count: number): number => {
    if (at + count > bits) throw new ImageError("DECODE", `expected ${count} more bits, got the end at bit ${at}`);
    let value = 0;
    for (let end = at + count; at < end; at++) value = value * 2 + ((bytes[at >> 3]! >> (7 - (at & 7))) & 1);
    return value;
  };
  const values = read(32);
  if (values !== height * width * 4)
    throw new ImageError("DECODE", `expected ${height * width * 4} values for ${width} x ${height}, got ${values}`);
  const wordBits = read(5) + 1;
  const lengthBits = [read(4) + 1, read(4) + 1, read(4) + 1, read(4) + 1];
  const mask = new Uint8Array(height * width);
  for (let i = 0; i < values;) {
    const start = at;
    const repeated = read(1) === 1;
    const length = read(lengthBits[read(2)]!) + 1;
    if (i + length > values)
      throw new ImageError("DECODE", `expected ${values - i} values at most, got ${length} at bit ${start}`);
    if (repeated) {
      // pixels whose fourth value lies in i .. i + length - 1
      if (read(wordBits) !== 0) mask.fill(1, i >> 2, (i + length) >> 2);
    } else {
      for (let k = i; k < i + length; k++) if (read(wordBits) !== 0 && k % 4 === 3) mask[k >> 2] = 1;
    }
    i += length;
  }
  return mask;
}

/** The stream of row-by-row runs, background first: all four values of a pixel are 255 in the mask and 0 elsewhere. */
export function encodeBrush(runs: readonly number[], pixels: number): number[] {
  const bytes: number[] = [];
  let held = 0;
  let free = 8;
  const write = (value: number, count: number): void => {
    for (let i = count - 1; i >= 0; i--) {
      held |= (Math.floor(value / 2 ** i) & 1) << --free;
      if (free > 0) continue;
      bytes.push(held);
      held = 0;
      free = 8;
    }
  };
  const sizes = [3, 4, 8, 16];
  write(pixels * 4, 32);
  write(7, 5);
  for (const size of sizes) write(size - 1, 4);
  runs.forEach((run, i) => {
    for (let left = run * 4; left > 0;) {
      const length = Math.min(left, 2 ** 16);
      const size = sizes.findIndex((count) => length <= 2 ** count);
      write(1, 1);
      write(size, 2);
      write(length - 1, sizes[size]!);
      write(i % 2 === 1 ? 255 : 0, 8);
      left -= length;
    }
  });
  if (free < 8) bytes.push(held);
  return bytes;
}

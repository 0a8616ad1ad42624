/** Run-length data of BMP: RLE8 and RLE4. */
import { ImageError } from "../errors.ts";

/**
 * Palette indices, row-major, the rows in the order of the file (the lowest first, as a rule). Pixels that the data leaves
 * out are 0; what reaches past the end of a row or behind the last row is dropped.
 *
 * @param at - where the data begins
 * @param nibbles - true for RLE4
 * @throws {ImageError} `DECODE` if the bytes end before the data says so and before the last row is full
 */
export function decodeRle(bytes: Uint8Array, at: number, width: number, height: number, nibbles: boolean): Uint8Array {
  const out = new Uint8Array(width * height);
  let x = 0;
  let y = 0;
  const put = (index: number): void => {
    if (x < width) out[y * width + x++] = index;
  };
  const ended = (): ImageError =>
    new ImageError(
      "DECODE",
      `expected the end of the run-length data, got the end of the bytes (byte ${bytes.length})`,
    );
  // every turn takes two bytes at least
  while (y < height) {
    if (at + 2 > bytes.length) {
      if (y === height - 1 && x >= width) break;
      throw ended();
    }
    const count = bytes[at]!;
    const value = bytes[at + 1]!;
    at += 2;
    if (count > 0) {
      const high = nibbles ? value >> 4 : value;
      const low = nibbles ? value & 15 : value;
      for (let i = 0; i < count && x < width; i++) put(i & 1 ? low : high);
    } else if (value === 0) {
      x = 0;
      y++;
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      if (at + 2 > bytes.length) throw ended();
      x = Math.min(width, x + bytes[at]!);
      y += bytes[at + 1]!;
      at += 2;
    } else {
      const length = nibbles ? (value + 1) >> 1 : value;
      if (at + length > bytes.length) throw ended();
      for (let i = 0; i < value; i++) put(nibbles ? (bytes[at + (i >> 1)]! >> (i & 1 ? 0 : 4)) & 15 : bytes[at + i]!);
      // runs of plain pixels fill whole 16-bit words
      at += length + (length & 1);
    }
  }
  return out;
}

/** Pictures whose pixels are ids, as run lengths. */
import type { Rle } from "../model/scene.ts";

/**
 * The run lengths of every value of a picture, in one pass over it.
 *
 * @param values - `width * height` of them, row-major
 * @param mask - bits of a value that count
 * @returns runs by value, column by column; those of 0 too
 */
export function runsByValue(
  values: Uint8Array | Uint16Array | Uint32Array,
  width: number,
  height: number,
  mask = 0xffffffff,
): Map<number, Rle> {
  // `end` is where the last run of the value stopped; the next one begins with the gap since then
  const found = new Map<number, { counts: number[]; end: number }>();
  let current = -1;
  let entry = { counts: [] as number[], end: 0 };
  let start = 0;
  let position = 0;
  for (let x = 0; x < width; x++) {
    for (let at = x; at < values.length; at += width, position++) {
      const value = (values[at]! & mask) >>> 0;
      if (value === current) continue;
      entry.counts.push(start - entry.end, position - start);
      entry.end = position;
      start = position;
      current = value;
      entry = found.get(value) ?? { counts: [], end: 0 };
      found.set(value, entry);
    }
  }
  entry.counts.push(start - entry.end, position - start);
  entry.end = position;
  const size = [height, width] as const;
  const runs = new Map<number, Rle>();
  for (const [value, { counts, end }] of found) {
    if (end < position) counts.push(position - end);
    runs.set(value, { size, counts });
  }
  return runs;
}

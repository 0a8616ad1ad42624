/** Comparing pictures. */

/** How far two arrays of samples are apart. */
export interface Difference {
  /** The largest difference of one sample. */
  readonly max: number;
  /** How many samples differ. */
  readonly count: number;
  /** Where the first one is; -1 when there is none. */
  readonly first: number;
}

/** No difference at all: `expect(difference(a, b)).toEqual(SAME)`. */
export const SAME: Difference = { max: 0, count: 0, first: -1 };

/**
 * Compare sample by sample. Much faster than `toEqual` on arrays, and it says something useful when it fails.
 * Arrays of unequal length differ in every sample that one of them has not, by Infinity.
 */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): Difference {
  const common = Math.min(actual.length, expected.length);
  const missing = Math.max(actual.length, expected.length) - common;
  let max = missing > 0 ? Infinity : 0;
  let count = missing;
  let first = -1;
  for (let i = 0; i < common; i++) {
    const distance = Math.abs(actual[i]! - expected[i]!);
    if (distance === 0) continue;
    max = Math.max(max, distance);
    count++;
    if (first < 0) first = i;
  }
  return { max, count, first: first < 0 && missing > 0 ? common : first };
}

/** Pixels as lists of numbers, and their comparison. */

/** Rows of numbers for one channel, of lists of channels for more. */
export function dataArray(data: Uint8Array, shape: readonly number[]): (number | number[])[][] {
  const [height, width, channels = 1] = shape as [number, number, number?];
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const at = (y * width + x) * channels;
      return channels === 1 ? data[at]! : [...data.subarray(at, at + channels)];
    }),
  );
}

/** True when two arrays of one length hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

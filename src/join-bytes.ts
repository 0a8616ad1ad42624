/** Several arrays of bytes as one. */

/**
 * The bytes of all parts, one behind the other, in memory of their own.
 *
 * @param newBytes - gives an array of so many bytes, which need not be cleared
 */
export function joinBytes(
  parts: readonly Uint8Array[],
  newBytes: (size: number) => Uint8Array<ArrayBuffer> = (size) => new Uint8Array(size),
): Uint8Array<ArrayBuffer> {
  const joined = newBytes(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * Memory of PNG files that are done with, for the next ones. Fresh memory costs about a fifth of an encode in page faults, and
 * lets V8 collect garbage every few pictures, as it counts these bytes too.
 */
const spare: Uint8Array<ArrayBuffer>[] = [];
const MOST = 4;
/** Bytes of what is worth keeping. */
export const LARGEST_SPARE: number = 32 * 2 ** 20;

/** Memory to encode into. What turns out to be too small is not kept again, so that what is kept grows to what is needed. */
export function takeSpare(): Uint8Array<ArrayBuffer> | undefined {
  return spare.pop();
}

/** Keep the whole memory behind these bytes, which nobody may look at any more. */
export function keepSpare({ buffer }: Uint8Array<ArrayBuffer>): void {
  if (spare.length < MOST && buffer.byteLength <= LARGEST_SPARE) spare.push(new Uint8Array(buffer));
}

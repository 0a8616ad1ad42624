/** What browsers and workers give; the same names as `node.ts`. Picked by `package.json#imports`. */
import { ImageError } from "../errors.ts";
import { inflateZlib } from "./inflate.ts";

export const platform: "node" | "browser" = "browser";

/** @throws {ImageError} `UNSUPPORTED`, always: a page has no files by path. */
export function readFileSync(path: string): Uint8Array {
  throw new ImageError(
    "UNSUPPORTED",
    `reading ${JSON.stringify(path)} by path needs Node; pass bytes, a Blob or a URL`,
  );
}

/** @throws {ImageError} `UNSUPPORTED`, always: a page has no files by path. */
export async function readFile(path: string): Promise<Uint8Array> {
  return readFileSync(path);
}

/**
 * Inflate a zlib stream.
 *
 * @param bytes - the stream, its Adler-32 included
 * @param size - bytes that it must hold
 * @throws {ImageError} `DECODE` if the stream is broken, or holds more or less than `size`
 */
export function inflate(bytes: Uint8Array, size: number): Uint8Array {
  return inflateZlib(bytes, size);
}

/** An array of `size` bytes that the caller will overwrite, all of them. */
export function newBytes(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(size);
}

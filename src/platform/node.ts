/** What Node gives; the same names as `browser.ts`. Picked by `package.json#imports`. */
import * as fs from "node:fs";
import { inflateSync } from "node:zlib";
import { ImageError } from "../errors.ts";

export const platform: "node" | "browser" = "node";

/** The bytes of a file. @throws {ImageError} `IO` */
export function readFileSync(path: string): Uint8Array {
  try {
    return fs.readFileSync(path);
  } catch (cause) {
    throw new ImageError("IO", "cannot be read", { path, cause });
  }
}

/** The bytes of a file. @throws {ImageError} `IO` */
export async function readFile(path: string): Promise<Uint8Array> {
  try {
    return await fs.promises.readFile(path);
  } catch (cause) {
    throw new ImageError("IO", "cannot be read", { path, cause });
  }
}

/** Inflate a zlib stream of `size` bytes; see `browser.ts`. */
export function inflate(bytes: Uint8Array, size: number): Uint8Array {
  let result: Uint8Array;
  try {
    result = inflateSync(bytes, { maxOutputLength: size });
  } catch (cause) {
    throw new ImageError("DECODE", "the zlib stream is broken", { cause });
  }
  if (result.length !== size) throw new ImageError("DECODE", `expected ${size} inflated bytes, got ${result.length}`);
  return result;
}

/**
 * An array of `size` bytes that the caller will overwrite, all of them. Not cleared, which saves the system a page fault per
 * 4 kB: memory that is to be zero is mapped anew each time.
 */
export function newBytes(size: number): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(size);
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, size);
}

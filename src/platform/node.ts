/** What Node gives; the same names as `browser.ts`. Picked by `package.json#imports`. */
import * as fs from "node:fs";
import { inflateSync } from "node:zlib";
import { ImageError } from "../errors.ts";
import type { ForeignPixels } from "./browser.ts";

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
    // one chunk with room for a byte too many: no second buffer, and no joining
    result = inflateSync(bytes, { maxOutputLength: size, chunkSize: Math.max(64, size + 1) });
  } catch (cause) {
    throw new ImageError("DECODE", "the zlib stream is broken", { cause });
  }
  if (result.length !== size) throw new ImageError("DECODE", `expected ${size} inflated bytes, got ${result.length}`);
  return result;
}

/** As much of sharp as is used. */
interface Sharp {
  rotate(): Sharp;
  toColourspace(space: "srgb"): Sharp;
  ensureAlpha(): Sharp;
  raw(options: { depth: "uchar" }): Sharp;
  toBuffer(options: {
    resolveWithObject: true;
  }): Promise<{ data: Uint8Array; info: { width: number; height: number } }>;
}

/** Decode with sharp, which is optional; see `browser.ts`. */
export async function decodeForeign(
  bytes: Uint8Array,
  type: string,
  turn: boolean,
  maxPixels: number,
): Promise<ForeignPixels> {
  const name = "sharp"; // not a literal in the import: neither compilers nor bundlers need it to be there
  let sharp: (input: Uint8Array, options: { limitInputPixels: number; failOn: "error" }) => Sharp;
  try {
    ({ default: sharp } = (await import(/* @vite-ignore */ name)) as { default: typeof sharp });
  } catch (cause) {
    throw new ImageError("UNSUPPORTED", `decoding ${type} in Node needs sharp: npm install sharp`, { cause });
  }
  try {
    const input = sharp(bytes, { limitInputPixels: maxPixels, failOn: "error" });
    const pipeline = (turn ? input.rotate() : input).toColourspace("srgb").ensureAlpha().raw({ depth: "uchar" });
    const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (cause) {
    throw new ImageError(
      "DECODE",
      `sharp could not decode the ${type}: ${String((cause as Error)?.message ?? cause)}`,
      {
        cause,
      },
    );
  }
}

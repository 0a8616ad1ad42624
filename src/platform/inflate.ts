/** zlib streams where the platform has no synchronous inflate of its own; the door to fflate's inflate. */
import { unzlibSync } from "fflate";
import { ImageError } from "../errors.ts";

/** See `browser.ts`. */
export function inflateZlib(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let result: Uint8Array;
  try {
    result = unzlibSync(bytes, { out });
  } catch (cause) {
    throw new ImageError("DECODE", "the zlib stream is broken", { cause });
  }
  if (result.length !== size) throw new ImageError("DECODE", `expected ${size} inflated bytes, got ${result.length}`);
  return result;
}

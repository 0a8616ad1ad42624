/** Hashes in Node, by its own crypto; the same names as `browser-hash.ts`. */
import { createHash } from "node:crypto";
import type { HashName } from "./browser-hash.ts";

/** The digest of bytes: 16 bytes of MD5, 32 of SHA-256. */
export function hashBytes(name: HashName, bytes: Uint8Array): Uint8Array {
  return createHash(name).update(bytes).digest();
}

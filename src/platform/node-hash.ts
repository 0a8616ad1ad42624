/** Hashes in Node, by its own crypto; the same names as `browser-hash.ts`. */
import type { HashName } from "./browser-hash.ts";

/** The digest of bytes: 16 bytes of MD5, 32 of SHA-256. */
export function hashBytes(name: HashName, bytes: Uint8Array): Uint8Array {
  // asked for when it is needed: an import costs 2 ms of every start
  return process.getBuiltinModule("node:crypto").createHash(name).update(bytes).digest();
}

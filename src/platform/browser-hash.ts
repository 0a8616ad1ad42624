/** Hashes where there is no synchronous one of the host; the same names as `node-hash.ts`. */
import { md5 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** Names of the hashes that formats ask for. */
export type HashName = "md5" | "sha256";

/** The digest of bytes: 16 bytes of MD5, 32 of SHA-256. */
export function hashBytes(name: HashName, bytes: Uint8Array): Uint8Array {
  return name === "md5" ? md5(bytes) : sha256(bytes);
}

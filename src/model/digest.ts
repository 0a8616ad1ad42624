/** Digests as texts. */
import { hashBytes } from "#platform";

/** SHA-256 in hexadecimal. */
export function sha256Hex(bytes: Uint8Array): string {
  return toHex(hashBytes("sha256", bytes));
}

/** MD5 in hexadecimal. */
export function md5Hex(bytes: Uint8Array): string {
  return toHex(hashBytes("md5", bytes));
}

/** MD5 in base64, as manifests of artifacts have it. */
export function md5Base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...hashBytes("md5", bytes)));
}

/** Base64 to hexadecimal, for a short digest. */
export function base64ToHex(text: string): string {
  return toHex(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
}

function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

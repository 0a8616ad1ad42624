/** Base64, as JSON files carry pictures. */
import { ImageError, show } from "../errors.ts";

/** The bytes of base64 text; white space and a `data:` prefix are passed over. @throws {ImageError} `DECODE` */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    const binary = atob(text.replace(/^data:[^,]{0,100},/, ""));
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch (cause) {
    throw new ImageError("DECODE", `expected base64, got ${show(text)}`, { cause });
  }
}

/** Bytes as base64 text. */
export function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // as many at once as an argument list surely holds, and a multiple of three
  for (let at = 0; at < bytes.length; at += 0x6000)
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 0x6000))));
  return pieces.join("");
}

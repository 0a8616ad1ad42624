/** Bytes as base64, without the host's help for more than a piece at a time. */
import { ImageError } from "../errors.ts";

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  // whole groups of three bytes, few enough to be arguments of one call
  for (let at = 0; at < bytes.length; at += 8190) text += btoa(String.fromCharCode(...bytes.subarray(at, at + 8190)));
  return text;
}

/** The bytes of a base64 text. @throws {ImageError} `DECODE` */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new ImageError("DECODE", "expected base64, got a text that is not", { cause });
  }
}

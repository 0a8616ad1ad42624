/** Names of media files, made of the keys they are logged under. */
import { ImageError, show } from "../errors.ts";
import { sha256Hex } from "../model/digest.ts";
import type { Generation } from "../model/guess-mode.ts";

/** Longest name of one folder or file, in bytes; systems take 255, the step, hash and extension come behind. */
const LONGEST = 160;

/**
 * The beginning of a file's name for a key: `/` makes folders, nothing leaves the folder of the media.
 *
 * `head`: slashes at the beginning are dropped, parts that are `.` and `..` become `_` and `__`. `mid` and `old`: the path as it
 * is, unless it leaves the folder, which is refused. limn: as `head`, and what Windows or readers of globs cannot bear becomes
 * `_`, and long parts are cut and told apart by a hash.
 *
 * @throws {ImageError} `ARGUMENT` for NUL, and in `mid` and `old` for a key that leads out
 */
export function mediaName(key: string, generation: Generation): string {
  const parts = key.split("/").filter((part) => part !== "");
  if (generation === "mid" || generation === "old") {
    const kept: string[] = [];
    for (const part of parts)
      if (part !== "..") {
        if (part !== ".") kept.push(part);
      } else if (kept.pop() === undefined) throw leaves(key);
    if (key.startsWith("/") || key.includes("\0")) throw leaves(key);
    return kept.join("/");
  }
  const inside = parts.map((part) => (part === "." ? "_" : part === ".." ? "__" : part));
  if (generation === "limn") return inside.map(plain).join("/");
  if (key.includes("\0")) throw leaves(key);
  return inside.join("/");
}

function leaves(key: string): ImageError {
  return new ImageError("ARGUMENT", `expected a key that names a file inside its run, got ${show(key)}`);
}

function plain(part: string): string {
  // oxlint-disable-next-line no-control-regex
  const name = part.replace(/[<>:"|?*\\[\]\u0000-\u001f\u007f]|\p{Surrogate}/gu, "_");
  const bytes = new TextEncoder().encode(name);
  if (bytes.length <= LONGEST) return name;
  let cut = LONGEST - 9;
  while ((bytes[cut]! & 0xc0) === 0x80) cut--;
  return `${new TextDecoder().decode(bytes.subarray(0, cut))}~${sha256Hex(bytes).slice(0, 8)}`;
}

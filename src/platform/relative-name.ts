/** Names that foreign files give to pictures, made safe to join to a folder. */
import { ImageError, show } from "../errors.ts";

/**
 * The name with single slashes and without `.` parts: `./a//b.jpg` gives `a/b.jpg`.
 *
 * @throws {ImageError} `ARGUMENT` if it is no text, is empty, absolute, holds NUL, or climbs out with `..`
 */
export function relativeName(name: string): string {
  const refuse = (what: string): ImageError =>
    new ImageError("ARGUMENT", `expected the name of a file below its folder, got ${what} ${show(name)}`);
  if (typeof name !== "string") throw refuse("no text:");
  if (name.includes("\0")) throw refuse("NUL in");
  // a backslash separates on Windows only, but a name that climbs out there is refused everywhere
  if (/^[\\/]/.test(name) || /^[A-Za-z]:/.test(name)) throw refuse("the absolute path");
  if (name.split(/[\\/]/).includes("..")) throw refuse('".." in');
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.length === 0) throw refuse("the empty name");
  return parts.join("/");
}

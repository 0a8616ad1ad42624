/** What browsers and workers give; the same names as `node.ts`. Picked by `package.json#imports`. */
import { ImageError } from "../errors.ts";

export const platform: "node" | "browser" = "browser";

/** @throws {ImageError} `UNSUPPORTED`, always: a page has no files by path. */
export function readFileSync(path: string): Uint8Array {
  throw new ImageError(
    "UNSUPPORTED",
    `reading ${JSON.stringify(path)} by path needs Node; pass bytes, a Blob or a URL`,
  );
}

/** @throws {ImageError} `UNSUPPORTED`, always: a page has no files by path. */
export async function readFile(path: string): Promise<Uint8Array> {
  return readFileSync(path);
}

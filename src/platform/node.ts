/** What Node gives; the same names as `browser.ts`. Picked by `package.json#imports`. */
import * as fs from "node:fs";
import { ImageError } from "../errors.ts";

export const platform: "node" | "browser" = "node";

/** The bytes of a file. @throws {ImageError} `IO` */
export function readFileSync(path: string): Uint8Array {
  try {
    return fs.readFileSync(path);
  } catch (cause) {
    throw new ImageError("IO", "cannot be read", { path, cause });
  }
}

/** The bytes of a file. @throws {ImageError} `IO` */
export async function readFile(path: string): Promise<Uint8Array> {
  try {
    return await fs.promises.readFile(path);
  } catch (cause) {
    throw new ImageError("IO", "cannot be read", { path, cause });
  }
}

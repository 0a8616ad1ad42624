/** Folders and files by path, which pages and workers do not have; the same names as `node-files.ts`. */
import { ImageError } from "../errors.ts";

function noFiles(): never {
  throw new ImageError("UNSUPPORTED", "folders and files by path need Node");
}

/** @throws {ImageError} `UNSUPPORTED`, always */
export function resolveFolder(_path: string): string {
  return noFiles();
}

/** @throws {ImageError} `UNSUPPORTED`, always */
export function makeFolder(_path: string): string {
  return noFiles();
}

/** @throws {ImageError} `UNSUPPORTED`, always */
export function resolveInside(_folder: string, _name: string): string {
  return noFiles();
}

/** @throws {ImageError} `UNSUPPORTED`, always */
export async function writeFileInside(
  _folder: string,
  _name: string,
  _bytes: Uint8Array,
  _draft?: string,
): Promise<string> {
  return noFiles();
}

/** @throws {ImageError} `UNSUPPORTED`, always */
export function removeFolder(_folder: string): void {
  noFiles();
}

/** There are none in a page. */
export function removeTemporaryFiles(): void {}

/** Files that are written while a run goes on, which pages do not have; the same names as `node-run-files.ts`. */
import { ImageError } from "../errors.ts";

/** A file that only grows, by whole records. */
export interface LogFile {
  readonly path: string;
  /** Add bytes at the end, all or none of them. @throws {ImageError} `IO` */
  append(bytes: Uint8Array): void;
  close(): void;
}

function noFiles(): never {
  throw new ImageError("UNSUPPORTED", 'folders and files by path need Node: use mode "memory"');
}

/** @throws {ImageError} `UNSUPPORTED`, always */
export function makeNewFolder(_folder: string, _name: string): string {
  return noFiles();
}

/** @throws {ImageError} `UNSUPPORTED`, always */
export function openLog(_folder: string, _name: string): LogFile {
  return noFiles();
}

/** @throws {ImageError} `UNSUPPORTED`, always */
export function listFiles(_folder: string): string[] {
  return noFiles();
}

/** @throws {ImageError} `UNSUPPORTED`, always */
export function temporaryFolder(): string {
  return noFiles();
}

/** There are none in a page. */
export function isFolder(_path: string): boolean {
  return false;
}

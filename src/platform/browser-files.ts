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
export function writeFileInside(_folder: string, _name: string, _bytes: Uint8Array, _draft?: string): string {
  return noFiles();
}

/** @throws {ImageError} `UNSUPPORTED`, always */
export function writeFileSync(_path: string, _bytes: Uint8Array): string {
  return noFiles();
}

/** @throws {ImageError} `UNSUPPORTED`, always */
export function removeFolder(_folder: string): void {
  noFiles();
}

/** Never made. */
export class Folder {
  /** @throws {ImageError} `UNSUPPORTED`, always */
  constructor(_path: string, _options?: { maxFiles?: number | undefined }) {
    noFiles();
  }

  list(): Promise<readonly string[]> {
    return noFiles();
  }

  read(_name: string): Promise<Uint8Array> {
    return noFiles();
  }

  readHead(_name: string, _length: number): Promise<Uint8Array> {
    return noFiles();
  }

  readPart(_name: string, _offset: number, _length: number): Promise<Uint8Array> {
    return noFiles();
  }

  size(_name: string): Promise<number> {
    return noFiles();
  }

  write(_name: string, _content: Uint8Array | string): Promise<void> {
    return noFiles();
  }
}

/** Never made. */
export class OpenFile {
  readonly size: number = 0;

  /** @throws {ImageError} `UNSUPPORTED`, always */
  constructor(_path: string) {
    noFiles();
  }

  read(_offset: number, _length: number): Promise<Uint8Array> {
    return noFiles();
  }
}

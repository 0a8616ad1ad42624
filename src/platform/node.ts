/** What Node gives; the same names as `browser.ts`. Picked by `package.json#imports`. */
import * as fs from "node:fs";
import { ImageError } from "../errors.ts";
import type { ForeignPixels } from "./browser.ts";
import { reasonOf } from "./node-files.ts";

export {
  makeFolder,
  removeFolder,
  resolveFolder,
  resolveInside,
  writeFileInside,
  writeFileSync,
} from "./node-files.ts";
export { coreCount, hearParent, openThread } from "./node-workers.ts";
export type { Thread, ThreadEvents } from "./browser-workers.ts";
export { isDistant, openStore, resolvePlace, samePlace } from "./node-store.ts";
export type { PictureStore, Place } from "./browser-store.ts";
export type { FolderHandle } from "./handle-store.ts";
export { hashBytes } from "./node-hash.ts";
export { isFolder, listFiles, makeNewFolder, openLog, temporaryFolder } from "./node-run-files.ts";
export { openWithDesktop, viewerScript } from "./node-viewer.ts";
export { Folder, OpenFile } from "./node-folder.ts";

export const platform: "node" | "browser" = "node";

/** The bytes of a file. @throws {ImageError} `IO` */
export function readFileSync(path: string): Uint8Array {
  try {
    return fs.readFileSync(path);
  } catch (cause) {
    throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path, cause });
  }
}

/** The bytes of a file. @throws {ImageError} `IO` */
export async function readFile(path: string): Promise<Uint8Array> {
  try {
    return await fs.promises.readFile(path);
  } catch (cause) {
    throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path, cause });
  }
}

/**
 * The core as the file of `size` bytes that is published beside this one; undefined where there is none (in a bundle). Quicker
 * to read than the embedded text is to unpack.
 */
export function coreFile(size: number): Uint8Array<ArrayBuffer> | undefined {
  try {
    const bytes = fs.readFileSync(new URL("../core.wasm", import.meta.url));
    return bytes.length === size ? (bytes as Uint8Array<ArrayBuffer>) : undefined;
  } catch {
    return undefined; // nothing is lost: the text is there
  }
}

/** As much of sharp as is used. */
interface Sharp {
  rotate(): Sharp;
  toColourspace(space: "srgb"): Sharp;
  ensureAlpha(): Sharp;
  raw(options: { depth: "uchar" }): Sharp;
  toBuffer(options: {
    resolveWithObject: true;
  }): Promise<{ data: Uint8Array; info: { width: number; height: number } }>;
}

/** Decode with sharp, which is optional; see `browser.ts`. */
export async function decodeForeign(
  bytes: Uint8Array,
  type: string,
  turn: boolean,
  maxPixels: number,
): Promise<ForeignPixels> {
  let sharp: (input: Uint8Array, options: { limitInputPixels: number; failOn: "error" }) => Sharp;
  try {
    ({ default: sharp } = (await import(/* @vite-ignore */ "sharp")) as { default: typeof sharp });
  } catch (cause) {
    throw new ImageError("UNSUPPORTED", `decoding ${type} in Node needs sharp: npm install sharp`, { cause });
  }
  try {
    const input = sharp(bytes, { limitInputPixels: maxPixels, failOn: "error" });
    const pipeline = (turn ? input.rotate() : input).toColourspace("srgb").ensureAlpha().raw({ depth: "uchar" });
    const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (cause) {
    throw new ImageError(
      "DECODE",
      `sharp could not decode the ${type}: ${String((cause as Error)?.message ?? cause)}`,
      {
        cause,
      },
    );
  }
}

/** Node has no canvas of its own. */
export function drawnPixels(_source: unknown, _maxPixels: number): ForeignPixels | undefined {
  return undefined;
}

/**
 * An array of `size` bytes that the caller will overwrite, all of them. Not cleared, which saves the system a page fault per
 * 4 kB: memory that is to be zero is mapped anew each time.
 */
export function newBytes(size: number): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(size);
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, size);
}

/** Let what waits have its turn: messages, timers, signals. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

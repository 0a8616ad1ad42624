/** What browsers and workers give; the same names as `node.ts`. Picked by `package.json#imports`. */
import { ImageError } from "../errors.ts";

export {
  Folder,
  makeFolder,
  OpenFile,
  removeFolder,
  resolveFolder,
  resolveInside,
  writeFileInside,
} from "./browser-files.ts";
export { coreCount, hearParent, openThread, type Thread, type ThreadEvents } from "./browser-workers.ts";
export { isDistant, makePlace, openStore, type PictureStore, resolvePlace } from "./browser-store.ts";
export { type HashName, hashBytes } from "./browser-hash.ts";
export { isFolder, listFiles, type LogFile, makeNewFolder, openLog, temporaryFolder } from "./browser-run-files.ts";

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

/** The core as a file: in a page it is always unpacked. */
export function coreFile(_size: number): Uint8Array<ArrayBuffer> | undefined {
  return undefined;
}

/** What a decoder of the platform gives: straight-alpha RGBA8, row-major. */
export interface ForeignPixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/**
 * Decode a picture with the platform's own decoder.
 *
 * @param type - the format's name, as in a media type
 * @param turn - apply the orientation that the file gives (a browser does so in any case)
 * @throws {ImageError} `UNSUPPORTED` if there is no such decoder, `DECODE` if it refuses, `LIMIT` over `maxPixels`
 */
export async function decodeForeign(
  bytes: Uint8Array,
  type: string,
  _turn: boolean,
  maxPixels: number,
): Promise<ForeignPixels> {
  if (typeof createImageBitmap !== "function" || typeof OffscreenCanvas !== "function")
    throw new ImageError("UNSUPPORTED", `decoding ${type} needs createImageBitmap and OffscreenCanvas`);
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: `image/${type}` }), {
      premultiplyAlpha: "none",
      colorSpaceConversion: "none",
    });
  } catch (cause) {
    throw new ImageError("DECODE", `the browser could not decode the ${type}`, { cause });
  }
  try {
    const { width, height } = bitmap;
    if (width * height > maxPixels)
      throw new ImageError("LIMIT", `expected at most ${maxPixels} pixels, got ${width} x ${height}`);
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (!context) throw new ImageError("UNSUPPORTED", `decoding ${type} needs a 2d context`);
    context.drawImage(bitmap, 0, 0);
    return { data: context.getImageData(0, 0, width, height).data, width, height };
  } finally {
    bitmap.close();
  }
}

/** An array of `size` bytes that the caller will overwrite, all of them. */
export function newBytes(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(size);
}

/** Let what waits have its turn: messages, timers, signals. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

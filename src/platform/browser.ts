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
  writeFileSync,
} from "./browser-files.ts";
export { coreCount, hearParent, openThread, type Thread, type ThreadEvents } from "./browser-workers.ts";
export { isDistant, openStore, type PictureStore, type Place, resolvePlace, samePlace } from "./browser-store.ts";
export type { FolderHandle } from "./handle-store.ts";
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

/** @throws {ImageError} `UNSUPPORTED`, always: a page is not asked to write pages. */
export function viewerScript(_withFonts: boolean): string {
  throw new ImageError("UNSUPPORTED", "writing a page needs Node; use the element <limn-image>");
}

/** Nothing is opened from inside of a page. */
export function openWithDesktop(_path: string): void {}

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

/** What a page draws pictures from, and where each says how large it is. */
const DRAWABLES: readonly (readonly [name: string, width: string, height: string])[] = [
  ["HTMLCanvasElement", "width", "height"],
  ["OffscreenCanvas", "width", "height"],
  ["ImageBitmap", "width", "height"],
  ["HTMLImageElement", "naturalWidth", "naturalHeight"],
  ["HTMLVideoElement", "videoWidth", "videoHeight"],
  ["VideoFrame", "displayWidth", "displayHeight"],
];

/**
 * The pixels of a canvas, an ImageBitmap, an `<img>`, a `<video>` or a VideoFrame, as they are now; undefined for anything else.
 *
 * @throws {ImageError} `ARGUMENT` for one without pixels (yet), `LIMIT` over `maxPixels`, `UNSUPPORTED` for one that the page may
 *   not read, as pictures of other sites are
 */
export function drawnPixels(source: unknown, maxPixels: number): ForeignPixels | undefined {
  const kind = DRAWABLES.find(([name]) => {
    const type = (globalThis as Record<string, unknown>)[name];
    return typeof type === "function" && source instanceof type;
  });
  if (!kind) return undefined;
  const [name, widthOf, heightOf] = kind;
  const { [widthOf]: width = 0, [heightOf]: height = 0 } = source as Record<string, number>;
  if (width <= 0 || height <= 0) throw new ImageError("ARGUMENT", `expected pixels, got an empty ${name}`);
  if (width * height > maxPixels)
    throw new ImageError("LIMIT", `expected at most ${maxPixels} pixels, got ${width} x ${height}`);
  try {
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
    context.drawImage(source as OffscreenCanvas, 0, 0, width, height);
    return { data: context.getImageData(0, 0, width, height).data, width, height };
  } catch (cause) {
    throw new ImageError("UNSUPPORTED", `the pixels of this ${name} cannot be read`, { cause });
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

/** Places of pictures in Node. */
import * as fs from "node:fs";
import { join } from "node:path";
import { ImageError } from "../errors.ts";
import type { Place, PictureStore } from "./browser-store.ts";
import { makeFolder, reasonOf, removeFolder, resolveFolder, resolveInside, writeFileInside } from "./node-files.ts";
import { openS3Store } from "./node-s3-files.ts";
import { checkBucket } from "./node-s3.ts";
import { isS3, parseS3, s3Name } from "./s3-place.ts";
import { isWebUrl, openWeb } from "./web-store.ts";

/** True for a place that each file is waited for, so that many are best asked for at a time. */
export function isDistant(place: Place): boolean {
  return typeof place === "string" && (isS3(place) || isWebUrl(place));
}

async function openBucket(name: string): Promise<string> {
  const place = parseS3(name);
  await checkBucket(place);
  return s3Name(place);
}

/**
 * A place of pictures.
 *
 * @param place - as {@link resolvePlace} gives it
 */
export function openStore(place: Place): PictureStore {
  if (typeof place !== "string") throw noHandles();
  if (isS3(place)) return openS3Store(place);
  if (isWebUrl(place)) return openWeb(place);
  return {
    makeDrafts: (drafts) => void makeFolder(join(place, drafts)),
    removeDrafts: (drafts) => removeFolder(join(place, drafts)),
    read: (name) => readInto(resolveInside(place, name), name),
    write: (name, bytes, drafts) => writeFileInside(place, name, bytes, drafts),
  };
}

/**
 * The one name of a place: the true path of a folder, which is made where it is missing and to be written, `s3://bucket/prefix` of a
 * bucket, which is never made, or a URL; see `browser-store.ts`.
 *
 * @throws {ImageError} `IO`, `ARGUMENT`, `UNSUPPORTED`
 */
export function resolvePlace(place: string, use: "read" | "write"): Promise<string>;
export function resolvePlace(place: Place | URL, use: "read" | "write"): Promise<Place>;
export async function resolvePlace(place: Place | URL, use: "read" | "write"): Promise<Place> {
  if (typeof place === "string" && isS3(place)) return openBucket(place);
  if (isWebUrl(place)) return openWeb(place, use).base;
  if (typeof place !== "string") throw noHandles();
  return use === "read" ? resolveFolder(place) : makeFolder(place);
}

/** True for two names of one place. */
export async function samePlace(a: Place, b: Place): Promise<boolean> {
  return a === b;
}

function noHandles(): ImageError {
  return new ImageError("UNSUPPORTED", "handles of folders are for browsers; in Node a folder is named by its path");
}

/** Memory for files that are read, one at a time: fresh memory for each would cost page faults and the collector's time. */
let shelf: Buffer | undefined;
const LARGEST_SHELF = 32 * 2 ** 20;

/**
 * The bytes of a file, which are overwritten by the next. Synchronous: a file that the system has in its cache is read in less
 * time than another thread is woken, and while a disk is waited for the other workers go on.
 */
function readInto(path: string, name: string): Uint8Array {
  let file: number | undefined;
  try {
    file = fs.openSync(path, "r");
    const { size } = fs.fstatSync(file);
    if (size > LARGEST_SHELF) return fs.readFileSync(file);
    if (!shelf || shelf.length < size) shelf = Buffer.allocUnsafeSlow(Math.max(size, 2 ** 20));
    let length = 0;
    for (let more = 1; more > 0 && length < size; length += more)
      more = fs.readSync(file, shelf, length, size - length, length);
    return shelf.subarray(0, length);
  } catch (cause) {
    throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path: name, cause });
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

/** Places of pictures in Node. */
import * as fs from "node:fs";
import { ImageError } from "../errors.ts";
import type { PictureStore } from "./browser-store.ts";
import { makeFolder, reasonOf, resolveFolder, resolveInside, writeFileInside } from "./node-files.ts";
import { openS3Store } from "./node-s3-files.ts";
import { checkBucket } from "./node-s3.ts";
import { isS3, parseS3, s3Name } from "./s3-place.ts";

/** True for a place that each file is waited for, so that many are best asked for at a time. */
export function isDistant(place: string): boolean {
  return isS3(place);
}

/**
 * The one name of a place of pictures, which is there: the true path of a folder, or `s3://bucket/prefix`.
 *
 * @throws {ImageError} `IO` if there is none, `ARGUMENT`
 */
export async function resolvePlace(place: string): Promise<string> {
  return isS3(place) ? openBucket(place) : resolveFolder(place);
}

/** The same of a place that is made where it is missing. A bucket is never made. @throws {ImageError} as {@link resolvePlace} */
export async function makePlace(place: string): Promise<string> {
  return isS3(place) ? openBucket(place) : makeFolder(place);
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
export function openStore(place: string): PictureStore {
  if (isS3(place)) return openS3Store(place);
  return {
    read: (name) => readInto(resolveInside(place, name), name),
    write: (name, bytes, drafts) => writeFileInside(place, name, bytes, drafts),
  };
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

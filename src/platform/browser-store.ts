/** Places of pictures that a page or worker can reach; the same names as `node-store.ts`. */
import { ImageError, show } from "../errors.ts";
import { type FolderHandle, isFolderHandle, openHandle, sameHandle } from "./handle-store.ts";
import { isWebUrl, openWeb } from "./web-store.ts";

/**
 * A place of pictures: the path of a folder or `s3://bucket/prefix` (Node), a folder that a page was given (browsers), or a URL that ends in `/`, below
 * which pictures are fetched.
 */
export type Place = string | FolderHandle;

/** A place where pictures are read or written. A place that answers at once gives no promise: there is nothing to wait for. */
export interface PictureStore {
  /**
   * The bytes of a file. Without a promise they are good until the next `read` only.
   *
   * @throws {ImageError} `ARGUMENT` if the name leads out of the place, `IO` if it cannot be read
   */
  read(name: string): Uint8Array | Promise<Uint8Array>;
  /**
   * Write a file, whole or not at all.
   *
   * @param drafts - name of a folder of the place for the file while it is written; default: beside it
   * @returns its path
   * @throws {ImageError} `ARGUMENT` if the name leads out of the place, `IO` if it cannot be written
   */
  write(name: string, bytes: Uint8Array, drafts?: string): string | Promise<string>;
  /** Make the folder for drafts, where the place needs one. */
  makeDrafts?(drafts: string): void | Promise<void>;
  /** Remove it with all that is in it. */
  removeDrafts?(drafts: string): void | Promise<void>;
}

/** @param place - as {@link resolvePlace} gives it */
export function openStore(place: Place): PictureStore {
  return typeof place === "string" ? openWeb(place) : openHandle(place);
}

/**
 * The place itself, checked, for {@link openStore}; plain data that goes to other threads.
 *
 * @param use - a place to be written is made where it is missing
 * @throws {ImageError} `UNSUPPORTED` for the path of a folder: a page has none; `ARGUMENT` for what is no place
 */
export function resolvePlace(place: string, use: "read" | "write"): Promise<string>;
export function resolvePlace(place: Place | URL, use: "read" | "write"): Promise<Place>;
export async function resolvePlace(place: Place | URL, use: "read" | "write"): Promise<Place> {
  if (isWebUrl(place)) return openWeb(place, use).base;
  if (typeof place === "string")
    throw new ImageError("UNSUPPORTED", `folders by path need Node, got ${JSON.stringify(place)}`);
  if (!isFolderHandle(place)) throw new ImageError("ARGUMENT", `expected the handle of a folder, got ${show(place)}`);
  return place;
}

/** True for two names of one place. */
export async function samePlace(a: Place, b: Place): Promise<boolean> {
  return typeof a === "string" || typeof b === "string" ? a === b : sameHandle(a, b);
}

/** True for a place that each file is waited for, so that many are best asked for at a time. */
export function isDistant(place: Place): boolean {
  return typeof place === "string";
}

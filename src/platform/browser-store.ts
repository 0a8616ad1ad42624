/** Places of pictures that a page or worker can reach; the same names as `node-store.ts`. */
import { ImageError } from "../errors.ts";

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
}

/** @throws {ImageError} `UNSUPPORTED`, always: a page has no files by path. */
export function openStore(place: string): PictureStore {
  throw new ImageError("UNSUPPORTED", `folders by path need Node, got ${JSON.stringify(place)}`);
}

/** False: a page reaches no such place. */
export function isDistant(_place: string): boolean {
  return false;
}

/** @throws {ImageError} `UNSUPPORTED`, always: a page has no files by path. */
export async function resolvePlace(place: string): Promise<string> {
  throw new ImageError("UNSUPPORTED", `places by name need Node, got ${JSON.stringify(place)}`);
}

/** @throws {ImageError} `UNSUPPORTED`, always: a page has no files by path. */
export async function makePlace(place: string): Promise<string> {
  return resolvePlace(place);
}

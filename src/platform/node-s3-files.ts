/** Files of an S3 store as the rest of limn sees files: a place of pictures, a folder, one file. */
import { ImageError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { PictureStore } from "./browser-store.ts";
import { listObjects, lookAtObject, readObject, writeObject } from "./node-s3.ts";
import { keyOf, parseS3, type S3Place, s3Name, splitS3 } from "./s3-place.ts";

const stores = new Map<string, PictureStore>();

/** The place of pictures; see `openStore`. @throws {ImageError} `ARGUMENT` */
export function openS3Store(name: string): PictureStore {
  let store = stores.get(name);
  if (!store) {
    const place = parseS3(name);
    store = {
      // a name that leads out is refused as everything else: by the promise
      read: async (file) => readObject(place, keyOf(place, file)),
      write: async (file, bytes) => {
        const key = keyOf(place, file);
        await writeObject(place, key, bytes);
        return `s3://${place.bucket}/${key}`;
      },
    };
    stores.set(name, store);
  }
  return store;
}

/** The files below a prefix. Hidden ones, and keys that are no names of files, are not among them, as in a `Folder`. */
export class S3Folder {
  /** The place's name. */
  readonly path: string;
  readonly #place: S3Place;
  #sizes: Promise<ReadonlyMap<string, number>> | undefined;

  /** @throws {ImageError} `ARGUMENT` if that is not the name of a place */
  constructor(path: string) {
    this.#place = parseS3(path);
    this.path = s3Name(this.#place);
  }

  /** Every file below, sorted; asked for once. @throws {ImageError} `LIMIT` for more than {@link limits}.maxFiles, `IO` */
  async list(): Promise<readonly string[]> {
    return [...(await this.sizes()).keys()];
  }

  /** Every file below and its size, sorted by name; asked for once. @throws {ImageError} as {@link list} */
  sizes(): Promise<ReadonlyMap<string, number>> {
    return (this.#sizes ??= this.#list());
  }

  /** @throws {ImageError} `IO` */
  async isEmpty(): Promise<boolean> {
    for await (const _ of listObjects(this.#place, 1)) return false;
    return true;
  }

  async #list(): Promise<ReadonlyMap<string, number>> {
    const found: [name: string, size: number][] = [];
    for await (const { name, size } of listObjects(this.#place)) {
      if (!isFileName(name)) continue;
      if (found.push([name, size]) > limits.maxFiles)
        throw new ImageError("LIMIT", `expected at most ${limits.maxFiles} files`, { path: this.path });
    }
    return new Map(found.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }

  /** The bytes of a file. @throws {ImageError} `IO`, `LIMIT`, or `ARGUMENT` for a name that leads out of the place */
  async read(name: string): Promise<Uint8Array> {
    return readObject(this.#place, keyOf(this.#place, name));
  }

  /** The first bytes of a file, at most `length`. @throws {ImageError} as {@link read} */
  readHead(name: string, length: number): Promise<Uint8Array> {
    return this.readPart(name, 0, length);
  }

  /** Bytes `[offset, offset + length)` of a file, fewer at its end. @throws {ImageError} as {@link read} */
  async readPart(name: string, offset: number, length: number): Promise<Uint8Array> {
    return readObject(this.#place, keyOf(this.#place, name), { offset, length });
  }

  /** Bytes of a file. @throws {ImageError} as {@link read} */
  async size(name: string): Promise<number> {
    const known = this.#sizes && (await this.#sizes).get(name);
    if (known !== undefined) return known;
    const key = keyOf(this.#place, name);
    const info = await lookAtObject(this.#place, key);
    if (!info) throw new ImageError("IO", "cannot be read (no such file)", { path: name });
    return info.size;
  }
}

/** One file of a store, read in parts. */
export class S3File {
  readonly size: number;
  /** Changes with the content. */
  readonly tag: string | undefined;
  readonly #folder: S3Folder;
  readonly #name: string;

  private constructor(folder: S3Folder, name: string, info: { size: number; tag: string | undefined }) {
    this.#folder = folder;
    this.#name = name;
    ({ size: this.size, tag: this.tag } = info);
  }

  /** @param path - `s3://bucket/folder/name` @throws {ImageError} `ARGUMENT`, or `IO` if there is none */
  static async open(path: string): Promise<S3File> {
    const file = await S3File.find(path);
    if (!file) throw new ImageError("IO", "cannot be read (no such file)", { path });
    return file;
  }

  /** Undefined where there is none. @throws {ImageError} `ARGUMENT`, `IO` */
  static async find(path: string): Promise<S3File | undefined> {
    const { place, name } = splitS3(path);
    const info = await lookAtObject(place, keyOf(place, name));
    return info && new S3File(new S3Folder(s3Name(place)), name, info);
  }

  /** Bytes `[offset, offset + length)`, fewer at the end. @throws {ImageError} `IO` */
  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#folder.readPart(this.#name, offset, length);
  }

  /** All of it. @throws {ImageError} `LIMIT`, `IO` */
  readAll(): Promise<Uint8Array> {
    return this.#folder.read(this.#name);
  }
}

/** Keys may be anything: `a//b`, `../x`, a folder's own mark `a/`. */
function isFileName(name: string): boolean {
  return (
    !name.includes("\\") &&
    !name.includes("\0") &&
    name.split("/").every((part) => part !== "" && !part.startsWith("."))
  );
}

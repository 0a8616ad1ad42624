/** A folder of the disk, listed, read and written by relative names that cannot leave it. */
import * as fs from "node:fs";
import { join } from "node:path";
import { ImageError } from "../errors.ts";
import { limits } from "../limits.ts";
import { reasonOf, resolveFolder, resolveInside, writeFileInside } from "./node-files.ts";

const DEEPEST = 64;

/**
 * Bytes that are read at once: the way through Node's threads takes longer than to read so little, and datasets have a
 * hundred thousand labels and heads of pictures.
 */
const SMALL = 1 << 16;

function readNow(path: string, offset: number, length: number): Uint8Array {
  const file = fs.openSync(path, "r");
  try {
    const bytes = new Uint8Array(Math.min(length, Math.max(0, fs.fstatSync(file).size - offset)));
    let at = 0;
    for (let count = 1; at < bytes.length && count > 0; at += count)
      count = fs.readSync(file, bytes, at, bytes.length - at, offset + at);
    return bytes.subarray(0, at);
  } finally {
    fs.closeSync(file);
  }
}

/**
 * The files of a folder. Hidden ones, and links that lead out of it or to folders, are not among them; what is neither a file
 * nor a folder (pipes, devices) is never opened.
 */
export class Folder {
  /** The true path. */
  readonly path: string;
  #names: readonly string[] | undefined;

  /** @throws {ImageError} `IO` if there is no such folder */
  constructor(path: string) {
    this.path = resolveFolder(path);
  }

  /** Every file below, sorted; looked up once. @throws {ImageError} `LIMIT` for more than {@link limits}.maxFiles, `IO` */
  async list(): Promise<readonly string[]> {
    if (this.#names) return this.#names;
    const names: string[] = [];
    await this.#walk("", names, 0);
    return (this.#names = names.sort());
  }

  /** The bytes of a file. @throws {ImageError} `IO`, or `ARGUMENT` for a name that leads out of the folder */
  async read(name: string): Promise<Uint8Array> {
    const path = resolveInside(this.path, name);
    try {
      return fs.statSync(path).size <= SMALL ? fs.readFileSync(path) : await fs.promises.readFile(path);
    } catch (cause) {
      throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path: name, cause });
    }
  }

  /** The first bytes of a file, at most `length`. @throws {ImageError} as {@link read} */
  readHead(name: string, length: number): Promise<Uint8Array> {
    return this.readPart(name, 0, length);
  }

  /** Bytes `[offset, offset + length)` of a file, fewer at its end. @throws {ImageError} as {@link read} */
  async readPart(name: string, offset: number, length: number): Promise<Uint8Array> {
    const path = resolveInside(this.path, name);
    try {
      if (length <= SMALL) return readNow(path, offset, length);
      const file = await fs.promises.open(path);
      try {
        return await readFully(file, offset, length);
      } finally {
        await file.close();
      }
    } catch (cause) {
      throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path: name, cause });
    }
  }

  /** Bytes of a file. @throws {ImageError} as {@link read} */
  async size(name: string): Promise<number> {
    return fs.statSync(resolveInside(this.path, name)).size;
  }

  /** Write a file, whole or not at all. @throws {ImageError} `IO`, or `ARGUMENT` for a name that leads out of the folder */
  async write(name: string, content: Uint8Array | string): Promise<void> {
    await writeFileInside(this.path, name, typeof content === "string" ? new TextEncoder().encode(content) : content);
    this.#names = undefined;
  }

  async #walk(below: string, names: string[], depth: number): Promise<void> {
    if (depth > DEEPEST)
      throw new ImageError("LIMIT", `expected at most ${DEEPEST} folders in each other`, { path: below });
    let entries: fs.Dirent[];
    try {
      entries = await fs.promises.readdir(join(this.path, below), { withFileTypes: true });
    } catch (cause) {
      // a folder below that refuses hides what is in it; the folder itself must be readable
      if (depth > 0) return;
      throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path: this.path, cause });
    }
    for (const entry of entries) {
      if (entry.name.startsWith(".") || entry.name.includes("\\")) continue;
      const name = `${below}${entry.name}`;
      if (entry.isDirectory()) await this.#walk(`${name}/`, names, depth + 1);
      else if (entry.isFile() || (entry.isSymbolicLink() && this.#leadsInside(name))) names.push(name);
      if (names.length > limits.maxFiles)
        throw new ImageError("LIMIT", `expected at most ${limits.maxFiles} files`, { path: this.path });
    }
  }

  #leadsInside(name: string): boolean {
    try {
      return resolveInside(this.path, name) !== "";
    } catch {
      return false;
    }
  }
}

/** One file, read in parts. */
export class OpenFile {
  readonly size: number;
  readonly #path: string;

  /** @throws {ImageError} `IO` if it is no file that can be read */
  constructor(path: string) {
    this.#path = path;
    try {
      const about = fs.statSync(path);
      if (!about.isFile()) throw new ImageError("IO", "expected a file, got something else", { path });
      this.size = about.size;
    } catch (cause) {
      if (cause instanceof ImageError) throw cause;
      throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path, cause });
    }
  }

  /** Bytes `[offset, offset + length)`, fewer at the end. @throws {ImageError} `IO` */
  async read(offset: number, length: number): Promise<Uint8Array> {
    try {
      const file = await fs.promises.open(this.#path);
      try {
        return await readFully(file, offset, length);
      } finally {
        await file.close();
      }
    } catch (cause) {
      throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path: this.#path, cause });
    }
  }
}

async function readFully(file: fs.promises.FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const { size } = await file.stat();
  const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - offset)));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

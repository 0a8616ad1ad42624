/**
 * The files of a dataset, wherever they lie: a folder, an archive, memory. Formats read and write through these two
 * interfaces and know nothing of disks.
 */
import { ImageError, show } from "../errors.ts";

/** Files to read. Names are relative, with `/`, never with `..`; the same name always gives the same bytes. */
export interface FileTree {
  /** Every file, sorted by name. */
  list(): Promise<readonly string[]>;
  /** The bytes of a file. @throws {ImageError} `IO` when there is no such file */
  read(name: string): Promise<Uint8Array>;
  /** The first bytes of a file, at most `length`: enough for the header of a picture. Default: all of it. */
  readHead?(name: string, length: number): Promise<Uint8Array>;
  /** Bytes of a file, where that is known without reading it. */
  size?(name: string): Promise<number>;
  /** Bytes `[offset, offset + length)` of a file, fewer at its end; given where a part costs less than the whole. */
  readPart?(name: string, offset: number, length: number): Promise<Uint8Array>;
}

/** Where files are written. */
export interface FileSink {
  /** Write a whole file; folders are made. @throws {ImageError} `ARGUMENT` for a name that leaves the root, or `IO` */
  write(name: string, content: Uint8Array | string): Promise<void>;
}

/** A tree, and a sink, over a Map in memory. */
export class MemoryFiles implements FileTree, FileSink {
  readonly files: Map<string, Uint8Array> = new Map();

  /** @param files - names and contents to begin with; text is kept as UTF-8 */
  constructor(files: Iterable<readonly [string, Uint8Array | string]> = []) {
    for (const [name, content] of files) this.#set(name, content);
  }

  async list(): Promise<readonly string[]> {
    return [...this.files.keys()].sort();
  }

  async read(name: string): Promise<Uint8Array> {
    const bytes = this.files.get(name);
    if (!bytes) throw new ImageError("IO", `expected the file ${show(name)}, got none`, { path: name });
    return bytes;
  }

  async write(name: string, content: Uint8Array | string): Promise<void> {
    this.#set(name, content);
  }

  #set(name: string, content: Uint8Array | string): void {
    this.files.set(checkFileName(name), typeof content === "string" ? new TextEncoder().encode(content) : content);
  }
}

/** @throws {ImageError} `ARGUMENT` for what is no tree of files */
export function checkTree(tree: FileTree, path?: string): FileTree {
  if (typeof tree?.list !== "function" || typeof tree.read !== "function")
    throw new ImageError("ARGUMENT", `expected a tree of files, got ${show(tree)}`, { path });
  return tree;
}

/**
 * A file's name in a tree: relative, `/` between folders, nothing that leaves the root.
 *
 * @throws {ImageError} `ARGUMENT` for anything else
 */
export function checkFileName(name: string): string {
  const parts = typeof name === "string" ? name.split("/") : [];
  // oxlint-disable-next-line no-control-regex
  if (
    name === "" ||
    parts.some((part) => part === "" || part === "." || part === "..") ||
    /[\\\0]|^[A-Za-z]:/.test(name)
  )
    throw new ImageError("ARGUMENT", `expected a relative file name, got ${show(name)}`);
  return name;
}

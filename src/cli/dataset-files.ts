/** Datasets that the command line names: a folder, a `.zip`, or one file with its folder as context. */
import * as fs from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { Folder, makeFolder, OpenFile, readFile } from "#platform";
import { ImageError } from "../errors.ts";
import type { FileSink, FileTree } from "../format/file-tree.ts";
import { reasonOf } from "../platform/node-files.ts";
import { isZip, openZip } from "../format/zip-read.ts";
import { ZipWriter } from "../format/zip-write.ts";

/** Files to read, and those to tell the format by. */
export interface DatasetFiles {
  readonly tree: FileTree;
  readonly look: FileTree;
}

const ANNOTATIONS = /\.(?:json|jsonl|xml|csv|txt|zip)$/i;

/** What the system says about a path; undefined where there is nothing, also below what is no folder. @throws {ImageError} `IO` */
export function statusOf(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path);
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path, cause });
  }
}

/** @throws {ImageError} `IO` if there is no such file or folder; what `openZip` throws */
export async function openFiles(path: string): Promise<DatasetFiles> {
  const about = statusOf(path);
  if (!about) throw new ImageError("IO", "no such file or folder", { path });
  if (about.isDirectory()) return same(new Folder(path));
  const file = new OpenFile(path);
  if (isZip(await file.read(0, 4)) || extname(path).toLowerCase() === ".zip") {
    try {
      return same(await openZip(file));
    } catch (error) {
      throw error instanceof ImageError ? error.at(path) : error;
    }
  }
  const folder = new Folder(dirname(path));
  // a list of names belongs to the files around it
  if (/\.(?:ya?ml|txt)$/i.test(path)) return same(folder);
  return { tree: new FileInContext(folder, path), look: new FileInContext(folder, path, false) };
}

/** A folder, or an archive, of pictures. */
export async function openPictures(path: string): Promise<FileTree> {
  return (await openFiles(path)).tree;
}

function same(tree: FileTree): DatasetFiles {
  return { tree, look: tree };
}

/** One file of annotations, and the files of its folder that hold none of others: pictures, masks, settings. */
class FileInContext implements FileTree {
  readonly #folder: Folder;
  readonly #path: string;
  readonly #name: string;
  readonly #context: boolean;

  constructor(folder: Folder, path: string, context = true) {
    this.#folder = folder;
    this.#path = path;
    this.#name = basename(path);
    this.#context = context;
  }

  async list(): Promise<readonly string[]> {
    if (!this.#context) return [this.#name];
    let around: readonly string[] = [];
    try {
      around = await this.#folder.list();
    } catch (error) {
      // a file in a huge folder is still a file
      if (!(error instanceof ImageError) || error.code !== "LIMIT") throw error;
    }
    return [...around.filter((name) => name !== this.#name && !ANNOTATIONS.test(name)), this.#name].sort();
  }

  read(name: string): Promise<Uint8Array> {
    // the file that was named may be a link to anywhere
    return name === this.#name ? readFile(this.#path) : this.#folder.read(name);
  }

  readHead(name: string, length: number): Promise<Uint8Array> {
    return this.readPart(name, 0, length);
  }

  readPart(name: string, offset: number, length: number): Promise<Uint8Array> {
    if (name === this.#name) return new OpenFile(this.#path).read(offset, length);
    return this.#folder.readPart(name, offset, length);
  }

  async size(name: string): Promise<number> {
    return name === this.#name ? new OpenFile(this.#path).size : this.#folder.size(name);
  }
}

/** Where a dataset is written, and what to do when all of it is. */
export interface DatasetTarget {
  readonly sink: FileSink;
  /** Files written. */
  readonly files: readonly string[];
  finish(): Promise<void>;
  /** Leave nothing of an archive behind. Files in a folder stay. */
  discard(): void;
}

/**
 * A folder that is empty or not there, or a `.zip`.
 *
 * @param force - files of the same names are overwritten
 * @throws {ImageError} `ARGUMENT` where files would be overwritten, `IO`
 */
export function openTarget(path: string, force: boolean): DatasetTarget {
  const files: string[] = [];
  const counted = (write: FileSink["write"]): FileSink => ({
    write: async (name, content) => {
      await write(name, content);
      files.push(name);
    },
  });
  const about = statusOf(path);
  if (extname(path).toLowerCase() === ".zip") {
    if (about && (!force || !about.isFile()))
      throw new ImageError("ARGUMENT", "it exists; --force overwrites it", { path });
    return archiveTarget(path, counted, files);
  }
  if (about && !about.isDirectory())
    throw new ImageError("ARGUMENT", "expected a folder or a .zip, got a file", { path });
  if (about && !force && fs.readdirSync(path).length > 0)
    throw new ImageError("ARGUMENT", "the folder is not empty; --force writes into it", { path });
  let folder: Folder | undefined;
  const sink = counted((name, content) => (folder ??= new Folder(makeFolder(path))).write(name, content));
  return { sink, files, finish: async () => void makeFolder(path), discard: () => {} };
}

/** An archive that grows on the disk under a temporary name, and gets its own when it is whole. */
function archiveTarget(
  path: string,
  counted: (write: FileSink["write"]) => FileSink,
  files: readonly string[],
): DatasetTarget {
  const folder = makeFolder(dirname(path));
  const draft = join(folder, `.${basename(path)}.${process.pid}.part`);
  let file: number | undefined;
  const put = (chunks: readonly Uint8Array[]): void => {
    file ??= fs.openSync(draft, "w");
    for (const chunk of chunks) for (let at = 0; at < chunk.length;) at += fs.writeSync(file, chunk, at);
  };
  const close = (): void => {
    if (file !== undefined) fs.closeSync(file);
    file = undefined;
  };
  const orFail = <T>(run: () => T): T => {
    try {
      return run();
    } catch (cause) {
      if (cause instanceof ImageError) throw cause;
      throw new ImageError("IO", `cannot be written (${String((cause as NodeJS.ErrnoException).code)})`, {
        path,
        cause,
      });
    }
  };
  const zip = new ZipWriter();
  return {
    sink: counted(async (name, content) => orFail(() => put(zip.add(name, content)))),
    files,
    finish: async () =>
      orFail(() => {
        put(zip.end());
        close();
        fs.renameSync(draft, join(folder, basename(path)));
      }),
    discard: () => {
      close();
      fs.rmSync(draft, { force: true });
    },
  };
}

/** Datasets that the command line names: a folder, a `.zip`, or one file with its folder as context. */
import * as fs from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { Folder, makeFolder, OpenFile, readFile } from "#platform";
import { ImageError } from "../errors.ts";
import type { FileSink, FileTree } from "../format/file-tree.ts";
import { reasonOf } from "../platform/node-files.ts";
import { isZip, openZip } from "../format/zip-read.ts";
import { ZipWriter } from "../format/zip-write.ts";
import { S3File, S3Folder } from "../platform/node-s3-files.ts";
import { isS3 } from "../platform/s3-place.ts";

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

/** What is known of a file or folder before it is read. */
export interface FileInfo {
  readonly isFile: boolean;
  /** Bytes of a file. */
  readonly size: number;
  /** Changes with the content of a file. */
  readonly tag: unknown;
}

/** Undefined where there is neither a file nor a folder, or prefix of a store, of that name. */
export async function lookAt(path: string): Promise<FileInfo | undefined> {
  if (!isS3(path)) {
    const about = statusOf(path);
    return about && { isFile: about.isFile(), size: about.size, tag: about.mtimeMs };
  }
  const file = await openS3File(path);
  if (file) return { isFile: true, size: file.size, tag: file.tag };
  return (await new S3Folder(path).isEmpty()) ? undefined : { isFile: false, size: 0, tag: undefined };
}

/** Undefined where the name is that of a bucket or prefix. */
async function openS3File(path: string): Promise<S3File | undefined> {
  // only what has an ending can be a file of annotations
  return /[^/]\.[A-Za-z0-9]{1,8}$/.test(path.replace(/^s3:\/\/[^/]*\/?/i, "")) ? S3File.find(path) : undefined;
}

/** The bytes of a file, also of a store. @throws {ImageError} `IO`, `LIMIT` */
export async function readAnyFile(path: string): Promise<Uint8Array> {
  return isS3(path) ? (await S3File.open(path)).readAll() : readFile(path);
}

/** @throws {ImageError} `IO` if there is no such file or folder; what `openZip` throws */
export async function openFiles(path: string): Promise<DatasetFiles> {
  const about = await lookAt(path);
  if (!about) throw new ImageError("IO", "no such file or folder", { path });
  const folderAt = (at: string): Folder | S3Folder => (isS3(path) ? new S3Folder(at) : new Folder(at));
  if (!about.isFile) return same(folderAt(path));
  const file = isS3(path) ? await S3File.open(path) : new OpenFile(path);
  if (isZip(await file.read(0, 4)) || extname(path).toLowerCase() === ".zip") {
    try {
      return same(await openZip(file));
    } catch (error) {
      throw error instanceof ImageError ? error.at(path) : error;
    }
  }
  const folder = folderAt(dirname(path));
  // a list of names belongs to the files around it
  if (/\.(?:ya?ml|txt)$/i.test(path)) return same(folder);
  return { tree: new FileInContext(folder, path, file), look: new FileInContext(folder, path, file, false) };
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
  readonly #folder: Folder | S3Folder;
  readonly #path: string;
  readonly #name: string;
  readonly #file: OpenFile | S3File;
  readonly #context: boolean;

  constructor(folder: Folder | S3Folder, path: string, file: OpenFile | S3File, context = true) {
    this.#folder = folder;
    this.#path = path;
    this.#name = basename(path);
    this.#file = file;
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
    return name === this.#name ? readAnyFile(this.#path) : this.#folder.read(name);
  }

  readHead(name: string, length: number): Promise<Uint8Array> {
    return this.readPart(name, 0, length);
  }

  readPart(name: string, offset: number, length: number): Promise<Uint8Array> {
    if (name === this.#name) return this.#file.read(offset, length);
    return this.#folder.readPart(name, offset, length);
  }

  async size(name: string): Promise<number> {
    return name === this.#name ? this.#file.size : this.#folder.size(name);
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

/** Folders that a page was given: picked by its user, or its own (`navigator.storage.getDirectory()`). */
import { ImageError } from "../errors.ts";
import type { PictureStore } from "./browser-store.ts";
import { relativeName } from "./relative-name.ts";

/** As much of a `FileSystemFileHandle` as is used. */
export interface FileHandle {
  readonly kind: "file";
  getFile(): Promise<Blob>;
  createWritable(): Promise<{
    write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
  }>;
}

/** As much of a `FileSystemDirectoryHandle` as is used. */
export interface FolderHandle {
  readonly kind: "directory";
  readonly name: string;
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<FolderHandle>;
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FileHandle>;
  removeEntry(name: string, options?: { recursive?: boolean }): Promise<void>;
  isSameEntry(other: never): Promise<boolean>;
}

export function isFolderHandle(value: unknown): value is FolderHandle {
  return typeof value === "object" && value !== null && (value as Partial<FolderHandle>).kind === "directory";
}

export function sameHandle(a: FolderHandle, b: FolderHandle): Promise<boolean> {
  return a.isSameEntry(b as never);
}

/** The folder as a place of pictures. A handle knows no way out of its folder, and neither do names. */
export function openHandle(root: FolderHandle): PictureStore {
  const draftFolder = (drafts: string): Promise<FolderHandle> => walk(root, relativeName(drafts).split("/"), true);
  return {
    read: async (name) => {
      const { folders, file } = split(name);
      try {
        const folder = await walk(root, folders, false);
        const blob = await (await folder.getFileHandle(file)).getFile();
        return new Uint8Array(await blob.arrayBuffer());
      } catch (cause) {
        throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path: name, cause });
      }
    },
    write: async (name, bytes, drafts) => {
      const { folders, file } = split(name);
      try {
        const folder = await walk(root, folders, true);
        await writeWhole(folder, file, bytes, drafts === undefined ? folder : await draftFolder(drafts));
      } catch (cause) {
        throw new ImageError("IO", `cannot be written (${reasonOf(cause)})`, { path: name, cause });
      }
      return [root.name, ...folders, file].filter((part) => part !== "").join("/");
    },
    makeDrafts: async (drafts) => {
      try {
        await draftFolder(drafts);
      } catch (cause) {
        throw new ImageError("IO", `cannot be written (${reasonOf(cause)})`, { path: root.name, cause });
      }
    },
    removeDrafts: async (drafts) => {
      const { folders, file } = split(drafts);
      await walk(root, folders, false).then(
        (folder) => remove(folder, file),
        () => undefined,
      );
    },
  };
}

/** A file handle that can be renamed, as those of today's browsers can, at least in a page's own folders. */
interface MovableFile extends FileHandle {
  move?(folder: FolderHandle, name: string): Promise<void>;
}

/**
 * Write to a draft, then rename. Where a browser does not rename a file of such a folder it is written in place: what a stream
 * was given appears when the stream is closed, whole, but a new file is there, empty, until then.
 */
async function writeWhole(folder: FolderHandle, name: string, bytes: Uint8Array, drafts: FolderHandle): Promise<void> {
  const draft = `.limn-${crypto.randomUUID()}.tmp`;
  const file: MovableFile = await drafts.getFileHandle(draft, { create: true });
  try {
    await fill(file, bytes);
    await (file.move?.(folder, name) ?? Promise.reject(new Error("no move")));
    return;
  } catch (error) {
    await remove(drafts, draft);
    if (isFull(error)) throw error;
  }
  const isNew = await folder.getFileHandle(name).then(
    () => false,
    (error: unknown) => nameOf(error) === "NotFoundError",
  );
  const target = await folder.getFileHandle(name, { create: true });
  try {
    await fill(target, bytes);
  } catch (error) {
    if (isNew) await remove(folder, name);
    throw error;
  }
}

async function fill(file: FileHandle, bytes: Uint8Array): Promise<void> {
  const stream = await file.createWritable();
  try {
    await stream.write(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    await stream.abort();
    throw error;
  }
  await stream.close();
}

/** Remove what may be there. A file whose stream was just ended may stay in use for a moment. */
async function remove(folder: FolderHandle, name: string): Promise<void> {
  for (let round = 0; round < 10; round++) {
    try {
      return await folder.removeEntry(name, { recursive: true });
    } catch (error) {
      if (nameOf(error) !== "NoModificationAllowedError") return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The folders of a name, and its file. */
function split(name: string): { folders: string[]; file: string } {
  const folders = relativeName(name).split("/");
  return { file: folders.pop()!, folders };
}

async function walk(root: FolderHandle, folders: readonly string[], create: boolean): Promise<FolderHandle> {
  let at = root;
  for (const name of folders) at = await at.getDirectoryHandle(name, { create });
  return at;
}

function nameOf(error: unknown): unknown {
  return (error as { name?: unknown } | undefined)?.name;
}

function isFull(error: unknown): boolean {
  return nameOf(error) === "QuotaExceededError";
}

const REASONS: ReadonlyMap<unknown, string> = new Map([
  ["NotFoundError", "no such file or folder"],
  ["NotAllowedError", "no permission"],
  ["TypeMismatchError", "a folder stands where a file should, or a file where a folder should"],
  ["QuotaExceededError", "the disk is full"],
  ["NoModificationAllowedError", "it is in use"],
]);

function reasonOf(cause: unknown): string {
  return REASONS.get(nameOf(cause)) ?? String(cause);
}

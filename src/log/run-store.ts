/** Where a run's files go: a folder, memory, or nowhere. */
import { listFiles, type LogFile, makeNewFolder, openLog, readFileSync, writeFileInside } from "#platform";
import { ImageError } from "../errors.ts";
import { joinBytes } from "../join-bytes.ts";

/** The files of one run, by names below its folder. */
export interface RunStore {
  /** The folder's path; undefined in memory. */
  readonly path: string | undefined;
  /** Write a file, whole or not at all. @throws {ImageError} `IO` */
  write(name: string, bytes: Uint8Array): void;
  /** Open a new file that only grows. @throws {ImageError} `IO`, or `STATE` if there is one */
  open(name: string): LogFile;
  /** Every file. */
  files(): ReadonlyMap<string, Uint8Array>;
}

/** A new folder, which must not be there yet: two runs never share one. */
export function folderStore(folder: string, name: string): RunStore {
  const path = makeNewFolder(folder, name);
  return {
    path,
    write: (file, bytes) => void writeFileInside(path, file, bytes),
    open: (file) => openLog(path, file),
    files: () => new Map(listFiles(path).map((file) => [file, readFileSync(`${path}/${file}`)])),
  };
}

/** Memory, for pages; logs are kept in pieces until they are asked for. */
export function memoryStore(): RunStore {
  const whole = new Map<string, Uint8Array>();
  const logs = new Map<string, Uint8Array[]>();
  return {
    path: undefined,
    write: (name, bytes) => void whole.set(name, bytes),
    open(name) {
      if (logs.has(name)) throw new ImageError("STATE", "expected a new file, got one that is there", { path: name });
      const pieces: Uint8Array[] = [];
      logs.set(name, pieces);
      return { path: name, append: (bytes) => void pieces.push(bytes.slice()), close: () => {} };
    },
    files: () => new Map([...whole, ...[...logs].map(([name, pieces]) => [name, joinBytes(pieces)] as const)]),
  };
}

/** Nothing is kept. */
export function noStore(): RunStore {
  return {
    path: undefined,
    write: () => {},
    open: (path) => ({ path, append: () => {}, close: () => {} }),
    files: () => new Map(),
  };
}

/** Folders and files in Node: names that cannot leave their folder, files that appear whole. */
import * as fs from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { threadId } from "node:worker_threads";
import { ImageError, show } from "../errors.ts";
import { relativeName } from "./relative-name.ts";

/**
 * The true path of a folder, links followed.
 *
 * @throws {ImageError} `IO` if there is no such folder
 */
export function resolveFolder(path: string): string {
  try {
    const real = fs.realpathSync.native(path);
    if (fs.statSync(real).isDirectory()) return real;
  } catch (cause) {
    throw new ImageError("IO", `cannot be opened (${reasonOf(cause)})`, { path, cause });
  }
  throw new ImageError("IO", "expected a folder, got a file", { path });
}

/** Make a folder, and those above it, where they are missing; its true path. @throws {ImageError} `IO` */
export function makeFolder(path: string): string {
  try {
    makeMissing(resolve(path));
  } catch (cause) {
    throw new ImageError("IO", `cannot be made (${reasonOf(cause)})`, { path, cause });
  }
  return resolveFolder(path);
}

/** Node's own recursive mkdir never ends below a folder that refuses with ENOENT, as those of /proc do. */
function makeMissing(path: string): void {
  if (fs.existsSync(path)) {
    if (fs.statSync(path).isDirectory()) return;
  } else if (dirname(path) !== path) makeMissing(dirname(path));
  try {
    fs.mkdirSync(path);
  } catch (cause) {
    // another run may have made it meanwhile
    if (!fs.statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw cause;
  }
}

/**
 * The true path of a file that a foreign record names, which must lie in a folder.
 *
 * @param folder - as {@link resolveFolder} gives it
 * @throws {ImageError} `ARGUMENT` if the name, or a link on the way, leads out of the folder; `IO` if there is no such file
 */
export function resolveInside(folder: string, name: string): string {
  const below = relativeName(name);
  const path = join(folder, below);
  let real: string;
  try {
    const plain = lookUp(folder, below);
    real = plain ? path : fs.realpathSync.native(path);
    // a pipe or a device would be waited for without end
    if (!(plain ?? fs.statSync(real)).isFile())
      throw new ImageError("IO", "expected a file, got something else", { path: name });
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path: name, cause });
  }
  if (leadsOut(folder, real))
    throw new ImageError("ARGUMENT", `expected a file below its folder, got a link out of it: ${show(name)}`);
  return real;
}

const SEPARATORS = sep === "/" ? "/" : /[\\/]/;

/** What a path below a folder leads to, if no link is on the way: cheaper than the true path, which looks at all above, too. */
function lookUp(folder: string, below: string): fs.Stats | undefined {
  let at = folder;
  let stat: fs.Stats | undefined;
  for (const part of below.split(SEPARATORS)) {
    at = join(at, part);
    stat = fs.lstatSync(at);
    if (stat.isSymbolicLink()) return undefined;
  }
  return stat;
}

let count = 0;

/**
 * Write a file below a folder, whole or not at all: to a temporary name, then renamed. Folders above it are made; a link on
 * the way must not lead out. Synchronous: the system takes the bytes into its cache in less time than another thread is woken.
 *
 * @param folder - its true path
 * @param drafts - name of a folder below the folder, on the same disk, for the temporary file; default: beside the file
 * @returns the path
 * @throws {ImageError} `ARGUMENT` if the name or a link leads out of the folder, `IO` if the disk refuses
 */
export function writeFileInside(folder: string, name: string, bytes: Uint8Array, drafts?: string): string {
  const path = join(folder, relativeName(name));
  const place = drafts === undefined ? dirname(path) : join(folder, relativeName(drafts));
  const draft = join(place, `.limn-${process.pid}-${threadId}-${++count}.tmp`);
  try {
    makeFoldersInside(folder, dirname(path));
    fs.writeFileSync(draft, bytes, { flag: "wx" });
    fs.renameSync(draft, path);
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    fs.rmSync(draft, { force: true });
    throw new ImageError("IO", `cannot be written (${reasonOf(cause)})`, { path, cause });
  }
  return path;
}

/** Make the folders down to `path` one by one, so that none is ever made behind a link that leads out. */
function makeFoldersInside(folder: string, path: string): void {
  let at = folder;
  for (const part of relative(folder, path).split(sep)) {
    if (part === "") continue;
    at = join(at, part);
    const stat = fs.lstatSync(at, { throwIfNoEntry: false });
    if (!stat) makeMissing(at);
    else if (stat.isSymbolicLink() && leadsOut(folder, fs.realpathSync.native(at)))
      throw new ImageError("ARGUMENT", "expected a folder below the output, got a link out of it", { path: at });
  }
}

function leadsOut(folder: string, real: string): boolean {
  const way = relative(folder, real);
  return isAbsolute(way) || way === ".." || way.startsWith(`..${sep}`);
}

/** Remove a folder with all that is in it; nothing happens where there is none. @throws {ImageError} `IO` */
export function removeFolder(path: string): void {
  try {
    fs.rmSync(path, { recursive: true, force: true });
  } catch (cause) {
    throw new ImageError("IO", `cannot be removed (${reasonOf(cause)})`, { path, cause });
  }
}

const REASONS: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "no such file or folder"],
  ["EACCES", "no permission"],
  ["EPERM", "no permission"],
  ["EISDIR", "it is a folder"],
  ["ENOTDIR", "a part of its path is not a folder"],
  ["EEXIST", "there is a file of that name"],
  ["ENOSPC", "the disk is full"],
  ["EFBIG", "it would be larger than files may be here"],
  ["ELOOP", "links in a circle"],
  ["ENAMETOOLONG", "the name is too long"],
  ["ERR_FS_FILE_TOO_LARGE", "it is larger than 2 GB"],
]);

/** Why the system refused, in words. */
export function reasonOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | undefined)?.code;
  return REASONS.get(code) ?? String(code ?? cause);
}

/** What Node gives; the same names as `browser.ts`. Picked by `package.json#imports`. */
import * as fs from "node:fs";
import { dirname, join, relative, isAbsolute, sep } from "node:path";
import { inflateRawSync } from "node:zlib";
import { ImageError, show } from "../errors.ts";
import type { ForeignPixels } from "./browser.ts";
import { relativeName } from "./relative-name.ts";

export const platform: "node" | "browser" = "node";

/** The bytes of a file. @throws {ImageError} `IO` */
export function readFileSync(path: string): Uint8Array {
  try {
    return fs.readFileSync(path);
  } catch (cause) {
    throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path, cause });
  }
}

/** The bytes of a file. @throws {ImageError} `IO` */
export async function readFile(path: string): Promise<Uint8Array> {
  try {
    return await fs.promises.readFile(path);
  } catch (cause) {
    throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path, cause });
  }
}

/**
 * The true path of a folder, links followed.
 *
 * @throws {ImageError} `IO` if there is no such folder
 */
export function resolveFolder(path: string): string {
  try {
    const real = fs.realpathSync(path);
    if (fs.statSync(real).isDirectory()) return real;
  } catch (cause) {
    throw new ImageError("IO", `cannot be opened (${reasonOf(cause)})`, { path, cause });
  }
  throw new ImageError("IO", "expected a folder, got a file", { path });
}

/** Make a folder, and those above it, where they are missing; its true path. @throws {ImageError} `IO` */
export function makeFolder(path: string): string {
  try {
    fs.mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new ImageError("IO", `cannot be made (${reasonOf(cause)})`, { path, cause });
  }
  return resolveFolder(path);
}

/**
 * The true path of a file that a foreign record names, which must lie in a folder.
 *
 * @param folder - as {@link resolveFolder} gives it
 * @throws {ImageError} `ARGUMENT` if the name, or a link on the way, leads out of the folder; `IO` if there is no such file
 */
export function resolveInside(folder: string, name: string): string {
  const path = join(folder, relativeName(name));
  let real: string;
  try {
    real = fs.realpathSync(path);
    // a pipe or a device would be waited for without end
    if (!fs.statSync(real).isFile()) throw new ImageError("IO", "expected a file, got something else", { path: name });
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw new ImageError("IO", `cannot be read (${reasonOf(cause)})`, { path: name, cause });
  }
  const way = relative(folder, real);
  if (isAbsolute(way) || way === ".." || way.startsWith(`..${sep}`))
    throw new ImageError("ARGUMENT", `expected a file below its folder, got a link out of it: ${show(name)}`);
  return real;
}

const temporary = new Set<string>();
let count = 0;

/**
 * Write a file, whole or not at all: to a temporary name beside it, then renamed. Folders above it are made.
 *
 * @param name - of the file, below the folder
 * @returns the path
 * @throws {ImageError} `ARGUMENT` if the name leads out of the folder, `IO` if the disk refuses
 */
export async function writeFileInside(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, relativeName(name));
  const draft = join(dirname(path), `.limn-${process.pid}-${++count}.tmp`);
  temporary.add(draft);
  try {
    await fs.promises.mkdir(dirname(path), { recursive: true });
    await fs.promises.writeFile(draft, bytes, { flag: "wx" });
    await fs.promises.rename(draft, path);
  } catch (cause) {
    await fs.promises.rm(draft, { force: true }).catch(() => undefined); // the first error is the one to tell
    throw new ImageError("IO", `cannot be written (${reasonOf(cause)})`, { path, cause });
  } finally {
    temporary.delete(draft);
  }
  return path;
}

/** Remove what {@link writeFileInside} has not yet renamed; for a process that must end now. */
export function removeTemporaryFiles(): void {
  for (const path of temporary) fs.rmSync(path, { force: true });
  temporary.clear();
}

const REASONS: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "no such file or folder"],
  ["EACCES", "no permission"],
  ["EPERM", "no permission"],
  ["EISDIR", "it is a folder"],
  ["ENOTDIR", "a part of its path is not a folder"],
  ["EEXIST", "there is a file of that name"],
  ["ENOSPC", "the disk is full"],
  ["ELOOP", "links in a circle"],
  ["ENAMETOOLONG", "the name is too long"],
  ["ERR_FS_FILE_TOO_LARGE", "it is larger than 2 GB"],
]);

function reasonOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | undefined)?.code;
  return REASONS.get(code) ?? String(code ?? cause);
}

/** Inflate a raw deflate stream of our own build, which holds `size` bytes; see `browser.ts`. */
export function inflateRaw(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  return inflateRawSync(bytes, { maxOutputLength: size }) as Uint8Array<ArrayBuffer>;
}

/** As much of sharp as is used. */
interface Sharp {
  rotate(): Sharp;
  toColourspace(space: "srgb"): Sharp;
  ensureAlpha(): Sharp;
  raw(options: { depth: "uchar" }): Sharp;
  toBuffer(options: {
    resolveWithObject: true;
  }): Promise<{ data: Uint8Array; info: { width: number; height: number } }>;
}

/** Decode with sharp, which is optional; see `browser.ts`. */
export async function decodeForeign(
  bytes: Uint8Array,
  type: string,
  turn: boolean,
  maxPixels: number,
): Promise<ForeignPixels> {
  let sharp: (input: Uint8Array, options: { limitInputPixels: number; failOn: "error" }) => Sharp;
  try {
    ({ default: sharp } = (await import(/* @vite-ignore */ "sharp")) as { default: typeof sharp });
  } catch (cause) {
    throw new ImageError("UNSUPPORTED", `decoding ${type} in Node needs sharp: npm install sharp`, { cause });
  }
  try {
    const input = sharp(bytes, { limitInputPixels: maxPixels, failOn: "error" });
    const pipeline = (turn ? input.rotate() : input).toColourspace("srgb").ensureAlpha().raw({ depth: "uchar" });
    const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (cause) {
    throw new ImageError(
      "DECODE",
      `sharp could not decode the ${type}: ${String((cause as Error)?.message ?? cause)}`,
      {
        cause,
      },
    );
  }
}

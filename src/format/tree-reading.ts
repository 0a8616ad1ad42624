/** What reading a tree of files needs whatever the format: problems or errors, JSON by name, the beginnings of files. */
import { checkedOptions, ImageError } from "../errors.ts";
import type { ReadTreeOptions } from "./dataset-format.ts";
import type { FileTree } from "./file-tree.ts";
import { Problems } from "./problems.ts";
import { type ParseJsonOptions, parseJson } from "./source.ts";

const HEAD = 1 << 16;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** One reading of a tree: what is wrong is listed, or thrown when the reading is strict. */
export class Reading {
  readonly problems: Problems = new Problems();
  readonly strict: boolean;
  /** What was wrong first: the reason, where nothing of use was found. */
  failure: ImageError | undefined;

  constructor(options: ReadTreeOptions = {}) {
    this.strict = checkedOptions(options).strict ?? false;
  }

  /** List an error; throw it when strict. */
  report(error: ImageError): void {
    if (this.strict) throw error;
    this.failure ??= error;
    this.problems.addError(error);
  }

  /** List a message as an `ARGUMENT` error. */
  note(path: string, message: string): void {
    this.report(new ImageError("ARGUMENT", message, { path }));
  }

  /** What `read` gives; undefined, with the error listed below `at`, when it throws one. */
  part<T>(at: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      this.report(at === "" ? error : error.at(at));
      return undefined;
    }
  }

  /** As {@link part}, for what takes time. */
  async partAsync<T>(at: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      this.report(at === "" ? error : error.at(at));
      return undefined;
    }
  }

  /** The JSON files of a tree with their values; those that cannot be read are listed. */
  async *jsonFiles(tree: FileTree): AsyncGenerator<readonly [name: string, value: unknown]> {
    for (const name of await namesEnding(tree, ".json")) {
      const file = await this.partAsync("", async () => [name, await readJson(tree, name)] as const);
      if (file) yield file;
    }
  }

  /** What `read` tells of a picture's size; 0 x 0, with the error, which is listed, where it throws one. */
  async size(read: () => Size | Promise<Size>): Promise<Size & { readonly error?: ImageError }> {
    try {
      const { width, height } = await read();
      return { width, height };
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      this.report(error);
      return { width: 0, height: 0, error };
    }
  }
}

/** The value of a JSON file. @throws {ImageError} with the file's name as path */
export async function readJson(tree: FileTree, name: string, options?: ParseJsonOptions): Promise<unknown> {
  const bytes = await tree.read(name);
  try {
    return parseJson(bytes, options);
  } catch (error) {
    throw error instanceof ImageError ? error.at(name) : error;
  }
}

/** Names that end so, in whatever case. */
export async function namesEnding(tree: FileTree, ...endings: readonly string[]): Promise<string[]> {
  const names = await tree.list();
  return names.filter((name) => {
    const lower = name.toLowerCase();
    return endings.some((ending) => lower.endsWith(ending)) && !baseName(lower).startsWith("._");
  });
}

/** The first bytes of a file: where the tree can give no part of it, all of it. */
export async function readHead(tree: FileTree, name: string, length: number): Promise<Uint8Array> {
  return tree.readHead ? tree.readHead(name, length) : tree.read(name);
}

/** The beginning of a file as text, for detection; what cannot be read is empty. */
export async function headText(tree: FileTree, name: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = (await readHead(tree, name, HEAD)).subarray(0, HEAD);
  } catch (error) {
    if (error instanceof ImageError) return "";
    throw error;
  }
  return textOf(bytes, false).trimStart();
}

/** The largest of a test's answers for the first `most` files. */
export async function surest(
  tree: FileTree,
  names: readonly string[],
  most: number,
  test: (head: string, name: string) => number,
): Promise<number> {
  let best = 0;
  for (const name of names.slice(0, most)) best = Math.max(best, test(await headText(tree, name), name));
  return best;
}

/**
 * Bytes as text: UTF-8, or UTF-16 with a byte order mark; the mark is left out.
 *
 * @param fatal - refuse bytes that are no text; else they become U+FFFD
 * @throws {ImageError} `DECODE`
 */
export function textOf(bytes: Uint8Array, fatal: boolean): string {
  const little = bytes[0] === 0xff && bytes[1] === 0xfe;
  const big = bytes[0] === 0xfe && bytes[1] === 0xff;
  try {
    return new TextDecoder(little ? "utf-16le" : big ? "utf-16be" : "utf-8", { fatal }).decode(bytes);
  } catch (cause) {
    throw new ImageError("DECODE", "expected text in UTF-8, got bytes that are not", { cause });
  }
}

/** The last part of a path, `/` or `\` between parts. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

/** The folder of a path with its `/`, empty at the root. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** The part of a dataset that a path tells by a folder of that name: `labels/train/a.txt`, `valid/labels/a.txt`. */
export function folderSplit(path: string): string | undefined {
  return folderOf(path)
    .split("/")
    .findLast((part) => /^(?:train|val|valid|validation|test)\d*$/i.test(part));
}

/** A path without the extension of its last part. */
export function stemOf(path: string): string {
  return path.replace(/(?<=[^/])\.[^./]*$/, "");
}

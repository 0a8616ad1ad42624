/** The pictures of a tree: found by the names that annotations give them, measured by their headers. */
import { sniff } from "../codec/sniff.ts";
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import { checkTree, type FileTree } from "./file-tree.ts";
import type { Reading } from "./tree-reading.ts";
import { baseName, readHead, stemOf } from "./tree-reading.ts";
import { pushTo } from "./written.ts";

const PICTURE = /\.(?:jpe?g|jfif|png|bmp|gif|webp|tiff?|avif|heic)$/i;
/** Headers end within this many bytes but for pictures that carry much metadata; those are read whole. */
const HEAD = 1 << 16;

/** True for a name with the extension of a picture. */
export function isPictureName(name: string): boolean {
  return PICTURE.test(name);
}

/** Size of a picture as it is seen. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Finds and measures the pictures of a tree. */
export class PictureFiles {
  readonly #tree: FileTree;
  #byName: Map<string, string[]> | undefined;
  #byStem: Map<string, string[]> | undefined;

  constructor(tree: FileTree) {
    this.#tree = checkTree(tree, "images");
  }

  /** Every picture, sorted. */
  async list(): Promise<string[]> {
    return (await this.#tree.list()).filter(isPictureName);
  }

  /**
   * The file that an annotation means by a name: the one whose path ends with all of the name, else the only one with its
   * last part; letters of either case, accents composed or not. Undefined where there is none, or several and no way to
   * choose.
   *
   * @param stem - true: the name may lack its extension, or have another one
   * @param near - folder of the file that gives the name (`train/`), or of the picture's split: of several pictures the one
   *   in it is meant
   */
  async find(name: string, stem = false, near = ""): Promise<string | undefined> {
    this.#byName ??= indexBy(await this.list(), (file) => baseName(file));
    const wanted = keyOf(name.replaceAll("\\", "/").replace(/^(?:\.\/)+/, ""));
    const folder = keyOf(near);
    const found = choose(this.#byName.get(baseName(wanted)), (file) => file, wanted, folder);
    if (found !== undefined || !stem) return found;
    this.#byStem ??= indexBy(await this.list(), (file) => stemOf(baseName(file)));
    return (
      choose(this.#byStem.get(baseName(wanted)), stemOf, wanted, folder) ??
      choose(this.#byStem.get(stemOf(baseName(wanted))), stemOf, stemOf(wanted), folder)
    );
  }

  /**
   * A name by which a picture is found: the one that is given, or, where pictures of several folders have it, its place.
   *
   * @param near - as for {@link find}, the best first
   */
  async nameOf(given: string, ...near: readonly string[]): Promise<string> {
    if ((await this.find(given)) !== undefined) return given;
    for (const folder of near) {
      const found = await this.find(given, false, folder);
      if (found !== undefined) return found;
    }
    return given;
  }

  /**
   * Size of a picture after its orientation.
   *
   * @throws {ImageError} `DECODE` if its header tells none, `LIMIT` if it is over the caps
   */
  async size(file: string): Promise<PictureSize> {
    const head = await readHead(this.#tree, file, HEAD);
    const found = sniff(head) ?? (head.length >= HEAD ? sniff(await this.#tree.read(file)) : undefined);
    if (!found) throw new ImageError("DECODE", "expected a picture, got a header that tells no size", { path: file });
    const turned = (found.orientation ?? 1) >= 5;
    const [width, height] = turned ? [found.height, found.width] : [found.width, found.height];
    checkSize(width, height, file);
    return { width, height };
  }

  /**
   * Size of the picture that an annotation means by a name.
   *
   * @throws {ImageError} `IO` where there is no such picture, else as {@link size}
   */
  async sizeOf(name: string, stem = false, near = ""): Promise<PictureSize> {
    const file = await this.find(name, stem, near);
    if (file === undefined)
      throw new ImageError("IO", `expected the picture ${show(name)}, whose size is needed, got none`);
    return this.size(file);
  }
}

/** Names that are one name on some disk have one key. */
function keyOf(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function indexBy(files: readonly string[], key: (file: string) => string): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const file of files) pushTo(index, keyOf(key(file)), file);
  return index;
}

function choose(
  files: readonly string[] | undefined,
  form: (file: string) => string,
  wanted: string,
  near: string,
): string | undefined {
  if (!files) return undefined;
  if (files.length === 1) return files[0];
  const paths = new Map(files.map((file) => [file, keyOf(form(file))]));
  const only = (test: (path: string) => boolean): string | undefined => {
    const found = files.filter((file) => test(paths.get(file)!));
    return found.length === 1 ? found[0] : undefined;
  };
  const ends = (path: string): boolean => `/${path}`.endsWith(`/${wanted}`);
  return (
    (near === ""
      ? undefined
      : (only((path) => path === near + wanted) ?? only((path) => ends(path) && `/${path}`.includes(`/${near}`)))) ??
    only(ends) ??
    only((path) => path === wanted)
  );
}

/**
 * The name that a source gives a picture, made relative: `\` becomes `/`, `./` goes. Of a name that is absolute, a URL or
 * climbs out with `..` the last part stays, and that is reported.
 */
export function pictureName(given: string, path: string, reading: Reading): string | undefined {
  const name = given.replaceAll("\\", "/");
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  const leaves = /^(?:\/|[A-Za-z][A-Za-z0-9+.-]*:)/.test(name) || parts.includes("..") || name.includes("\0");
  if (!leaves && parts.length > 0) return parts.join("/");
  const last = parts
    .at(-1)
    ?.replace(/^[A-Za-z]:/, "")
    .replace(/[?#].*$/, "");
  const own = last === undefined || last === "" || last === ".." || last.includes("\0") ? undefined : last;
  reading.note(
    path,
    `expected a file name below the folder, got ${show(given)}${own === undefined ? "" : `; ${show(own)} is used`}`,
  );
  return own;
}

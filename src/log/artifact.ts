/** W&B's Artifact: named files with their digests, images and tables among them. */
import { listFiles, readFileSync, resolveFolder, writeFileInside } from "#platform";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { checkFileName } from "../format/file-tree.ts";
import { Classes } from "../media/classes.ts";
import { Image } from "../media/image.ts";
import type { ImageMask } from "../media/image-mask.ts";
import type { JsonObject, JsonValue } from "../media/media-run.ts";
import { base64ToHex, md5Base64, md5Hex, sha256Hex } from "../model/digest.ts";
import type { Generation } from "../model/guess-mode.ts";
import { compareCodePoints, pythonJson } from "./python-json.ts";
import { classesText } from "./python-text.ts";
import { Table } from "./table.ts";

/** Options of {@link Artifact}. */
export interface ArtifactOptions {
  readonly description?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Whose names and records. Default `limn`, which are those of `head`. */
  readonly generation?: Generation | undefined;
}

/** A file of an artifact, as its manifest has it. */
export interface ManifestEntry {
  /** MD5 in base64; of a reference, its address. */
  readonly digest: string;
  readonly size?: number | undefined;
  /** The address of a file that is elsewhere. */
  readonly ref?: string | undefined;
}

/** What can be added under a name. */
export type Addable = Image | Table | Classes | readonly Image[];

interface Stored extends ManifestEntry {
  readonly bytes?: Uint8Array | undefined;
}

/**
 * Named files with their digests. Equal content has equal digests, in W&B's own form: an artifact of files by path has the very
 * digest that W&B gives it.
 *
 * @throws {ImageError} `ARGUMENT` for a name or a type that cannot be meant
 * @example
 * const artifact = new Artifact("cats", "dataset");
 * artifact.add(new Image(bytes, { fileName: "cat.png" }), "cat");
 * console.log(artifact.digest, [...artifact.files().keys()]);
 */
export class Artifact {
  readonly name: string;
  readonly type: string;
  readonly description: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly generation: Generation;
  readonly #entries = new Map<string, Stored>();
  /** Names of files of the user by what they are called outside, so that none is stored twice. */
  readonly #added = new Map<string, string>();

  constructor(name: string, type: string, options: ArtifactOptions = {}) {
    const { description, metadata = {}, generation = "limn" } = checkedOptions(options);
    if (typeof name !== "string" || !/^[\w.-]{1,128}$/.test(name))
      throw new ImageError("ARGUMENT", `expected a name of letters, digits, _ - and ., got ${show(name)}`);
    if (typeof type !== "string" || type === "") throw new ImageError("ARGUMENT", `expected a type, got ${show(type)}`);
    this.name = name;
    this.type = type;
    this.description = description;
    this.metadata = metadata;
    this.generation = generation;
  }

  /**
   * Add an image, a table, classes, or a list of images (`<name>/0`, `<name>/1` …).
   *
   * @param name - the suffix of the type (`.image-file.json`, `.table.json`, `.classes.json`) is put behind it
   * @param options.overwrite - write it anew where the name is there already. Default false: what is there stays
   * @returns its entry, of a list the first one
   * @throws {ImageError} `ARGUMENT` for an image with boxes or masks but no classes, and for a name that leaves the artifact
   */
  add(value: Addable, name: string, options: { readonly overwrite?: boolean | undefined } = {}): ManifestEntry {
    const { overwrite = false } = checkedOptions(options);
    if (Array.isArray(value)) {
      if (value.length === 0) throw new ImageError("ARGUMENT", "expected at least one image, got none");
      return (value as Image[]).map((image, i) => this.add(image, `${name}/${i}`, { overwrite }))[0]!;
    }
    const type = typeName(value);
    const full = checkFileName(name.endsWith(type) ? name : `${name}.${type}`);
    const there = this.#entries.get(full);
    if (there && !overwrite) return entryOf(there);
    if (value instanceof Image) return this.#put(full, this.#jsonBytes(this.#imageJson(value)));
    if (value instanceof Table)
      return this.#put(full, this.#jsonBytes(value.toJson((image) => this.#imageJson(image))));
    return this.#put(full, this.#jsonBytes(classesJson(value as Classes)));
  }

  /**
   * Add a file: a path (Node), or bytes.
   *
   * @param name - default: the last part of the path
   */
  addFile(file: string | Uint8Array, name?: string): ManifestEntry {
    if (typeof file !== "string" && name === undefined)
      throw new ImageError("ARGUMENT", "expected a name for bytes, got none");
    const full = checkFileName(name ?? baseName(file as string));
    const bytes = typeof file === "string" ? readFileSync(file) : file;
    if (typeof file === "string") this.#added.set(file, full);
    const known = this.#entries.get(full);
    if (known && known.digest !== md5Base64(bytes))
      throw new ImageError("ARGUMENT", `expected a new name, got one that another file has: ${show(full)}`);
    return this.#put(full, bytes);
  }

  /** Add every file below a folder (Node), under their own names, or below `name`. */
  addDir(folder: string, name?: string): void {
    const root = resolveFolder(folder);
    for (const file of listFiles(root)) this.addFile(`${root}/${file}`, name === undefined ? file : `${name}/${file}`);
  }

  /** Add the address of a file that stays where it is; its address stands for its digest. */
  addReference(url: string | URL, name?: string): ManifestEntry {
    const ref = String(url);
    if (!/^[a-z][\w+.-]*:\/\//i.test(ref)) throw new ImageError("ARGUMENT", `expected a URL, got ${show(url)}`);
    const full = checkFileName(name ?? baseName(ref));
    this.#entries.set(full, { digest: ref, ref });
    return { digest: ref, ref };
  }

  /** The manifest, as W&B has it. */
  get manifest(): JsonObject {
    const contents = Object.fromEntries([...this.#entries].map(([name, entry]) => [name, entryOf(entry)]));
    return {
      version: 1,
      storagePolicy: "wandb-storage-policy-v1",
      storagePolicyConfig: { storageLayout: "V2" },
      contents,
    };
  }

  /** The entries by name. */
  entries(): ReadonlyMap<string, ManifestEntry> {
    return new Map([...this.#entries].map(([name, entry]) => [name, entryOf(entry)]));
  }

  /** MD5 in hexadecimal over the names and digests of all files. */
  get digest(): string {
    const lines = [...this.#entries]
      .sort(([a], [b]) => compareCodePoints(a, b))
      .map(([name, { digest }]) => `${name}:${digest}\n`);
    return md5Hex(new TextEncoder().encode(`wandb-artifact-manifest-v1\n${lines.join("")}`));
  }

  /** The bytes of every file that is here, by name. */
  files(): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.#entries].flatMap(([name, { bytes }]) => (bytes ? [[name, bytes]] : [])));
  }

  /**
   * Write all files below a folder (Node), and the manifest last, as `wandb_manifest.json`.
   *
   * @param folder - must be there
   * @throws {ImageError} `IO`
   */
  async save(folder: string): Promise<void> {
    const root = resolveFolder(folder);
    for (const [name, bytes] of this.files()) await writeFileInside(root, name, bytes);
    await writeFileInside(root, "wandb_manifest.json", new TextEncoder().encode(pythonJson(this.manifest)));
  }

  #put(name: string, bytes: Uint8Array): ManifestEntry {
    const entry = { digest: md5Base64(bytes), size: bytes.length };
    this.#entries.set(name, { ...entry, bytes });
    return entry;
  }

  #jsonBytes(value: JsonValue): Uint8Array {
    return new TextEncoder().encode(pythonJson(value, { sorted: true }));
  }

  /** The record of an image, its files being added. */
  #imageJson(image: Image): JsonObject {
    const { caption, grouping, format, width, height, boxes, masks, classes, reference } = image;
    const told = this.generation === "limn" || this.generation === "head" ? caption : caption || undefined;
    if (boxes.size + masks.size > 0 && classes === undefined)
      throw new ImageError("ARGUMENT", "expected classes with boxes and masks, got none", { path: "classes" });
    const path = reference === undefined ? this.#imageFile(image) : this.#imageReference(image, reference);
    return {
      _type: Image.artifactType,
      ...(told === undefined ? {} : { caption: told }),
      format,
      ...(grouping ? { grouping } : {}),
      ...(reference === undefined ? { width, height } : {}),
      path,
      ...(this.generation === "old" ? {} : { sha256: image.sha256 }),
      ...(classes ? { classes: this.#classesFile(classes) } : {}),
      ...(boxes.size
        ? { boxes: Object.fromEntries([...boxes].map(([key, layer]) => [key, layer.boxData as JsonValue])) }
        : {}),
      ...(masks.size
        ? { masks: Object.fromEntries([...masks].map(([key, mask]) => [key, this.#maskJson(mask)])) }
        : {}),
    };
  }

  #imageFile(image: Image): string {
    const { fileName, format } = image;
    const extension = format === "" ? "" : `.${format}`;
    const own = fileName !== undefined && fileName.endsWith(extension) ? fileName : undefined;
    return this.#mediaFile("media/images", own, extension, image.toFile());
  }

  #imageReference(image: Image, url: string): string {
    const path = `media/images/${image.sha256.slice(0, 20)}/${baseName(url)}`;
    this.addReference(url, path);
    return path;
  }

  #maskJson(mask: ImageMask): JsonValue {
    const bytes = mask.toFile();
    const path = this.#mediaFile("media/images/mask", mask.fileName, ".mask.png", bytes);
    return { _type: "mask", path, ...(this.generation === "old" ? {} : { sha256: sha256Hex(bytes) }) };
  }

  /** A file of the user keeps its name, below a part of its hash; one that was made is named by its hash. */
  #mediaFile(folder: string, fileName: string | undefined, extension: string, bytes: Uint8Array): string {
    const known = fileName === undefined ? undefined : this.#added.get(fileName);
    if (known !== undefined) return known;
    const digits = this.generation === "old" ? 8 : 20;
    const path =
      fileName === undefined
        ? `${folder}/${base64ToHex(md5Base64(bytes)).slice(0, digits)}${extension}`
        : `${folder}/${sha256Hex(bytes).slice(0, digits)}/${baseName(fileName)}`;
    this.#put(path, bytes);
    return path;
  }

  #classesFile(classes: Classes): JsonValue {
    const bytes = this.#jsonBytes(classesJson(classes));
    const id = md5Hex(new TextEncoder().encode(classesText(classes.classSet)));
    const path = this.generation === "old" ? "media/cls.classes.json" : `media/classes/${id}_cls.classes.json`;
    const { digest } = this.#put(path, bytes);
    return { type: "classes-file", path, digest };
  }
}

function classesJson({ classSet }: Classes): JsonObject {
  return { _type: "classes", class_set: classSet.map(({ id, name }) => ({ id, name })) };
}

function typeName(value: unknown): string {
  if (value instanceof Image) return "image-file.json";
  if (value instanceof Table) return "table.json";
  if (value instanceof Classes) return "classes.json";
  throw new ImageError("ARGUMENT", `expected an image, a list of images, a table or classes, got ${show(value)}`);
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1)!;
}

function entryOf({ digest, size, ref }: ManifestEntry): ManifestEntry & JsonObject {
  return { digest, ...(ref === undefined ? {} : { ref }), ...(size === undefined ? {} : { size }) };
}

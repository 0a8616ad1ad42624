/** deepdriver's Artifacts: named entries with their MD5, kept version by version. */
import { isFolder, listFiles, readFileSync } from "#platform";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { checkFileName } from "../format/file-tree.ts";
import { parseJson } from "../format/source.ts";
import type { DeepdriverImage } from "../media/deepdriver.ts";
import { Image } from "../media/image.ts";
import type { JsonObject } from "../media/media-run.ts";
import { md5Hex } from "../model/digest.ts";
import { type ArtifactStore, MANIFEST, numberOf, standardArtifacts } from "./deepdriver-store.ts";
import { formatOf, imageFromRecord, imageRecord } from "./deepdriver-records.ts";
import { compareCodePoints, pythonJson } from "./python-json.ts";

/** What {@link Artifacts} are made from. */
export interface ArtifactsOptions {
  readonly name: string;
  /** `dataset`, `model`, `result` … */
  readonly type: string;
  readonly desc?: string | undefined;
  readonly metaData?: Readonly<Record<string, unknown>> | undefined;
}

/** One file of an artifact, in deepdriver's words. */
export interface ArtifactEntry {
  readonly path: string;
  readonly size: number;
  /** MD5 in hexadecimal. */
  readonly digest: string;
  readonly status: "ADD" | "SYNC" | "DELETE";
  readonly lfs_yn: "Y" | "N";
  readonly repo_tag: string;
  readonly type: "FILE" | "IMAGE";
  readonly metadata: string;
  readonly key: string;
}

/**
 * Files and images under names, to be uploaded as one version.
 *
 * An image is its file, `<name>.IMAGE.<FORMAT>`, and its dictionary, `<name>.IMAGE.json`; of a list each has both, numbered, so
 * that caption and boxes of all come back.
 *
 * @example
 * const artifact = new deepdriver.Artifacts({ name: "cats", type: "dataset" });
 * artifact.add([new Image(bytes, { caption: "a cat" }), new Image(bytes)], "pets");
 * const tag = await deepdriver.uploadArtifact(artifact, deepdriver.memoryArtifacts());
 */
export class Artifacts {
  readonly name: string;
  readonly type: string;
  readonly desc: string | undefined;
  readonly metaData: Readonly<Record<string, unknown>>;
  /** The version that it was uploaded as, or read from; undefined before. */
  tag: string | undefined;
  readonly #entries = new Map<string, ArtifactEntry>();
  readonly #bytes = new Map<string, Uint8Array>();

  constructor(options: ArtifactsOptions) {
    const { name, type, desc, metaData = {} } = checkedOptions(options ?? {});
    checkNames(name, type);
    this.name = name;
    this.type = type;
    this.desc = desc;
    this.metaData = metaData;
  }

  /**
   * Add an image, a list of images, or a file or folder by its path (Node).
   *
   * @param name - needed for images; of a file the name it gets, of a folder the folder it comes into
   * @throws {ImageError} `ARGUMENT` for a name that leaves the artifact, `IO` for a file that cannot be read
   */
  add(data: Image | readonly Image[] | string, name?: string): this {
    if (typeof data === "string") this.#addPath(data, name);
    else {
      if (typeof name !== "string" || name === "")
        throw new ImageError("ARGUMENT", `expected a name for an image, got ${show(name)}`);
      if (data instanceof Image) this.#addImage(data, name, "");
      else if (Array.isArray(data) && data.every((image) => image instanceof Image))
        for (const [i, image] of (data as Image[]).entries()) this.#addImage(image, name, `.${i}`);
      else throw new ImageError("ARGUMENT", `expected an image, a list of images or a path, got ${show(data)}`);
    }
    return this;
  }

  /** The entries in the order in which they came. */
  get entryList(): readonly ArtifactEntry[] {
    return [...this.#entries.values()];
  }

  /** MD5 over the paths and digests of all entries. */
  get digest(): string {
    const lines = this.entryList
      .map(({ path, digest }) => [path, digest] as const)
      .sort(([a], [b]) => compareCodePoints(a, b))
      .map(([path, digest]) => `${path}:${digest}\n`);
    return md5Hex(new TextEncoder().encode(lines.join("")));
  }

  /** The bytes of every entry, by path. */
  files(): ReadonlyMap<string, Uint8Array> {
    return this.#bytes;
  }

  /**
   * What was added under a name: images with caption and boxes (a list for several), or the bytes of a file.
   *
   * @throws {ImageError} `ARGUMENT` if there is nothing of that name
   */
  get(key: string): DeepdriverImage | DeepdriverImage[] | Uint8Array {
    const entries = this.entryList.filter((entry) => entry.key === key);
    if (entries.length === 0) throw new ImageError("ARGUMENT", `expected a key of the artifact, got ${show(key)}`);
    if (entries[0]!.type === "FILE") return this.#bytes.get(entries[0]!.path)!;
    const images = entries.map(({ path }) => {
      const side = this.#bytes.get(path.replace(/\.[^.]*$/, ".json"));
      // upstream writes one dictionary for a whole list
      const shared = side ?? this.#bytes.get(`${key}.IMAGE.json`);
      const record = shared ? (parseJson(shared) as JsonObject) : {};
      return imageFromRecord(side ? record : { caption: "", boxes: "" }, this.#bytes.get(path)!, path);
    });
    const numbered = /\.IMAGE\.\d+\.[^.]*$/.test(entries[0]!.path);
    return images.length === 1 && !numbered ? images[0]! : images;
  }

  /** Keep it as the next version: V1, V2 … @returns the version's tag */
  async upload(store: ArtifactStore = standardArtifacts()): Promise<string> {
    for (;;) {
      const last = (await store.tags(this.type, this.name)).at(-1);
      const tag = `V${Math.max(last === undefined ? 0 : numberOf(last), numberOf(this.tag ?? "V0")) + 1}`;
      const entries = this.entryList.map((entry) => ({ ...entry, status: "SYNC", repo_tag: tag }));
      const { name, type, desc = null, metaData, digest } = this;
      const manifest = pythonJson({ name, type, tag, desc, meta_data: metaData, digest, entry_list: entries });
      try {
        await store.put(type, name, tag, new Map([...this.#bytes, [MANIFEST, new TextEncoder().encode(manifest)]]));
      } catch (error) {
        // another process has just taken this number
        if (!(error instanceof ImageError && error.code === "STATE") || numberOf(tag) > 1e6) throw error;
        this.tag = tag;
        continue;
      }
      this.tag = tag;
      return tag;
    }
  }

  /** What a version holds, every file against its digest. @internal */
  static read(files: ReadonlyMap<string, Uint8Array>, options: ArtifactsOptions, tag: string): Artifacts {
    const text = files.get(MANIFEST);
    if (!text) throw new ImageError("DECODE", "expected a manifest, got none", { path: MANIFEST });
    const { desc, meta_data, digest, entry_list } = parseJson(text) as Record<string, never>;
    const artifact = new Artifacts({ ...options, desc: desc ?? undefined, metaData: meta_data });
    for (const entry of (entry_list ?? []) as ArtifactEntry[]) {
      const bytes = files.get(checkFileName(entry.path));
      if (!bytes) throw new ImageError("IO", "expected a file of the artifact, got none", { path: entry.path });
      if (md5Hex(bytes) !== entry.digest)
        throw new ImageError("DECODE", `expected a file of MD5 ${show(entry.digest)}, got ${md5Hex(bytes)}`, {
          path: entry.path,
        });
      artifact.#entries.set(entry.path, entry);
      artifact.#bytes.set(entry.path, bytes);
    }
    if (artifact.digest !== digest)
      throw new ImageError("DECODE", `expected an artifact of digest ${show(digest)}, got ${artifact.digest}`, {
        path: MANIFEST,
      });
    artifact.tag = tag;
    return artifact;
  }

  #addPath(path: string, name: string | undefined): void {
    if (isFolder(path)) {
      for (const file of listFiles(path)) {
        const full = name === undefined ? file : `${name}/${file}`;
        this.#put(full, readFileSync(`${path}/${file}`), "FILE", full);
      }
      return;
    }
    const full = name ?? path.split(/[\\/]/).at(-1)!;
    this.#put(full, readFileSync(path), "FILE", full);
  }

  #addImage(image: Image, name: string, index: string): void {
    const bytes = image.toFile();
    const path = `${name}.IMAGE${index}.${formatOf(bytes)}`;
    this.#put(path, bytes, "IMAGE", name);
    const text = pythonJson(imageRecord(image, bytes, path));
    this.#put(`${name}.IMAGE${index}.json`, new TextEncoder().encode(text), "FILE", `${name}_json`);
  }

  #put(path: string, bytes: Uint8Array, type: ArtifactEntry["type"], key: string): void {
    const common = { status: "ADD", lfs_yn: "N", repo_tag: "", metadata: "" } as const;
    this.#entries.set(checkFileName(path), { path, size: bytes.length, digest: md5Hex(bytes), ...common, type, key });
    this.#bytes.set(path, bytes);
  }
}

function checkNames(name: unknown, type: unknown): void {
  for (const [path, value] of Object.entries({ name, type }))
    if (typeof value !== "string" || !/^[\w-][\w.-]{0,127}$/.test(value))
      throw new ImageError("ARGUMENT", `expected letters, digits, _ - and ., got ${show(value)}`, { path });
}

/** Keep an artifact as its next version. @returns the version's tag, `V1` for the first */
export async function uploadArtifact(artifact: Artifacts, store?: ArtifactStore): Promise<string> {
  return artifact.upload(store);
}

/** Which version {@link getArtifact} reads. */
export interface GetArtifactOptions {
  readonly name: string;
  readonly type: string;
  /** Default: the last one. */
  readonly tag?: string | undefined;
  readonly store?: ArtifactStore | undefined;
}

/**
 * Read a version back, whole, every file against its digest.
 *
 * @throws {ImageError} `IO` if there is no such version, `DECODE` if a file is not what it was
 */
export async function getArtifact(options: GetArtifactOptions): Promise<Artifacts> {
  const { name, type, tag, store = standardArtifacts() } = checkedOptions(options ?? {});
  checkNames(name, type);
  if (typeof store?.tags !== "function")
    throw new ImageError("ARGUMENT", `expected a store of artifacts, got ${show(store)}`, { path: "store" });
  const wanted = tag ?? (await store.tags(type, name)).at(-1);
  if (wanted === undefined)
    throw new ImageError("IO", "there is no version of this artifact", { path: `${type}/${name}` });
  return Artifacts.read(await store.get(type, name, wanted), { name, type }, wanted);
}

/** Where deepdriver's artifacts are kept, version by version: a folder, memory, or what the user brings. */
import { isFolder, listFiles, makeFolder, makeNewFolder, platform, readFileSync, writeFileInside } from "#platform";
import { ImageError, show } from "../errors.ts";

/** The file that says what a version holds; a version without it is not whole. */
export const MANIFEST = "manifest.json";

/** A place for versions of artifacts. `tag` is `V1`, `V2` … */
export interface ArtifactStore {
  /** The whole versions of an artifact, oldest first. */
  tags(type: string, name: string): Promise<readonly string[]>;
  /** Keep a version. @throws {ImageError} `STATE` if there is one of that tag */
  put(type: string, name: string, tag: string, files: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** The files of a version. @throws {ImageError} `IO` if there is none */
  get(type: string, name: string, tag: string): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** Versions in a folder (Node): `<folder>/<type>/<name>/V1/…`. */
export function folderArtifacts(folder: string): ArtifactStore {
  const place = (type: string, name: string): string => `${folder}/${checkedPart(type)}/${checkedPart(name)}`;
  return {
    tags: async (type, name) => {
      const path = place(type, name);
      if (!isFolder(path)) return [];
      const whole = listFiles(path).flatMap((file) => new RegExp(`^(V\\d+)/${MANIFEST}$`).exec(file)?.[1] ?? []);
      return whole.sort((a, b) => numberOf(a) - numberOf(b));
    },
    put: async (type, name, tag, files) => {
      const path = makeNewFolder(makeFolder(place(type, name)), checkedPart(tag));
      // the manifest last: what lacks it was interrupted
      const names = [...files.keys()].sort((a, b) => Number(a === MANIFEST) - Number(b === MANIFEST));
      for (const file of names) writeFileInside(path, file, files.get(file)!);
    },
    get: async (type, name, tag) => {
      const path = `${place(type, name)}/${checkedPart(tag)}`;
      return new Map(listFiles(path).map((file) => [file, readFileSync(`${path}/${file}`)]));
    },
  };
}

/** Versions in memory. */
export function memoryArtifacts(): ArtifactStore {
  const versions = new Map<string, Map<string, ReadonlyMap<string, Uint8Array>>>();
  const of = (type: string, name: string): Map<string, ReadonlyMap<string, Uint8Array>> => {
    const key = `${type}/${name}`;
    if (!versions.has(key)) versions.set(key, new Map());
    return versions.get(key)!;
  };
  return {
    tags: async (type, name) => [...of(type, name).keys()],
    put: async (type, name, tag, files) => {
      if (of(type, name).has(tag)) throw new ImageError("STATE", `expected a new version, got ${show(tag)}`);
      of(type, name).set(tag, new Map(files));
    },
    get: async (type, name, tag) => {
      const files = of(type, name).get(tag);
      if (!files) throw new ImageError("IO", `there is no version ${show(tag)}`, { path: name });
      return files;
    },
  };
}

let standard: ArtifactStore | undefined;

/** The store of those who name none: the folder `deepdriver-artifacts` in Node, memory elsewhere. */
export function standardArtifacts(): ArtifactStore {
  return (standard ??= platform === "node" ? folderArtifacts("deepdriver-artifacts") : memoryArtifacts());
}

/** 2 of `V2`. */
export function numberOf(tag: string): number {
  return Number(tag.slice(1));
}

function checkedPart(name: string): string {
  if (typeof name === "string" && /^[\w-][\w.-]{0,127}$/.test(name)) return name;
  throw new ImageError("ARGUMENT", `expected a name of letters, digits, _ - and ., got ${show(name)}`);
}

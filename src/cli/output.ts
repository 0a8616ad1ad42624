/** Where `limn render` writes: a folder, a store, a ZIP archive, or tar shards. */
import { basename, dirname, join, resolve } from "node:path";
import { isFolder, makeFolder, resolvePlace } from "#platform";
import { OutputNames } from "../batch/output-names.ts";
import type { RenderOutcome } from "../batch/render-batch.ts";
import type { RenderDatasetOptions } from "../batch/render-dataset.ts";
import type { ShardSize } from "../batch/archives.ts";
import { ImageError } from "../errors.ts";
import { isS3, splitS3 } from "../platform/s3-place.ts";
import { TarOutput, ZipOutput } from "./archive-output.ts";
import { FolderOutput } from "./folder-output.ts";
import { Journal } from "./journal.ts";
import { StoreArchive } from "./store-archive.ts";
import { StoreOutput } from "./store-output.ts";

/** An output that a run writes to, with its journal. */
export interface RunOutput {
  /** What it is called in the last line of a run. */
  readonly place: string;
  readonly journal: Journal;
  /** Names of pictures that are there already. */
  readonly finished: ReadonlySet<string>;
  readonly target: Pick<RenderDatasetOptions, "out" | "drafts" | "archive">;
  /** Archive that the last picture is in. */
  readonly file: string | undefined;
  /** A picture was written, or failed. @throws {ImageError} `IO`, which ends the run */
  written(outcome: RenderOutcome): void;
  /** Every picture is written. @returns a remark for people */
  finish(): string | void | Promise<string | void>;
  /** The run is cut off. */
  keep(): void | Promise<void>;
}

/** What `--out` names. */
export interface OutputPlace {
  readonly kind: "folder" | "store" | "zip" | "tar";
  /** Path of the folder, `s3://bucket/prefix` of a store, or path of the archive (either), with `%06d` where the number of a shard stands. */
  readonly path: string;
}

const NUMBER = /%(?:0(\d{1,2}))?d/;
const SHARD_SIZE: ShardSize = { pictures: 10_000, bytes: 1e9 };

/**
 * What `--out` names; parts of a run have archives of their own: `x.zip` is `x-2-of-8.zip`, `x-%06d.tar` is `x-2-of-8-%06d.tar`.
 *
 * @throws {ImageError} `ARGUMENT` for an archive that cannot be
 */
export function placeOf(out: string, part?: readonly [part: number, parts: number], size?: ShardSize): OutputPlace {
  const refuse = (what: string): ImageError => new ImageError("ARGUMENT", what, { path: out });
  const folder = isS3(out) ? "store" : "folder";
  const canBeFile = !isS3(out) || /^s3:\/\/[^/]+\/./i.test(out); // a bucket may be called x.zip
  const kind = canBeFile && /\.zip$/i.test(out) ? "zip" : canBeFile && /\.tar$/i.test(out) ? "tar" : folder;
  if (/\.(?:tgz|tar\.\w+)$/i.test(out)) throw refuse("expected .tar or .zip: pictures are compressed already");
  const name = basename(out);
  const isNumbered = kind === "tar" && NUMBER.test(name);
  if (size && !isNumbered) throw refuse("--shard-size is for tar shards, which have a number: name-%06d.tar");
  if (kind === folder || isFolder(out)) return { kind: folder, path: out };
  if (name.replace(NUMBER, "").includes("%")) throw refuse("expected one number at most, as %06d, got another %");
  if (!part) return { kind, path: out };
  const own = `${part[0]}-of-${part[1]}`;
  const path = isNumbered ? name.replace(NUMBER, `${own}-$&`) : name.replace(/(?=\.\w+$)/, `-${own}`);
  return { kind, path: out.slice(0, -name.length) + path };
}

/** Name of a shard: `x-%06d.tar` gives `x-000003.tar`. */
export function shardName(name: string, shard: number): string {
  return name.replace(NUMBER, (_, digits) => String(shard).padStart(Number(digits ?? 0), "0"));
}

/** The names that a run gives to its pictures there. */
export function namesFor({ kind }: OutputPlace): OutputNames {
  return new OutputNames(kind === "tar");
}

/**
 * Open an output for writing.
 *
 * @param images - the folder of the pictures, which must be another
 * @param key - stands for everything else that decides about the files
 * @throws {ImageError} `IO`, `ARGUMENT` for the folder of the pictures, `STATE` for a journal of another run
 */
export async function openOutput(
  { kind, path }: OutputPlace,
  { images, key, part, size = SHARD_SIZE, resume }: OutputOptions,
): Promise<RunOutput> {
  const isNumbered = kind === "tar" && NUMBER.test(basename(path));
  const most = isNumbered ? size : {};
  if (isS3(path) && kind !== "store") {
    const [folder, name] = [path.slice(0, path.lastIndexOf("/") + 1), basename(path)];
    await resolvePlace(folder, "write");
    const { prefix } = splitS3(path).place;
    const numberedFrom = isNumbered ? prefix + name.slice(0, name.search(NUMBER)) : undefined;
    const nameOf = (shard: number): string => folder + shardName(name, shard);
    const journal = await Journal.open(journalOf(path), `${key} ${path} ${JSON.stringify(most)}`, resume);
    return StoreArchive.open({ kind: kind === "zip" ? "zip" : "tar", nameOf, numberedFrom, most }, journal);
  }
  if (kind === "store") {
    const out = await resolvePlace(path, "write");
    if (out === images)
      throw new ImageError("ARGUMENT", "--out is the place of the pictures, whose files would be overwritten");
    const folder = journalOf(out) + (part ? `-${part[0]}-of-${part[1]}` : "");
    return StoreOutput.open(out, path, await Journal.open(folder, `${key} ${out}`, resume));
  }
  if (kind === "folder") {
    const out = makeFolder(path);
    if (out === images)
      throw new ImageError("ARGUMENT", "--out is the folder of the pictures, whose files would be overwritten");
    const folder = join(out, part ? `.limn-run-${part[0]}-of-${part[1]}` : ".limn-run");
    return new FolderOutput(out, path, await Journal.open(folder, key, resume));
  }
  makeFolder(dirname(path));
  const journal = await Journal.open(
    join(dirname(path), `.limn-run-${basename(path)}`),
    `${key} ${JSON.stringify(most)}`,
    resume,
  );
  if (kind === "zip") return new ZipOutput(path, journal);
  const nameOf = (shard: number): string => join(dirname(path), shardName(basename(path), shard));
  return new TarOutput(nameOf, journal, { most, isNumbered });
}

/** Nothing can be appended to in a store: its journal lies where the command runs. */
function journalOf(store: string): string {
  return resolve(`.limn-run-${store.replace(/[^A-Za-z0-9.-]+/g, "-")}`);
}

/** How an output is opened. */
export interface OutputOptions {
  readonly images: string;
  readonly key: string;
  readonly part: readonly [part: number, parts: number] | undefined;
  readonly size: ShardSize | undefined;
  readonly resume: boolean;
}

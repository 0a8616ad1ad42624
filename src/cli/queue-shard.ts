/**
 * What goes through the queue: some pictures of a run, and what became of them. Both are read as from a stranger: whoever may
 * write into Redis can put anything there.
 */
import { OutputNames } from "../batch/output-names.ts";
import { packError, unpackError, type PackedError } from "../batch/messages.ts";
import type { RenderedPicture, RenderTimes } from "../batch/render-job.ts";
import { parseStyle, type Style } from "../draw/style.ts";
import { ImageError, show } from "../errors.ts";
import { isFields } from "../format/fields.ts";
import { MemoryFiles } from "../format/file-tree.ts";
import { limnJsonl } from "../format/limn-jsonl.ts";
import type { Scene } from "../model/scene.ts";
import { relativeName } from "../platform/relative-name.ts";

/** Pictures of one shard at most: few enough that a shard is done in seconds. */
export const MOST_PICTURES = 32;
/** Characters of a shard's scenes, where it has more than one. */
export const MOST_TEXT: number = 2 ** 20;
/** Characters of a shard of one picture. */
const LARGEST_TEXT = 2 ** 26;
/** Grows when shards change. */
const FORMAT = 1;
const FILE = "dataset.limn.jsonl";

/** How the pictures of a run are drawn. */
export interface ShardSettings {
  /** The run's key: 32 hexadecimal digits. */
  readonly run: string;
  /** Version of limn: another one might draw other pixels. */
  readonly version: string;
  /** Folder below the workers' output, or empty. */
  readonly into: string;
  readonly type: "png" | "jpg";
  readonly quality?: number | undefined;
  readonly style?: Style | undefined;
}

/** One picture of a shard. */
export interface ShardItem {
  readonly scene: Scene;
  /** Name of the drawn picture. */
  readonly name: string;
}

/** Pictures that go through the queue together. */
export interface Shard extends ShardSettings {
  readonly items: readonly ShardItem[];
}

/** The scenes as the lines of limn's own format. */
export async function scenesText(items: readonly ShardItem[]): Promise<string> {
  const files = new MemoryFiles();
  await limnJsonl.write!({ categories: [], scenes: items.map(({ scene }) => scene) }, files);
  return new TextDecoder().decode(await files.read(FILE));
}

/** The shard as plain JSON. @throws {ImageError} `LIMIT` when its one picture is too large */
export function shardRecord(settings: ShardSettings, items: readonly ShardItem[], scenes: string): object {
  if (scenes.length > LARGEST_TEXT)
    throw new ImageError("LIMIT", `expected annotations of at most ${LARGEST_TEXT} characters, got ${scenes.length}`);
  return { format: FORMAT, ...settings, names: items.map(({ name }) => name), scenes };
}

/**
 * The shard of a record from the queue.
 *
 * @param version - of this limn
 * @throws {ImageError} `UNSUPPORTED` for a shard of another version, `DECODE`, `ARGUMENT` or `LIMIT` for anything wrong in it
 */
export async function readShard(record: unknown, version: string): Promise<Shard> {
  const refuse = (what: string, value: unknown, path: string): ImageError =>
    new ImageError("DECODE", `expected ${what}, got ${show(value)}`, { path: `shard.${path}` });
  if (!isFields(record)) throw refuse("an object", record, "data");
  const { format, version: theirs, run, into, type, quality, style, names, scenes, ...others } = record;
  if (format !== FORMAT || theirs !== version)
    throw new ImageError(
      "UNSUPPORTED",
      `expected a shard of limn ${version}, got one of ${show(theirs)} (format ${show(format)})`,
    );
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw refuse("known fields only", unknown, "data");
  if (typeof run !== "string" || !/^[0-9a-f]{32}$/.test(run)) throw refuse("32 hexadecimal digits", run, "run");
  if (typeof into !== "string") throw refuse("a folder's name", into, "into");
  if (type !== "png" && type !== "jpg") throw refuse("png or jpg", type, "type");
  if (quality !== undefined && !(Number.isInteger(quality) && Number(quality) >= 1 && Number(quality) <= 100))
    throw refuse("a whole number from 1 to 100", quality, "quality");
  if (!Array.isArray(names) || names.length < 1 || names.length > MOST_PICTURES)
    throw refuse(`1 to ${MOST_PICTURES} names`, names, "names");
  if (typeof scenes !== "string" || scenes.length > LARGEST_TEXT) throw refuse("text of scenes", scenes, "scenes");
  const folder = into === "" ? "" : `${relativeName(into)}/`;
  const checked = names.map((name: unknown, i) => {
    if (typeof name !== "string" || !name.endsWith(`.${type}`) || !canBeSent(name))
      throw refuse(`the name of a .${type} file`, name, `names[${i}]`);
    return folder + relativeName(name);
  });
  if (new Set(checked).size !== checked.length) throw refuse("names that differ", names, "names");
  const dataset = await limnJsonl.read(new MemoryFiles([[FILE, scenes]]), { strict: true });
  const list: Scene[] = [];
  for await (const scene of dataset.scenes) list.push(scene);
  if (list.length !== checked.length) throw refuse(`${checked.length} scenes`, list.length, "scenes");
  return {
    run,
    version,
    into,
    type,
    quality: quality as number | undefined,
    style: style === undefined ? undefined : parseStyle(style, "shard.style"),
    items: list.map((scene, i) => ({ scene, name: checked[i]! })),
  };
}

/** Workers write no hidden files: nobody's pictures are called so, but settings of programs are. */
function canBeSent(name: string): boolean {
  return name.length <= 1024 && !/(?:^|\/)\./.test(name);
}

/** What became of a shard: for each picture what was written, or why not. */
export interface ShardResult {
  readonly pictures: readonly (RenderedPicture | ImageError)[];
}

const STEPS = ["read", "decode", "draw", "encode", "write"] as const satisfies readonly (keyof RenderTimes)[];

/** The result as plain JSON: `[bytes, width, height, …milliseconds]` or an error for each picture. */
export function resultRecord({ pictures }: ShardResult): object {
  return {
    pictures: pictures.map((picture) =>
      picture instanceof ImageError
        ? packError(picture)
        : [
            picture.bytes,
            picture.width,
            picture.height,
            ...STEPS.map((step) => Math.round(picture.times[step] * 1000) / 1000),
          ],
    ),
  };
}

/** The result of a record from the queue; what is not understood is an error of each picture. */
export function readResult(record: unknown, names: readonly string[]): ShardResult {
  const pictures = isFields(record) && Array.isArray(record["pictures"]) ? (record["pictures"] as unknown[]) : [];
  return { pictures: names.map((name, i) => readPicture(pictures[i], name)) };
}

function readPicture(value: unknown, name: string): RenderedPicture | ImageError {
  if (Array.isArray(value) && value.length === 3 + STEPS.length && value.every((part) => Number.isFinite(part))) {
    const [bytes, width, height, ...times] = value as number[];
    const [read, decode, draw, encode, write] = times as [number, number, number, number, number];
    const shape = { bytes: bytes!, width: width!, height: height! };
    return { name, path: undefined, encoded: undefined, ...shape, times: { read, decode, draw, encode, write } };
  }
  if (isFields(value) && typeof value["message"] === "string" && isCode(value["code"])) {
    const path = typeof value["path"] === "string" ? value["path"].slice(0, 1000) : undefined;
    return unpackError({ code: value["code"], message: value["message"].slice(0, 1000), path, cause: undefined });
  }
  return new ImageError("INTERNAL", "expected the result of a picture, got something else");
}

const CODES: ReadonlySet<unknown> = new Set<PackedError["code"]>([
  "ARGUMENT",
  "DECODE",
  "LIMIT",
  "UNSUPPORTED",
  "STATE",
  "IO",
  "INTERNAL",
]);

function isCode(value: unknown): value is PackedError["code"] {
  return CODES.has(value);
}

/** A picture of a dataset on its way into a shard, or the reason why it cannot be. */
export type Sendable =
  | { readonly index: number; readonly item: ShardItem }
  | { readonly index: number; readonly scene: Scene; readonly error: ImageError };

/** The pictures of a run in their order, as `renderDataset` would draw them. */
export async function* sendable(
  scenes: Iterable<Scene> | AsyncIterable<Scene>,
  { type, limit = Infinity, shard: [part, parts] = [1, 1] }: SendOptions,
): AsyncGenerator<Sendable> {
  const names = new OutputNames();
  let index = -1;
  for await (const scene of scenes) {
    if (++index >= limit) return;
    try {
      if (scene.fileName === undefined)
        throw new ImageError("ARGUMENT", "expected the name of the picture's file, got none");
      const name = names.next(scene.fileName, type);
      if (index % parts !== part - 1) continue;
      if (scene.error) throw scene.error;
      if (!canBeSent(name))
        throw new ImageError("ARGUMENT", `expected a name that is not hidden and not too long, got ${show(name)}`);
      yield { index, item: { scene, name } };
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      if (index % parts === part - 1) yield { index, scene, error };
    }
  }
}

/** Which pictures are sent. */
export interface SendOptions {
  readonly type: "png" | "jpg";
  readonly limit?: number | undefined;
  readonly shard?: readonly [part: number, parts: number] | undefined;
}

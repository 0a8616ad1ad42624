/**
 * Archives in a store. An object cannot be appended to, so a run that is cut off goes on behind the last tar shard that is whole, and
 * begins a ZIP or a single tar archive again. The journal's lines are `[name, bytes]` for pictures, and `{"shard": n, "bytes": size}`
 * behind those of a shard that is there.
 */
import { type ByteSink, type PictureArchive, type ShardSize, TarArchive, ZipArchive } from "../batch/archives.ts";
import type { RenderOutcome } from "../batch/render-batch.ts";
import { listObjects, lookAtObject } from "../platform/node-s3.ts";
import { S3Writer } from "../platform/node-s3-writer.ts";
import { splitS3 } from "../platform/s3-place.ts";
import type { Journal } from "./journal.ts";
import type { RunOutput } from "./output.ts";

/** Which archives a run writes. */
export interface StoreArchiveNames {
  readonly kind: "zip" | "tar";
  /** `s3://bucket/key` of an archive; they count from 0. */
  readonly nameOf: (shard: number) => string;
  /** What the keys of all have in common, before the number of a shard; undefined for a single archive. */
  readonly numberedFrom: string | undefined;
  readonly most: ShardSize;
}

/** A ZIP archive, a tar archive, or tar shards. */
export class StoreArchive implements RunOutput {
  readonly journal: Journal;
  readonly finished: ReadonlySet<string>;
  readonly target: { readonly archive: PictureArchive };
  readonly #names: StoreArchiveNames;
  #writer: S3Writer | undefined;
  #shards: number;

  private constructor(names: StoreArchiveNames, journal: Journal, { shards, finished }: WholeShards) {
    this.#names = names;
    this.journal = journal;
    this.#shards = shards;
    this.finished = finished;
    const { kind, most } = names;
    const archive =
      kind === "zip"
        ? new ZipArchive(this.#sink(0))
        : new TarArchive((shard) => this.#sink(shard), most, { shards, pictures: 0, bytes: 0 });
    this.target = { archive };
  }

  /** @throws {ImageError} `IO` */
  static async open(names: StoreArchiveNames, journal: Journal): Promise<StoreArchive> {
    const whole = await wholeShards(names, journal.old);
    const others = journal.old.filter((line) => !Array.isArray(line) && !isShard(line));
    journal.begin([...whole.lines, ...others]);
    return new StoreArchive(names, journal, whole);
  }

  /** The first archive, and the last. */
  get place(): string {
    const [first, ...others] = Array.from({ length: this.#shards }, (_, shard) => this.#names.nameOf(shard));
    return [first ?? this.#names.nameOf(0), ...others.slice(-1)].join(" … ");
  }

  get file(): string | undefined {
    return this.#writer?.path;
  }

  written({ picture, error }: RenderOutcome): void {
    if (picture) this.journal.add([picture.name, picture.bytes]);
    else if (error) this.journal.check();
  }

  async finish(): Promise<string | void> {
    if (this.#names.numberedFrom === undefined) return;
    const left = this.#names.nameOf(this.#shards);
    const { place, name } = splitS3(left);
    if (await lookAtObject(place, place.prefix + name))
      return `${left} is there from an earlier run and is none of this one's shards`;
  }

  async keep(): Promise<void> {
    await this.#writer?.abort();
  }

  #sink(shard: number): ByteSink {
    const writer = new S3Writer(this.#names.nameOf(shard));
    this.#writer = writer;
    return {
      write: (bytes) => writer.write(bytes),
      close: async () => {
        await writer.close();
        this.journal.add({ shard, bytes: writer.bytes });
        this.#shards = shard + 1;
      },
    };
  }
}

interface WholeShards {
  readonly shards: number;
  readonly finished: ReadonlySet<string>;
}

/** The shards of the run before that are in the store, up to one that is not; with their lines. */
async function wholeShards(
  { nameOf, numberedFrom }: StoreArchiveNames,
  old: readonly unknown[],
): Promise<WholeShards & { readonly lines: readonly unknown[] }> {
  const finished = new Set<string>();
  const lines: unknown[] = [];
  let shards = 0;
  if (numberedFrom === undefined || !old.some(isShard)) return { shards, finished, lines };
  const { bucket } = splitS3(nameOf(0)).place;
  const sizes = new Map<string, number>();
  for await (const { name, size } of listObjects({ bucket, prefix: numberedFrom }))
    sizes.set(`s3://${bucket}/${numberedFrom}${name}`, size);
  let pictures: unknown[] = [];
  for (const line of old) {
    if (Array.isArray(line)) pictures.push(line);
    else if (isShard(line)) {
      if (line.shard !== shards || sizes.get(nameOf(shards)) !== line.bytes) break;
      lines.push(...pictures, line);
      for (const [name] of pictures as [unknown][]) if (typeof name === "string") finished.add(name);
      [shards, pictures] = [shards + 1, []];
    }
  }
  return { shards, finished, lines };
}

function isShard(line: unknown): line is { readonly shard: unknown; readonly bytes: unknown } {
  return !Array.isArray(line) && (line as { shard?: unknown } | null)?.shard !== undefined;
}

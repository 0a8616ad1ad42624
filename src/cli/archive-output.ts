/**
 * The archives that `limn render` writes, and goes on with. The journal's lines are `[name, bytes, crc]` for the piece of a picture
 * in the draft, and `{"shard": n, "bytes": size}` behind those of a shard that is whole, before it gets its name.
 */
import * as fs from "node:fs";
import { basename, join } from "node:path";
import { type PictureArchive, type ShardSize, TarArchive, ZipArchive } from "../batch/archives.ts";
import type { RenderOutcome } from "../batch/render-batch.ts";
import { DraftFile, type DraftPiece, readDraft } from "./draft-file.ts";
import type { Journal } from "./journal.ts";
import type { RunOutput } from "./output.ts";

/** A line about a picture. */
interface PictureLine extends DraftPiece {
  readonly name: string;
}

/** What all archives have in common: a draft in the journal's folder. */
abstract class ArchiveOutput implements RunOutput {
  abstract readonly place: string;
  readonly journal: Journal;
  readonly finished: Set<string> = new Set();
  abstract readonly target: { readonly archive: PictureArchive };
  protected draft: DraftFile | undefined;
  #file: string | undefined;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  get file(): string | undefined {
    return this.#file;
  }

  written({ picture, error }: RenderOutcome): void {
    if (picture) {
      const { bytes, crc } = this.draft!.mark();
      this.journal.add([picture.name, bytes, crc]);
    } else if (error) this.journal.check();
  }

  finish(): string | void {}

  keep(): void {
    this.draft?.keep();
  }

  /** Open the draft of a file, with so many bytes of it kept. */
  protected open(final: string, whole: number, beforeRename: (bytes: number) => void = () => undefined): DraftFile {
    this.#file = final;
    return (this.draft = new DraftFile(this.draftOf(final), final, whole, beforeRename));
  }

  protected draftOf(final: string): string {
    return join(this.journal.folder, `${basename(final)}.part`);
  }

  /** The pictures of a draft that are there in full. */
  protected readBack(
    final: string,
    pictures: readonly PictureLine[],
    use: (bytes: Uint8Array) => void = () => undefined,
  ): { lines: unknown[]; bytes: number } {
    const { count, bytes } = readDraft(this.draftOf(final), pictures, use);
    const kept = pictures.slice(0, count);
    for (const { name } of kept) this.finished.add(name);
    return { lines: kept.map((line) => [line.name, line.bytes, line.crc]), bytes };
  }
}

/** One ZIP archive. */
export class ZipOutput extends ArchiveOutput {
  readonly place: string;
  readonly target: { readonly archive: ZipArchive };

  constructor(path: string, journal: Journal) {
    super(journal);
    this.place = path;
    let draft: DraftFile | undefined;
    const archive = new ZipArchive({ write: (bytes) => draft!.write(bytes), close: () => draft!.close() });
    const { lines, bytes } = this.readBack(path, journal.old.flatMap(pictureOf), (piece) => archive.adopt(piece));
    journal.begin([...lines, ...journal.old.filter(isForeign)]);
    draft = this.open(path, bytes);
    this.target = { archive };
  }
}

/** Tar shards, or one tar archive. */
export class TarOutput extends ArchiveOutput {
  readonly target: { readonly archive: TarArchive };
  readonly #nameOf: (shard: number) => string;
  readonly #isNumbered: boolean;
  #shards: number;

  /** @param nameOf - path of a shard; they count from 0 */
  constructor(
    nameOf: (shard: number) => string,
    journal: Journal,
    { most, isNumbered }: { most: ShardSize; isNumbered: boolean },
  ) {
    super(journal);
    this.#nameOf = nameOf;
    this.#isNumbered = isNumbered;
    const { lines, shards, pictures } = this.#readShards();
    const last = this.readBack(nameOf(shards), pictures);
    journal.begin([...lines, ...last.lines, ...journal.old.filter(isForeign)]);
    this.#shards = shards;
    const begun = last.lines.length > 0 ? 1 : 0;
    const position = { shards: shards + begun, pictures: last.lines.length, bytes: last.bytes };
    const archive = new TarArchive(
      (shard) => this.#openShard(shard, shard === shards ? last.bytes : 0),
      most,
      position,
    );
    this.target = { archive };
  }

  /** The first shard, and the last. */
  get place(): string {
    const [first, ...others] = Array.from({ length: this.#shards }, (_, shard) => this.#nameOf(shard));
    return [first, ...others.slice(-1)].join(" … ");
  }

  override finish(): string | void {
    if (!this.#isNumbered) return;
    const left = this.#nameOf(this.#shards);
    if (fs.existsSync(left)) return `${left} is there from an earlier run and is none of this one's shards`;
  }

  #openShard(shard: number, whole: number): DraftFile {
    return this.open(this.#nameOf(shard), whole, (bytes) => {
      this.journal.add({ shard, bytes });
      this.#shards = shard + 1;
    });
  }

  /** The shards that are whole, up to one that is not, and the pictures behind them. */
  #readShards(): { lines: unknown[]; shards: number; pictures: PictureLine[] } {
    const lines: unknown[] = [];
    let [shards, pictures]: [number, PictureLine[]] = [0, []];
    for (const line of this.journal.old) {
      pictures.push(...pictureOf(line));
      const { shard, bytes } = line as { shard?: unknown; bytes?: unknown };
      if (shard !== shards || typeof bytes !== "number") continue;
      if (!this.#isWhole(this.#nameOf(shards), bytes)) return { lines, shards, pictures: [] };
      lines.push(...pictures.map((picture) => [picture.name, picture.bytes, picture.crc]), line);
      for (const { name } of pictures) this.finished.add(name);
      [shards, pictures] = [shards + 1, []];
    }
    return { lines, shards, pictures };
  }

  /** True for a shard that is there; one that lacks only its name gets it. */
  #isWhole(final: string, bytes: number): boolean {
    const draft = this.draftOf(final);
    const stat = fs.statSync(draft, { throwIfNoEntry: false });
    if (stat?.size === bytes) fs.renameSync(draft, final);
    return fs.statSync(final, { throwIfNoEntry: false })?.size === bytes;
  }
}

function pictureOf(line: unknown): PictureLine[] {
  const [name, bytes, crc] = Array.isArray(line) ? (line as unknown[]) : [];
  return typeof name === "string" && typeof bytes === "number" && typeof crc === "number" ? [{ name, bytes, crc }] : [];
}

/** True for lines that are not about pictures and shards. */
function isForeign(line: unknown): boolean {
  return !Array.isArray(line) && (line as { shard?: unknown }).shard === undefined;
}

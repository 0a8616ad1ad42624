/** Drawn pictures as one file or a few: ZIP archives, and tar shards as WebDataset reads them. */
import { drawnCategories } from "../draw/drawn-categories.ts";
import type { Style } from "../draw/style.ts";
import { ImageError } from "../errors.ts";
import { ZipWriter } from "../format/zip-write.ts";
import type { Scene } from "../model/scene.ts";

/**
 * Where bytes go, in order: `{ write: (bytes) => parts.push(bytes) }`, the writer of a `WritableStream`, or what a file's handle
 * gives a page, `await handle.createWritable()`. It is closed when all is written; whoever gives a batch up has to abort it.
 */
export interface ByteSink {
  /** The next bytes; a promise is waited for before more are given. They are not changed afterwards. */
  write(bytes: Uint8Array<ArrayBuffer>): unknown;
  /** All bytes are given. */
  close?(): unknown;
}

/** A picture for an archive. */
export interface DrawnPicture {
  /** Its name in the archive, with `/` between folders. */
  readonly name: string;
  /** Its file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Size as drawn. */
  readonly width: number;
  readonly height: number;
  readonly scene: Omit<Scene, "width" | "height">;
  readonly style: Style | undefined;
}

/** Where a batch puts its pictures, one after another in the order of its jobs. */
export interface PictureArchive {
  /** True where names must have no dots but the one before their ending. */
  readonly dotless?: boolean | undefined;
  /** The next picture; a promise is waited for. */
  add(picture: DrawnPicture): unknown;
  /** There are no more. */
  finish(): unknown;
}

/**
 * Pictures as a ZIP archive: stored, for they are compressed already; ZIP64 beyond 4 GB or 65,534 of them. The same pictures give
 * the same bytes.
 *
 * @example
 * const parts = [];
 * const archive = new ZipArchive({ write: (bytes) => parts.push(bytes) });
 * await renderDataset(dataset, { images: "photos", archive });
 * const blob = new Blob(parts, { type: "application/zip" });
 */
export class ZipArchive implements PictureArchive {
  readonly #sink: ByteSink;
  readonly #writer = new ZipWriter();

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  async add({ name, bytes }: DrawnPicture): Promise<void> {
    await writeAll(this.#sink, this.#writer.add(name, bytes));
  }

  async finish(): Promise<void> {
    await writeAll(this.#sink, this.#writer.end());
    await this.#sink.close?.();
  }

  /**
   * Go on behind a picture that an archive of the same kind has written: the bytes that it gave for it.
   *
   * @throws {ImageError} `DECODE` for other bytes
   */
  adopt(bytes: Uint8Array): void {
    this.#writer.adopt(bytes);
  }
}

/** When a tar shard is full: with the picture that would go beyond either. A shard has at least one. */
export interface ShardSize {
  /** Default: any number. */
  readonly pictures?: number | undefined;
  /** Bytes of the file. Default: any number. */
  readonly bytes?: number | undefined;
}

/** Where tar shards are, for one that goes on with others. */
export interface ShardPosition {
  /** Shards begun. */
  readonly shards: number;
  /** Pictures and bytes of the last one; none if it is closed. */
  readonly pictures: number;
  readonly bytes: number;
}

/**
 * Pictures as tar shards, as WebDataset reads them: `a/7.png` and `a/7.json` beside each other are one sample. The JSON holds
 * `fileName` and `imageId` of the source, `width` and `height` as drawn, `caption` and `captions` where there are any, and
 * `categories`: the names that are drawn, in order. The same pictures give the same bytes.
 *
 * @example
 * const blobs = [];
 * const archive = new TarArchive(
 *   () => {
 *     const parts = [];
 *     return { write: (bytes) => parts.push(bytes), close: () => blobs.push(new Blob(parts)) };
 *   },
 *   { pictures: 1000 },
 * );
 * await renderDataset(dataset, { images: "photos", archive });
 */
export class TarArchive implements PictureArchive {
  readonly dotless: true = true;
  readonly #open: (shard: number) => ByteSink | Promise<ByteSink>;
  readonly #most: { readonly pictures: number; readonly bytes: number };
  #sink: ByteSink | undefined;
  #at: ShardPosition;

  /**
   * @param open - gives the place of a shard; they count from 0
   * @param size - of a shard
   * @param position - of the last archive's, to go on behind it; its last shard is opened again
   */
  constructor(
    open: (shard: number) => ByteSink | Promise<ByteSink>,
    size: ShardSize = {},
    position: ShardPosition = { shards: 0, pictures: 0, bytes: 0 },
  ) {
    this.#open = open;
    this.#most = { pictures: size.pictures ?? Infinity, bytes: size.bytes ?? Infinity };
    if (!(this.#most.pictures >= 1 && this.#most.bytes >= 1))
      throw new ImageError("ARGUMENT", "expected shards of one picture and one byte or more");
    this.#at = position;
  }

  async add(picture: DrawnPicture): Promise<void> {
    const { tarFiles, TAR_END_BYTES } = await import("../format/tar-write.ts");
    const { name, bytes } = picture;
    const key = name.slice(0, name.lastIndexOf("."));
    const about = new TextEncoder().encode(JSON.stringify(aboutPicture(picture)));
    const pieces = await tarFiles([
      [name, bytes],
      [`${key}.json`, about],
    ]);
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const { pictures, bytes: used } = this.#at;
    const isFull = pictures >= this.#most.pictures || used + length + TAR_END_BYTES > this.#most.bytes;
    if (pictures > 0 && isFull) await this.#end();
    await writeAll(await this.#shard(), pieces);
    this.#at = { ...this.#at, pictures: this.#at.pictures + 1, bytes: this.#at.bytes + length };
  }

  async finish(): Promise<void> {
    // no pictures at all are one empty shard
    if (this.#sink || this.#at.pictures > 0 || this.#at.shards === 0) await this.#end();
  }

  async #shard(): Promise<ByteSink> {
    if (this.#sink) return this.#sink;
    const { shards, pictures } = this.#at;
    const isNew = pictures === 0;
    this.#sink = await this.#open(isNew ? shards : shards - 1);
    if (isNew) this.#at = { shards: shards + 1, pictures: 0, bytes: 0 };
    return this.#sink;
  }

  async #end(): Promise<void> {
    const { TAR_END_BYTES } = await import("../format/tar-write.ts");
    const sink = await this.#shard();
    await sink.write(new Uint8Array(TAR_END_BYTES));
    await sink.close?.();
    this.#sink = undefined;
    this.#at = { shards: this.#at.shards, pictures: 0, bytes: 0 };
  }
}

/** What the JSON of a sample says. */
function aboutPicture({ scene, style, width, height }: DrawnPicture): object {
  const { fileName, imageId, caption, captions } = scene;
  return {
    fileName,
    imageId,
    width,
    height,
    caption,
    captions,
    categories: drawnCategories(scene, style, width, height),
  };
}

async function writeAll(sink: ByteSink, pieces: readonly Uint8Array[]): Promise<void> {
  for (const piece of pieces) await sink.write(piece as Uint8Array<ArrayBuffer>);
}

/** Files written into a ZIP archive. */
import { Zip, ZipDeflate, ZipPassThrough } from "fflate";
import { ImageError } from "../errors.ts";
import { checkFileName, type FileSink } from "./file-tree.ts";
import { isPictureName } from "./picture-files.ts";

const ARCHIVE = /\.(?:gz|zip)$/i;
const MOST_FILES = 65534;
const MOST_BYTES = 2 ** 32 - 2 ** 20;

/**
 * A sink whose files become one archive: {@link ZipSink.bytes} after the last write. The same files give the same bytes.
 * Pictures and archives are stored, everything else is deflated.
 *
 * @param time - of every file, milliseconds since 1970; default and least: the start of 1980
 * @param out - takes the archive piece by piece as it grows, so that none of it is kept; {@link ZipSink.bytes} gives the end
 * @example
 * const sink = new ZipSink();
 * await sink.write("hello.txt", "hello");
 * sink.bytes().length; // 139
 */
export class ZipSink implements FileSink {
  readonly #chunks: Uint8Array[] = [];
  readonly #names = new Set<string>();
  #size = 0;
  #failure: Error | undefined;
  readonly #time: Date;
  readonly #zip: Zip = new Zip((error, chunk) => {
    if (error) this.#failure = error;
    else {
      this.#size += chunk.length;
      if (this.#out) this.#out(chunk);
      else this.#chunks.push(chunk);
    }
  });
  readonly #out: ((chunk: Uint8Array) => void) | undefined;

  constructor(time: number = -Infinity, out?: (chunk: Uint8Array) => void) {
    this.#out = out;
    // local time, as archives have it: the same bytes wherever they are written
    const first = new Date(1980, 0, 1);
    this.#time = time > first.getTime() ? new Date(time) : first;
  }

  /** @throws {ImageError} `ARGUMENT` for a name that leads outside or is taken, `LIMIT` for more than an archive can hold */
  async write(name: string, content: Uint8Array | string): Promise<void> {
    this.add(name, content);
  }

  /** As {@link ZipSink.write}, at once. */
  add(name: string, content: Uint8Array | string): void {
    checkFileName(name);
    if (this.#names.has(name)) throw new ImageError("ARGUMENT", "expected a new name, got it again", { path: name });
    if (this.#names.size >= MOST_FILES || this.#size > MOST_BYTES)
      throw new ImageError("LIMIT", `expected at most ${MOST_FILES} files and 4 GB in an archive`, { path: name });
    this.#names.add(name);
    const file =
      isPictureName(name) || ARCHIVE.test(name) ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    file.mtime = this.#time;
    this.#zip.add(file);
    file.push(typeof content === "string" ? new TextEncoder().encode(content) : content, true);
    if (this.#failure) throw new ImageError("IO", "the archive cannot be written", { cause: this.#failure });
  }

  /** The archive, empty where its pieces went to `out`; nothing can be written afterwards. */
  bytes(): Uint8Array<ArrayBuffer> {
    this.#zip.end();
    const all = new Uint8Array(this.#chunks.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}

/** Files as one archive, in the order given. @param time - see {@link ZipSink} */
export function zipFiles(files: ReadonlyMap<string, Uint8Array>, time?: number): Uint8Array<ArrayBuffer> {
  const archive = new ZipSink(time);
  for (const [name, bytes] of files) archive.add(name, bytes);
  return archive.bytes();
}

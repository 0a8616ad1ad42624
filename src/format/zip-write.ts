/** Files written into a ZIP archive. */
import { deflateSync } from "fflate";
import { crc32 } from "../codec/crc32.ts";
import { crc32Of } from "../core/checksum.ts";
import { ImageError, show } from "../errors.ts";
import { joinBytes } from "../join-bytes.ts";
import { checkFileName, type FileSink } from "./file-tree.ts";
import { isPictureName } from "./picture-files.ts";

const ARCHIVE = /\.(?:gz|zip)$/i;
/** What a field of 16 or 32 bits cannot hold: the number is in a larger one elsewhere. */
const [FULL_16, FULL_32] = [2 ** 16 - 1, 2 ** 32 - 1];
const [LOCAL, CENTRAL, END, END_64, LOCATOR_64] = [0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50];
const [STORED, DEFLATED] = [0, 8];
const [PLAIN, LARGE] = [20, 45]; // versions of the format that a reader must know: folders and deflate, ZIP64
const UTF_8 = 0x0800;
/** Made on a Unix, whose names some readers of UTF-8 do not convert once more; a plain file, 644. */
const [UNIX, ATTRIBUTES] = [3 << 8, 0o100644 * 2 ** 16];
const LOCAL_BYTES = 30;

/**
 * An archive piece by piece: each call gives the bytes to append to what was given before, from the archive's first byte on.
 * Pictures and archives are stored, everything else is deflated. Beyond 4 GB or 65,534 files it becomes a ZIP64 archive, which
 * current readers all read. The same files give the same bytes. Memory: about 60 bytes and its name for each file.
 */
export class ZipWriter {
  readonly #names = new Set<string>();
  readonly #date: number;
  readonly #time: number;
  #directory = new Uint8Array(4096);
  #directoryBytes = 0;
  #offset = 0;
  #ended = false;

  /** @param time - of every file, milliseconds since 1970; default and least: the start of 1980 */
  constructor(time: number = -Infinity) {
    // local time, as archives have it: the same bytes wherever they are written
    const first = new Date(1980, 0, 1);
    const date = time > first.getTime() ? new Date(time) : first;
    this.#date = ((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
    this.#time = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  }

  /** Bytes given so far. */
  get size(): number {
    return this.#offset;
  }

  /**
   * The bytes of one file.
   *
   * @throws {ImageError} `ARGUMENT` for a name that leads outside or is taken, `LIMIT` for a file of 4 GB, `STATE` after the end
   */
  add(name: string, content: Uint8Array | string): Uint8Array[] {
    if (this.#ended) throw new ImageError("STATE", "the archive has ended");
    checkFileName(name);
    if (this.#names.has(name)) throw new ImageError("ARGUMENT", "expected a new name, got it again", { path: name });
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const path = new TextEncoder().encode(name);
    if (bytes.length >= FULL_32 || path.length > FULL_16)
      throw new ImageError("LIMIT", `expected a file below 4 GB, got ${bytes.length} bytes`, { path: show(name) });
    const isStored = isPictureName(name) || ARCHIVE.test(name);
    const packed = isStored ? bytes : deflateSync(bytes, { level: 6 });
    const head = new Fields(LOCAL_BYTES + path.length);
    head
      .u32(LOCAL)
      .u16(PLAIN)
      .u16(UTF_8)
      .u16(isStored ? STORED : DEFLATED);
    head.u16(this.#time).u16(this.#date).u32(checksum(bytes)).u32(packed.length).u32(bytes.length);
    head.u16(path.length).u16(0).put(path);
    this.#list(name, head.bytes, packed.length);
    return [head.bytes, packed];
  }

  /**
   * Go on behind a file that another writer of the same time gave: what {@link add} returned for it, in one piece.
   *
   * @throws {ImageError} `DECODE` if they are the bytes of something else
   */
  adopt(file: Uint8Array): void {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const isFile = file.length >= LOCAL_BYTES && view.getUint32(0, true) === LOCAL;
    const headBytes = isFile ? LOCAL_BYTES + view.getUint16(26, true) : 0;
    if (!isFile || headBytes + view.getUint32(18, true) !== file.length)
      throw new ImageError("DECODE", "expected one file of an archive, got other bytes");
    const name = new TextDecoder().decode(file.subarray(LOCAL_BYTES, headBytes));
    this.#list(name, file.slice(0, headBytes), file.length - headBytes);
  }

  /** The archive's end: its directory. Nothing can be added afterwards. */
  end(): Uint8Array[] {
    this.#ended = true;
    const [count, at, length] = [this.#names.size, this.#offset, this.#directoryBytes];
    const isLarge = count >= FULL_16 || at >= FULL_32 || length >= FULL_32;
    const end = new Fields(isLarge ? 98 : 22);
    if (isLarge) {
      end.u32(END_64).u64(44).u16(LARGE).u16(LARGE).u32(0).u32(0).u64(count).u64(count).u64(length).u64(at);
      end
        .u32(LOCATOR_64)
        .u32(0)
        .u64(at + length)
        .u32(1);
    }
    const [files, bytes, offset] = [Math.min(count, FULL_16), Math.min(length, FULL_32), Math.min(at, FULL_32)];
    end.u32(END).u16(0).u16(0).u16(files).u16(files).u32(bytes).u32(offset).u16(0);
    return [this.#directory.subarray(0, length), end.bytes];
  }

  /** Take up a file in the directory. */
  #list(name: string, head: Uint8Array, packed: number): void {
    this.#names.add(name);
    const isFar = this.#offset >= FULL_32;
    const path = head.subarray(LOCAL_BYTES);
    const entry = new Fields(46 + path.length + (isFar ? 12 : 0));
    // from "version needed" to "length of the name" it is what stands before the file
    const version = isFar ? LARGE : PLAIN;
    entry
      .u32(CENTRAL)
      .u16(UNIX | version)
      .u16(version)
      .put(head.subarray(6, 28))
      .u16(isFar ? 12 : 0);
    entry.u16(0).u16(0).u16(0).u32(ATTRIBUTES).u32(Math.min(this.#offset, FULL_32)).put(path);
    if (isFar) entry.u16(1).u16(8).u64(this.#offset);
    const used = this.#directoryBytes + entry.bytes.length;
    if (used > this.#directory.length) {
      const larger = new Uint8Array(Math.max(used, this.#directory.length * 2));
      larger.set(this.#directory);
      this.#directory = larger;
    }
    this.#directory.set(entry.bytes, this.#directoryBytes);
    this.#directoryBytes = used;
    this.#offset += head.length + packed;
  }
}

/** The core is quicker, but has a table to make first. */
function checksum(bytes: Uint8Array): number {
  return bytes.length < 4096 ? crc32(bytes) : crc32Of(bytes);
}

/** Little-endian numbers, one behind the other. */
class Fields {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  u16(value: number): this {
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
    return this;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
    return this;
  }

  u64(value: number): this {
    return this.u32(value % 2 ** 32).u32(Math.floor(value / 2 ** 32));
  }

  put(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }
}

/**
 * A sink whose files become one archive: {@link ZipSink.bytes} after the last write. The same files give the same bytes.
 * Pictures and archives are stored, everything else is deflated.
 *
 * @param time - of every file, milliseconds since 1970; default and least: the start of 1980
 * @example
 * const sink = new ZipSink();
 * await sink.write("hello.txt", "hello");
 * sink.bytes().length; // 123
 */
export class ZipSink implements FileSink {
  readonly #chunks: Uint8Array[] = [];
  readonly #writer: ZipWriter;

  constructor(time?: number) {
    this.#writer = new ZipWriter(time);
  }

  /** @throws {ImageError} `ARGUMENT` for a name that leads outside or is taken, `LIMIT` for more than an archive can hold */
  async write(name: string, content: Uint8Array | string): Promise<void> {
    this.add(name, content);
  }

  /** As {@link ZipSink.write}, at once. */
  add(name: string, content: Uint8Array | string): void {
    this.#chunks.push(...this.#writer.add(name, content));
  }

  /** The archive; nothing can be written afterwards. */
  bytes(): Uint8Array<ArrayBuffer> {
    return joinBytes([...this.#chunks, ...this.#writer.end()]);
  }
}

/** Files as one archive, in the order given. @param time - see {@link ZipSink} */
export function zipFiles(files: ReadonlyMap<string, Uint8Array>, time?: number): Uint8Array<ArrayBuffer> {
  const archive = new ZipSink(time);
  for (const [name, bytes] of files) archive.add(name, bytes);
  return archive.bytes();
}

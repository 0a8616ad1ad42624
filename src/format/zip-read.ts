/** The files of a ZIP archive, unpacked one by one when they are asked for: nothing is written to disk. */
import { inflateSync } from "fflate";
import { crc32 } from "../codec/crc32.ts";
import { ImageError, show } from "../errors.ts";
import { limits } from "../limits.ts";
import { checkFileName, type FileTree } from "./file-tree.ts";

/** The bytes of an archive, read in parts. */
export interface ArchiveBytes {
  readonly size: number;
  /** Bytes `[offset, offset + length)`, fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Of its local header. */
  readonly offset: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const LARGEST_DIRECTORY = 2 ** 28;
/** Files of these many bytes and more may not be this many times smaller in the archive: deflate ends at 1032. */
const RATIO_FROM = 2 ** 24;
const MOST_RATIO = 400;
const MOST_UNPACKED = 2 ** 40;

/**
 * Open a ZIP archive. Stored and deflated files, also of more than 4 GB in all (ZIP64). Names are checked: one that is
 * absolute or climbs out with `..` is an error, as are encrypted files, files that overlap, and more than the caps allow
 * ({@link limits}.maxFiles, `maxUnpackedBytes`).
 *
 * @throws {ImageError} `DECODE` for what is no archive or a broken one, `ARGUMENT` for a name that leads outside, `LIMIT`
 */
export async function openZip(bytes: Uint8Array | ArchiveBytes): Promise<FileTree> {
  const source: ArchiveBytes =
    bytes instanceof Uint8Array
      ? { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) }
      : bytes;
  return new ZipFiles(source, await readDirectory(source));
}

/** True for bytes that begin as an archive does. */
export function isZip(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  const mark = viewOf(head).getUint32(0, true);
  return mark === LOCAL || mark === END;
}

class ZipFiles implements FileTree {
  readonly #source: ArchiveBytes;
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(source: ArchiveBytes, entries: ReadonlyMap<string, Entry>) {
    this.#source = source;
    this.#entries = entries;
  }

  async list(): Promise<readonly string[]> {
    return [...this.#entries.keys()].sort();
  }

  async size(name: string): Promise<number> {
    return this.#entry(name).size;
  }

  async read(name: string): Promise<Uint8Array> {
    const entry = this.#entry(name);
    const { packed, size, method, crc } = entry;
    if (size > limits.maxUnpackedBytes)
      throw new ImageError("LIMIT", `expected at most ${limits.maxUnpackedBytes} bytes, got ${size}`, { path: name });
    const data = await this.#data(entry, packed);
    const broken = (cause?: unknown): ImageError =>
      new ImageError("DECODE", "expected a file of the archive, got bytes that cannot be unpacked", {
        path: name,
        cause,
      });
    let unpacked: Uint8Array;
    try {
      // writes beyond the declared size are dropped: what a lying header hides is never in memory
      unpacked = method === 0 ? data : inflateSync(data, { out: new Uint8Array(size) });
    } catch (cause) {
      throw broken(cause);
    }
    if (unpacked.length !== size || crc32(unpacked) !== crc) throw broken();
    return unpacked;
  }

  async readHead(name: string, length: number): Promise<Uint8Array> {
    const entry = this.#entry(name);
    if (entry.method === 0) return this.#data(entry, Math.min(length, entry.packed));
    return (await this.read(name)).subarray(0, length);
  }

  async #data({ name, offset, packed }: Entry, length: number): Promise<Uint8Array> {
    const head = await this.#source.read(offset, 30);
    if (head.length < 30 || viewOf(head).getUint32(0, true) !== LOCAL)
      throw new ImageError("DECODE", "expected a file of the archive, got no header", { path: name });
    const start = offset + 30 + viewOf(head).getUint16(26, true) + viewOf(head).getUint16(28, true);
    if (start + packed > this.#source.size)
      throw new ImageError("DECODE", "expected a file of the archive, got its end", { path: name });
    return this.#source.read(start, length);
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (!entry) throw new ImageError("IO", `expected the file ${show(name)}, got none`, { path: name });
    return entry;
  }
}

async function readDirectory(source: ArchiveBytes): Promise<Map<string, Entry>> {
  const { count, offset, size } = await findDirectory(source);
  if (count > limits.maxFiles) throw new ImageError("LIMIT", `expected at most ${limits.maxFiles} files, got ${count}`);
  if (size > LARGEST_DIRECTORY || offset + size > source.size) throw notZip("its directory");
  const bytes = await source.read(offset, size);
  const view = viewOf(bytes);
  const entries = new Map<string, Entry>();
  const ranges: { start: number; end: number; name: string }[] = [];
  let total = 0;
  for (let i = 0, at = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL) throw notZip("its directory");
    const [nameLength, extraLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > bytes.length) throw notZip("its directory");
    const entry = readEntry(view, bytes, at, nameLength, extraLength);
    const flags = view.getUint16(at + 8, true);
    const unixType = (view.getUint32(at + 38, true) >>> 28) & 15;
    at = next;
    const { name, method, packed, size: unpacked } = entry;
    if (name.endsWith("/") || unixType === 10) continue; // folders and links
    checkFileName(name);
    if (/(?:^|\/)(?:\.[^/]*|__MACOSX)(?:\/|$)/.test(name)) continue; // what systems put beside files
    if (flags & 1) throw new ImageError("UNSUPPORTED", "encrypted files of an archive cannot be read", { path: name });
    if (method !== 0 && method !== 8)
      throw new ImageError("UNSUPPORTED", `expected stored or deflated, got method ${method}`, { path: name });
    if (unpacked > RATIO_FROM && unpacked > packed * MOST_RATIO)
      throw new ImageError("LIMIT", `it would unpack to ${unpacked} bytes from ${packed}`, { path: name });
    total += unpacked;
    if (total > MOST_UNPACKED) throw new ImageError("LIMIT", "its files would unpack to more than 1 TB");
    if (entries.has(name)) throw new ImageError("DECODE", "the archive holds two files of this name", { path: name });
    entries.set(name, entry);
    ranges.push({ start: entry.offset, end: entry.offset + 30 + packed, name });
  }
  ranges.sort((a, b) => a.start - b.start);
  for (let i = 1; i < ranges.length; i++)
    if (ranges[i]!.start < ranges[i - 1]!.end)
      throw new ImageError("DECODE", "files of the archive overlap", { path: ranges[i]!.name });
  return entries;
}

function readEntry(view: DataView, bytes: Uint8Array, at: number, nameLength: number, extraLength: number): Entry {
  const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)).replaceAll("\\", "/");
  let [packed, size, offset] = [
    view.getUint32(at + 20, true),
    view.getUint32(at + 24, true),
    view.getUint32(at + 42, true),
  ];
  const end = at + 46 + nameLength + extraLength;
  for (let field = at + 46 + nameLength; field + 4 <= end;) {
    const [id, length] = [view.getUint16(field, true), view.getUint16(field + 2, true)];
    let value = field + 4;
    const last = value + length;
    if (last > end) break;
    if (id === 1) {
      const take = (old: number): number => {
        if (old !== 0xffffffff || value + 8 > last) return old;
        value += 8;
        return Number(view.getBigUint64(value - 8, true));
      };
      size = take(size);
      packed = take(packed);
      offset = take(offset);
    }
    field = last;
  }
  return { name, method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true), packed, size, offset };
}

async function findDirectory(source: ArchiveBytes): Promise<{ count: number; offset: number; size: number }> {
  const start = Math.max(0, source.size - 22 - 65535);
  const tail = await source.read(start, source.size - start);
  const view = viewOf(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END || at + 22 + view.getUint16(at + 20, true) > tail.length) continue;
    const small = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
    if (at < 20 || view.getUint32(at - 20, true) !== LOCATOR_64) return small;
    const large = await source.read(Number(view.getBigUint64(at - 12, true)), 56);
    if (large.length < 56 || viewOf(large).getUint32(0, true) !== END_64) throw notZip("its directory");
    const field = (place: number): number => Number(viewOf(large).getBigUint64(place, true));
    return { count: field(32), size: field(40), offset: field(48) };
  }
  throw notZip("its end");
}

function notZip(what: string): ImageError {
  return new ImageError("DECODE", `expected a ZIP archive, got bytes without ${what}`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

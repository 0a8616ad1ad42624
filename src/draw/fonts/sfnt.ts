/** The outer form of font files: what they are, whether they are whole, and WOFF 1 taken out of its wrapping. */

/** What is wrong with a font file, in the words of an error: `expected …, got …`. */
export class FontProblem extends Error {}

export type FontFormat = "sfnt" | "collection" | "woff" | "woff2";

const FORMATS: ReadonlyMap<number, FontFormat> = new Map([
  [0x00010000, "sfnt"],
  [0x4f54544f, "sfnt"], // OTTO
  [0x74727565, "sfnt"], // true
  [0x74746366, "collection"], // ttcf
  [0x774f4646, "woff"], // wOFF
  [0x774f4632, "woff2"], // wOF2
]);
const TABLE_RECORD = 16;
const HEAD = 12;
/** Tables that every font has which can be drawn: the character map, the sizes and the measures. */
const NEEDED = ["cmap", "head", "hhea", "hmtx", "maxp"];
const MAX_TABLES = 256;
const MAX_FONTS = 256;

export function formatOf(bytes: Uint8Array): FontFormat {
  const format = bytes.length >= HEAD ? FORMATS.get(viewOf(bytes).getUint32(0)) : undefined;
  if (!format) throw new FontProblem(`expected a TTF, OTF, TTC, WOFF or WOFF2 file, got other bytes (${bytes.length})`);
  return format;
}

/**
 * Check that a font has its tables, and all of them.
 *
 * @param index - which font of a collection
 */
export function checkTables(bytes: Uint8Array, index: number): void {
  const view = viewOf(bytes);
  let at = 0;
  let fonts = 1;
  if (formatOf(bytes) === "collection") {
    fonts = Math.min(view.getUint32(8), MAX_FONTS);
    const offset = HEAD + index * 4;
    at = index < fonts && offset + 4 <= bytes.length ? view.getUint32(offset) : 0;
  }
  if (index >= fonts) throw new FontProblem(`expected a font of 0..${fonts - 1}, got ${index}`);
  if (at + HEAD > bytes.length) throw short(bytes, at + HEAD);
  const count = view.getUint16(at + 4);
  if (at + HEAD + count * TABLE_RECORD > bytes.length) throw short(bytes, at + HEAD + count * TABLE_RECORD);
  const missing = new Set(NEEDED);
  for (let i = 0; i < count; i++) {
    const record = at + HEAD + i * TABLE_RECORD;
    missing.delete(String.fromCharCode(...bytes.subarray(record, record + 4)));
    const end = view.getUint32(record + 8) + view.getUint32(record + 12);
    if (end > bytes.length) throw short(bytes, end);
  }
  if (missing.size > 0)
    throw new FontProblem(`expected the tables ${NEEDED.join(", ")}, got none of ${[...missing].join(", ")}`);
}

/**
 * The font in a WOFF file.
 *
 * @param most - bytes that it may have
 */
export async function unpackWoff(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  const view = viewOf(bytes);
  const headBytes = 44;
  const record = 20;
  if (bytes.length < headBytes) throw short(bytes, headBytes);
  if (view.getUint32(8) > bytes.length) throw short(bytes, view.getUint32(8));
  const count = view.getUint16(12);
  if (count === 0 || count > MAX_TABLES) throw new FontProblem(`expected 1..${MAX_TABLES} tables, got ${count}`);
  if (headBytes + count * record > bytes.length) throw short(bytes, headBytes + count * record);
  let size = HEAD + count * TABLE_RECORD;
  for (let i = 0; i < count; i++) size += (view.getUint32(headBytes + i * record + 12) + 3) & ~3;
  if (!(size > 0 && size <= most)) throw new FontProblem(`expected a font of at most ${most} bytes, got ${size >>> 0}`);
  const font = new Uint8Array(size);
  const out = new DataView(font.buffer);
  out.setUint32(0, view.getUint32(4));
  out.setUint16(4, count);
  let to = HEAD + count * TABLE_RECORD;
  for (let i = 0; i < count; i++) {
    const from = headBytes + i * record;
    const offset = view.getUint32(from + 4);
    const packed = view.getUint32(from + 8);
    const length = view.getUint32(from + 12);
    if (offset + packed > bytes.length) throw short(bytes, offset + packed);
    const table = bytes.subarray(offset, offset + packed);
    if (packed === length) font.set(table, to);
    else await inflateInto(font.subarray(to, to + length), table);
    out.setUint32(HEAD + i * TABLE_RECORD, view.getUint32(from));
    out.setUint32(HEAD + i * TABLE_RECORD + 4, view.getUint32(from + 16));
    out.setUint32(HEAD + i * TABLE_RECORD + 8, to);
    out.setUint32(HEAD + i * TABLE_RECORD + 12, length);
    to += (length + 3) & ~3;
  }
  return font;
}

/** Inflate a zlib stream that must hold as many bytes as there is room for. */
async function inflateInto(room: Uint8Array, packed: Uint8Array): Promise<void> {
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  let at = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (at + value.length > room.length) throw new RangeError("too many bytes");
      room.set(value, at);
      at += value.length;
    }
  } catch {
    await reader.cancel().catch(() => undefined); // the stream is broken already
    throw new FontProblem("expected tables that inflate to their size, got a broken one");
  }
  if (at !== room.length) throw new FontProblem(`expected a table of ${room.length} bytes, got ${at}`);
}

function short(bytes: Uint8Array, needed: number): FontProblem {
  return new FontProblem(`expected a whole font of at least ${needed} bytes, got the first ${bytes.length}`);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

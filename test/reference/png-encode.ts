/** Slow twins of `assembly/png-filter.ts` and `checksum.ts`, and a plain reader of what the encoder writes. */
import { unzlibSync } from "fflate";

export function crc32(bytes: ArrayLike<number>): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) {
    crc ^= bytes[i]!;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

export function adler32(bytes: ArrayLike<number>, start = 1): number {
  let a = start & 0xffff;
  let b = start >>> 16;
  for (let i = 0; i < bytes.length; i++) {
    a = (a + bytes[i]!) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

/** The prediction of the specification, section 9. */
function predict(filter: number, a: number, b: number, c: number): number {
  const p = a + b - c;
  const distances = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return [0, a, b, Math.floor((a + b) / 2), [a, b, c][distances.indexOf(Math.min(...distances))]!][filter]!;
}

/** A row with its filter's number in front. */
export function filterRow(row: ArrayLike<number>, above: ArrayLike<number>, bpp: number, filter: number): number[] {
  const at = (r: ArrayLike<number>, i: number): number => (i < 0 ? 0 : r[i]!);
  return [
    filter,
    ...Array.from(row, (x, i) => (x - predict(filter, at(row, i - bpp), above[i]!, at(above, i - bpp))) & 255),
  ];
}

/** Sum of the residuals of a filtered row as signed bytes, without signs. */
export function score(filtered: readonly number[]): number {
  return filtered.slice(1).reduce((sum, r) => sum + Math.min(r, 256 - r), 0);
}

export interface ReadPng {
  width: number;
  height: number;
  bits: number;
  colorType: number;
  palette: number[];
  alphas: number[];
  /** Rows without filters, as stored. */
  rows: number[][];
  /** Filter of each row. */
  filters: number[];
  idatChunks: number;
}

/** Read a PNG without interlace, checking every length and checksum. */
export function readPng(bytes: Uint8Array): ReadPng {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if ([...bytes.subarray(0, 8)].join() !== "137,80,78,71,13,10,26,10") throw new Error("no PNG signature");
  const chunks: { type: string; data: Uint8Array }[] = [];
  for (let at = 8; at < bytes.length;) {
    const length = view.getUint32(at);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) throw new Error("CRC");
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    chunks.push({ type, data: bytes.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  const order = chunks.map(({ type }) => type).join(" ");
  if (!/^IHDR( PLTE)?( tRNS)?( IDAT)+ IEND$/.test(order)) throw new Error(`chunks ${order}`);
  const find = (type: string): Uint8Array => chunks.find((chunk) => chunk.type === type)?.data ?? new Uint8Array(0);
  const head = find("IHDR");
  const headView = new DataView(head.buffer, head.byteOffset, head.length);
  const [width, height] = [headView.getUint32(0), headView.getUint32(4)];
  const [bits, colorType] = [head[8]!, head[9]!];
  const idats = chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data);
  const stream = new Uint8Array(idats.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const data of idats) {
    stream.set(data, end);
    end += data.length;
  }
  const raw = unzlibSync(stream);
  if (new DataView(stream.buffer).getUint32(end - 4) !== adler32(raw)) throw new Error("Adler-32");
  if (((stream[0]! << 8) | stream[1]!) % 31) throw new Error("zlib header");

  const bitsPerPixel = bits * [1, 0, 3, 1, 2, 0, 4][colorType]!;
  const rowBytes = Math.ceil((width * bitsPerPixel) / 8);
  const bpp = Math.max(1, bitsPerPixel >> 3);
  if (raw.length !== height * (rowBytes + 1)) throw new Error(`${raw.length} bytes inside`);
  const rows: number[][] = [];
  const filters: number[] = [];
  let above: number[] = new Array<number>(rowBytes).fill(0);
  for (let y = 0; y < height; y++) {
    const at = y * (rowBytes + 1);
    const filter = raw[at]!;
    const row = new Array<number>(rowBytes);
    for (let i = 0; i < rowBytes; i++)
      row[i] = (raw[at + 1 + i]! + predict(filter, row[i - bpp] ?? 0, above[i]!, above[i - bpp] ?? 0)) & 255;
    rows.push(row);
    filters.push(filter);
    above = row;
  }
  const rest = { palette: [...find("PLTE")], alphas: [...find("tRNS")], idatChunks: idats.length };
  return { width, height, bits, colorType, rows, filters, ...rest };
}

/** Mean bits per symbol of an optimal prefix code without a limit. */
export function huffmanCost(counts: readonly number[]): number {
  const queue = counts.filter((count) => count > 0);
  let cost = 0;
  while (queue.length > 1) {
    queue.sort((a, b) => b - a);
    const sum = queue.pop()! + queue.pop()!;
    cost += sum;
    queue.push(sum);
  }
  return cost;
}

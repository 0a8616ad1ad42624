/**
 * Writes JPEGs from coefficients, in every form that encoders in the wild avoid: any sampling, any cut into scans,
 * restart markers, code lengths up to 16. Plain and slow; what it writes, real decoders read. One file although it is
 * long: nobody needs a half of it.
 */
import { randomInt } from "./random.ts";

/** A component and its coefficients. */
export interface WrittenComponent {
  readonly id: number;
  readonly h: number;
  readonly v: number;
  /** Quantisation table, 0..3. */
  readonly quantisation: number;
}

/** A scan; from, to, high, low are Ss, Se, Ah, Al. */
export interface WrittenScan {
  /** Indexes into the components. */
  readonly components: readonly number[];
  readonly from?: number;
  readonly to?: number;
  readonly high?: number;
  readonly low?: number;
  /** MCUs between restart markers; 0 without. */
  readonly interval?: number;
}

export interface WrittenJpeg {
  readonly width: number;
  readonly height: number;
  readonly components: readonly WrittenComponent[];
  readonly progressive?: boolean;
  /** Default: one scan of everything. */
  readonly scans?: readonly WrittenScan[];
  /** Four tables in zigzag order; 16-bit ones are written where a value is over 255. Default: all 1. */
  readonly quantisation?: readonly (readonly number[])[];
  readonly jfif?: boolean;
  /** Colour transform of an Adobe segment. */
  readonly adobe?: number;
  /** steep: codes of 1 to 7 and 16 bits; middle: 3 to 12; flat: 9 for all. */
  readonly codes?: "steep" | "middle" | "flat";
  /** Coefficients of a block in zigzag order. */
  readonly block: (component: number, x: number, y: number) => readonly number[];
}

/** One Huffman symbol with the bits that follow it. */
interface Token {
  /** dc 0, ac 1. */
  readonly kind: 0 | 1;
  readonly table: number;
  readonly symbol: number;
  readonly bits: readonly number[];
}

/** Restart markers are tokens of their own; so are raw bits. */
type Piece = Token | "restart" | { readonly bits: readonly number[] };

/** Write the file. */
export function writeJpeg(jpeg: WrittenJpeg): Uint8Array<ArrayBuffer> {
  const { width, height, components, progressive = false } = jpeg;
  const maxH = Math.max(...components.map(({ h }) => h));
  const maxV = Math.max(...components.map(({ v }) => v));
  const mcusX = Math.ceil(width / (8 * maxH));
  const mcusY = Math.ceil(height / (8 * maxV));
  const planes = components.map(({ h, v }, c) => {
    const across = mcusX * h;
    const blocks = Array.from({ length: across * mcusY * v }, (_, i) =>
      jpeg.block(c, i % across, Math.floor(i / across)),
    );
    return {
      h,
      v,
      across,
      blocks,
      wide: Math.ceil(Math.ceil((width * h) / maxH) / 8),
      high: Math.ceil(Math.ceil((height * v) / maxV) / 8),
    };
  });

  const out: number[] = [0xff, 0xd8];
  const segment = (marker: number, body: readonly number[]): void => {
    out.push(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body);
  };
  if (jpeg.jfif) segment(0xe0, [..."JFIF\0"].map((c) => c.charCodeAt(0)).concat([1, 1, 0, 0, 1, 0, 1, 0, 0]));
  if (jpeg.adobe !== undefined)
    segment(0xee, [..."Adobe"].map((c) => c.charCodeAt(0)).concat([0, 100, 0, 0, 0, 0, jpeg.adobe]));
  for (const number of new Set(components.map(({ quantisation }) => quantisation))) {
    const values = jpeg.quantisation?.[number] ?? new Array<number>(64).fill(1);
    const wide = values.some((value) => value > 255);
    segment(0xdb, [
      (wide ? 16 : 0) | number,
      ...values.flatMap((value) => (wide ? [value >> 8, value & 255] : [value])),
    ]);
  }
  segment(progressive ? 0xc2 : 0xc0, [
    ...[8, height >> 8, height & 255, width >> 8, width & 255, components.length],
    ...components.flatMap(({ id, h, v, quantisation }) => [id, (h << 4) | v, quantisation]),
  ]);

  const scans = jpeg.scans ?? [{ components: components.map((_, i) => i) }];
  for (const scan of scans) {
    const { from = 0, to = progressive ? 0 : 63, high = 0, low = 0, interval = 0 } = scan;
    const tableOf = (component: number): number => (component === 0 ? 0 : 1);
    const members = scan.components.map((c) => ({ ...planes[c]!, c }));
    const single = members.length === 1;
    const pieces: Piece[] = [];
    const predictors = members.map(() => 0);
    const band = new BandWriter(pieces, single ? tableOf(members[0]!.c) : 0, from, to, low);
    const across = single ? members[0]!.wide : mcusX;
    const down = single ? members[0]!.high : mcusY;
    for (let mcu = 0; mcu < across * down; mcu++) {
      if (interval && mcu && mcu % interval === 0) {
        band.flush();
        pieces.push("restart");
        predictors.fill(0);
      }
      const [mx, my] = [mcu % across, Math.floor(mcu / across)];
      for (const [i, { c, h, v, across: pitch, blocks }] of members.entries()) {
        for (let y = 0; y < (single ? 1 : v); y++) {
          for (let x = 0; x < (single ? 1 : h); x++) {
            const block = blocks[(my * (single ? 1 : v) + y) * pitch + mx * (single ? 1 : h) + x]!;
            if (progressive && from > 0) {
              if (high === 0) band.first(block);
              else band.refine(block);
              continue;
            }
            if (progressive && high > 0) {
              pieces.push({ bits: [(block[0]! >> low) & 1] });
              continue;
            }
            const dc = block[0]! >> low;
            const table = tableOf(c);
            pieces.push({ kind: 0, table, ...valueToken(0, dc - predictors[i]!) });
            predictors[i] = dc;
            if (progressive) continue;
            let run = 0;
            for (let k = 1; k < 64; k++) {
              if (block[k] === 0) {
                run++;
                continue;
              }
              for (; run > 15; run -= 16) pieces.push({ kind: 1, table, symbol: 0xf0, bits: [] });
              pieces.push({ kind: 1, table, ...valueToken(run, block[k]!) });
              run = 0;
            }
            if (run) pieces.push({ kind: 1, table, symbol: 0, bits: [] });
          }
        }
      }
    }
    band.flush();

    const codes = new Map<string, readonly number[]>();
    for (const kind of [0, 1] as const) {
      for (const table of [0, 1]) {
        const frequency = new Map<number, number>();
        for (const piece of pieces)
          if (typeof piece === "object" && "kind" in piece && piece.kind === kind && piece.table === table)
            frequency.set(piece.symbol, (frequency.get(piece.symbol) ?? 0) + 1);
        if (frequency.size === 0) continue;
        const symbols = [...frequency].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([symbol]) => symbol);
        const counts = codeCounts(symbols.length, jpeg.codes ?? "middle");
        segment(0xc4, [(kind << 4) | table, ...counts, ...symbols]);
        let code = 0;
        let next = 0;
        for (let length = 1; length <= 16; length++) {
          for (let i = 0; i < counts[length - 1]!; i++, code++)
            codes.set(`${kind} ${table} ${symbols[next++]}`, toBits(code, length));
          code <<= 1;
        }
      }
    }
    segment(0xdd, [interval >> 8, interval & 255]);
    segment(0xda, [
      members.length,
      ...members.flatMap(({ c }) => [components[c]!.id, tableOf(c) * 0x11]),
      ...[from, to, (high << 4) | low],
    ]);
    let restarts = 0;
    let bits: number[] = [];
    const align = (): void => {
      while (bits.length % 8) bits.push(1);
      for (let i = 0; i < bits.length; i += 8) {
        const byte = bits.slice(i, i + 8).reduce((sum, bit) => sum * 2 + bit, 0);
        out.push(byte);
        if (byte === 0xff) out.push(0);
      }
      bits = [];
    };
    for (const piece of pieces) {
      if (piece === "restart") {
        align();
        out.push(0xff, 0xd0 + (restarts++ & 7));
      } else {
        if ("kind" in piece) bits.push(...codes.get(`${piece.kind} ${piece.table} ${piece.symbol}`)!);
        bits.push(...piece.bits);
      }
    }
    align();
  }
  out.push(0xff, 0xd9);
  return Uint8Array.from(out);
}

/** Band scans of a progressive file: runs of blocks that end, and correction bits held back for them. */
class BandWriter {
  #run = 0;
  #held: number[] = [];

  constructor(
    readonly pieces: Piece[],
    readonly table: number,
    readonly from: number,
    readonly to: number,
    readonly low: number,
  ) {}

  first(block: readonly number[]): void {
    let zeros = 0;
    for (let k = this.from; k <= this.to; k++) {
      const value = shifted(block[k]!, this.low);
      if (value === 0) {
        zeros++;
        continue;
      }
      this.flush();
      for (; zeros > 15; zeros -= 16) this.#symbol(0xf0, []);
      const { symbol, bits } = valueToken(zeros, value);
      this.#symbol(symbol, bits);
      zeros = 0;
    }
    if (zeros) this.#endBlock([]);
  }

  refine(block: readonly number[]): void {
    let zeros = 0;
    let corrections: number[] = [];
    let lastNew = this.from - 1;
    for (let k = this.from; k <= this.to; k++) if (Math.abs(shifted(block[k]!, this.low)) === 1) lastNew = k;
    for (let k = this.from; k <= this.to; k++) {
      const value = shifted(block[k]!, this.low);
      if (value === 0) {
        zeros++;
        continue;
      }
      // sixteen zeros are only spelled out where a new coefficient follows
      while (zeros > 15 && k <= lastNew) {
        this.flush();
        this.#symbol(0xf0, corrections);
        corrections = [];
        zeros -= 16;
      }
      if (Math.abs(value) > 1) {
        corrections.push(Math.abs(value) & 1);
        continue;
      }
      this.flush();
      this.#symbol((zeros << 4) | 1, [value > 0 ? 1 : 0, ...corrections]);
      corrections = [];
      zeros = 0;
    }
    if (zeros || corrections.length) this.#endBlock(corrections);
  }

  /** Write the run of ended blocks that is held back. */
  flush(): void {
    if (this.#run === 0) return;
    const size = 31 - Math.clz32(this.#run);
    const bits = [...toBits(this.#run - (1 << size), size), ...this.#held];
    this.#run = 0;
    this.#held = [];
    this.#symbol(size << 4, bits);
  }

  #endBlock(corrections: readonly number[]): void {
    this.#run++;
    this.#held.push(...corrections);
    if (this.#run === 0x7fff) this.flush();
  }

  #symbol(symbol: number, bits: readonly number[]): void {
    this.pieces.push({ kind: 1, table: this.table, symbol, bits });
  }
}

/** Towards zero, as progressive band scans cut values. */
function shifted(value: number, low: number): number {
  return Math.trunc(value / 2 ** low);
}

/** Symbol and own bits of a value after `run` zeros. */
function valueToken(run: number, value: number): { symbol: number; bits: readonly number[] } {
  const size = 32 - Math.clz32(Math.abs(value));
  return { symbol: (run << 4) | size, bits: toBits(value < 0 ? value + (1 << size) - 1 : value, size) };
}

function toBits(value: number, length: number): number[] {
  return Array.from({ length }, (_, i) => (value >> (length - 1 - i)) & 1);
}

/** Numbers of codes per length for `n` symbols; the code of all ones stays free. */
function codeCounts(n: number, codes: "steep" | "middle" | "flat"): number[] {
  const counts = new Array<number>(16).fill(0);
  let left = n;
  const take = (length: number, most: number): void => {
    counts[length - 1] = Math.min(left, most);
    left -= counts[length - 1]!;
  };
  if (codes === "flat") take(9, 256);
  else if (codes === "steep") {
    for (let length = 1; length <= 7; length++) take(length, 1);
    take(16, 256);
  } else {
    for (const [length, most] of [[3, 3], [4, 4], [6, 8], [9, 20], [11, 60], [12, 256]] as const) take(length, most); // prettier-ignore
  }
  return counts;
}

/** A random block: empty, DC only, a corner, a few anywhere, or full. */
export function randomBlock(next: () => number, strength = 1): number[] {
  const block = new Array<number>(64).fill(0);
  block[0] = randomInt(next, -300, 300);
  const kind = randomInt(next, 0, 5);
  const size = (most: number): number => Math.round((next() * 2 - 1) * most * strength);
  if (kind === 1) for (let k = 1; k < 10; k++) if (next() < 0.5) block[k] = size(60);
  if (kind === 2) for (let i = 0; i < 4; i++) block[randomInt(next, 1, 63)] = size(40);
  if (kind === 3) for (let k = 1; k < 64; k++) block[k] = size(20);
  if (kind === 4) block[63] = size(1000);
  if (kind === 5) for (let k = 1; k < 30; k++) if (next() < 0.3) block[k] = size(3);
  return block;
}

/**
 * Slow twin of `assembly/jpeg-encode.ts`: the entropy-coded bytes of a baseline JPEG, and their symbol counts, one pixel
 * and one bit at a time. The transform is the butterfly form of Loeffler, Ligtenberg and Moschytz with 13-bit constants,
 * where the core has a matrix.
 */

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly components: 1 | 3;
  readonly h: number;
  readonly v: number;
  /** Red, green and blue of a pixel. */
  readonly pixel: (x: number, y: number) => readonly [number, number, number];
  /** Natural order, luma and chroma. */
  readonly quantisers: readonly [readonly number[], readonly number[]];
}

/** Natural position of each zigzag position, by walking the diagonals. */
export const zigzag: readonly number[] = Array.from({ length: 15 }, (_, sum) => {
  const diagonal = Array.from({ length: 8 }, (_, row) => [row, sum - row] as const).filter(([, c]) => c >= 0 && c < 8);
  return (sum % 2 === 0 ? diagonal.reverse() : diagonal).map(([row, column]) => row * 8 + column);
}).flat();

type Plane = (x: number, y: number) => number;

/** One colour component at full size, 0..255. */
function fullPlane(picture: Picture, component: number): Plane {
  const { width, height, pixel } = picture;
  return (x, y) => {
    const [r, g, b] = pixel(Math.min(x, width - 1), Math.min(y, height - 1));
    if (component === 0) return Math.floor((19595 * r + 38470 * g + 7471 * b + 32768) / 65536);
    const offset = 128 * 65536 + 32767;
    if (component === 1) return Math.floor((-11059 * r - 21709 * g + 32768 * b + offset) / 65536);
    return Math.floor((32768 * r - 27439 * g - 5329 * b + offset) / 65536);
  };
}

/** A chroma component at its own size; rows below the last repeat the last. */
function chromaPlane(picture: Picture, component: number): Plane {
  const full = fullPlane(picture, component);
  const { h, v } = picture;
  const lastRow = Math.ceil(picture.height / v) - 1;
  return (x, row) => {
    const y = Math.min(row, lastRow);
    if (h === 1) return full(x, y);
    if (v === 1) return Math.floor((full(2 * x, y) + full(2 * x + 1, y) + (x % 2)) / 2);
    const sum = full(2 * x, 2 * y) + full(2 * x + 1, 2 * y) + full(2 * x, 2 * y + 1) + full(2 * x + 1, 2 * y + 1);
    return Math.floor((sum + 1 + (x % 2)) / 4);
  };
}

const fix = (x: number): number => Math.floor(x * 8192 + 0.5);
const descale = (x: number, bits: number): number => Math.floor((x + 2 ** (bits - 1)) / 2 ** bits);

function line(x: readonly number[], first: boolean): number[] {
  const t = [0, 1, 2, 3].map((i) => x[i]! + x[7 - i]!);
  const [t7, t6, t5, t4] = [0, 1, 2, 3].map((i) => x[i]! - x[7 - i]!) as [number, number, number, number];
  const bits = first ? 11 : 15;
  const out = Array.from({ length: 8 }, () => 0);
  const tmp10 = t[0]! + t[3]!;
  const tmp13 = t[0]! - t[3]!;
  const tmp11 = t[1]! + t[2]!;
  const tmp12 = t[1]! - t[2]!;
  out[0] = first ? (tmp10 + tmp11) * 4 : descale(tmp10 + tmp11, 2);
  out[4] = first ? (tmp10 - tmp11) * 4 : descale(tmp10 - tmp11, 2);
  const even = (tmp12 + tmp13) * fix(0.5411961);
  out[2] = descale(even + tmp13 * fix(0.765366865), bits);
  out[6] = descale(even - tmp12 * fix(1.847759065), bits);
  const z1 = -(t4 + t7) * fix(0.899976223);
  const z2 = -(t5 + t6) * fix(2.562915447);
  const z5 = (t4 + t6 + t5 + t7) * fix(1.175875602);
  const z3 = z5 - (t4 + t6) * fix(1.96157056);
  const z4 = z5 - (t5 + t7) * fix(0.390180644);
  out[7] = descale(t4 * fix(0.298631336) + z1 + z3, bits);
  out[5] = descale(t5 * fix(2.053119869) + z2 + z4, bits);
  out[3] = descale(t6 * fix(3.072711026) + z2 + z3, bits);
  out[1] = descale(t7 * fix(1.50132111) + z1 + z4, bits);
  return out;
}

/** Quantised coefficients of one block in natural order; `sample(x, y)` is 0..255. */
export function transform(sample: Plane, quantisers: readonly number[]): number[] {
  const rows = Array.from({ length: 8 }, (_, y) =>
    line(
      Array.from({ length: 8 }, (_, x) => sample(x, y) - 128),
      true,
    ),
  );
  const columns = Array.from({ length: 8 }, (_, u) =>
    line(
      rows.map((row) => row[u]!),
      false,
    ),
  );
  return Array.from({ length: 64 }, (_, i) => {
    const x = columns[i % 8]![Math.floor(i / 8)]!;
    const d = quantisers[i]! * 8;
    return Math.sign(x) * Math.floor((Math.abs(x) + d / 2) / d);
  });
}

export interface Symbol {
  /** 0 luma DC, 1 luma AC, 2 chroma DC, 3 chroma AC. */
  readonly table: number;
  readonly symbol: number;
  readonly value: number;
  readonly size: number;
}

const bitsOf = (value: number): number => Math.abs(value).toString(2).length * (value === 0 ? 0 : 1);

/** Every Huffman symbol of the picture in the order of the stream. */
export function symbols(picture: Picture): Symbol[] {
  const { width, height, components, h, v, quantisers } = picture;
  const planes = [
    fullPlane(picture, 0),
    ...(components === 3 ? [chromaPlane(picture, 1), chromaPlane(picture, 2)] : []),
  ];
  const out: Symbol[] = [];
  const last = [0, 0, 0];
  const code = (component: number, block: readonly number[]): void => {
    const table = component === 0 ? 0 : 2;
    const difference = block[0]! - last[component]!;
    last[component] = block[0]!;
    out.push({ table, symbol: bitsOf(difference), value: difference, size: bitsOf(difference) });
    let run = 0;
    for (let k = 1; k < 64; k++) {
      const value = block[zigzag[k]!]!;
      if (value === 0) {
        run++;
        continue;
      }
      for (; run > 15; run -= 16) out.push({ table: table + 1, symbol: 0xf0, value: 0, size: 0 });
      out.push({ table: table + 1, symbol: run * 16 + bitsOf(value), value, size: bitsOf(value) });
      run = 0;
    }
    if (run > 0) out.push({ table: table + 1, symbol: 0, value: 0, size: 0 });
  };
  for (let my = 0; my * 8 * v < height; my++)
    for (let mx = 0; mx * 8 * h < width; mx++)
      for (let component = 0; component < components; component++) {
        const [bh, bv] = component === 0 ? [h, v] : [1, 1];
        for (let j = 0; j < bv; j++)
          for (let i = 0; i < bh; i++) {
            const [bx, by] = [(mx * bh + i) * 8, (my * bv + j) * 8];
            if (component === 0 && (bx >= width || by >= height)) {
              code(0, [last[0]!, ...Array.from({ length: 63 }, () => 0)]); // a block outside of the picture
              continue;
            }
            const plane = planes[component]!;
            code(
              component,
              transform((x, y) => plane(bx + x, by + y), quantisers[component === 0 ? 0 : 1]),
            );
          }
      }
  return out;
}

/** Bits of the symbols, most significant first, filled up with ones, a zero byte behind each 255. */
export function entropyBytes(list: readonly Symbol[], codes: readonly Uint32Array[]): number[] {
  let text = "";
  const bits = (value: number, size: number): string => (size === 0 ? "" : value.toString(2).padStart(size, "0"));
  for (const { table, symbol, value, size } of list) {
    const entry = codes[table]![symbol]!;
    text += bits(entry >>> 5, entry & 31) + bits(value < 0 ? value + 2 ** size - 1 : value, size);
  }
  const out: number[] = [];
  for (let i = 0; i < text.length; i += 8) {
    const byte = Number.parseInt(text.slice(i, i + 8).padEnd(8, "1"), 2);
    out.push(byte);
    if (byte === 255) out.push(0);
  }
  return out;
}

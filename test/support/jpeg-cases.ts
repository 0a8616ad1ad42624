/** Seeded JPEGs of every shape, for decoders to agree on. */
import { randomBlock, type WrittenJpeg, type WrittenScan, writeJpeg } from "./jpeg-writer.ts";
import { random, randomInt } from "./random.ts";

/** Sampling factors of three components that divide the largest: the usual ones first, then stranger ones. */
const SAMPLINGS: readonly (readonly [h: number, v: number])[][] = [
  [[1, 1], [1, 1], [1, 1]],
  [[2, 1], [1, 1], [1, 1]],
  [[2, 2], [1, 1], [1, 1]],
  [[1, 2], [1, 1], [1, 1]],
  [[4, 1], [1, 1], [1, 1]],
  [[4, 2], [1, 1], [1, 1]],
  [[1, 4], [1, 1], [1, 1]],
  [[2, 2], [2, 1], [1, 2]],
  [[4, 1], [2, 1], [2, 1]],
  [[2, 2], [1, 2], [1, 2]],
  [[2, 2], [2, 1], [2, 1]],
  [[1, 1], [2, 2], [2, 2]],
  [[1, 1], [1, 1], [2, 1]],
  [[3, 1], [1, 1], [1, 1]],
  [[1, 4], [1, 2], [1, 2]],
  [[3, 2], [1, 1], [3, 2]],
]; // prettier-ignore

/** Scans of a progressive file of `n` components, as real encoders cut them. */
function progressiveScans(n: number, next: () => number): WrittenScan[] {
  const all = Array.from({ length: n }, (_, i) => i);
  const scans: WrittenScan[] = [];
  const low = randomInt(next, 0, 2);
  if (next() < 0.7 || n === 1) scans.push({ components: all, low });
  else scans.push(...all.map((c) => ({ components: [c], low })));
  for (const c of all) {
    const cut = randomInt(next, 1, 63);
    scans.push({ components: [c], from: 1, to: cut, low: 2 });
    if (cut < 63) scans.push({ components: [c], from: cut + 1, to: 63, low: 2 });
  }
  for (let bit = low; bit > 0; bit--) scans.push({ components: all, high: bit, low: bit - 1 });
  for (let bit = 2; bit > 0; bit--)
    for (const c of all) scans.push({ components: [c], from: 1, to: 63, high: bit, low: bit - 1 });
  return scans;
}

/**
 * A seeded file; the same seed gives the same bytes.
 *
 * @param tame - keep coefficients in the range that samples of 8 bits can give. Beyond it decoders differ, and so do the
 *   builds of libjpeg-turbo: some of their sums are 16 bits wide.
 */
export function jpegCase(seed: number, tame = false): { name: string; bytes: Uint8Array; written: WrittenJpeg } {
  const next = random(seed);
  const count = [1, 3, 3, 3, 3, 4][randomInt(next, 0, 5)]!;
  const sampling = SAMPLINGS[randomInt(next, 0, SAMPLINGS.length - 1)]!;
  const width = randomInt(next, 1, 70);
  const height = randomInt(next, 1, 70);
  const rgb = count === 3 && next() < 0.15;
  const adobe = count === 4 ? [undefined, 0, 2][randomInt(next, 0, 2)] : count === 3 ? [undefined, 0, 1][randomInt(next, 0, 2)] : undefined; // prettier-ignore
  const components = Array.from({ length: count }, (_, i) => {
    const [h, v] = sampling[i % 3]!;
    return { id: rgb ? "RGB".charCodeAt(i) : i + 1, h, v, quantisation: Math.min(i, 1) };
  });
  const progressive = next() < 0.4;
  const interval = next() < 0.4 ? randomInt(next, 1, 9) : 0;
  const quantisation = [0, 1].map(() =>
    Array.from({ length: 64 }, () => (next() < 0.01 ? randomInt(next, 256, 300) : randomInt(next, 1, 12))),
  );
  let scans: WrittenScan[] = [{ components: components.map((_, i) => i) }];
  if (progressive) scans = progressiveScans(count, next);
  else if (count > 1 && next() < 0.3) scans = [{ components: [0] }, { components: components.slice(1).map((_, i) => i + 1) }]; // prettier-ignore
  const codes = (["steep", "middle", "flat"] as const)[randomInt(next, 0, 2)]!;
  const strength = next() < 0.2 ? 1 : 0.2;
  const blocks = new Map<string, number[]>();
  const written: WrittenJpeg = {
    width,
    height,
    components,
    progressive,
    scans: scans.map((scan) => ({ ...scan, interval })),
    quantisation,
    jfif: count === 3 && adobe === undefined && !rgb && next() < 0.5,
    codes,
    block: (c, x, y) => {
      const key = `${c} ${x} ${y}`;
      let block = blocks.get(key);
      if (block === undefined) {
        block = randomBlock(next, strength);
        if (tame) {
          const quant = quantisation[Math.min(c, 1)]!;
          block = block.map((value, k) => Math.trunc(Math.max(-900, Math.min(900, value * quant[k]!)) / quant[k]!));
        }
        blocks.set(key, block);
      }
      return block;
    },
    ...(adobe === undefined ? {} : { adobe }),
  };
  const factors = components.map(({ h, v }) => `${h}x${v}`).join(" ");
  const name =
    `${seed}: ${width} x ${height}, ${factors}, ${progressive ? "progressive" : "sequential"}, ` +
    `${scans.length} scans, interval ${interval}, ${codes} codes`;
  return { name, bytes: writeJpeg(written), written };
}

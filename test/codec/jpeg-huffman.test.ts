import { describe, expect, test } from "vitest";
import { bestTable, codesOf, type HuffmanTable, usualTables } from "../../src/codec/jpeg-huffman.ts";
import { random, randomInt } from "../support/random.ts";

/** Code lengths, index = symbol. */
function lengthsOf(table: HuffmanTable): number[] {
  return Array.from(codesOf(table), (entry) => entry & 31);
}

function check(table: HuffmanTable, counts: Uint32Array): void {
  const lengths = lengthsOf(table);
  counts.forEach((count, symbol) => expect(lengths[symbol]! > 0, `symbol ${symbol}`).toBe(count > 0));
  expect(Math.max(...lengths)).toBeLessThanOrEqual(16);
  const codes = [...codesOf(table)]
    .filter((entry) => entry > 0)
    .map((e) => (e >>> 5).toString(2).padStart(e & 31, "0"));
  codes.sort();
  for (let i = 1; i < codes.length; i++) expect(codes[i]!.startsWith(codes[i - 1]!)).toBe(false);
  expect(codes.some((code) => !code.includes("0"))).toBe(false); // all ones is kept for fill bits
}

/** Bits of the best code without a limit of length: merging the two rarest, with one more symbol of count 1. */
function bestCost(counts: Uint32Array): number {
  const heap = [...counts].filter((count) => count > 0);
  heap.push(1);
  let cost = 0;
  while (heap.length > 1) {
    heap.sort((a, b) => b - a);
    const merged = heap.pop()! + heap.pop()!;
    cost += merged;
    heap.push(merged);
  }
  return cost;
}

describe("bestTable", () => {
  test("costs as little as a Huffman code can where no code needs more than 16 bits", () => {
    const next = random(1);
    for (let round = 0; round < 60; round++) {
      const counts = new Uint32Array(256);
      for (let n = randomInt(next, 1, 162); n > 0; n--) counts[randomInt(next, 0, 255)] = randomInt(next, 1, 2000);
      const table = bestTable(counts);
      check(table, counts);
      const lengths = lengthsOf(table);
      const cost = counts.reduce((sum, count, symbol) => sum + count * lengths[symbol]!, 0);
      const reserved = bestCost(counts) - cost; // what the reserved symbol takes
      expect(reserved).toBeGreaterThan(0);
      expect(reserved).toBeLessThanOrEqual(16);
    }
  });

  test("keeps codes to 16 bits for counts that would make them longer", () => {
    const counts = new Uint32Array(256);
    let [a, b] = [1, 1];
    for (let i = 0; i < 44; i++) {
      counts[(i * 5) & 255] = a;
      [a, b] = [b, a + b];
    }
    check(bestTable(counts), counts);
  });

  test("serves one symbol, and none", () => {
    const one = new Uint32Array(16);
    one[7] = 1000;
    expect(bestTable(one)).toEqual({
      lengths: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
      symbols: Uint8Array.of(7),
    });
    expect(bestTable(new Uint32Array(16))).toEqual({ lengths: new Uint8Array(16), symbols: new Uint8Array(0) });
  });
});

test("the usual tables have a code for every symbol of baseline JPEG", () => {
  const [dc, ac, dcChroma, acChroma] = usualTables();
  for (const table of [dc, dcChroma]) expect([...table.symbols]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const every = [0, 0xf0];
  for (let run = 0; run < 16; run++) for (let size = 1; size <= 10; size++) every.push(run * 16 + size);
  for (const table of [ac, acChroma])
    expect([...table.symbols].sort((a, b) => a - b)).toEqual(every.sort((a, b) => a - b));
  for (const table of [dc, ac, dcChroma, acChroma])
    expect(table.lengths.reduce((sum, n) => sum + n, 0)).toBe(table.symbols.length);
});

/** Huffman tables of baseline JPEG: the usual ones of ITU T.81 annex K.3, and the best ones for given counts (K.2). */
import { standardHuffman } from "./jpeg-standard-tables.ts";

/** A table as a DHT segment holds it. */
export interface HuffmanTable {
  /** How many codes have 1, 2 … 16 bits. */
  readonly lengths: Uint8Array;
  /** The symbols, shortest code first. */
  readonly symbols: Uint8Array;
}

/** DC and AC of luma, DC and AC of chroma. */
export type HuffmanTables = readonly [HuffmanTable, HuffmanTable, HuffmanTable, HuffmanTable];

let usual: HuffmanTables | undefined;

/** The usual tables. */
export function usualTables(): HuffmanTables {
  return (usual ??= makeUsualTables());
}

function makeUsualTables(): HuffmanTables {
  const { dc, ac } = standardHuffman();
  return [table(dc[0]!), table(ac[0]!), table(dc[1]!), table(ac[1]!)];
}

function table(padded: Uint8Array): HuffmanTable {
  const lengths = padded.subarray(0, 16);
  const count = lengths.reduce((sum, n) => sum + n, 0);
  return { lengths, symbols: padded.subarray(16, 16 + count) };
}

/**
 * The table with the shortest total for these counts, no code being longer than 16 bits or all ones: the procedure of
 * T.81 K.2, with libjpeg's choice among equals (the last of the rarest), so that files come out equal.
 *
 * @param counts - how often each symbol occurs; the index is the symbol
 */
export function bestTable(counts: Uint32Array): HuffmanTable {
  // one symbol more, of count 1, takes the code of all ones
  const reserved = counts.length;
  const weight = Float64Array.from({ length: reserved + 1 }, (_, i) => (i === reserved ? 1 : counts[i]!));
  const codeSize = new Uint8Array(reserved + 1);
  const next = new Int32Array(reserved + 1).fill(-1);
  const rarest = (except: number): number => {
    let found = -1;
    for (let i = 0; i <= reserved; i++)
      if (weight[i]! > 0 && i !== except && (found < 0 || weight[i]! <= weight[found]!)) found = i;
    return found;
  };
  for (;;) {
    const first = rarest(-1);
    const second = rarest(first);
    if (second < 0) break;
    weight[first]! += weight[second]!;
    weight[second] = 0;
    // both chains get one bit longer and become one
    let i = first;
    for (codeSize[i]!++; next[i]! >= 0; codeSize[i]!++) i = next[i]!;
    next[i] = second;
    for (let k = second; k >= 0; k = next[k]!) codeSize[k]!++;
  }

  const lengths = new Uint16Array(codeSize.length + 1);
  for (const size of codeSize) if (size > 0) lengths[size]!++;
  for (let size = lengths.length - 1; size > 16; size--) {
    while (lengths[size]! > 0) {
      // two of this size share a prefix one bit shorter: one takes the prefix, the other goes beside a shorter code
      let shorter = size - 2;
      while (lengths[shorter] === 0) shorter--;
      lengths[size]! -= 2;
      lengths[size - 1]!++;
      lengths[shorter + 1]! += 2;
      lengths[shorter]!--;
    }
  }
  let longest = 16;
  while (longest > 0 && lengths[longest] === 0) longest--;
  lengths[longest]!--; // the reserved code

  const symbols: number[] = [];
  for (let size = 1; size < lengths.length; size++)
    for (let symbol = 0; symbol < reserved; symbol++) if (codeSize[symbol] === size) symbols.push(symbol);
  return { lengths: Uint8Array.from(lengths.subarray(1, 17)), symbols: Uint8Array.from(symbols) };
}

/** The codes of a table, index = symbol, as (code << 5 | length); 0 where there is none. */
export function codesOf({ lengths, symbols }: HuffmanTable): Uint32Array {
  const codes = new Uint32Array(256);
  let code = 0;
  let k = 0;
  for (let length = 1; length <= 16; length++, code <<= 1)
    for (let n = lengths[length - 1]!; n > 0; n--) codes[symbols[k++]!] = (code++ << 5) | length;
  return codes;
}

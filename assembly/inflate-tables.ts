/**
 * Decoding tables of deflate (RFC 1951): made from code lengths, as strictly as zlib does it.
 *
 * A code is looked up by its first 11 (literals, lengths), 8 (distances) or 7 bits (code lengths) in one table of u32
 * entries; longer codes go on in a subtable of the same table:
 *
 *     literals      LITERAL | count << 24 | second byte << 16 | first byte << 8 | bits of both codes
 *     match         base << 16 | bits of the code << 8 | bits of code and extra together
 *     subtable      first entry << 16 | SPECIAL | SUBTABLE | bits of its index << 8 | bits of the first level
 *     end of block  SPECIAL | END | bits of the code
 *     invalid       SPECIAL
 *
 * Where two literals fit in the 11 bits, an entry holds both: most bytes of a photo are literals of 3 to 6 bits, and each
 * lookup waits for the one before.
 *
 * Bits 0 to 5 are always what must be dropped, so that an entry can be the shift count itself (a shift counts modulo 64).
 */
export const LITERAL: u32 = 0x80000000;
export const SPECIAL: u32 = 0x8000;
export const SUBTABLE: u32 = 0x4000;
export const END: u32 = 0x2000;

export const LENGTH_BITS: u32 = 11;
export const DISTANCE_BITS: u32 = 8;
export const ORDER_BITS: u32 = 7;

// layout of the working memory
export const RESULT_USED: usize = 0;
export const RESULT_WRITTEN: usize = 4;
const COUNTS: usize = 16; // 16 u32
const NEXT: usize = 80; // 16 u32
export const LENGTHS: usize = 144; // code lengths of up to 288 + 32 symbols, and 138 that a last repeat may spill
const SORTED: usize = 640; // 320 u16
export const ORDER_TABLE: usize = 1280; // 128 u32
export const LENGTH_TABLE: usize = 1792; // 11 bits: at most 2342 u32
export const DISTANCE_TABLE: usize = 11392; // 8 bits: at most 402 u32

/** Symbols 257 to 285: base << 16 | extra bits; two that may not be used. */
const LENGTH_BASES = memory.data<u32>([
  0x30000, 0x40000, 0x50000, 0x60000, 0x70000, 0x80000, 0x90000, 0xa0000, 0xb0001, 0xd0001, 0xf0001, 0x110001, 0x130002,
  0x170002, 0x1b0002, 0x1f0002, 0x230003, 0x2b0003, 0x330003, 0x3b0003, 0x430004, 0x530004, 0x630004, 0x730004,
  0x830005, 0xa30005, 0xc30005, 0xe30005, 0x1020000, 0x8000, 0x8000,
]);
/** Distance symbols 0 to 29, the same way; two that may not be used. */
const DISTANCE_BASES = memory.data<u32>([
  0x10000, 0x20000, 0x30000, 0x40000, 0x50001, 0x70001, 0x90002, 0xd0002, 0x110003, 0x190003, 0x210004, 0x310004,
  0x410005, 0x610005, 0x810006, 0xc10006, 0x1010007, 0x1810007, 0x2010008, 0x3010008, 0x4010009, 0x6010009, 0x801000a,
  0xc01000a, 0x1001000b, 0x1801000b, 0x2001000c, 0x3001000c, 0x4001000d, 0x6001000d, 0x8000, 0x8000,
]);

/**
 * Make two literals of one where the bits behind a first one hold a whole second one. What is looked up behind a literal
 * stands earlier in the table (index 0 looks up itself), so going backwards it is still single.
 */
export function joinLiterals(table: usize): void {
  for (let p = table + ((<usize>4) << LENGTH_BITS) - 4; p >= table; p -= 4) {
    const first = load<u32>(p);
    const used = first & 63;
    const second = load<u32>(table + (((<usize>(p - table)) >> used) & ~3));
    const both = used + (second & 63);
    const pair = LITERAL | (2 << 24) | ((second & 0xff00) << 8) | (first & 0xff00) | both;
    // without branches: whether two literals fit is as good as random
    const fits = (first >> 31) & (second >> 31) & ((both - LENGTH_BITS - 1) >> 31);
    store<u32>(p, first ^ ((first ^ pair) & (0 - fits)));
  }
}

/** The tables of a block with fixed codes. */
export function fixedTables(work: usize): void {
  const lengths = work + LENGTHS;
  memory.fill(lengths, 5, 32);
  buildTable(work + DISTANCE_TABLE, DISTANCE_BITS, lengths, 32, 2, work);
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  buildTable(work + LENGTH_TABLE, LENGTH_BITS, lengths, 288, 1, work);
}

/** The entry of a symbol, its code not counted. kind: 0 code length code, 1 literals and lengths, 2 distances */
// @ts-ignore: decorator
@inline
function entryOf(kind: u32, symbol: u32): u32 {
  if (kind == 0) return symbol << 16;
  if (kind == 2) return load<u32>(DISTANCE_BASES + ((<usize>symbol) << 2));
  if (symbol < 256) return LITERAL | (1 << 24) | (symbol << 8);
  return symbol == 256 ? SPECIAL | END : load<u32>(LENGTH_BASES + ((<usize>(symbol - 257)) << 2));
}

/**
 * Build a table.
 *
 * table      entries, written
 * tableBits  bits of the first level
 * lengths    code length of each symbol, 0 to 15
 * n          symbol count
 * kind       see `entryOf`
 * returns    false: the lengths make no code. As in zlib a code must be complete, but for one symbol of one bit (not for
 *            kind 0) and for no distance symbols at all; what then has no meaning becomes invalid
 */
export function buildTable(table: usize, tableBits: u32, lengths: usize, n: u32, kind: u32, work: usize): bool {
  const counts = work + COUNTS;
  const next = work + NEXT;
  const sorted = work + SORTED;
  memory.fill(counts, 0, 64);
  for (let i: u32 = 0; i < n; i++) {
    const p = counts + ((<usize>load<u8>(lengths + i)) << 2);
    store<u32>(p, load<u32>(p) + 1);
  }
  const used = n - load<u32>(counts);
  let left: i32 = 1;
  let sum: u32 = 0;
  for (let length: usize = 1; length < 16; length++) {
    const count = load<u32>(counts + (length << 2));
    left = (left << 1) - <i32>count;
    if (left < 0) return false;
    store<u32>(next + (length << 2), sum);
    sum += count;
  }
  if (left > 0) {
    if (kind == 0) return false;
    if (used > 1 || (used == 1 && load<u32>(counts, 4) != 1)) return false;
    for (let i: usize = 0; i < (<usize>1) << tableBits; i++) store<u32>(table + (i << 2), SPECIAL);
  }
  for (let i: u32 = 0; i < n; i++) {
    const length = <usize>load<u8>(lengths + i);
    if (length == 0) continue;
    const p = next + (length << 2);
    const at = load<u32>(p);
    store<u32>(p, at + 1);
    store<u16>(sorted + ((<usize>at) << 1), <u16>i);
  }

  // canonical order: by length, then by symbol; codes are kept with their bits reversed, as they are read
  let code: u32 = 0;
  let length: u32 = 1;
  let subtable: u32 = 1 << tableBits; // where the next subtable begins
  let prefix: u32 = 0xffffffff;
  let first: u32 = 0;
  let subBits: u32 = 0;
  for (let i: u32 = 0; i < used; i++) {
    while (load<u32>(counts + ((<usize>length) << 2)) == 0) length++;
    const symbol = <u32>load<u16>(sorted + ((<usize>i) << 1));
    let entry = entryOf(kind, symbol);
    // extra bits, where the entry has them, are in its low bits: they are dropped together with the code
    const plain = (entry & (LITERAL | SPECIAL)) != 0 || kind == 0;
    if (length <= tableBits) {
      entry = plain ? entry + length : entry + (length | (length << 8));
      const step: u32 = 1 << length;
      const stop: u32 = 1 << tableBits;
      for (let at = code; at < stop; at += step) store<u32>(table + ((<usize>at) << 2), entry);
    } else {
      const mask: u32 = (1 << tableBits) - 1;
      if ((code & mask) != prefix) {
        prefix = code & mask;
        first = subtable;
        subBits = length - tableBits;
        // as wide as the codes of this prefix may need: until they fill it
        for (let filled = load<u32>(counts + ((<usize>length) << 2)); filled < (<u32>1) << subBits;) {
          subBits++;
          filled = (filled << 1) + load<u32>(counts + ((<usize>(tableBits + subBits)) << 2));
        }
        subtable = first + (1 << subBits);
        store<u32>(table + ((<usize>prefix) << 2), (first << 16) | SPECIAL | SUBTABLE | (subBits << 8) | tableBits);
      }
      const rest = length - tableBits;
      entry = plain ? entry + rest : entry + (rest | (rest << 8));
      const step: u32 = 1 << rest;
      const stop: u32 = 1 << subBits;
      for (let at = code >> tableBits; at < stop; at += step) store<u32>(table + ((<usize>(first + at)) << 2), entry);
    }
    const p = counts + ((<usize>length) << 2);
    store<u32>(p, load<u32>(p) - 1);
    if (i + 1 == used) break;
    // the next code: add one at the top end of the reversed bits, then append zeros up to its length
    let bit: u32 = 1 << (length - 1);
    while (code & bit) {
      code ^= bit;
      bit >>= 1;
    }
    code |= bit;
  }
  return true;
}

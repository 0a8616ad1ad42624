/**
 * zlib streams (RFC 1950, 1951) inflated in one go, with the strictness of zlib itself: over-subscribed or incomplete codes,
 * distances before the start, a wrong LEN/NLEN pair or Adler-32 are errors.
 *
 * Bits are taken from a 64-bit buffer, lowest first. One refill gives at least 56 bits: enough for four literals, or for a
 * whole match (15 + 5 bits of length, 15 + 13 of distance). A code is looked up by its first 11 (literals, lengths) or 8
 * (distances) bits in one table of u32 entries; longer codes go on in a subtable of the same table:
 *
 *     literal       1 | byte << 16 | bits of the code
 *     match         base << 16 | bits of the code << 8 | bits of code and extra together
 *     subtable      first entry << 16 | SPECIAL | SUBTABLE | bits of its index << 8 | bits of the first level
 *     end of block  SPECIAL | END | bits of the code
 *     invalid       SPECIAL
 *
 * Bits 0 to 5 are always what must be dropped, so that an entry can be the shift count itself (a shift counts modulo 64).
 */
import { adler32 } from "./inflate-adler";
import { BAD_DATA, NO_ROOM, OK, TRUNCATED } from "./status";

const LITERAL: u32 = 0x80000000;
const SPECIAL: u32 = 0x8000;
const SUBTABLE: u32 = 0x4000;
const END: u32 = 0x2000;

const LENGTH_BITS: u32 = 11;
const DISTANCE_BITS: u32 = 8;
const ORDER_BITS: u32 = 7;

// layout of the working memory
const RESULT_USED: usize = 0;
const RESULT_WRITTEN: usize = 4;
const COUNTS: usize = 16; // 16 u32
const NEXT: usize = 80; // 16 u32
const LENGTHS: usize = 144; // code lengths of up to 288 + 32 symbols, and 138 that a last repeat may spill
const SORTED: usize = 640; // 320 u16
const ORDER_TABLE: usize = 1280; // 128 u32
const LENGTH_TABLE: usize = 1792; // 11 bits: at most 2342 u32
const DISTANCE_TABLE: usize = 11392; // 8 bits: at most 402 u32

/** In which order the lengths of the code length code stand. */
const ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
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
 * Inflate a zlib stream of known size. Bytes behind its Adler-32 are ignored.
 *
 * dst      room for `size` bytes; exactly those are written, in order
 * size     bytes that the stream must hold
 * src      the stream, read up to 16 bytes past its end
 * n        bytes of the stream
 * work     16384 bytes, 8-aligned. On return u32[0] is how many bytes of src were used, u32[1] how many of dst are written
 * returns  OK; TRUNCATED: src ends too early; NO_ROOM: the stream holds more than `size` bytes; BAD_DATA: it breaks a rule,
 *          or it ends well but holds less than `size` (u32[1] tells)
 */
export function inflateZlib(dst: usize, size: usize, src: usize, n: usize, work: usize): i32 {
  store<u32>(work, 0, RESULT_USED);
  store<u32>(work, 0, RESULT_WRITTEN);
  if (n < 2) return TRUNCATED;
  const head = ((<u32>load<u8>(src)) << 8) | (<u32>load<u8>(src, 1));
  // method 8, a window of at most 32 kB, no preset dictionary, and the check bits
  if ((head & 0x0f20) != 0x0800 || head >> 12 > 7 || head % 31 != 0) return BAD_DATA;

  const end = src + n;
  let input = src + 2;
  let out = dst;
  const outEnd = dst + size;
  const lengthTable = work + LENGTH_TABLE;
  const distanceTable = work + DISTANCE_TABLE;
  // no output beyond this for four literals, or a match with the vectors that it spills
  const fastOut = size > 320 ? outEnd - 320 : dst;
  const fastIn = n > 32 ? end - 32 : src;
  let buffer: u64 = 0;
  let bits: u32 = 0;
  let fixed = false;
  let status = OK;

  for (let last: u32 = 0; !last;) {
    buffer |= load<u64>(input) << bits;
    input += (63 - bits) >> 3;
    bits |= 56;
    last = (<u32>buffer) & 1;
    const type = ((<u32>buffer) >> 1) & 3;
    buffer >>= 3;
    bits -= 3;
    if (type == 0) {
      // to the byte boundary, and whole bytes back to the input
      input -= bits >> 3;
      bits = 0;
      buffer = 0;
      if (input + 4 > end) {
        status = TRUNCATED;
        break;
      }
      const length = <usize>load<u16>(input);
      if (length != <usize>(~load<u16>(input, 2) & 0xffff)) {
        status = BAD_DATA;
        break;
      }
      input += 4;
      if (length > <usize>(end - input)) {
        status = TRUNCATED;
        break;
      }
      if (length > <usize>(outEnd - out)) {
        status = NO_ROOM;
        break;
      }
      memory.copy(out, input, length);
      input += length;
      out += length;
      continue;
    }
    if (type == 3) {
      status = BAD_DATA;
      break;
    }
    if (type == 1) {
      if (!fixed) {
        fixedTables(work);
        fixed = true;
      }
    } else {
      fixed = false;
      const lengths = work + LENGTHS;
      const nLengths = ((<u32>buffer) & 31) + 257;
      const nDistances = (((<u32>buffer) >> 5) & 31) + 1;
      const nOrder = (((<u32>buffer) >> 10) & 15) + 4;
      buffer >>= 14;
      bits -= 14;
      if (nLengths > 286 || nDistances > 30) {
        status = BAD_DATA;
        break;
      }
      memory.fill(lengths, 0, 19);
      for (let i: u32 = 0; i < nOrder; i++) {
        if (bits < 3) {
          buffer |= load<u64>(input) << bits;
          input += (63 - bits) >> 3;
          bits |= 56;
        }
        store<u8>(lengths + load<u8>(ORDER + i), (<u32>buffer) & 7);
        buffer >>= 3;
        bits -= 3;
      }
      if (input - (bits >> 3) > end) {
        status = TRUNCATED;
        break;
      }
      const orderTable = work + ORDER_TABLE;
      if (!buildTable(orderTable, ORDER_BITS, lengths, 19, 0, work)) {
        status = BAD_DATA;
        break;
      }
      const total = nLengths + nDistances;
      let i: u32 = 0;
      while (i < total) {
        buffer |= load<u64>(input) << bits;
        input += (63 - bits) >> 3;
        bits |= 56;
        const entry = load<u32>(orderTable + ((<usize>((<u32>buffer) & 127)) << 2));
        const symbol = (entry >> 16) & 0x7fff;
        buffer >>= entry & 63;
        bits -= entry & 63;
        if (symbol < 16) {
          store<u8>(lengths + i++, symbol);
          continue;
        }
        let value: u32 = 0;
        let repeat: u32 = 0;
        let extra: u32 = 0;
        if (symbol == 16) {
          if (i == 0) break;
          value = load<u8>(lengths + i - 1);
          extra = 2;
          repeat = 3 + ((<u32>buffer) & 3);
        } else if (symbol == 17) {
          extra = 3;
          repeat = 3 + ((<u32>buffer) & 7);
        } else {
          extra = 7;
          repeat = 11 + ((<u32>buffer) & 127);
        }
        buffer >>= extra;
        bits -= extra;
        memory.fill(lengths + i, <u8>value, repeat);
        i += repeat;
        if (input > end + 8) break;
      }
      if (input - (bits >> 3) > end) {
        status = TRUNCATED;
        break;
      }
      if (i != total || load<u8>(lengths, 256) == 0) {
        status = BAD_DATA;
        break;
      }
      // the distances first: the lengths' place is not needed by both at once, but their tables are
      if (
        !buildTable(distanceTable, DISTANCE_BITS, lengths + nLengths, nDistances, 2, work) ||
        !buildTable(lengthTable, LENGTH_BITS, lengths, nLengths, 1, work)
      ) {
        status = BAD_DATA;
        break;
      }
    }

    for (;;) {
      buffer |= load<u64>(input) << bits;
      input += (63 - bits) >> 3;
      bits |= 56;
      let entry = load<u32>(lengthTable + ((<usize>((<u32>buffer) & 2047)) << 2));
      if (out < fastOut && input < fastIn) {
        // literals of up to 11 bits: four of them fit in one refill
        if (entry & LITERAL) {
          store<u8>(out++, entry >> 16);
          buffer >>= entry;
          bits -= entry & 63;
          entry = load<u32>(lengthTable + ((<usize>((<u32>buffer) & 2047)) << 2));
          if (entry & LITERAL) {
            store<u8>(out++, entry >> 16);
            buffer >>= entry;
            bits -= entry & 63;
            entry = load<u32>(lengthTable + ((<usize>((<u32>buffer) & 2047)) << 2));
            if (entry & LITERAL) {
              store<u8>(out++, entry >> 16);
              buffer >>= entry;
              bits -= entry & 63;
              entry = load<u32>(lengthTable + ((<usize>((<u32>buffer) & 2047)) << 2));
              if (entry & LITERAL) {
                store<u8>(out++, entry >> 16);
                buffer >>= entry;
                bits -= entry & 63;
                continue;
              }
            }
          }
          buffer |= load<u64>(input) << bits;
          input += (63 - bits) >> 3;
          bits |= 56;
        }
      } else {
        if (input - (bits >> 3) > end) {
          status = TRUNCATED;
          break;
        }
      }
      if ((entry & (SPECIAL | SUBTABLE)) == (SPECIAL | SUBTABLE) && !(entry & LITERAL)) {
        buffer >>= entry;
        bits -= entry & 63;
        const index = (entry >> 16) + ((<u32>buffer) & ((1 << ((entry >> 8) & 15)) - 1));
        entry = load<u32>(lengthTable + ((<usize>index) << 2));
      }
      if (entry & LITERAL) {
        // dropped first, so that an input which ends here is seen as such
        buffer >>= entry;
        bits -= entry & 63;
        if (out >= outEnd) {
          status = NO_ROOM;
          break;
        }
        store<u8>(out++, entry >> 16);
        continue;
      }
      if (entry & SPECIAL) {
        if (!(entry & END)) status = BAD_DATA;
        buffer >>= entry;
        bits -= entry & 63;
        break;
      }
      const length = <usize>(entry >> 16) + <usize>((buffer & (((<u64>1) << entry) - 1)) >> ((entry >> 8) & 63));
      buffer >>= entry;
      bits -= entry & 63;
      entry = load<u32>(distanceTable + ((<usize>((<u32>buffer) & 255)) << 2));
      if (entry & SPECIAL) {
        if (!(entry & SUBTABLE)) {
          status = BAD_DATA;
          break;
        }
        buffer >>= entry;
        bits -= entry & 63;
        const index = (entry >> 16) + ((<u32>buffer) & ((1 << ((entry >> 8) & 15)) - 1));
        entry = load<u32>(distanceTable + ((<usize>index) << 2));
        if (entry & SPECIAL) {
          status = BAD_DATA;
          break;
        }
      }
      const distance = <usize>(entry >> 16) + <usize>((buffer & (((<u64>1) << entry) - 1)) >> ((entry >> 8) & 63));
      buffer >>= entry;
      bits -= entry & 63;
      if (distance > out - dst) {
        status = BAD_DATA;
        break;
      }
      if (length > <usize>(outEnd - out)) {
        status = NO_ROOM;
        break;
      }
      if (out < fastOut) copyFast(out, distance, length);
      else for (let i: usize = 0; i < length; i++) store<u8>(out + i, load<u8>(out + i - distance));
      out += length;
    }
    if (status != OK) break;
  }

  input -= bits >> 3;
  if (input > end) status = TRUNCATED;
  store<u32>(work, out - dst, RESULT_WRITTEN);
  store<u32>(work, min(input, end) - src, RESULT_USED);
  if (status != OK) return status;
  if (input + 4 > end) return TRUNCATED;
  if (bswap<u32>(load<u32>(input)) != adler32(1, dst, out - dst)) return BAD_DATA;
  store<u32>(work, input + 4 - src, RESULT_USED);
  return out == outEnd ? OK : BAD_DATA;
}

/** Copy a match; up to 31 bytes behind it are written too. */
// @ts-ignore: decorator
@inline
function copyFast(out: usize, distance: usize, length: usize): void {
  let from = out - distance;
  const stop = out + length;
  if (ASC_FEATURE_SIMD) {
    if (distance >= 16) {
      do {
        v128.store(out, v128.load(from));
        out += 16;
        from += 16;
      } while (out < stop);
      return;
    }
    if (distance == 1) {
      const byte = i8x16.splat(load<u8>(from));
      do {
        v128.store(out, byte);
        out += 16;
      } while (out < stop);
      return;
    }
  }
  if (distance >= 8) {
    do {
      store<u64>(out, load<u64>(from));
      out += 8;
      from += 8;
    } while (out < stop);
  } else {
    do {
      store<u8>(out++, load<u8>(from++));
    } while (out < stop);
  }
}

/** The tables of a block with fixed codes. */
function fixedTables(work: usize): void {
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
  if (symbol < 256) return LITERAL | (symbol << 16);
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
function buildTable(table: usize, tableBits: u32, lengths: usize, n: u32, kind: u32, work: usize): bool {
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

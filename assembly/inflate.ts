/**
 * zlib streams (RFC 1950, 1951) inflated in one go, with the strictness of zlib itself: over-subscribed or incomplete codes,
 * distances before the start, a wrong LEN/NLEN pair or Adler-32 are errors.
 *
 * Bits are taken from a 64-bit buffer, lowest first. One refill gives at least 56 bits: enough for four lookups of literals,
 * or for a whole match (15 + 5 bits of length, 15 + 13 of distance). The entries of the tables are drawn in
 * `inflate-tables.ts`.
 *
 * Longer than the other files, because the state of the bit buffer has to live in the locals of one function: in memory or in
 * globals it would halve the speed.
 */
import { adler32 } from "./checksum";
import {
  buildTable,
  DISTANCE_BITS,
  DISTANCE_TABLE,
  END,
  fixedTables,
  joinLiterals,
  LENGTH_BITS,
  LENGTH_TABLE,
  LENGTHS,
  LITERAL,
  ORDER_BITS,
  ORDER_TABLE,
  RESULT_USED,
  RESULT_WRITTEN,
  SPECIAL,
  SUBTABLE,
} from "./inflate-tables";
import { BAD_DATA, NO_ROOM, OK, TRUNCATED } from "./status";

/** In which order the lengths of the code length code stand. */
const ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

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
  // no output beyond this for eight literals, or a match with the vectors that it spills
  const fastOut = size > 320 ? outEnd - 320 : dst;
  const fastIn = n > 32 ? end - 32 : src;
  let buffer: u64 = 0;
  let bits: u32 = 0;
  let fixed = false;
  let blockStart = dst - 4096; // of the last block with tables of its own; the first one counts as following a long one
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
      // joining costs what it saves on about 2000 literals, so a stream that goes on in short blocks does without
      if (<usize>(out - blockStart) > 2048) joinLiterals(lengthTable);
      blockStart = out;
    }

    for (;;) {
      buffer |= load<u64>(input) << bits;
      input += (63 - bits) >> 3;
      bits |= 56;
      let entry = load<u32>(lengthTable + ((<usize>((<u32>buffer) & 2047)) << 2));
      if (out < fastOut && input < fastIn) {
        // lookups of up to 11 bits: four of them fit in one refill
        if (entry & LITERAL) {
          store<u16>(out, entry >> 8);
          out += (entry >> 24) & 3;
          buffer >>= entry;
          bits -= entry & 63;
          entry = load<u32>(lengthTable + ((<usize>((<u32>buffer) & 2047)) << 2));
          if (entry & LITERAL) {
            store<u16>(out, entry >> 8);
            out += (entry >> 24) & 3;
            buffer >>= entry;
            bits -= entry & 63;
            entry = load<u32>(lengthTable + ((<usize>((<u32>buffer) & 2047)) << 2));
            if (entry & LITERAL) {
              store<u16>(out, entry >> 8);
              out += (entry >> 24) & 3;
              buffer >>= entry;
              bits -= entry & 63;
              entry = load<u32>(lengthTable + ((<usize>((<u32>buffer) & 2047)) << 2));
              if (entry & LITERAL) {
                store<u16>(out, entry >> 8);
                out += (entry >> 24) & 3;
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
        const count = <usize>((entry >> 24) & 3);
        if (count > outEnd - out) {
          status = NO_ROOM;
          break;
        }
        store<u8>(out, entry >> 8);
        if (count == 2) store<u8>(out, entry >> 16, 1);
        out += count;
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

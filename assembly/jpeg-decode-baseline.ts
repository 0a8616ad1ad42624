/** Sequential Huffman scans (baseline and extended, 8 bits): one MCU row per call. */
import { BAD_DATA, OK, TRUNCATED } from "./status";
import { openSegment } from "./jpeg-decode-bits";
import { inverseDct } from "./jpeg-decode-idct";
import {
  ENTRY_EXTRA,
  ENTRY_SPECIAL,
  entryAdvance,
  entrySize,
  entryValue,
  extended,
  isDamaged,
  resolve,
  ZIGZAG_NEXT,
} from "./jpeg-decode-tables";
import {
  BLOCK_AC_TABLE,
  BLOCK_BASE,
  BLOCK_BYTES,
  BLOCK_DC,
  BLOCK_DC_TABLE,
  BLOCK_MAP_BASE,
  BLOCK_MAP_PITCH,
  BLOCK_MAP_STEP,
  BLOCK_PITCH,
  BLOCK_QUANT,
  BLOCK_STEP,
  BLOCK_STRIDE,
  SCAN_ACC,
  SCAN_BITS,
  SCAN_BLOCKS,
  SCAN_BLOCK_COUNT,
  SCAN_DEAD,
  SCAN_DIRECT,
  SCAN_END,
  SCAN_LEFT,
  SCAN_LENIENT,
  SCAN_MCUS,
  SCAN_P,
  SCAN_SCRATCH,
} from "./jpeg-decode-layout";

/** Where the block of an MCU goes. */
// @ts-ignore: decorator
@inline
export function blockAt(block: usize, row: u32, mcu: u32): usize {
  return load<usize>(block, BLOCK_BASE) + row * load<u32>(block, BLOCK_PITCH) + mcu * load<u32>(block, BLOCK_STEP);
}

/** Where its map goes. */
// @ts-ignore: decorator
@inline
export function mapAt(block: usize, row: u32, mcu: u32): usize {
  return (
    load<usize>(block, BLOCK_MAP_BASE) +
    row * load<u32>(block, BLOCK_MAP_PITCH) +
    mcu * load<u32>(block, BLOCK_MAP_STEP)
  );
}

/**
 * Decode one MCU row of a sequential scan.
 *
 * scan  SCAN_… record; reader, predictors and restart count are read and written
 * row   MCU row, from 0; rows must come in order
 *
 * With SCAN_DIRECT the blocks are transformed into sample rows, else kept as coefficients; see BLOCK_….
 * TRUNCATED or BAD_DATA at damage, when the scan is not lenient; a lenient scan leaves the rest of the segment at zero.
 */
export function jpegSequentialRow(scan: usize, row: u32): i32 {
  const blocks = load<usize>(scan, SCAN_BLOCKS);
  const blocksEnd = blocks + load<usize>(scan, SCAN_BLOCK_COUNT) * BLOCK_BYTES;
  const scratch = load<usize>(scan, SCAN_SCRATCH);
  const direct = load<u32>(scan, SCAN_DIRECT);
  let p = load<usize>(scan, SCAN_P);
  let end = load<usize>(scan, SCAN_END);
  let acc = load<u64>(scan, SCAN_ACC);
  let bits = load<u32>(scan, SCAN_BITS); // the low six bits count
  let left = load<u32>(scan, SCAN_LEFT);
  let dead = load<u32>(scan, SCAN_DEAD);
  for (let mcu: u32 = 0, mcus = load<u32>(scan, SCAN_MCUS); mcu < mcus; mcu++) {
    if (left == 0) {
      const status = openSegment(scan);
      if (status < 0) return status;
      p = load<usize>(scan, SCAN_P);
      end = load<usize>(scan, SCAN_END);
      left = load<u32>(scan, SCAN_LEFT);
      dead = load<u32>(scan, SCAN_DEAD);
      acc = 0;
      bits = 0;
    }
    left--;
    for (let block = blocks; block < blocksEnd; block += BLOCK_BYTES) {
      let k: u32 = 129;
      if (!dead) {
        acc |= load<u64>(p) >> (<u64>bits);
        p -= (~bits >> 3) & 7;
        bits |= 56;

        const dcTable = load<usize>(block, BLOCK_DC_TABLE);
        let entry = load<u32>(dcTable + ((<usize>(acc >> 52)) & 0xffc));
        if (entry & ENTRY_SPECIAL) entry = resolve(dcTable, entry, acc);
        k = 1 + entryAdvance(entry);
        acc <<= <u64>entry;
        bits -= entry;
        acc |= load<u64>(p) >> (<u64>bits);
        p -= (~bits >> 3) & 7;
        bits |= 56;
        const predictor = load<usize>(block, BLOCK_DC);
        const dc = load<i32>(predictor) + entryValue(entry);
        store<i32>(predictor, dc);
        store<i16>(scratch, <i16>dc);

        // Four symbols per refill of 56 bits: a whole entry takes at most 10, one with bits of its own behind it 25,
        // after which there is a refill; a long code, with 31, is rare and has one before it as well.
        const table = load<usize>(block, BLOCK_AC_TABLE);
        let value: u32;
        while (k < 64) {
          entry = load<u32>(table + ((<usize>(acc >> 52)) & 0xffc));
          if (entry & ENTRY_SPECIAL) {
            if ((entry & ENTRY_SPECIAL) == ENTRY_EXTRA) {
              const size = entrySize(entry);
              acc <<= <u64>entry;
              value = extended(acc, size);
              acc <<= <u64>size;
              bits -= entry + size;
            } else {
              acc |= load<u64>(p) >> (<u64>bits);
              p -= (~bits >> 3) & 7;
              bits |= 56;
              entry = resolve(table, entry, acc);
              value = entry >> 8;
              acc <<= <u64>entry;
              bits -= entry;
            }
            acc |= load<u64>(p) >> (<u64>bits);
            p -= (~bits >> 3) & 7;
            bits |= 56;
          } else {
            value = entry >> 8;
            acc <<= <u64>entry;
            bits -= entry;
          }
          k += entryAdvance(entry);
          store<i16>(scratch + <usize>load<u8>(ZIGZAG_NEXT + k), <i16>value);
          if (k >= 64) break;

          entry = load<u32>(table + ((<usize>(acc >> 52)) & 0xffc));
          if (entry & ENTRY_SPECIAL) {
            if ((entry & ENTRY_SPECIAL) == ENTRY_EXTRA) {
              const size = entrySize(entry);
              acc <<= <u64>entry;
              value = extended(acc, size);
              acc <<= <u64>size;
              bits -= entry + size;
            } else {
              acc |= load<u64>(p) >> (<u64>bits);
              p -= (~bits >> 3) & 7;
              bits |= 56;
              entry = resolve(table, entry, acc);
              value = entry >> 8;
              acc <<= <u64>entry;
              bits -= entry;
            }
            acc |= load<u64>(p) >> (<u64>bits);
            p -= (~bits >> 3) & 7;
            bits |= 56;
          } else {
            value = entry >> 8;
            acc <<= <u64>entry;
            bits -= entry;
          }
          k += entryAdvance(entry);
          store<i16>(scratch + <usize>load<u8>(ZIGZAG_NEXT + k), <i16>value);
          if (k >= 64) break;

          entry = load<u32>(table + ((<usize>(acc >> 52)) & 0xffc));
          if (entry & ENTRY_SPECIAL) {
            if ((entry & ENTRY_SPECIAL) == ENTRY_EXTRA) {
              const size = entrySize(entry);
              acc <<= <u64>entry;
              value = extended(acc, size);
              acc <<= <u64>size;
              bits -= entry + size;
            } else {
              acc |= load<u64>(p) >> (<u64>bits);
              p -= (~bits >> 3) & 7;
              bits |= 56;
              entry = resolve(table, entry, acc);
              value = entry >> 8;
              acc <<= <u64>entry;
              bits -= entry;
            }
            acc |= load<u64>(p) >> (<u64>bits);
            p -= (~bits >> 3) & 7;
            bits |= 56;
          } else {
            value = entry >> 8;
            acc <<= <u64>entry;
            bits -= entry;
          }
          k += entryAdvance(entry);
          store<i16>(scratch + <usize>load<u8>(ZIGZAG_NEXT + k), <i16>value);
          if (k >= 64) break;

          entry = load<u32>(table + ((<usize>(acc >> 52)) & 0xffc));
          if (entry & ENTRY_SPECIAL) {
            if ((entry & ENTRY_SPECIAL) == ENTRY_EXTRA) {
              const size = entrySize(entry);
              acc <<= <u64>entry;
              value = extended(acc, size);
              acc <<= <u64>size;
              bits -= entry + size;
            } else {
              acc |= load<u64>(p) >> (<u64>bits);
              p -= (~bits >> 3) & 7;
              bits |= 56;
              entry = resolve(table, entry, acc);
              value = entry >> 8;
              acc <<= <u64>entry;
              bits -= entry;
            }
          } else {
            value = entry >> 8;
            acc <<= <u64>entry;
            bits -= entry;
          }
          acc |= load<u64>(p) >> (<u64>bits);
          p -= (~bits >> 3) & 7;
          bits |= 56;
          k += entryAdvance(entry);
          store<i16>(scratch + <usize>load<u8>(ZIGZAG_NEXT + k), <i16>value);
        }

        const exhausted = ((<i32>(p - end)) << 3) + <i32>(bits & 63) < 0;
        if (exhausted || isDamaged(k)) {
          if (!load<u32>(scan, SCAN_LENIENT)) return exhausted ? TRUNCATED : BAD_DATA;
          memory.fill(scratch, 0, 128);
          dead = 1;
          k = 129;
        }
      }

      const count = k >= 128 ? k - 128 : 64;
      const at = blockAt(block, row, mcu);
      if (direct) {
        inverseDct(at, load<usize>(block, BLOCK_STRIDE), scratch, load<usize>(block, BLOCK_QUANT), count);
      } else {
        memory.copy(at, scratch, 128);
        memory.fill(scratch, 0, 128);
        store<u64>(mapAt(block, row, mcu), u64(1) << u64(count - 1));
      }
    }
  }
  store<usize>(scan, p, SCAN_P);
  store<usize>(scan, end, SCAN_END);
  store<u64>(scan, acc, SCAN_ACC);
  store<u32>(scan, bits, SCAN_BITS);
  store<u32>(scan, left, SCAN_LEFT);
  store<u32>(scan, dead, SCAN_DEAD);
  return OK;
}

/**
 * Progressive Huffman scans (8 bits): one MCU row per call, four kinds of scan.
 *
 * Coefficients of the whole picture are kept, 64 x i16 a block in storage order (see ZIGZAG_NEXT), and with each block a
 * map: bit k is set when zigzag coefficient k is not zero (bit 0 is not kept). Refinement visits set bits only, runs
 * over zeros become bit arithmetic, and the final transform learns from the map how much of a block is empty.
 *
 * All four take a SCAN_… record and the MCU row; rows must come in order. TRUNCATED or BAD_DATA at damage; a lenient
 * scan leaves the rest of the segment as it was instead.
 *
 * Longer than other files: each of the four holds its reader in locals, which no shared function could change.
 */
import { BAD_DATA, OK, TRUNCATED } from "./status";
import { blockAt, mapAt } from "./jpeg-decode-baseline";
import { openSegment } from "./jpeg-decode-bits";
import {
  ENTRY_RUN,
  ENTRY_SPECIAL,
  entryAdvance,
  entrySize,
  entryValue,
  resolve,
  ZIGZAG_NEXT,
} from "./jpeg-decode-tables";
import {
  BLOCK_AC_TABLE,
  BLOCK_BYTES,
  BLOCK_DC,
  BLOCK_DC_TABLE,
  SCAN_ACC,
  SCAN_BITS,
  SCAN_BLOCKS,
  SCAN_BLOCK_COUNT,
  SCAN_DEAD,
  SCAN_END,
  SCAN_EOBRUN,
  SCAN_FROM,
  SCAN_LEFT,
  SCAN_LENIENT,
  SCAN_MCUS,
  SCAN_P,
  SCAN_SHIFT,
  SCAN_TO,
} from "./jpeg-decode-layout";

/** First scan of DC values: differences, shifted up by SCAN_SHIFT. */
export function jpegDcFirstRow(scan: usize, row: u32): i32 {
  const blocks = load<usize>(scan, SCAN_BLOCKS);
  const blocksEnd = blocks + load<usize>(scan, SCAN_BLOCK_COUNT) * BLOCK_BYTES;
  const shift = load<u32>(scan, SCAN_SHIFT);
  let p = load<usize>(scan, SCAN_P);
  let end = load<usize>(scan, SCAN_END);
  let acc = load<u64>(scan, SCAN_ACC);
  let bits = load<u32>(scan, SCAN_BITS);
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
    if (dead) continue;
    for (let block = blocks; block < blocksEnd; block += BLOCK_BYTES) {
      acc |= load<u64>(p) >> (<u64>bits);
      p -= (63 - bits) >> 3;
      bits |= 56;
      const table = load<usize>(block, BLOCK_DC_TABLE);
      let entry = load<u32>(table + ((<usize>(acc >> 52)) & 0xffc));
      if (entry & ENTRY_SPECIAL) entry = resolve(table, entry, acc);
      acc <<= <u64>entry;
      bits -= entry & 63;
      const exhausted = ((<i32>(p - end)) << 3) + <i32>bits < 0;
      if (exhausted || entryAdvance(entry)) {
        if (!load<u32>(scan, SCAN_LENIENT)) return exhausted ? TRUNCATED : BAD_DATA;
        dead = 1;
        break;
      }
      const predictor = load<usize>(block, BLOCK_DC);
      const dc = load<i32>(predictor) + entryValue(entry);
      store<i32>(predictor, dc);
      store<i16>(blockAt(block, row, mcu), <i16>(dc << shift));
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

/** Later scans of DC values: one bit a block, at SCAN_SHIFT. */
export function jpegDcRefineRow(scan: usize, row: u32): i32 {
  const blocks = load<usize>(scan, SCAN_BLOCKS);
  const blocksEnd = blocks + load<usize>(scan, SCAN_BLOCK_COUNT) * BLOCK_BYTES;
  const shift = load<u32>(scan, SCAN_SHIFT);
  let p = load<usize>(scan, SCAN_P);
  let end = load<usize>(scan, SCAN_END);
  let acc = load<u64>(scan, SCAN_ACC);
  let bits = load<u32>(scan, SCAN_BITS);
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
    if (dead) continue;
    for (let block = blocks; block < blocksEnd; block += BLOCK_BYTES) {
      acc |= load<u64>(p) >> (<u64>bits);
      p -= (63 - bits) >> 3;
      bits = (bits | 56) - 1;
      if (((<i32>(p - end)) << 3) + <i32>bits < 0) {
        if (!load<u32>(scan, SCAN_LENIENT)) return TRUNCATED;
        dead = 1;
        break;
      }
      const at = blockAt(block, row, mcu);
      store<u16>(at, <u16>(load<u16>(at) | ((<u32>(acc >> 63)) << shift)));
      acc <<= 1;
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

/** First scan of a band of one component: coefficients SCAN_FROM to SCAN_TO, shifted up by SCAN_SHIFT. */
export function jpegAcFirstRow(scan: usize, row: u32): i32 {
  const block = load<usize>(scan, SCAN_BLOCKS);
  const table = load<usize>(block, BLOCK_AC_TABLE);
  const from = load<u32>(scan, SCAN_FROM);
  const to = load<u32>(scan, SCAN_TO);
  const shift = load<u32>(scan, SCAN_SHIFT);
  let p = load<usize>(scan, SCAN_P);
  let end = load<usize>(scan, SCAN_END);
  let acc = load<u64>(scan, SCAN_ACC);
  let bits = load<u32>(scan, SCAN_BITS);
  let left = load<u32>(scan, SCAN_LEFT);
  let dead = load<u32>(scan, SCAN_DEAD);
  let run = load<u32>(scan, SCAN_EOBRUN);
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
      run = 0;
    }
    left--;
    if (dead) continue;
    if (run) {
      run--;
      continue;
    }
    const at = blockAt(block, row, mcu);
    const mapPlace = mapAt(block, row, mcu);
    let map = load<u64>(mapPlace);
    let k = from;
    while (k <= to) {
      acc |= load<u64>(p) >> (<u64>bits);
      p -= (63 - bits) >> 3;
      bits |= 56;
      let entry = load<u32>(table + ((<usize>(acc >> 52)) & 0xffc));
      if (entry & ENTRY_SPECIAL) {
        entry = resolve(table, entry, acc);
        if (entry & ENTRY_SPECIAL) {
          // 2^r + r bits blocks end here, this one included
          const size = entrySize(entry);
          acc <<= <u64>entry;
          run = (1 << size) - 1 + (size ? <u32>(acc >> (64 - <u64>size)) : 0);
          acc <<= <u64>size;
          bits -= (entry & 63) + size;
          break;
        }
      }
      acc <<= <u64>entry;
      bits -= entry & 63;
      k += entryAdvance(entry);
      const value = entryValue(entry);
      if (value) {
        if (k > to + 1) break;
        store<i16>(at + <usize>load<u8>(ZIGZAG_NEXT + k), <i16>(value << shift));
        map |= u64(1) << u64(k - 1);
      }
    }
    const exhausted = ((<i32>(p - end)) << 3) + <i32>bits < 0;
    // a run of zeros may lead out of the band only by mistake
    if (exhausted || k > to + 1) {
      if (!load<u32>(scan, SCAN_LENIENT)) return exhausted ? TRUNCATED : BAD_DATA;
      dead = 1;
    }
    store<u64>(mapPlace, map);
  }
  store<usize>(scan, p, SCAN_P);
  store<usize>(scan, end, SCAN_END);
  store<u64>(scan, acc, SCAN_ACC);
  store<u32>(scan, bits, SCAN_BITS);
  store<u32>(scan, left, SCAN_LEFT);
  store<u32>(scan, dead, SCAN_DEAD);
  store<u32>(scan, run, SCAN_EOBRUN);
  return OK;
}

/** Later scans of a band: new coefficients of size one, and one more bit for each that is not zero yet. */
export function jpegAcRefineRow(scan: usize, row: u32): i32 {
  const block = load<usize>(scan, SCAN_BLOCKS);
  const table = load<usize>(block, BLOCK_AC_TABLE);
  const from = load<u32>(scan, SCAN_FROM);
  const to = load<u32>(scan, SCAN_TO);
  const shift = load<u32>(scan, SCAN_SHIFT);
  const band = ((<u64>-1) >> (<u64>(63 - to))) & ((<u64>-1) << (<u64>from));
  let p = load<usize>(scan, SCAN_P);
  let end = load<usize>(scan, SCAN_END);
  let acc = load<u64>(scan, SCAN_ACC);
  let bits = load<u32>(scan, SCAN_BITS);
  let left = load<u32>(scan, SCAN_LEFT);
  let dead = load<u32>(scan, SCAN_DEAD);
  let run = load<u32>(scan, SCAN_EOBRUN);
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
      run = 0;
    }
    left--;
    if (dead) continue;
    const mapPlace = mapAt(block, row, mcu);
    const map = load<u64>(mapPlace);
    // an empty block inside a run takes no bits
    if (run && !(map & band)) {
      run--;
      continue;
    }
    const at = blockAt(block, row, mcu);
    let open = band; // positions not passed yet
    let added: u64 = 0;
    // One bit for each old coefficient, in their order. They are collected, and added once per block: a loop per symbol
    // would end unforeseen each time.
    let corrections: u64 = 0;
    let damaged = false;
    while (open) {
      let passed = open; // positions passed by this symbol
      let value: i32 = 0;
      let place: u64 = 0;
      if (!run) {
        acc |= load<u64>(p) >> (<u64>bits);
        p -= (63 - bits) >> 3;
        bits |= 56;
        let entry = load<u32>(table + ((<usize>(acc >> 52)) & 0xffc));
        if (entry & ENTRY_SPECIAL) entry = resolve(table, entry, acc);
        acc <<= <u64>entry;
        bits -= entry & 63;
        if ((entry & ENTRY_SPECIAL) == ENTRY_RUN) {
          const size = entrySize(entry);
          run = (1 << size) + (size ? <u32>(acc >> (64 - <u64>size)) : 0);
          acc <<= <u64>size;
          bits -= size;
        } else {
          let skip = entryAdvance(entry); // zeros to pass, the one that is written included
          value = entryValue(entry);
          damaged = skip == 64 || value > 1 || value < -1; // no such code, or a new coefficient that is not of size one
          let zeros = open & ~map;
          while (--skip && zeros) zeros &= zeros - 1;
          place = zeros & (0 - zeros);
          if (place) passed = open & ((place << 1) - 1);
          else if (value) damaged = true;
          if (damaged) break;
        }
      }
      // what a symbol leaves of its refill is mostly enough
      let fresh = <u32>popcnt(passed & map);
      if (fresh > bits) {
        corrections = (corrections << u64(bits)) | ((acc >> 1) >> u64(63 - bits));
        fresh -= bits;
        acc = load<u64>(p);
        p -= 7;
        bits = 56;
      }
      corrections = (corrections << u64(fresh)) | ((acc >> 1) >> u64(63 - fresh));
      acc <<= <u64>fresh;
      bits -= fresh;
      if (value) {
        store<i16>(at + <usize>load<u8>(ZIGZAG_NEXT + 1 + <usize>ctz(place)), <i16>(value << shift));
        added |= place;
      }
      open &= ~passed;
      if (run) {
        run--;
        break;
      }
    }
    store<u64>(mapPlace, map | added);
    let old = band & ~open & map;
    corrections <<= <u64>(64 - popcnt(old));
    for (; old; old &= old - 1) {
      const coefficient = at + <usize>load<u8>(ZIGZAG_NEXT + 1 + <usize>ctz(old));
      const was = <i32>load<i16>(coefficient);
      // away from zero when the bit is set
      const change = (((was >> 31) | 1) << shift) & (<i32>((<i64>corrections) >> 63));
      store<i16>(coefficient, <i16>(was + change));
      corrections <<= 1;
    }
    const exhausted = ((<i32>(p - end)) << 3) + <i32>bits < 0;
    if (exhausted || damaged) {
      if (!load<u32>(scan, SCAN_LENIENT)) return exhausted ? TRUNCATED : BAD_DATA;
      dead = 1;
    }
  }
  store<usize>(scan, p, SCAN_P);
  store<usize>(scan, end, SCAN_END);
  store<u64>(scan, acc, SCAN_ACC);
  store<u32>(scan, bits, SCAN_BITS);
  store<u32>(scan, left, SCAN_LEFT);
  store<u32>(scan, dead, SCAN_DEAD);
  store<u32>(scan, run, SCAN_EOBRUN);
  return OK;
}

/**
 * Entropy-coded bytes: stuffing removed, cut at restart markers, reversed.
 *
 * Reversed, because a little-endian load of eight bytes then has the first bit of the stream on top, and wasm has no
 * instruction that swaps bytes.
 *
 *   stream        b0 b1 b2 … bn      (first byte first)
 *   memory        bn … b2 b1 b0 | top
 *   reader        p = top - 8: load<u64>(p) = b0 b1 … b7, b0 in the most significant byte
 *
 * A block takes less than 256 bytes whatever its bits are, and each block ends with a test whether more bits were taken
 * than there are; so READ_AHEAD readable bytes below the last segment keep every load inside.
 */
import { BAD_DATA, OK, TRUNCATED } from "./status";
import {
  SCAN_ACC,
  SCAN_BITS,
  SCAN_DC,
  SCAN_DEAD,
  SCAN_END,
  SCAN_EOBRUN,
  SCAN_INTERVAL,
  SCAN_LEFT,
  SCAN_LENIENT,
  SCAN_OPENED,
  SCAN_P,
  SCAN_SEGMENTS,
  SCAN_SEGMENT_COUNT,
  SCAN_SEGMENT_NEXT,
  SEGMENT_BYTES,
  SEGMENT_END,
  SEGMENT_NUMBER,
  SEGMENT_TOP,
} from "./jpeg-decode-layout";

/**
 * Remove byte stuffing from the bytes of a scan, up to the first marker that is not a restart marker.
 *
 * top       the stream is written downwards from here; n bytes below it are room enough
 * src       n bytes, the scan behind its header
 * segments  table of room segments (SEGMENT_BYTES each), written
 * count     i32, written: number of segments in the table; restart markers beyond the room are passed over
 *
 * Returns how many bytes of src belong to the scan: the place of the marker, or n.
 */
export function jpegUnstuff(top: usize, src: usize, n: usize, segments: usize, room: u32, count: usize): i32 {
  const start = src;
  const end = src + n;
  let dst = top;
  let segment = segments;
  let used: u32 = 1;
  store<u32>(segment, <u32>top, SEGMENT_TOP);
  store<u32>(segment, 7, SEGMENT_NUMBER);
  while (src < end) {
    if (ASC_FEATURE_SIMD) {
      while (src + 16 <= end) {
        const bytes = v128.load(src);
        if (v128.any_true(i8x16.eq(bytes, i8x16.splat(-1)))) break;
        dst -= 16;
        v128.store(dst, i8x16.shuffle(bytes, bytes, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
        src += 16;
      }
    }
    // on to the next 0xff and over it
    let byte: u32 = 0;
    while (src < end) {
      byte = load<u8>(src);
      if (byte == 0xff) break;
      store<u8>(--dst, <u8>byte);
      src++;
    }
    if (src >= end) break;
    let next = src + 1;
    while (next < end && load<u8>(next) == 0xff) next++; // fill bytes
    if (next >= end) {
      src = end;
      break;
    }
    const code = <u32>load<u8>(next);
    if (code == 0) {
      store<u8>(--dst, 0xff);
    } else if ((code & 0xf8) == 0xd0) {
      if (used <= room) store<u32>(segment, <u32>dst, SEGMENT_END);
      segment += SEGMENT_BYTES;
      if (++used <= room) {
        store<u32>(segment, <u32>dst, SEGMENT_TOP);
        store<u32>(segment, code & 7, SEGMENT_NUMBER);
      }
    } else {
      break;
    }
    src = next + 1;
  }
  if (used <= room) store<u32>(segment, <u32>dst, SEGMENT_END);
  store<u32>(count, min(used, room));
  return <i32>(src - start);
}

/**
 * Open the segment of the next restart interval: reader at its first bit, predictors zero.
 *
 * TRUNCATED when there is none, BAD_DATA when its marker has another number; a lenient scan goes on with an interval
 * that is dead instead. As the reference does, a number one or two ahead means that intervals were lost, one or two
 * behind that this segment is superfluous, and any other number is taken as it comes.
 */
export function openSegment(scan: usize): i32 {
  const expected = load<u32>(scan, SCAN_OPENED) - 1;
  const interval = load<u32>(scan, SCAN_INTERVAL);
  const count = load<u32>(scan, SCAN_SEGMENT_COUNT);
  const lenient = load<u32>(scan, SCAN_LENIENT);
  let next = load<u32>(scan, SCAN_SEGMENT_NEXT);
  store<u32>(scan, expected + 2, SCAN_OPENED);
  store<u32>(scan, interval ? interval : i32.MAX_VALUE, SCAN_LEFT);
  store<u32>(scan, 0, SCAN_EOBRUN);
  store<u32>(scan, 1, SCAN_DEAD);
  store<u64>(scan, 0, SCAN_ACC);
  store<u32>(scan, 0, SCAN_BITS);
  memory.fill(scan + SCAN_DC, 0, 16);
  for (; next < count; next++) {
    const segment = load<usize>(scan, SCAN_SEGMENTS) + <usize>next * SEGMENT_BYTES;
    const ahead = (load<u32>(segment, SEGMENT_NUMBER) - expected) & 7;
    if (ahead && !lenient) return BAD_DATA;
    if (ahead >= 6) continue;
    if (ahead == 0 || ahead > 2) {
      store<u32>(scan, load<u32>(segment, SEGMENT_TOP) - 8, SCAN_P);
      store<u32>(scan, load<u32>(segment, SEGMENT_END) - 8, SCAN_END);
      store<u32>(scan, 0, SCAN_DEAD);
      next++;
    }
    break;
  }
  store<u32>(scan, next, SCAN_SEGMENT_NEXT);
  return lenient || !load<u32>(scan, SCAN_DEAD) ? OK : TRUNCATED;
}

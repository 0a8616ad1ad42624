/**
 * Run lengths in COCO order (column by column, background first) and their compressed string.
 *
 * The string is cocoapi's: each run, from the fourth on as the difference to the run two before, in groups of five bits,
 * lowest first; bit 5 of a group says that another follows, bit 4 of the last is the sign; 48 is added to make it text.
 */
import {
  FAULT_CHARACTER,
  FAULT_CUT,
  FAULT_LONG,
  FAULT_NEGATIVE,
  FAULT_OVER,
  FAULT_SHORT,
  MaskRecord,
} from "./mask-record";
import { BAD_DATA } from "./status";

/** Five-bit groups of one number: 33 bits and a sign fit in seven. */
const MAX_GROUPS: u32 = 7;

/** Note at `fault` (u32 reason, u32 position) what is wrong. */
// @ts-ignore: decorator
@inline
export function refuse(fault: usize, reason: u32, position: u32): i32 {
  store<u32>(fault, reason);
  store<u32>(fault, position, 4);
  return BAD_DATA;
}

/**
 * Run lengths from a compressed string.
 *
 * runs    room for `length` u32; written in order
 * text    `length` bytes
 * pixels  what the runs must add up to
 * fault   2 × u32, written on BAD_DATA: reason, index of the character (FAULT_SHORT: `length`)
 * Result: number of runs, or BAD_DATA.
 */
export function rleFromText(runs: usize, text: usize, length: u32, pixels: u32, fault: usize): i32 {
  const end = text + length;
  let p = text;
  let out = runs;
  let left = <i64>pixels;
  while (p < end) {
    const start = p;
    let c = <u32>load<u8>(p++) - 48;
    if (c > 63) return refuse(fault, FAULT_CHARACTER, <u32>(start - text));
    let run: i64;
    if (c < 32) {
      run = <i64>(((<i32>c) << 27) >> 27);
    } else {
      run = <i64>(c & 31);
      let shift: u32 = 5;
      do {
        if (p == end) return refuse(fault, FAULT_CUT, <u32>(start - text));
        c = <u32>load<u8>(p++) - 48;
        if (c > 63) return refuse(fault, FAULT_CHARACTER, <u32>(p - 1 - text));
        if (shift == 5 * MAX_GROUPS) return refuse(fault, FAULT_LONG, <u32>(start - text));
        run |= (<i64>(c & 31)) << shift;
        shift += 5;
      } while (c > 31);
      run = (run << (64 - shift)) >> (64 - shift);
    }
    if (out >= runs + 12) run += <i64>load<u32>(out - 8);
    if (run < 0) return refuse(fault, FAULT_NEGATIVE, <u32>(start - text));
    left -= run;
    if (left < 0) return refuse(fault, FAULT_OVER, <u32>(start - text));
    store<u32>(out, <u32>run);
    out += 4;
  }
  if (left != 0) return refuse(fault, FAULT_SHORT, length);
  return <i32>((out - runs) >> 2);
}

/**
 * The compressed string of run lengths.
 *
 * text   room for 7 bytes per run
 * runs   n × u32
 * Result: bytes written.
 */
export function rleToText(text: usize, runs: usize, n: u32): u32 {
  let out = text;
  for (let i: u32 = 0; i < n; i++) {
    const p = runs + ((<usize>i) << 2);
    let x = <i64>load<u32>(p);
    if (i > 2) x -= <i64>load<u32>(p - 8);
    // one group is enough for -16..15
    while (x < -16 || x > 15) {
      store<u8>(out++, <u8>(((<u32>x) & 31) + 80));
      x >>= 5;
    }
    store<u8>(out++, <u8>(((<u32>x) & 31) + 48));
  }
  return <u32>(out - text);
}

/**
 * Check that run lengths add up to `pixels`.
 *
 * runs   n × u32
 * fault  2 × u32, written on BAD_DATA: reason, index of the run (FAULT_SHORT: n)
 * Result: n, or BAD_DATA.
 */
export function rleCheck(runs: usize, n: u32, pixels: u32, fault: usize): i32 {
  let left = <i64>pixels;
  for (let i: u32 = 0; i < n; i++) {
    left -= <i64>load<u32>(runs + ((<usize>i) << 2));
    if (left < 0) return refuse(fault, FAULT_OVER, i);
  }
  if (left != 0) return refuse(fault, FAULT_SHORT, n);
  return <i32>n;
}

/**
 * Fill in `area` and the tight box of a record from its runs over a picture of h rows. Foreground runs of length 0 do
 * not count.
 */
export function measure(record: MaskRecord, h: u32): void {
  const end = record.runs + ((<usize>(record.count & ~1)) << 2);
  let x: u32 = 0;
  let y: u32 = 0;
  let area: u32 = 0;
  let minX: u32 = 0;
  let maxX: u32 = 0;
  let minY: u32 = h;
  let maxY: u32 = 0;
  for (let p = record.runs; p < end; p += 8) {
    y += load<u32>(p);
    if (y >= h) {
      y -= h;
      x++;
      if (y >= h) {
        const columns = y / h;
        x += columns;
        y -= columns * h;
      }
    }
    const run = load<u32>(p, 4);
    if (run == 0) continue;
    if (area == 0) minX = x;
    area += run;
    minY = min(minY, y);
    y += run;
    maxX = x;
    if (y < h) {
      maxY = max(maxY, y);
      continue;
    }
    maxY = h;
    const columns = y / h;
    y -= columns * h;
    x += columns;
    if (columns > 1 || y > 0) minY = 0; // the run goes on in the next column
    maxX = y > 0 ? x : x - 1;
  }
  record.area = area;
  record.x = minX;
  record.y = area ? minY : 0;
  record.boxW = area ? maxX - minX + 1 : 0;
  record.boxH = area ? maxY - minY : 0;
}

/** Truth tables for `rleMerge`: bit (a × 2 + b) is the result. */
export const MERGE_OR: u32 = 0b1110;
export const MERGE_AND: u32 = 0b1000;
export const MERGE_AND_NOT: u32 = 0b0100;

/**
 * Two masks of equal size into one, in canonical runs (only the first may be 0).
 *
 * out    room for na + nb u32
 * a, b   run lengths of equal sum; neither overlaps out
 * table  bit (a × 2 + b) says whether a pixel in a and/or b is in the result; bit 0 is 0
 * Result: number of runs.
 */
export function rleMerge(out: usize, a: usize, na: u32, b: usize, nb: u32, table: u32): u32 {
  const start = out;
  const endA = a + ((<usize>na) << 2);
  const endB = b + ((<usize>nb) << 2);
  let restA = load<u32>(a);
  let restB = load<u32>(b);
  let state: u32 = 0;
  let value: u32 = 0;
  let run: u32 = 0;
  for (;;) {
    while (restA == 0 && (a += 4) < endA) {
      restA = load<u32>(a);
      state ^= 2;
    }
    while (restB == 0 && (b += 4) < endB) {
      restB = load<u32>(b);
      state ^= 1;
    }
    const step = min(restA, restB);
    if (step == 0) break;
    const next = (table >> state) & 1;
    if (next != value) {
      store<u32>(out, run);
      out += 4;
      run = 0;
      value = next;
    }
    run += step;
    restA -= step;
    restB -= step;
  }
  store<u32>(out, run);
  return <u32>((out - start) >> 2) + 1;
}

/**
 * Runs of a rectangle to runs over the picture that it lies in; what is outside the picture is cut off.
 *
 * out        room for n + 2 × w + 2 u32
 * runs       n × u32 over h × w pixels
 * left, top  where the rectangle lies
 * H, W       size of the picture
 * Result: number of runs.
 */
export function rlePlace(out: usize, runs: usize, n: u32, h: u32, left: i32, top: i32, H: u32, W: u32): u32 {
  const end = runs + ((<usize>(n & ~1)) << 2);
  const first = out;
  let x: u32 = 0;
  let y: u32 = 0;
  let last: u32 = 0; // where the foreground written so far ends
  for (let p = runs; p < end; p += 8) {
    y += load<u32>(p);
    if (y >= h) {
      x += y / h;
      y %= h;
    }
    let rest = load<u32>(p, 4);
    while (rest) {
      const piece = min(rest, h - y);
      const column = <i64>x + left;
      const from = max(<i64>y + top, 0);
      const to = min(<i64>(y + piece) + top, <i64>H);
      if (column >= 0 && column < <i64>W && from < to) {
        const at = <u32>(column * H + from);
        const runLength = <u32>(to - from);
        if (at == last && out > first) store<u32>(out - 4, load<u32>(out - 4) + runLength);
        else {
          store<u32>(out, at - last);
          store<u32>(out, runLength, 4);
          out += 8;
        }
        last = at + runLength;
      }
      rest -= piece;
      y += piece;
      if (y == h) {
        y = 0;
        x++;
      }
    }
  }
  if (last < H * W || out == first) {
    store<u32>(out, H * W - last);
    out += 4;
  }
  return <u32>((out - first) >> 2);
}

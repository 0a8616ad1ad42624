/** All masks of a picture at once: whatever form they come in, runs come out. */
import { KIND_COUNTS, KIND_DENSE, KIND_POLYGON, KIND_TEXT, MaskRecord } from "./mask-record";
import { ringToRuns } from "./polygon";
import { measure, MERGE_AND_NOT, MERGE_OR, rleCheck, rleFromText, rleMerge, rlePlace } from "./rle";
import { denseToRuns } from "./rle-dense";
import { OK } from "./status";

/**
 * Turn the sources of n masks into runs over the whole picture, one after the other, and measure them.
 *
 * records   n MaskRecords whose upper half is filled in; a dense mask's `points` is its column table as `denseChanges`
 *           left it
 * runs      room for the runs of all masks
 * work      room for what one mask needs: for a polygon (w + 1 + 5 × room) u32, where room is its toggles + its rings
 *           + 1; for a placed mask the runs of its own rectangle
 * room      toggles + rings + 1 of the largest polygon
 * h, w      size of the picture
 * fault     3 × u32, written on BAD_DATA: reason, position, index of the mask
 * Result: OK or BAD_DATA.
 */
export function parseMasks(
  records: usize,
  n: u32,
  runs: usize,
  work: usize,
  room: u32,
  h: u32,
  w: u32,
  fault: usize,
): i32 {
  for (let i: u32 = 0; i < n; i++) {
    const record = changetype<MaskRecord>(records + <usize>i * offsetof<MaskRecord>());
    const kind = record.kind;
    const target = record.placed ? work : runs;
    const pixels = record.h * record.w;
    let count: i32 = 0;
    if (kind == KIND_TEXT) {
      count = rleFromText(target, record.source, record.length, pixels, fault);
    } else if (kind == KIND_COUNTS) {
      count = rleCheck(record.source, record.length, pixels, fault);
      if (count > 0) memory.copy(target, record.source, (<usize>count) << 2);
    } else if (kind == KIND_POLYGON) {
      count = <i32>polygonToRuns(target, work, room, record, h, w);
    } else if (kind == KIND_DENSE) {
      count = <i32>denseToRuns(target, record.points, record.source, record.h, record.w);
    }
    if (count < 0) {
      store<u32>(fault, i, 8);
      return count;
    }
    if (record.placed) count = <i32>rlePlace(runs, work, count, record.h, record.left, record.top, h, w);
    record.runs = runs;
    record.count = count;
    measure(record, h);
    runs += (<usize>count) << 2;
  }
  return OK;
}

/** The union of a polygon's parts, each without its holes. */
function polygonToRuns(out: usize, work: usize, room: u32, record: MaskRecord, h: u32, w: u32): u32 {
  const rings = record.source;
  const count = record.length;
  let xy = record.points;
  if (count == 1) return ringToRuns(out, work, xy, load<u32>(rings), h, w);
  const bytes = (<usize>room) << 2;
  let all = work;
  let part = work + bytes;
  const ring = work + 2 * bytes;
  let merged = work + 3 * bytes;
  const inner = work + 4 * bytes;
  let nAll: u32 = 0;
  let nPart: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const p = rings + ((<usize>i) << 3);
    const points = load<u32>(p);
    if (load<u32>(p, 4)) {
      const nRing = ringToRuns(ring, inner, xy, points, h, w);
      nPart = rleMerge(merged, part, nPart, ring, nRing, MERGE_AND_NOT);
      const swap = part;
      part = merged;
      merged = swap;
    } else {
      nPart = ringToRuns(part, inner, xy, points, h, w);
    }
    xy += (<usize>points) << 4;
    // the part is complete when the next ring is not a hole
    if (i + 1 < count && load<u32>(p, 12)) continue;
    if (nAll == 0) {
      const swap = all;
      all = part;
      part = swap;
      nAll = nPart;
    } else {
      nAll = rleMerge(merged, all, nAll, part, nPart, MERGE_OR);
      const swap = all;
      all = merged;
      merged = swap;
    }
  }
  memory.copy(out, all, (<usize>nAll) << 2);
  return nAll;
}

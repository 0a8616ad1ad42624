/**
 * One mask of a set, as TypeScript lays it out for `parseMasks`: 16 fields of 4 bytes.
 * The upper half is filled in by the caller, the lower half (from `runs` on) by the kernel.
 * Runs are u32 lengths in COCO order: column by column, background first.
 */
@unmanaged
export class MaskRecord {
  /** One of the KIND_ constants. */
  kind: u32;
  /** Counts, text, ring table or dense bytes, by kind. */
  source: usize;
  /** Items at `source`: counts, characters, rings; unused for dense. */
  length: u32;
  /** Coordinates of the rings (f64 x, y), for polygons. */
  points: usize;
  /** Size of the source's own rectangle. */
  h: u32;
  w: u32;
  /** Where that rectangle lies in the picture; it may reach out of it. */
  left: i32;
  top: i32;
  /** Runs over the whole picture. */
  runs: usize;
  count: u32;
  /** Pixels of the mask. */
  area: u32;
  /** Tight box of the mask; all 0 where it is empty. */
  x: u32;
  y: u32;
  boxW: u32;
  boxH: u32;
  /** Not 0: the source's rectangle is not the picture's. */
  placed: u32;
}

/** Run lengths, u32. */
export const KIND_COUNTS: u32 = 0;
/** COCO's compressed string, bytes. */
export const KIND_TEXT: u32 = 1;
/** Rings: u32 pairs (point count, 1 for a hole of the part before). */
export const KIND_POLYGON: u32 = 2;
/** One byte per pixel, row-major, 0 is background. */
export const KIND_DENSE: u32 = 3;

// What is wrong with a run list; `src/core/rle.ts` holds the same numbers.

/** A character that the alphabet has not. */
export const FAULT_CHARACTER: u32 = 1;
/** The text ends inside a number. */
export const FAULT_CUT: u32 = 2;
/** A number of more digits than any run can have. */
export const FAULT_LONG: u32 = 3;
/** A run of negative length. */
export const FAULT_NEGATIVE: u32 = 4;
/** The runs go past the last pixel. */
export const FAULT_OVER: u32 = 5;
/** The runs end before the last pixel. */
export const FAULT_SHORT: u32 = 6;

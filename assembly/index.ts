/**
 * The whole ABI: every exported function of the core, by name, and nothing else.
 * Functions that are not named here are compiled only where a kernel uses them.
 */

/** First byte after the static tables: where the heap begins. */
export function heapBase(): usize {
  return __heap_base;
}

// pixels

// run-length masks
export { rleToText, rleMerge } from "./rle";
export { rleIou } from "./rle-iou";
export { denseChanges, rowRunsToDense } from "./rle-dense";
export { parseMasks } from "./mask-set";
export { parseDecimals } from "./decimals";
export { clearBox, masksToRows } from "./mask-planes";

// paint
export { blendSpan } from "./blend";
export { paintMasks } from "./mask-paint";
export { labelMap } from "./label-map";

// png

// jpeg

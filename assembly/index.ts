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

// paint
export { blendSpan } from "./blend";

// png

// jpeg
export { jpegHuffman } from "./jpeg-decode-tables";
export { jpegUnstuff } from "./jpeg-decode-bits";
export { jpegSequentialRow } from "./jpeg-decode-baseline";
export { jpegAcFirstRow, jpegAcRefineRow, jpegDcFirstRow, jpegDcRefineRow } from "./jpeg-decode-progressive";
export { jpegKeepLastRows, jpegRows, jpegTransformRow } from "./jpeg-decode-rows";

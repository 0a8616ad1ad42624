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
export { crc32Table, crc32, crc32Fold, adler32 } from "./checksum";
export { pngFilter, pngFilterRgb, pngFilterBest, pngChooseFilter } from "./png-filter";
export { huffmanLengths } from "./deflate-code";
export { deflateCount, deflateBegin, deflatePack, deflateEnd, deflateStored } from "./deflate";
export { maxByte, packIndexRows, matchLines, packTokens } from "./class-map";

// jpeg

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
export { coverContours, fillContours } from "./raster";
export { fillBoxes, fillPlates, strokeBoxes } from "./raster-boxes";
export { fillCapsules } from "./raster-capsules";
export { drawGlyphs } from "./text";

// png

// jpeg

/**
 * The whole ABI: every exported function of the core, by name, and nothing else.
 * Functions that are not named here are compiled only where a kernel uses them.
 */

/** First byte after the static tables: where the heap begins. */
export function heapBase(): usize {
  return __heap_base;
}

// pixels
export { f32ToBytes, f32Range, f32Stretch } from "./pixels-f32";
export { f64ToBytes, f64Range, f64Stretch } from "./pixels-f64";
export { f16ToBytes, f16Range, f16Stretch } from "./pixels-f16";
export { intToBytes, intRange, intStretch, intStretchWrapped, lowBytes } from "./pixels-int";
export { interleave, deinterleave, expandToRgba, convertChannels } from "./pixels-layout";

// run-length masks

// paint
export { blendSpan } from "./blend";

// png

// jpeg

/**
 * The whole ABI: every exported function of the core, by name, and nothing else.
 * Functions that are not named here are compiled only where a kernel uses them.
 */

/** First byte after the static tables: where the heap begins. */
export function heapBase(): usize {
  return __heap_base;
}

// pixels
export { orient } from "./orient";

// run-length masks

// paint
export { blendSpan } from "./blend";

// png

// jpeg
export {
  jpegEncodeJobBytes,
  jpegEncodeLeastRoom,
  jpegEncodeStart,
  jpegEncodeRows,
  jpegEncodeDone,
  jpegCountRows,
} from "./jpeg-encode";
export { jpegEncodeCodes, jpegEncodeEnd } from "./jpeg-encode-entropy";

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
export { resizeNearest, resizeRows } from "./resize";
export { f32ToBytes, f32Range, f32Stretch } from "./pixels-f32";
export { f64ToBytes, f64Range, f64Stretch } from "./pixels-f64";
export { f16ToBytes, f16Range, f16Stretch } from "./pixels-f16";
export { intToBytes, intRange, intStretch, intStretchWrapped, lowBytes } from "./pixels-int";
export { interleave, deinterleave, expandToRgba, convertChannels } from "./pixels-layout";

// run-length masks
export { rleToText, rleMerge } from "./rle";
export { rleIou } from "./rle-iou";
export { denseChanges, rowRunsToDense } from "./rle-dense";
export { parseMasks } from "./mask-set";
export { parseDecimals } from "./decimals";
export { clearBox, masksToRows } from "./mask-planes";

// paint
export { blendSpan } from "./blend";
export { blendRgba } from "./blend-rgba";
export { paintMasks } from "./mask-paint";
export { coverContours, fillOutlines } from "./raster";
export { fillBoxes, fillPatches, fillPlates, strokeBoxes } from "./raster-boxes";
export { fillCapsules } from "./raster-capsules";
export { drawGlyphs } from "./text";
export { stretchLevels } from "./heat-map";
export { paintCover } from "./cover";
export { averageMasks } from "./mask-average";
export { paintOutside, uniteMasks } from "./mask-outside";
export { hideMask } from "./mask-hide";
export { countLabels, labelMap } from "./label-map";
export { paintRegionRims } from "./region-rims";

// png
export { inflateZlib } from "./inflate";
export { pngUnfilter } from "./png-read";
export {
  pngUnpack,
  pngSwap16,
  pngReduce16,
  pngGreyToRgba,
  pngGreyAlphaToRgba,
  pngRgbToRgba,
  pngPaletteToRgba,
  pngKey16,
  pngScatter,
} from "./png-read-expand";
export { crc32Table, crc32, crc32Fold, adler32 } from "./checksum";
export { pngFilter, pngFilterRgb, pngFilterBest, pngChooseFilter } from "./png-filter";
export { huffmanLengths } from "./deflate-code";
export { deflateCount, deflateBegin, deflatePack, deflateEnd, deflateStored } from "./deflate";
export { maxByte, packIndexRows, matchLines, packTokens } from "./class-map";

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
export { jpegHuffman } from "./jpeg-decode-tables";
export { jpegUnstuff } from "./jpeg-decode-bits";
export { jpegSequentialRow } from "./jpeg-decode-baseline";
export { jpegAcFirstRow, jpegAcRefineRow, jpegDcFirstRow, jpegDcRefineRow } from "./jpeg-decode-progressive";
export { jpegKeepLastRows, jpegRows, jpegTransformRow } from "./jpeg-decode-rows";

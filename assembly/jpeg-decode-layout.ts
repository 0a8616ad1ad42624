/**
 * Records in memory that the JPEG kernels and their binding share. `src/core/jpeg-decode.ts` holds the same offsets, and
 * every decode fails when one is wrong. All fields are 32 bits wide unless said otherwise; records are 16-aligned.
 */

// One scan: the bit reader and what the scan is made of.

/** Address of the eight bytes that the next refill loads; it runs downwards. */
// @ts-ignore: decorator
@inline export const SCAN_P: usize = 0;
/** Value of SCAN_P when the last byte of the segment has been taken. */
// @ts-ignore: decorator
@inline export const SCAN_END: usize = 4;
/** u64: the next bits, first one on top. */
// @ts-ignore: decorator
@inline export const SCAN_ACC: usize = 8;
/** How many bits of SCAN_ACC are counted as loaded. */
// @ts-ignore: decorator
@inline export const SCAN_BITS: usize = 16;
/** Progressive: blocks still to be passed over. */
// @ts-ignore: decorator
@inline export const SCAN_EOBRUN: usize = 20;
/** 1 from the first damage of a segment to its end (only when lenient). */
// @ts-ignore: decorator
@inline export const SCAN_DEAD: usize = 24;
/** MCUs between two restart markers, 0 without. */
// @ts-ignore: decorator
@inline export const SCAN_INTERVAL: usize = 28;
/** MCUs left in this segment. */
// @ts-ignore: decorator
@inline export const SCAN_LEFT: usize = 32;
/** Table of segments, SEGMENT_BYTES each. */
// @ts-ignore: decorator
@inline export const SCAN_SEGMENTS: usize = 36;
/** Segments in the table. */
// @ts-ignore: decorator
@inline export const SCAN_SEGMENT_COUNT: usize = 40;
/** Index of the next segment to be opened. */
// @ts-ignore: decorator
@inline export const SCAN_SEGMENT_NEXT: usize = 44;
/** Restart intervals opened so far. */
// @ts-ignore: decorator
@inline export const SCAN_OPENED: usize = 48;
/** 1: damage leaves blocks at zero and the scan goes on at the next restart marker; 0: damage ends it. */
// @ts-ignore: decorator
@inline export const SCAN_LENIENT: usize = 52;
/** Blocks of one MCU: BLOCK_BYTES each, in coding order. */
// @ts-ignore: decorator
@inline export const SCAN_BLOCKS: usize = 56;
// @ts-ignore: decorator
@inline export const SCAN_BLOCK_COUNT: usize = 60;
/** MCUs of one MCU row of this scan. */
// @ts-ignore: decorator
@inline export const SCAN_MCUS: usize = 64;
/** 1: blocks are transformed into sample rows at once; 0: they are kept as coefficients. */
// @ts-ignore: decorator
@inline export const SCAN_DIRECT: usize = 68;
/** A block of 64 zero coefficients and room for 8 more. */
// @ts-ignore: decorator
@inline export const SCAN_SCRATCH: usize = 72;
/** Progressive: first and last coefficient of the band, in zigzag order, and the bit position. */
// @ts-ignore: decorator
@inline export const SCAN_FROM: usize = 76;
// @ts-ignore: decorator
@inline export const SCAN_TO: usize = 80;
// @ts-ignore: decorator
@inline export const SCAN_SHIFT: usize = 84;
/** Four DC predictors, one per component of the scan. */
// @ts-ignore: decorator
@inline export const SCAN_DC: usize = 96;

// One segment: the entropy-coded bytes between two markers, reversed in memory.

// @ts-ignore: decorator
@inline export const SEGMENT_BYTES: usize = 16;
/** Address behind its first byte (the bytes run downwards). */
// @ts-ignore: decorator
@inline export const SEGMENT_TOP: usize = 0;
/** Address of its last byte. */
// @ts-ignore: decorator
@inline export const SEGMENT_END: usize = 4;
/** Low three bits of the restart marker in front of it; 7 for the first segment. */
// @ts-ignore: decorator
@inline export const SEGMENT_NUMBER: usize = 8;

// One block of an MCU.

// @ts-ignore: decorator
@inline export const BLOCK_BYTES: usize = 64;
/** Huffman tables (see jpegHuffman). */
// @ts-ignore: decorator
@inline export const BLOCK_DC_TABLE: usize = 0;
// @ts-ignore: decorator
@inline export const BLOCK_AC_TABLE: usize = 4;
/** 64 x i16 in storage order. */
// @ts-ignore: decorator
@inline export const BLOCK_QUANT: usize = 8;
/** Address of the DC predictor. */
// @ts-ignore: decorator
@inline export const BLOCK_DC: usize = 12;
/** Where the block of MCU 0 in MCU row 0 goes: samples if direct, else coefficients. */
// @ts-ignore: decorator
@inline export const BLOCK_BASE: usize = 16;
/** Bytes from one MCU row to the next, and from one MCU to the next. */
// @ts-ignore: decorator
@inline export const BLOCK_PITCH: usize = 20;
// @ts-ignore: decorator
@inline export const BLOCK_STEP: usize = 24;
/** Direct: bytes from one row of samples to the next. */
// @ts-ignore: decorator
@inline export const BLOCK_STRIDE: usize = 32;
/** Not direct: the same three for the maps of non-zero coefficients (one u64 a block). */
// @ts-ignore: decorator
@inline export const BLOCK_MAP_BASE: usize = 36;
// @ts-ignore: decorator
@inline export const BLOCK_MAP_PITCH: usize = 40;
// @ts-ignore: decorator
@inline export const BLOCK_MAP_STEP: usize = 44;

// One component of the picture, for the rows that leave.

// @ts-ignore: decorator
@inline export const PLANE_BYTES: usize = 64;
/** First sample row of the current MCU row; the row before it holds the last row of the MCU row above. */
// @ts-ignore: decorator
@inline export const PLANE_ROWS: usize = 0;
// @ts-ignore: decorator
@inline export const PLANE_STRIDE: usize = 4;
/** Samples of the component, without padding. */
// @ts-ignore: decorator
@inline export const PLANE_WIDTH: usize = 8;
// @ts-ignore: decorator
@inline export const PLANE_HEIGHT: usize = 12;
/** Sample rows of one MCU row: 8 times the vertical factor. */
// @ts-ignore: decorator
@inline export const PLANE_MCU_ROWS: usize = 16;
/** Picture columns and rows per sample. */
// @ts-ignore: decorator
@inline export const PLANE_EXPAND_X: usize = 20;
// @ts-ignore: decorator
@inline export const PLANE_EXPAND_Y: usize = 24;
/** One of UPSAMPLE_… */
// @ts-ignore: decorator
@inline export const PLANE_UPSAMPLE: usize = 28;
/** A row of its own for upsampled samples: picture width plus 64 bytes. */
// @ts-ignore: decorator
@inline export const PLANE_LINE: usize = 32;
/** Working place: the row of samples to be coloured. */
// @ts-ignore: decorator
@inline export const PLANE_AT: usize = 36;
/** Kept coefficients, maps, blocks per row of either, blocks that matter per row. */
// @ts-ignore: decorator
@inline export const PLANE_COEFS: usize = 40;
// @ts-ignore: decorator
@inline export const PLANE_MAPS: usize = 44;
// @ts-ignore: decorator
@inline export const PLANE_BLOCK_PITCH: usize = 48;
// @ts-ignore: decorator
@inline export const PLANE_BLOCKS: usize = 52;
// @ts-ignore: decorator
@inline export const PLANE_QUANT: usize = 56;

/** Samples are repeated. */
// @ts-ignore: decorator
@inline export const UPSAMPLE_REPEAT: u32 = 0;
/** Triangle filter over columns, rows, both. */
// @ts-ignore: decorator
@inline export const UPSAMPLE_H2V1: u32 = 1;
// @ts-ignore: decorator
@inline export const UPSAMPLE_H1V2: u32 = 2;
// @ts-ignore: decorator
@inline export const UPSAMPLE_H2V2: u32 = 3;

/** What the components mean. */
// @ts-ignore: decorator
@inline export const COLOUR_GREY: u32 = 0;
// @ts-ignore: decorator
@inline export const COLOUR_YCC: u32 = 1;
// @ts-ignore: decorator
@inline export const COLOUR_RGB: u32 = 2;
// @ts-ignore: decorator
@inline export const COLOUR_CMYK: u32 = 3;
// @ts-ignore: decorator
@inline export const COLOUR_YCCK: u32 = 4;

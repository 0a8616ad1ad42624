/** Where everything of an encoding job is: one block of memory that the caller owns. */
import { PLANE_STRIDE } from "./jpeg-encode-color";
import { ZIGZAG_MAPS_BYTES } from "./jpeg-encode-zigzag";

/** Widest chunk in pixels. */
export const CHUNK: usize = 256;
/** Blocks of the widest chunk: 16 MCUs of 6, or 32 of 3, or 16 of 4. */
export const CHUNK_BLOCKS: usize = 96;
/** A block takes at most 27 + 63 * 26 bits; every byte of them may need a stuffed zero. */
export const BLOCK_BYTES: usize = 424;

// The job: what `jpegEncodeStart` sets and the other two go on from. Offsets in bytes.
export const WIDTH: usize = 0;
export const HEIGHT: usize = 4;
export const CHANNELS: usize = 8;
export const COMPONENTS: usize = 12;
export const H: usize = 16;
export const V: usize = 20;
/** Next row of MCUs, and the next MCU in it. */
export const MCU_ROW: usize = 24;
export const MCU_COLUMN: usize = 28;
/** Bits of `BITS` that wait to be written, fewer than 8; the bits above them are of no meaning. */
export const BIT_COUNT: usize = 32;
export const BITS: usize = 40;
/** The last DC coefficient of each component. */
export const DC: usize = 48;
/** Per table (luma, chroma): 64 f32 as `forwardDct` takes them. */
export const SCALES: usize = 64;
/** Per table: 16 DC codes and 256 AC codes as (code << 5 | length). */
export const DC_CODES: usize = SCALES + 512;
export const AC_CODES: usize = DC_CODES + 128;
/** Per table: finished bits of (run 0..15, value -64..63) as (bits << 5 | length). */
export const AC_BITS: usize = AC_CODES + 2048;
export const MAPS: usize = AC_BITS + 16384;
export const Y: usize = MAPS + ZIGZAG_MAPS_BYTES;
export const CB: usize = Y + PLANE_STRIDE * 16;
export const CR: usize = CB + PLANE_STRIDE * 8;
/** The pixels of a chunk as RGBA rows of 256, where they cannot be read in place. */
export const PIXELS: usize = CR + PLANE_STRIDE * 8;
export const BLOCKS: usize = PIXELS + CHUNK * 4 * 16;
/** u64 each: non-zero coefficients of each block. */
export const BLOCK_MAPS: usize = BLOCKS + CHUNK_BLOCKS * 128;
/** The Huffman codes of a chunk with their extra bits, as (bits << 5 | length): at most 64 and 3 of each block. */
export const TOKENS: usize = BLOCK_MAPS + CHUNK_BLOCKS * 8;
/** The bits of a chunk before stuffing, last byte first, from this offset downwards. */
export const PACKED_END: usize = (TOKENS + CHUNK_BLOCKS * 67 * 4 + 8 + CHUNK_BLOCKS * 212 + 64 + 15) & ~15;
export const JOB_BYTES: usize = PACKED_END;

/**
 * Baseline JPEG encoding: pixels to the entropy-coded bytes between the headers and the end marker.
 *
 * The picture is walked in chunks of up to 256 pixels of one row of MCUs, so that everything between pixels and bits stays
 * in the first-level cache: colour planes of the chunk, then the quantised blocks of the chunk, then their bits. All state
 * is in the caller's job block; the kernel stops between two chunks when the output runs out of room and goes on from
 * there at the next call. Two passes (count, then encode) give optimised Huffman tables without keeping coefficients.
 */
import { colorPlanes, lumaPlane, PLANE_STRIDE } from "./jpeg-encode-color";
import { forwardDct, NATURAL_OFFSET, ZIGZAG_MAPS_BYTES, zigzagMaps } from "./jpeg-encode-dct";
import { NO_ROOM } from "./status";

/** Widest chunk in pixels. */
const CHUNK: usize = 256;
/** Blocks of the widest chunk: 16 MCUs of 6, or 32 of 3, or 16 of 4. */
const CHUNK_BLOCKS: usize = 96;
/** A block takes at most 27 + 63 * 26 bits; every byte of them may need a stuffed zero. */
const BLOCK_BYTES: usize = 424;

// The job: what `jpegEncodeStart` sets and the other two go on from. Offsets in bytes.
const WIDTH: usize = 0;
const HEIGHT: usize = 4;
const CHANNELS: usize = 8;
const COMPONENTS: usize = 12;
const H: usize = 16;
const V: usize = 20;
/** Next row of MCUs, and the next MCU in it. */
const MCU_ROW: usize = 24;
const MCU_COLUMN: usize = 28;
/** Bits of `BITS` that wait to be written, fewer than 64; the bits above them are of no meaning. */
const BIT_COUNT: usize = 32;
const BITS: usize = 40;
/** The last DC coefficient of each component. */
const DC: usize = 48;
/** Per table (luma, chroma): 64 f32 as `forwardDct` takes them. */
const SCALES: usize = 64;
/** Per table: 16 DC codes and 256 AC codes as (code << 5 | length). */
const DC_CODES: usize = SCALES + 512;
const AC_CODES: usize = DC_CODES + 128;
/** Per table: finished bits of (run 0..15, value -64..63) as (bits << 5 | length). */
const AC_BITS: usize = AC_CODES + 2048;
const MAPS: usize = AC_BITS + 16384;
const Y: usize = MAPS + ZIGZAG_MAPS_BYTES;
const CB: usize = Y + PLANE_STRIDE * 16;
const CR: usize = CB + PLANE_STRIDE * 8;
/** The pixels of a chunk as RGBA rows of 256, where they cannot be read in place. */
const PIXELS: usize = CR + PLANE_STRIDE * 8;
const BLOCKS: usize = PIXELS + CHUNK * 4 * 16;
/** u64 each: non-zero coefficients of each block. */
const BLOCK_MAPS: usize = BLOCKS + CHUNK_BLOCKS * 128;
/** The Huffman codes of a chunk with their extra bits, as (bits << 5 | length): at most 64 and 3 of each block. */
const TOKENS: usize = BLOCK_MAPS + CHUNK_BLOCKS * 8;
/** The bits of a chunk before stuffing, last byte first, from this offset downwards. */
const PACKED_END: usize = (TOKENS + CHUNK_BLOCKS * 67 * 4 + 8 + CHUNK_BLOCKS * 212 + 64 + 15) & ~15;
const JOB_BYTES: usize = PACKED_END;

/** Size of the job block in bytes. */
export function jpegEncodeJobBytes(): usize {
  return JOB_BYTES;
}

/**
 * Bytes of room that one call of `jpegEncodeRows` needs to get anywhere: one chunk, the waiting bits, and one vector.
 */
export function jpegEncodeLeastRoom(): usize {
  return CHUNK_BLOCKS * BLOCK_BYTES + 32;
}

/**
 * Begin a pass over the picture.
 *
 * job         `jpegEncodeJobBytes()` bytes, 16-aligned
 * quantisers  2 x 64 u8 in natural order (luma, chroma), each 1..255
 * channels    bytes per pixel of the source: 1 L, 2 LA, 3 RGB, 4 RGBA; 1 and 2 only with one component
 * components  1 (luma alone) or 3
 * h, v        sampling: 1, 1 or 2, 1 or 2, 2; 1, 1 with one component
 */
export function jpegEncodeStart(
  job: usize,
  quantisers: usize,
  width: u32,
  height: u32,
  channels: u32,
  components: u32,
  h: u32,
  v: u32,
): void {
  memory.fill(job, 0, SCALES);
  store<u32>(job, width, WIDTH);
  store<u32>(job, height, HEIGHT);
  store<u32>(job, channels, CHANNELS);
  store<u32>(job, components, COMPONENTS);
  store<u32>(job, h, H);
  store<u32>(job, v, V);
  for (let i: usize = 0; i < 128; ++i) {
    // a little more than 1 / (8 q), so that halves round away from zero and nothing else changes
    const exact: f64 = 1.0 / <f64>((<u32>load<u8>(quantisers + i)) << 3);
    store<f32>(job + SCALES + (i << 2), <f32>(exact * (1.0 + 1.0 / 1048576.0)));
  }
  zigzagMaps(job + MAPS);
}

/**
 * Set the Huffman codes, before the first `jpegEncodeRows`.
 *
 * codes  2 x (16 DC + 256 AC) u32 (luma, then chroma): code << 5 | length, 0 for a symbol without a code
 */
export function jpegEncodeCodes(job: usize, codes: usize): void {
  for (let table: usize = 0; table < 2; ++table) {
    const from = codes + table * (272 << 2);
    const ac = job + AC_CODES + (table << 10);
    memory.copy(job + DC_CODES + (table << 6), from, 64);
    memory.copy(ac, from + 64, 1024);
    // by size of the value, so that nothing is looked up 4096 times
    for (let run: usize = 0; run < 16; ++run) {
      const zero = job + AC_BITS + (table << 13) + (run << 9) + 256;
      store<u32>(zero, 0);
      for (let size: u32 = 1; size <= 7; ++size) {
        const code = load<u32>(ac + (((run << 4) | size) << 2));
        const length = (code & 31) + size;
        const prefix = (code >> 5) << size;
        const least = 1 << (size - 1);
        const count: u32 = size < 7 ? least : 1; // of the 7-bit values, -64 alone is in the table
        for (let i: u32 = 0; i < count; ++i) {
          if (size < 7) store<u32>(zero + ((least + i) << 2), ((prefix | (least + i)) << 5) | length);
          store<u32>(zero - ((least + i) << 2), ((prefix | (least - 1 - i)) << 5) | length);
        }
      }
    }
  }
}

/**
 * Encode from where the job stands until the given rows or the room end.
 *
 * job     begun, codes set
 * pixels  rows of the source, `stride` bytes apart; the first is pixel row `top`, a multiple of the MCU height. RGBA is
 *         read in groups of 16 pixels, up to 48 bytes past the last pixel.
 * top, rows  rows that are there: a multiple of the MCU height, or up to the last row of the picture
 * out     at least `jpegEncodeLeastRoom()` bytes
 * Returns the bytes written; `jpegEncodeDone` tells whether the given rows are through. NO_ROOM when `room` is too small
 * ever to go on.
 */
export function jpegEncodeRows(
  job: usize,
  pixels: usize,
  stride: usize,
  top: u32,
  rows: u32,
  out: usize,
  room: usize,
): i32 {
  if (room < jpegEncodeLeastRoom()) return NO_ROOM;
  const components = load<u32>(job, COMPONENTS);
  const lumaBlocks = load<u32>(job, H) * load<u32>(job, V);
  const mcuBlocks = components == 1 ? 1 : lumaBlocks + 2;
  const start = out;
  const last = out + room - jpegEncodeLeastRoom();
  while (out <= last) {
    const mcus = nextChunk(job, pixels, stride, top, rows);
    if (mcus == 0) break;
    out = writeBlocks(job, out, mcus * mcuBlocks, lumaBlocks, mcuBlocks);
  }
  return <i32>(out - start);
}

/**
 * The same walk, counting Huffman symbols instead of writing bits.
 *
 * counts  2 x (16 DC + 256 AC) u32, added to
 */
export function jpegCountRows(job: usize, pixels: usize, stride: usize, top: u32, rows: u32, counts: usize): void {
  const components = load<u32>(job, COMPONENTS);
  const lumaBlocks = load<u32>(job, H) * load<u32>(job, V);
  const mcuBlocks = components == 1 ? 1 : lumaBlocks + 2;
  for (;;) {
    const mcus = nextChunk(job, pixels, stride, top, rows);
    if (mcus == 0) break;
    countBlocks(job, counts, mcus * mcuBlocks, lumaBlocks, mcuBlocks);
  }
}

/** 1 when all pixel rows before `row` are encoded. */
export function jpegEncodeDone(job: usize, row: u32): i32 {
  const height = load<u32>(job, HEIGHT);
  const mcuRow = load<u32>(job, MCU_ROW) * (load<u32>(job, V) << 3);
  return mcuRow >= min(row, height) ? 1 : 0;
}

/** Write the waiting bits, filled up with ones; returns the bytes written, at most 16. */
export function jpegEncodeEnd(job: usize, out: usize): i32 {
  const start = out;
  let count = load<i32>(job, BIT_COUNT);
  const bits = load<u64>(job, BITS);
  for (; count > 0; count -= 8) {
    const byte =
      count >= 8 ? (<u32>(bits >> (<u64>(count - 8)))) & 255 : (<u32>((bits << u64(8 - count)) & 255)) | (255 >> count);
    store<u8>(out++, <u8>byte);
    if (byte == 255) store<u8>(out++, 0);
  }
  store<u32>(job, 0, BIT_COUNT);
  return <i32>(out - start);
}

// ---------------------------------------------------------------------------------------------- pixels to blocks

/** Transform the next chunk into `BLOCKS` and step on. Returns its MCUs, 0 when the rows given are through. */
function nextChunk(job: usize, pixels: usize, stride: usize, top: u32, rows: u32): u32 {
  const width = load<u32>(job, WIDTH);
  const height = load<u32>(job, HEIGHT);
  const h = load<u32>(job, H);
  const v = load<u32>(job, V);
  const mcuRow = load<u32>(job, MCU_ROW);
  const firstRow = mcuRow * (v << 3);
  if (firstRow >= height || firstRow >= top + rows) return 0;
  const mcuWidth = h << 3;
  const mcusPerRow = (width + mcuWidth - 1) / mcuWidth;
  const column = load<u32>(job, MCU_COLUMN);
  const mcus = min(<u32>CHUNK / mcuWidth, mcusPerRow - column);
  const left = column * mcuWidth;
  const wanted = mcus * mcuWidth;
  const there = min(wanted, width - left);
  const rowsThere = min(v << 3, height - firstRow);
  const channels = load<u32>(job, CHANNELS);
  const components = load<u32>(job, COMPONENTS);
  let src = pixels + <usize>(firstRow - top) * stride + left * channels;

  if (channels < 3) {
    grayPlane(job + Y, src, stride, channels, there, wanted, rowsThere);
  } else {
    let srcStride = stride;
    if (channels == 3 || there < wanted) {
      gather(job + PIXELS, src, stride, channels, there, wanted, rowsThere);
      src = job + PIXELS;
      srcStride = CHUNK * 4;
    }
    if (components == 1) lumaPlane(job + Y, src, srcStride, wanted, rowsThere);
    else {
      colorPlanes(job + Y, job + CB, job + CR, src, srcStride, wanted, rowsThere, h, v);
      const chromaRows = (rowsThere + v - 1) / v;
      repeatLastRow(job + CB, chromaRows, 8);
      repeatLastRow(job + CR, chromaRows, 8);
    }
  }
  repeatLastRow(job + Y, rowsThere, v << 3);
  transformChunk(job, mcus, column, mcuRow);

  if (column + mcus == mcusPerRow) {
    store<u32>(job, mcuRow + 1, MCU_ROW);
    store<u32>(job, 0, MCU_COLUMN);
  } else store<u32>(job, column + mcus, MCU_COLUMN);
  return mcus;
}

/** Luma samples of L or LA rows, the last sample repeated up to `wanted`. */
function grayPlane(y: usize, src: usize, stride: usize, channels: u32, there: usize, wanted: usize, rows: usize): void {
  for (let row: usize = 0; row < rows; ++row) {
    const to = y + row * PLANE_STRIDE;
    const from = src + row * stride;
    if (channels == 1) memory.copy(to, from, there);
    else for (let x: usize = 0; x < there; ++x) store<u8>(to + x, load<u8>(from + (x << 1)));
    memory.fill(to + there, load<u8>(to + there - 1), wanted - there);
  }
}

/** RGB or RGBA rows to RGBA rows of 256 pixels, the last pixel repeated up to `wanted`. */
function gather(dst: usize, src: usize, stride: usize, channels: u32, there: usize, wanted: usize, rows: usize): void {
  for (let row: usize = 0; row < rows; ++row) {
    let to = dst + row * (CHUNK * 4);
    const from = src + row * stride;
    const end = to + (there << 2);
    const full = to + (wanted << 2);
    if (channels == 4) {
      memory.copy(to, from, there << 2);
      to = end;
    } else {
      let p = from;
      if (ASC_FEATURE_SIMD) {
        // a load reads 4 bytes more than it uses: only where they are of this row
        const safe = from + there * 3 - 16;
        if (there >= 6)
          for (; p <= safe; p += 12, to += 16) {
            v128.store(to, i8x16.swizzle(v128.load(p), i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1)));
          }
      }
      for (; to < end; to += 4, p += 3) {
        store<u32>(to, (<u32>load<u16>(p)) | ((<u32>load<u8>(p, 2)) << 16));
      }
    }
    const edge = load<u32>(end - 4);
    for (; to < full; to += 4) store<u32>(to, edge);
  }
}

function repeatLastRow(plane: usize, rows: u32, wanted: u32): void {
  const from = plane + <usize>(rows - 1) * PLANE_STRIDE;
  for (let row = rows; row < wanted; ++row) memory.copy(plane + <usize>row * PLANE_STRIDE, from, PLANE_STRIDE);
}

/** Planes to quantised blocks, in the order of the stream. */
function transformChunk(job: usize, mcus: u32, column: u32, mcuRow: u32): void {
  const components = load<u32>(job, COMPONENTS);
  const h = load<u32>(job, H);
  const v = load<u32>(job, V);
  const columns = (load<u32>(job, WIDTH) + 7) >> 3;
  const lines = (load<u32>(job, HEIGHT) + 7) >> 3;
  const maps = job + MAPS;
  const luma = job + SCALES;
  const chroma = luma + 256;
  let block = job + BLOCKS;
  let map = job + BLOCK_MAPS;
  for (let mcu: u32 = 0; mcu < mcus; ++mcu) {
    for (let j: u32 = 0; j < v; ++j) {
      for (let i: u32 = 0; i < h; ++i) {
        if ((column + mcu) * h + i < columns && mcuRow * v + j < lines) {
          const src = job + Y + ((<usize>j) << 3) * PLANE_STRIDE + ((mcu * h + i) << 3);
          store<u64>(map, forwardDct(block, src, PLANE_STRIDE, luma, maps));
        } else {
          // outside of the picture: the DC of the block before, which costs the fewest bits
          store<u16>(block, load<u16>(block - 128));
          store<u64>(map, 0);
        }
        block += 128;
        map += 8;
      }
    }
    if (components == 3) {
      store<u64>(map, forwardDct(block, job + CB + (mcu << 3), PLANE_STRIDE, chroma, maps));
      store<u64>(map, forwardDct(block + 128, job + CR + (mcu << 3), PLANE_STRIDE, chroma, maps), 8);
      block += 256;
      map += 16;
    }
  }
}

// ------------------------------------------------------------------------------------------------- blocks to bits

/** Bits that a value needs: 0 for 0, 1 for -1 and 1, 2 for -3, -2, 2, 3 … */
// @ts-ignore: decorator
@inline
function sizeOf(value: i32): u32 {
  return 32 - clz<u32>(<u32>abs(value));
}

/** The low `size` bits of the value as the stream has them: negative ones less 1. */
// @ts-ignore: decorator
@inline
function extraBits(value: i32, size: u32): u32 {
  return (<u32>(value + (value >> 31))) & ((1 << size) - 1);
}

/** Code of (run, size of value) and the value's own bits, as (bits << 5 | length); at most 26 bits. */
function withValue(codes: usize, run: u32, value: i32): u32 {
  const size = sizeOf(value);
  const code = load<u32>(codes + (((run << 4) | size) << 2));
  return ((((code >> 5) << size) | extraBits(value, size)) << 5) | ((code & 31) + size);
}

/** Write the blocks of a chunk; returns the end. */
function writeBlocks(job: usize, out: usize, blocks: u32, lumaBlocks: u32, mcuBlocks: u32): usize {
  return packTokens(job, tokens(job, blocks, lumaBlocks, mcuBlocks), out);
}

/**
 * The Huffman codes of a chunk to `TOKENS`; returns their end. Apart from packing, because the number of codes in a block
 * is hard to predict and the processor goes on with the next block sooner when little hangs on it.
 */
function tokens(job: usize, blocks: u32, lumaBlocks: u32, mcuBlocks: u32): usize {
  let inMcu: u32 = 0;
  let mapAt = job + BLOCK_MAPS;
  let to = job + TOKENS;
  let block = job + BLOCKS;
  for (const end = block + (blocks << 7); block < end; block += 128, mapAt += 8) {
    const component: usize = inMcu < lumaBlocks ? 0 : inMcu - lumaBlocks + 1;
    if (++inMcu == mcuBlocks) inMcu = 0;
    const table: usize = component ? 1 : 0;
    const acCodes = job + AC_CODES + (table << 10);

    const dcAt = job + DC + (component << 2);
    const dc = <i32>load<i16>(block);
    const difference = dc - load<i32>(dcAt);
    store<i32>(dcAt, dc);
    store<u32>(to, withValue(job + DC_CODES + (table << 6), 0, difference));
    to += 4;

    // table entries of (k - before, value): 512 bytes per step of k, the value -64 first
    const acBits = job + AC_BITS + (table << 13) - 512 + 256;
    let map = load<u64>(mapAt) & ~1;
    let before: u32 = 0;
    while (map != 0) {
      const k = <u32>ctz<u64>(map);
      map &= map - 1;
      const coefficient = <i32>load<i16>(block + load<u8>(NATURAL_OFFSET + k));
      let step = k - before;
      before = k;
      for (; step > 16; step -= 16) {
        store<u32>(to, load<u32>(acCodes, 0xf0 << 2));
        to += 4;
      }
      let token: u32;
      if (<u32>(coefficient + 64) < 128) token = load<u32>(acBits + (step << 9) + (coefficient << 2));
      else token = withValue(acCodes, step - 1, coefficient);
      store<u32>(to, token);
      to += 4;
    }
    if (before != 63) {
      store<u32>(to, load<u32>(acCodes));
      to += 4;
    }
  }
  return to;
}

/**
 * Write the tokens up to `end`, two at a time: at most 54 bits. Returns the end of the output.
 *
 * The bits are stored downwards, so that little-endian words come out as a big-endian stream when read backwards, and
 * whole words are stored each time, of which only full bytes count: no branch hangs on the bits.
 */
function packTokens(job: usize, end: usize, out: usize): usize {
  let bits = load<u64>(job, BITS);
  let count = load<u32>(job, BIT_COUNT);
  let to = job + PACKED_END;
  store<u32>(end, 0); // the last may stand alone: one without bits beside it
  for (let from = job + TOKENS; from < end; from += 8) {
    const first = load<u32>(from);
    const second = load<u32>(from, 4);
    const secondLength = second & 31;
    const length = (first & 31) + secondLength;
    const value = ((<u64>(first >> 5)) << u64(secondLength)) | (second >> 5);
    bits = (bits << u64(length)) | value;
    count += length;
    store<u64>(to - 8, bits << u64(64 - count));
    to -= count >> 3;
    count &= 7;
  }
  store<u64>(job, bits, BITS);
  store<u32>(job, count, BIT_COUNT);
  return stuff(out, job + PACKED_END, to);
}

/** Copy the bytes from `from` downwards to `end`, with a zero behind each 255. Returns the end of the output. */
function stuff(out: usize, from: usize, end: usize): usize {
  if (ASC_FEATURE_SIMD) {
    while (from >= end + 16) {
      const v = v128.load(from - 16);
      if (v128.any_true(i8x16.eq(v, i8x16.splat(-1)))) out = stuffBytes(out, from, from - 16);
      else {
        v128.store(out, i8x16.shuffle(v, v, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
        out += 16;
      }
      from -= 16;
    }
  }
  return stuffBytes(out, from, end);
}

function stuffBytes(out: usize, from: usize, end: usize): usize {
  while (from > end) {
    const byte = load<u8>(--from);
    store<u8>(out++, byte);
    if (byte == 255) store<u8>(out++, 0);
  }
  return out;
}

// @ts-ignore: decorator
@inline
function increment(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

/** Count the symbols of the blocks of a chunk. */
function countBlocks(job: usize, counts: usize, blocks: u32, lumaBlocks: u32, mcuBlocks: u32): void {
  let inMcu: u32 = 0;
  for (let i: usize = 0; i < blocks; ++i) {
    const block = job + BLOCKS + i * 128;
    const component: usize = inMcu < lumaBlocks ? 0 : inMcu - lumaBlocks + 1;
    if (++inMcu == mcuBlocks) inMcu = 0;
    const table = counts + (component ? 272 << 2 : 0);
    const dcAt = job + DC + (component << 2);
    const dc = <i32>load<i16>(block);
    increment(table + (sizeOf(dc - load<i32>(dcAt)) << 2));
    store<i32>(dcAt, dc);

    const ac = table + 64;
    let map = load<u64>(job + BLOCK_MAPS + (i << 3)) & ~1;
    let before: u32 = 0;
    while (map != 0) {
      const k = <u32>ctz<u64>(map);
      map &= map - 1;
      let run = k - before - 1;
      before = k;
      for (; run > 15; run -= 16) increment(ac + (0xf0 << 2));
      const size = sizeOf(<i32>load<i16>(block + load<u8>(NATURAL_OFFSET + k)));
      increment(ac + (((run << 4) | size) << 2));
    }
    if (before != 63) increment(ac);
  }
}

/**
 * Baseline JPEG encoding: pixels to the entropy-coded bytes between the headers and the end marker.
 *
 * The picture is walked in chunks of up to 256 pixels of one row of MCUs, so that everything between pixels and bits stays
 * in the first-level cache: colour planes of the chunk, then the quantised blocks of the chunk, then their bits. All state
 * is in the caller's job block; the kernel stops between two chunks when the output runs out of room and goes on from
 * there at the next call. Two passes (count, then encode) give optimised Huffman tables without keeping coefficients.
 */
import { colorPlanes, lumaPlane, PLANE_STRIDE } from "./jpeg-encode-color";
import { forwardDct } from "./jpeg-encode-dct";
import { countBlocks, writeBlocks } from "./jpeg-encode-entropy";
import {
  CHUNK,
  CHUNK_BLOCKS,
  BLOCK_BYTES,
  WIDTH,
  HEIGHT,
  CHANNELS,
  COMPONENTS,
  H,
  V,
  MCU_ROW,
  MCU_COLUMN,
  SCALES,
  MAPS,
  Y,
  CB,
  CR,
  PIXELS,
  BLOCKS,
  BLOCK_MAPS,
  JOB_BYTES,
} from "./jpeg-encode-job";
import { zigzagMaps } from "./jpeg-encode-zigzag";
import { NO_ROOM } from "./status";

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

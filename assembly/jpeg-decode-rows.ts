/** The second half of decoding: sample rows of an MCU row to picture rows. */
import { inverseDct } from "./jpeg-decode-idct";
import { between, repeatSamples, widenBetween, widenTwice } from "./jpeg-decode-upsample";
import { cmykRow, rgbRow, yccToRgb, yccToRgba } from "./jpeg-decode-colour";
import {
  COLOUR_GREY,
  COLOUR_RGB,
  COLOUR_YCC,
  COLOUR_YCCK,
  PLANE_AT,
  PLANE_BLOCKS,
  PLANE_BLOCK_PITCH,
  PLANE_BYTES,
  PLANE_COEFS,
  PLANE_EXPAND_X,
  PLANE_EXPAND_Y,
  PLANE_HEIGHT,
  PLANE_LINE,
  PLANE_MAPS,
  PLANE_MCU_ROWS,
  PLANE_QUANT,
  PLANE_ROWS,
  PLANE_STRIDE,
  PLANE_UPSAMPLE,
  PLANE_WIDTH,
  UPSAMPLE_H1V2,
  UPSAMPLE_H2V1,
  UPSAMPLE_H2V2,
} from "./jpeg-decode-layout";

/**
 * Keep the last sample row of an MCU row where the next one looks for the row above it.
 *
 * planes  PLANE_… records, count of them
 */
export function jpegKeepLastRows(planes: usize, count: u32): void {
  for (const last = planes + <usize>count * PLANE_BYTES; planes < last; planes += PLANE_BYTES) {
    const rows = load<usize>(planes, PLANE_ROWS);
    const stride = load<usize>(planes, PLANE_STRIDE);
    memory.copy(
      rows - stride,
      rows + (load<usize>(planes, PLANE_MCU_ROWS) - 1) * stride,
      load<usize>(planes, PLANE_WIDTH),
    );
  }
}

/**
 * Transform the kept coefficients of one MCU row into sample rows. The coefficients are lost.
 *
 * planes  PLANE_… records, count of them
 * row     MCU row
 */
export function jpegTransformRow(planes: usize, count: u32, row: u32): void {
  for (const last = planes + <usize>count * PLANE_BYTES; planes < last; planes += PLANE_BYTES) {
    const stride = load<usize>(planes, PLANE_STRIDE);
    const pitch = load<usize>(planes, PLANE_BLOCK_PITCH);
    const blocks = load<usize>(planes, PLANE_BLOCKS);
    const blockRows = load<usize>(planes, PLANE_MCU_ROWS) >> 3;
    const quant = load<usize>(planes, PLANE_QUANT);
    for (let y: usize = 0; y < blockRows; y++) {
      const first = (<usize>row * blockRows + y) * pitch;
      let dst = load<usize>(planes, PLANE_ROWS) + (y << 3) * stride;
      let block = load<usize>(planes, PLANE_COEFS) + (first << 7);
      let map = load<usize>(planes, PLANE_MAPS) + (first << 3);
      for (const end = map + (blocks << 3); map < end; map += 8, block += 128, dst += 8) {
        inverseDct(dst, stride, block, quant, 64 - <u32>clz(load<u64>(map)));
      }
    }
  }
}

/**
 * Upsample one row of a component.
 *
 * y    row of the picture
 * top  first picture row of the MCU row
 * Returns where the samples are: in PLANE_LINE, or the row itself when there is nothing to do.
 */
function upsampledRow(plane: usize, y: u32, top: u32, width: usize): usize {
  const expandY = load<u32>(plane, PLANE_EXPAND_Y);
  const stride = load<usize>(plane, PLANE_STRIDE);
  const n = load<usize>(plane, PLANE_WIDTH);
  const line = load<usize>(plane, PLANE_LINE);
  const kind = load<u32>(plane, PLANE_UPSAMPLE);
  const row = y / expandY;
  // address of row 0 of the component, as if all its rows were in memory
  const zero = load<usize>(plane, PLANE_ROWS) - <usize>(top / expandY) * stride;
  const near = zero + <usize>row * stride;
  if (kind == UPSAMPLE_H2V1) {
    widenTwice(line, near, n);
    return line;
  }
  if (kind == UPSAMPLE_H1V2 || kind == UPSAMPLE_H2V2) {
    const below = y & 1;
    const last = load<u32>(plane, PLANE_HEIGHT) - 1;
    const other = below ? min(row + 1, last) : row ? row - 1 : 0;
    const far = zero + <usize>other * stride;
    if (kind == UPSAMPLE_H2V2) widenBetween(line, near, far, n);
    else between(line, near, far, n, 1 + below);
    return line;
  }
  const times = load<u32>(plane, PLANE_EXPAND_X);
  if (times == 1) return near;
  repeatSamples(line, near, width, times);
  return line;
}

/**
 * Write picture rows.
 *
 * dst       row `from` of the picture, width * channels bytes a row; up to 15 pixels behind the last row are overwritten
 * planes    PLANE_… records, count of them
 * from, to  picture rows, `to` excluded; a component whose rows are filtered needs the sample row below
 * top       first picture row of the MCU row whose samples are in memory; rows from top - 1 on are possible
 * colour    COLOUR_…
 * channels  1, 3 or 4; 4 is RGBA, or CMYK when cmyk is 1
 * invert    255 when CMYK samples are complements
 */
export function jpegRows(
  dst: usize,
  planes: usize,
  count: u32,
  width: usize,
  from: u32,
  to: u32,
  top: u32,
  colour: u32,
  channels: u32,
  cmyk: u32,
  invert: u32,
): void {
  for (let y = from; y < to; y++, dst += width * channels) {
    for (let i: u32 = 0; i < count; i++) {
      const plane = planes + <usize>i * PLANE_BYTES;
      store<usize>(plane, upsampledRow(plane, y, top, width), PLANE_AT);
    }
    const a = load<usize>(planes, PLANE_AT);
    if (colour == COLOUR_GREY) {
      if (channels == 1) memory.copy(dst, a, width);
      else rgbRow(dst, a, a, a, width, channels);
      continue;
    }
    const b = load<usize>(planes + PLANE_BYTES, PLANE_AT);
    const c = load<usize>(planes + PLANE_BYTES * 2, PLANE_AT);
    if (colour == COLOUR_YCC) {
      if (channels == 4) yccToRgba(dst, a, b, c, width);
      else yccToRgb(dst, a, b, c, width);
    } else if (colour == COLOUR_RGB) {
      rgbRow(dst, a, b, c, width, channels);
    } else {
      const k = load<usize>(planes + PLANE_BYTES * 3, PLANE_AT);
      cmykRow(dst, a, b, c, k, width, colour == COLOUR_YCCK ? 1 : 0, invert, cmyk ? 0 : 1);
    }
  }
}

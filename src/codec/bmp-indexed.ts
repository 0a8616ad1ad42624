/** BMP of indices into a palette: 8 bits a pixel, or 1 for black and white. */

/**
 * Encode indices as BMP.
 *
 * @param indices - `width * height`, row-major; with `bits` 1 each is 0 or 1
 * @param palette - RGB, 3 bytes a colour, at most `2 ** bits` of them
 */
export function encodeIndexedBmp(
  indices: Uint8Array,
  width: number,
  height: number,
  palette: Uint8Array,
  bits: 1 | 8,
): Uint8Array<ArrayBuffer> {
  const colors = 2 ** bits;
  const stride = Math.ceil((width * bits) / 32) * 4;
  const offset = 54 + colors * 4;
  const out = new Uint8Array(offset + stride * height);
  const view = new DataView(out.buffer);
  view.setUint16(0, 0x4d42, true);
  view.setUint32(2, out.length, true);
  view.setUint32(10, offset, true);
  const info = [40, width, height, 1 | (bits << 16), 0, stride * height, 3780, 3780, colors, colors];
  for (const [i, value] of info.entries()) view.setUint32(14 + i * 4, value, true);
  for (let i = 0; i * 3 + 2 < palette.length; i++)
    out.set([palette[i * 3 + 2]!, palette[i * 3 + 1]!, palette[i * 3]!], 54 + i * 4);
  for (let y = 0; y < height; y++) {
    const to = offset + (height - 1 - y) * stride;
    const row = indices.subarray(y * width, (y + 1) * width);
    if (bits === 8) out.set(row, to);
    else for (let x = 0; x < width; x++) out[to + (x >> 3)]! |= row[x]! << (7 - (x & 7));
  }
  return out;
}

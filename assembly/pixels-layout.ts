/** Channels of byte pixels: planes and interleaved, and L, LA, RGB, RGBA into each other. */

/**
 * Interleave planes: CHW to HWC.
 *
 * dst       n * channels bytes
 * src       `channels` planes of n bytes, the first byte of each `stride` bytes behind that of the one before
 * channels  1..4
 */
export function interleave(dst: usize, src: usize, n: usize, channels: usize, stride: usize): void {
  if (channels == 1) {
    memory.copy(dst, src, n);
    return;
  }
  let i: usize = 0;
  if (ASC_FEATURE_SIMD && channels == 3) {
    // 16 pixels; each output vector takes bytes of all three planes, two at a time
    for (const whole = n & ~15; i < whole; i += 16, dst += 48) {
      const r = v128.load(src + i);
      const g = v128.load(src + stride + i);
      const b = v128.load(src + stride * 2 + i);
      const rg0 = v128.shuffle<i8>(r, g, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
      v128.store(dst, v128.shuffle<i8>(rg0, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15));
      const rg1 = v128.shuffle<i8>(r, g, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
      v128.store(dst + 16, v128.shuffle<i8>(rg1, b, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15));
      const rg2 = v128.shuffle<i8>(r, g, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
      v128.store(dst + 32, v128.shuffle<i8>(rg2, b, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31));
    }
  }
  for (; i < n; i++, dst += channels)
    for (let c: usize = 0; c < channels; c++) store<u8>(dst + c, load<u8>(src + c * stride + i));
}

/** Take planes out: HWC to CHW; the reverse of `interleave`. */
export function deinterleave(dst: usize, src: usize, n: usize, channels: usize, stride: usize): void {
  for (let i: usize = 0; i < n; i++, src += channels)
    for (let c: usize = 0; c < channels; c++) store<u8>(dst + c * stride + i, load<u8>(src + c));
}

/**
 * Pixels of `channels` bytes (1 L, 2 LA, 3 RGB, 4 RGBA) to RGBA: grey is repeated, a missing alpha is 255.
 *
 * dst  n * 4 bytes; src  n * channels bytes, may not overlap dst
 */
export function expandToRgba(dst: usize, src: usize, n: usize, channels: usize): void {
  if (channels == 4) {
    memory.copy(dst, src, n << 2);
    return;
  }
  let i: usize = 0;
  if (ASC_FEATURE_SIMD) {
    const opaque = i32x4.splat(0xff000000);
    if (channels == 1) {
      for (const whole = n & ~15; i < whole; i += 16, dst += 64) {
        const v = v128.load(src + i);
        const lane = i8x16(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
        v128.store(dst, v128.or(i8x16.swizzle(v, lane), opaque));
        v128.store(dst, v128.or(i8x16.swizzle(v, i8x16.add(lane, i8x16.splat(4))), opaque), 16);
        v128.store(dst, v128.or(i8x16.swizzle(v, i8x16.add(lane, i8x16.splat(8))), opaque), 32);
        v128.store(dst, v128.or(i8x16.swizzle(v, i8x16.add(lane, i8x16.splat(12))), opaque), 48);
      }
    } else if (channels == 3) {
      // four pixels from 12 bytes; the load reaches 4 bytes further, so the last pixels are left to the loop below
      const spread = i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
      for (; i + 6 <= n; i += 4, dst += 16)
        v128.store(dst, v128.or(i8x16.swizzle(v128.load(src + i * 3), spread), opaque));
    }
  }
  for (; i < n; i++, dst += 4) {
    if (channels == 3) {
      store<u16>(dst, load<u16>(src + i * 3));
      store<u8>(dst + 2, load<u8>(src + i * 3, 2));
      store<u8>(dst + 3, 255);
    } else {
      const grey = <u32>load<u8>(src + i * channels);
      const alpha: u32 = channels == 2 ? load<u8>(src + (i << 1), 1) : 255;
      store<u32>(dst, (grey * 0x010101) | (alpha << 24));
    }
  }
}

/**
 * Pixels of `from` channels to pixels of `to` channels (1 L, 2 LA, 3 RGB, 4 RGBA), forwards, so dst may be src where
 * to <= from. Colour to grey is luma; grey to colour is repeated; a missing alpha is 255; a surplus alpha is dropped.
 *
 * dst  n * to bytes; src  n * from bytes
 */
export function convertChannels(dst: usize, src: usize, n: usize, from: usize, to: usize): void {
  for (let i: usize = 0; i < n; i++, src += from, dst += to) {
    const r = <u32>load<u8>(src);
    const g = from > 2 ? <u32>load<u8>(src, 1) : r;
    const b = from > 2 ? <u32>load<u8>(src, 2) : r;
    const alpha: u8 = from & 1 ? 255 : load<u8>(src + from - 1);
    if (to > 2) {
      store<u8>(dst, <u8>r);
      store<u8>(dst, <u8>g, 1);
      store<u8>(dst, <u8>b, 2);
    } else store<u8>(dst, from > 2 ? luma(r, g, b) : <u8>r);
    if (!(to & 1)) store<u8>(dst + to - 1, alpha);
  }
}

/** The luma of ITU-R 601 in 16-bit fixed point, rounded; the weights sum to 65536. */
// @ts-ignore: decorator
@inline
function luma(r: u32, g: u32, b: u32): u8 {
  return <u8>((r * 19595 + g * 38470 + b * 7471 + 32768) >> 16);
}

/**
 * The opaque blend of `blend.ts` in vectors of four pixels: the same bytes with fewer instructions, for the kernels that
 * spend their time here. Not re-exported: vectors cannot cross the border.
 */

/** True when the four alpha bytes are 255. */
// @ts-ignore: decorator
@inline
export function opaque(pixels: v128): bool {
  return !v128.any_true(v128.andnot(i32x4.splat(0xff000000), pixels));
}

/**
 * The constant parts of the opaque blend, for one pixel: colour * alpha + bias + 1 in 16-bit lanes, red and blue for the even bytes of a
 * pixel, green and alpha (255, so that opaque stays opaque) for the odd ones. The 1 is that of `div255`, moved here:
 * (t + 1 + ((t + 1) >> 8)) >> 8 is floor(t / 255) too for all t up to 65279, since t >> 8 and (t + 1) >> 8 differ only
 * at t = 256 k - 1, and there both sums give k.
 */
// @ts-ignore: decorator
@inline
export function evenPart(colour: u32, alpha: u32, bias: u32): u32 {
  const red = (colour & 255) * alpha + bias + 1;
  const blue = ((colour >> 16) & 255) * alpha + bias + 1;
  return red | (blue << 16);
}

/** See `evenPart`. */
// @ts-ignore: decorator
@inline
export function oddPart(colour: u32, alpha: u32, bias: u32): u32 {
  const green = ((colour >> 8) & 255) * alpha + bias + 1;
  return green | ((255 * alpha + bias + 1) << 16);
}

/**
 * Four opaque pixels. Even and odd bytes apart are 16-bit lanes without any widening:
 *
 *     r g b a …  ->  r . b . …   (and)
 *                ->  g . a . …   (shift right by 8)
 */
// @ts-ignore: decorator
@inline
export function blended(old: v128, vIa: v128, vEven: v128, vOdd: v128): v128 {
  const low = i16x8.splat(255);
  const even = i16x8.add(i16x8.mul(v128.and(old, low), vIa), vEven);
  const odd = i16x8.add(i16x8.mul(i16x8.shr_u(old, 8), vIa), vOdd);
  return v128.or(
    i16x8.shr_u(i16x8.add(even, i16x8.shr_u(even, 8)), 8),
    v128.andnot(i16x8.add(odd, i16x8.shr_u(odd, 8)), low),
  );
}

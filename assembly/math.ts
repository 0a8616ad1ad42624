/** Inline arithmetic that several kernels share. */

/** floor(x / 255) for 0 <= x < 65535, without a division. */
// @ts-ignore: decorator
@inline
export function div255(x: u32): u32 {
  return (x + 1 + (x >> 8)) >> 8;
}

/** x limited to 0..255. */
// @ts-ignore: decorator
@inline
export function clampByte(x: i32): i32 {
  return max(0, min(255, x));
}

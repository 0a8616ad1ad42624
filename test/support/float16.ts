/** float16 by search over all its values: slow, obvious, and independent of the core. */

/** The value of float16 bits, from sign, exponent and fraction. */
export function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
}

const VALUES = Float64Array.from({ length: 0x7c01 }, (_, bits) => (bits === 0x7c00 ? 65536 : float16Value(bits)));

/** Bits of the float16 nearest to a number, ties to the even one; from 65520 on that is Infinity. */
export function float16Bits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.min(Math.abs(value), 65536);
  let low = 0;
  let high = 0x7c00;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (VALUES[middle]! <= size) low = middle;
    else high = middle;
  }
  const below = size - VALUES[low]!;
  const above = VALUES[high]! - size;
  return sign | (below < above || (below === above && low % 2 === 0) ? low : high);
}

/** A number rounded to float16. */
export function float16Round(value: number): number {
  return float16Value(float16Bits(value));
}

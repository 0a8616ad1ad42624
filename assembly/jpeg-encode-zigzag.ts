/** The zigzag order of coefficients. */

/** Zigzag position to the byte offset of the coefficient in a natural-order block of i16. */
export const NATURAL_OFFSET: usize = memory.data<u8>([
  0, 2, 16, 32, 18, 4, 6, 20, 34, 48, 64, 50, 36, 22, 8, 10, 24, 38, 52, 66, 80, 96, 82, 68, 54, 40, 26, 12, 14, 28, 42,
  56, 70, 84, 98, 112, 114, 100, 86, 72, 58, 44, 30, 46, 60, 74, 88, 102, 116, 118, 104, 90, 76, 62, 78, 92, 106, 120,
  122, 108, 94, 110, 124, 126,
]);

/** Bytes of the table that `zigzagMaps` fills. */
export const ZIGZAG_MAPS_BYTES: usize = 8 * 256 * 8;

/**
 * For each of the 8 rows of a block, and each set of non-zero columns in it (256), the same set as bits in zigzag order.
 *
 * dst  8 x 256 x u64
 */
export function zigzagMaps(dst: usize): void {
  for (let k: u32 = 0; k < 64; ++k) {
    const natural = (<u32>load<u8>(NATURAL_OFFSET + k)) >> 1;
    store<u64>(dst + (((natural >> 3) << 8) + (1 << (natural & 7))) * 8, (<u64>1) << k);
  }
  for (let row: u32 = 0; row < 8; ++row) {
    const at = dst + (row << 11);
    store<u64>(at, 0);
    for (let set: u32 = 1; set < 256; ++set) {
      const rest = set & (set - 1);
      store<u64>(at + (set << 3), load<u64>(at + (rest << 3)) | load<u64>(at + ((set ^ rest) << 3)));
    }
  }
}

/** CRC-32 over chunks that are read: reflected, polynomial 0xEDB88320, eight bytes a step. */

/**
 * Tables for {@link pngCrc}.
 *
 * tables  8 x 256 u32, written: entry 256 k + b is the effect of byte b with k bytes of 0 behind it
 */
export function pngCrcTables(tables: usize): void {
  for (let i: u32 = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320 & (0 - (crc & 1)));
    store<u32>(tables + ((<usize>i) << 2), crc);
  }
  for (let i: usize = 256; i < 2048; i++) {
    const crc = load<u32>(tables + ((i - 256) << 2));
    store<u32>(tables + (i << 2), (crc >> 8) ^ entry(tables, 0, crc));
  }
}

/**
 * CRC-32 of bytes.
 *
 * crc      0, or the checksum of the bytes before these
 * src      n bytes
 * n        byte count
 * tables   made by `pngCrcTables`
 * returns  the checksum of all bytes so far, as an unsigned number
 */
export function pngCrc(crc: u32, src: usize, n: usize, tables: usize): u32 {
  crc = ~crc;
  const end = src + n;
  for (const last = src + (n & ~7); src < last; src += 8) {
    const low = crc ^ load<u32>(src);
    const high = load<u32>(src, 4);
    crc =
      entry(tables, 7, low) ^
      entry(tables, 6, low >> 8) ^
      entry(tables, 5, low >> 16) ^
      entry(tables, 4, low >> 24) ^
      entry(tables, 3, high) ^
      entry(tables, 2, high >> 8) ^
      entry(tables, 1, high >> 16) ^
      entry(tables, 0, high >> 24);
  }
  for (; src < end; src++) crc = (crc >> 8) ^ entry(tables, 0, crc ^ (<u32>load<u8>(src)));
  return ~crc;
}

// @ts-ignore: decorator
@inline
function entry(tables: usize, k: usize, byte: u32): u32 {
  return load<u32>(tables + (k << 10) + ((<usize>(byte & 255)) << 2));
}

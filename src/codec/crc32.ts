/** CRC-32 of the small chunks of a PNG; the pixel data goes through the core. */

let table: Uint32Array | undefined;

/** CRC-32 as PNG uses it (reflected, polynomial 0xEDB88320), unsigned. */
export function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, i) => {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    return crc;
  });
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 255]!;
  return ~crc >>> 0;
}

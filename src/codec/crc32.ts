/** CRC-32 as PNG uses it (ISO 3309, reflected, polynomial 0xEDB88320). */

let tables: Uint32Array | undefined;

/** The checksum of bytes, unsigned. */
export function crc32(bytes: Uint8Array): number {
  const t = (tables ??= makeTables());
  let crc = 0xffffffff;
  let i = 0;
  for (const last = bytes.length - 3; i < last; i += 4) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc = t[768 + (crc & 255)]! ^ t[512 + ((crc >>> 8) & 255)]! ^ t[256 + ((crc >>> 16) & 255)]! ^ t[crc >>> 24]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

/** Four tables, so that four bytes take one step: table k is the effect of a byte with k bytes of 0 behind it. */
function makeTables(): Uint32Array {
  const t = new Uint32Array(1024);
  for (let i = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    t[i] = crc;
  }
  for (let i = 256; i < 1024; i++) t[i] = (t[i - 256]! >>> 8) ^ t[t[i - 256]! & 255]!;
  return t;
}

/** A class map as palette PNG in plain JavaScript: ids packed to as few bits as they need, zlib as Node has it at level 1. */
import { crc32, deflateSync } from "node:zlib";

export function encodeClassMapJs(ids, width, height, palette) {
  let most = 0;
  for (let i = 0; i < ids.length; i++) if (ids[i] > most) most = ids[i];
  const bits = most < 2 ? 1 : most < 4 ? 2 : most < 16 ? 4 : 8;
  const stride = Math.ceil((width * bits) / 8) + 1;
  const rows = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const at = y * stride + 1;
    if (bits === 8) rows.set(ids.subarray(y * width, (y + 1) * width), at);
    else
      for (let x = 0, bit = 0; x < width; x++, bit += bits)
        rows[at + (bit >> 3)] |= ids[y * width + x] << (8 - bits - (bit & 7));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, 3], 8);
  return Buffer.concat([
    Buffer.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk("IHDR", header),
    chunk("PLTE", palette.subarray(0, (most + 1) * 3)),
    chunk("IDAT", deflateSync(rows, { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/**
 * The PNG decoder as well as plain JavaScript allows: native inflate, one pass of unfiltering per row with the filter chosen
 * outside the loop, RGBA written in the same go. 8 bits without interlace and without transparency, as photos are.
 */
import { crc32, inflateSync } from "node:zlib";

/** @param {Uint8Array} bytes */
export function decodePngJs(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const channels = { 0: 1, 2: 3, 4: 2, 6: 4 }[bytes[25]];
  if (bytes[24] !== 8 || channels === undefined || bytes[28] !== 0) throw new Error("not a plain 8-bit PNG");
  const parts = [];
  for (let at = 8; at < bytes.length;) {
    const length = view.getUint32(at);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) throw new Error("CRC");
    if (view.getUint32(at + 4) === 0x49444154) parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const n = width * channels;
  const size = height * (n + 1);
  const data = inflateSync(parts.length === 1 ? parts[0] : Buffer.concat(parts), { chunkSize: size + 1 });
  const out = new Uint8Array(width * height * 4);
  let prior = new Uint8Array(n);
  for (let y = 0; y < height; y++) {
    const at = y * (n + 1);
    const row = data.subarray(at + 1, at + 1 + n);
    unfilter(data[at], row, prior, channels);
    expand(out, y * width * 4, row, channels);
    prior = row;
  }
  return { width, height, data: out };
}

function unfilter(type, row, prior, bpp) {
  const n = row.length;
  if (type === 1) {
    for (let i = bpp; i < n; i++) row[i] += row[i - bpp];
  } else if (type === 2) {
    for (let i = 0; i < n; i++) row[i] += prior[i];
  } else if (type === 3) {
    for (let i = 0; i < bpp; i++) row[i] += prior[i] >> 1;
    for (let i = bpp; i < n; i++) row[i] += (row[i - bpp] + prior[i]) >> 1;
  } else if (type === 4) {
    for (let i = 0; i < bpp; i++) row[i] += prior[i];
    for (let i = bpp; i < n; i++) {
      const a = row[i - bpp];
      const b = prior[i];
      const c = prior[i - bpp];
      let pa = b - c;
      let pb = a - c;
      let pc = pa + pb;
      if (pa < 0) pa = -pa;
      if (pb < 0) pb = -pb;
      if (pc < 0) pc = -pc;
      row[i] += pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }
  }
}

function expand(out, to, row, channels) {
  const n = row.length;
  if (channels === 4) out.set(row, to);
  else if (channels === 3) {
    for (let i = 0; i < n; i += 3, to += 4) {
      out[to] = row[i];
      out[to + 1] = row[i + 1];
      out[to + 2] = row[i + 2];
      out[to + 3] = 255;
    }
  } else {
    for (let i = 0; i < n; i += channels, to += 4) {
      out[to] = out[to + 1] = out[to + 2] = row[i];
      out[to + 3] = channels === 2 ? row[i + 1] : 255;
    }
  }
}

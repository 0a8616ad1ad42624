/** A PNG encoder in plain JavaScript with fflate: one filter by a sample of rows, typed arrays, tables for the CRC. */
import { zlibSync } from "fflate";

const table = new Int32Array(256).map((_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function crc32(bytes, from, to) {
  let crc = -1;
  for (let i = from; i < to; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc;
}

function chunk(out, at, type, data) {
  const view = new DataView(out.buffer);
  view.setUint32(at, data.length);
  for (let i = 0; i < 4; i++) out[at + 4 + i] = type.charCodeAt(i);
  out.set(data, at + 8);
  view.setInt32(at + 8 + data.length, crc32(out, at + 4, at + 8 + data.length));
  return at + 12 + data.length;
}

function paethRow(out, to, rgb, row, above, n) {
  for (let i = 0; i < 3; i++) out[to + i] = rgb[row + i] - rgb[above + i];
  for (let i = 3; i < n; i++) {
    const a = rgb[row + i - 3];
    const b = rgb[above + i];
    const c = rgb[above + i - 3];
    let pa = b - c;
    let pb = a - c;
    let pc = pa + pb;
    if (pa < 0) pa = -pa;
    if (pb < 0) pb = -pb;
    if (pc < 0) pc = -pc;
    out[to + i] = rgb[row + i] - (pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
  }
}

function upRow(out, to, rgb, row, above, n) {
  for (let i = 0; i < n; i++) out[to + i] = rgb[row + i] - rgb[above + i];
}

function sum(bytes, from, n) {
  let total = 0;
  for (let i = from; i < from + n; i++) total += bytes[i] < 128 ? bytes[i] : 256 - bytes[i];
  return total;
}

/** RGBA pixels, alpha left out, as an RGB PNG. */
export function encodePng(rgba, width, height, level = 1) {
  const n = width * 3;
  const rgb = new Uint8Array(n * (height + 1)); // a row of zeros first
  for (let from = 0, to = n; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from];
    rgb[to + 1] = rgba[from + 1];
    rgb[to + 2] = rgba[from + 2];
  }
  const raw = new Uint8Array((n + 1) * height);
  let [paeth, up] = [0, 0];
  for (let y = height >> 5; y < height; y += Math.max(1, height >> 4)) {
    paethRow(raw, 1, rgb, (y + 1) * n, y * n, n);
    paeth += sum(raw, 1, n);
    upRow(raw, 1, rgb, (y + 1) * n, y * n, n);
    up += sum(raw, 1, n);
  }
  const filter = up < paeth ? upRow : paethRow;
  for (let y = 0; y < height; y++) {
    raw[y * (n + 1)] = up < paeth ? 2 : 4;
    filter(raw, y * (n + 1) + 1, rgb, (y + 1) * n, y * n, n);
  }
  const data = zlibSync(raw, { level });
  const out = new Uint8Array(57 + data.length);
  out.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const head = new Uint8Array(13);
  new DataView(head.buffer).setUint32(0, width);
  new DataView(head.buffer).setUint32(4, height);
  head.set([8, 2], 8);
  chunk(out, chunk(out, chunk(out, 8, "IHDR", head), "IDAT", data), "IEND", new Uint8Array(0));
  return out;
}

/** One byte a pixel as a grey PNG without filters. */
export function encodeGrey(ids, width, height, level = 6) {
  const raw = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) raw.set(ids.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const data = zlibSync(raw, { level });
  const out = new Uint8Array(57 + data.length);
  out.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const head = new Uint8Array(13);
  new DataView(head.buffer).setUint32(0, width);
  new DataView(head.buffer).setUint32(4, height);
  head.set([8, 0], 8);
  chunk(out, chunk(out, chunk(out, 8, "IHDR", head), "IDAT", data), "IEND", new Uint8Array(0));
  return out;
}

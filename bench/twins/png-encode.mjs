/**
 * The PNG encoder as well as plain JavaScript allows: one filter for the picture, chosen on sampled rows; one block of
 * deflate with a Huffman table of its own; runs of one byte as matches, no other search; native CRC-32.
 */
import { crc32 } from "node:zlib";

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const CODE_OF_LENGTH = new Uint8Array(259);
for (let code = 0; code < 29; code++)
  for (let length = LENGTH_BASE[code]; length <= 258; length++) CODE_OF_LENGTH[length] = code;
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Opaque RGBA to an RGB file. */
export function encodePngJs(rgba, width, height) {
  const n = width * 3;
  const filter = chooseFilter(rgba, width, height);
  const rows = new Uint8Array((n + 1) * height);
  const zero = new Uint8Array(width * 4);
  for (let y = 0; y < height; y++) {
    const row = rgba.subarray(y * width * 4, (y + 1) * width * 4);
    const above = y ? rgba.subarray((y - 1) * width * 4, y * width * 4) : zero;
    filterRow(rows, y * (n + 1), row, above, width, filter);
  }
  const body = deflate(rows);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2], 8);
  return Buffer.concat([
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk("IHDR", header),
    chunk("IDAT", body),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function chooseFilter(rgba, width, height) {
  const rows = new Uint8Array(width * 3 + 1);
  let best = 1;
  let least = Infinity;
  for (const filter of [1, 2, 4]) {
    let sum = 0;
    for (let y = 8; y < height; y += 16) {
      const at = y * width * 4;
      filterRow(rows, 0, rgba.subarray(at, at + width * 4), rgba.subarray(at - width * 4, at), width, filter);
      for (let i = 1; i < rows.length; i++) sum += rows[i] < 128 ? rows[i] : 256 - rows[i];
    }
    if (sum < least) {
      least = sum;
      best = filter;
    }
  }
  return best;
}

function filterRow(out, at, row, above, width, filter) {
  out[at++] = filter;
  for (let c = 0; c < 3; c++) out[at + c] = filter === 1 ? row[c] : row[c] - above[c];
  at += 3;
  const end = width * 4;
  if (filter === 1)
    for (let i = 4; i < end; i += 4, at += 3) {
      out[at] = row[i] - row[i - 4];
      out[at + 1] = row[i + 1] - row[i - 3];
      out[at + 2] = row[i + 2] - row[i - 2];
    }
  else if (filter === 2)
    for (let i = 4; i < end; i += 4, at += 3) {
      out[at] = row[i] - above[i];
      out[at + 1] = row[i + 1] - above[i + 1];
      out[at + 2] = row[i + 2] - above[i + 2];
    }
  else
    for (let i = 4; i < end; i += 4, at += 3)
      for (let c = 0; c < 3; c++) {
        const a = row[i - 4 + c];
        const b = above[i + c];
        const d = above[i - 4 + c];
        const pa = Math.abs(b - d);
        const pb = Math.abs(a - d);
        const pc = Math.abs(a + b - d - d);
        out[at + c] = row[i + c] - (pa <= pb && pa <= pc ? a : pb <= pc ? b : d);
      }
}

function deflate(bytes) {
  const n = bytes.length;
  const counts = new Uint32Array(286);
  counts[256] = 1;
  let matches = 0;
  let a = 1;
  let b = 0;
  for (let i = 0; i < n;) {
    for (const stop = Math.min(n, i + 5552); i < stop; i++) {
      a += bytes[i];
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  // symbols of a run: the byte, then a match of distance 1
  const symbols = new Uint16Array(n);
  let used = 0;
  for (let i = 0; i < n;) {
    const byte = bytes[i];
    symbols[used++] = byte;
    counts[byte]++;
    i++;
    if (bytes[i] !== byte || bytes[i + 1] !== byte || bytes[i + 2] !== byte || bytes[i + 3] !== byte) continue;
    let end = i + 4;
    const stop = Math.min(n, i + 258);
    while (end < stop && bytes[end] === byte) end++;
    if (end > stop) end = stop;
    if (end - i < 3) continue;
    symbols[used++] = 256 + end - i;
    counts[257 + CODE_OF_LENGTH[end - i]]++;
    matches++;
    i = end;
  }
  const lengths = limitedLengths(counts, 15);
  const codes = codesOf(lengths);
  const out = new Uint8Array(n + (n >> 3) + 1024);
  let at = 2;
  out[0] = 0x78;
  out[1] = 0x01;
  let acc = 0;
  let bits = 0;
  const put = (value, count) => {
    acc |= value << bits;
    bits += count;
    while (bits >= 8) {
      out[at++] = acc;
      acc >>>= 8;
      bits -= 8;
    }
  };
  put(1, 1);
  put(2, 2);
  // literal lengths, then two distance codes of one bit; the lengths themselves go with a flat code
  put(29, 5);
  put(1, 5);
  put(15, 4);
  for (let i = 0; i < 19; i++) put(ORDER[i] < 16 ? 4 : 0, 3);
  const flat = (value) => put(reverse(value, 4), 4);
  for (let i = 0; i < 286; i++) flat(lengths[i]);
  flat(1);
  flat(1);
  for (let i = 0; i < used; i++) {
    const symbol = symbols[i];
    if (symbol < 256) {
      acc |= codes[symbol] << bits;
      bits += lengths[symbol];
    } else {
      const length = symbol - 256;
      const code = CODE_OF_LENGTH[length];
      put(codes[257 + code], lengths[257 + code]);
      put(length - LENGTH_BASE[code], LENGTH_EXTRA[code]);
      put(0, 1);
    }
    if (bits >= 16) {
      out[at] = acc;
      out[at + 1] = acc >>> 8;
      at += 2;
      acc >>>= 16;
      bits -= 16;
    }
  }
  put(codes[256], lengths[256]);
  if (bits > 0) out[at++] = acc;
  const adler = ((b << 16) | a) >>> 0;
  for (let shift = 24; shift >= 0; shift -= 8) out[at++] = adler >>> shift;
  return out.subarray(0, at);
}

/** Code lengths of at most `limit` bits: Huffman's, then the Kraft sum is repaired. */
function limitedLengths(counts, limit) {
  const nodes = [];
  counts.forEach((count, symbol) => count && nodes.push({ count, symbol }));
  const lengths = new Uint8Array(counts.length);
  const queue = [...nodes].sort((a, b) => a.count - b.count);
  while (queue.length > 1) {
    const [left, right] = queue.splice(0, 2);
    const node = { count: left.count + right.count, left, right };
    const place = queue.findIndex(({ count }) => count > node.count);
    queue.splice(place < 0 ? queue.length : place, 0, node);
  }
  const walk = (node, depth) => {
    if (node.left) {
      walk(node.left, depth + 1);
      walk(node.right, depth + 1);
    } else lengths[node.symbol] = Math.min(limit, Math.max(1, depth));
  };
  walk(queue[0], 0);
  let sum = 0;
  for (const { symbol } of nodes) sum += 2 ** (limit - lengths[symbol]);
  nodes.sort((a, b) => a.count - b.count);
  for (let i = 0; sum > 2 ** limit; i = (i + 1) % nodes.length) {
    const { symbol } = nodes[i];
    if (lengths[symbol] === limit) continue;
    sum -= 2 ** (limit - lengths[symbol] - 1);
    lengths[symbol]++;
  }
  return lengths;
}

function codesOf(lengths) {
  const codes = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= 15; length++) {
    for (let i = 0; i < lengths.length; i++) if (lengths[i] === length) codes[i] = reverse(code++, length);
    code <<= 1;
  }
  return codes;
}

function reverse(value, bits) {
  let out = 0;
  for (let i = 0; i < bits; i++) out |= ((value >> i) & 1) << (bits - 1 - i);
  return out;
}

function chunk(type, data) {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

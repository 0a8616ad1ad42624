/**
 * Baseline JPEG to RGBA in JavaScript alone, as fast as it goes: look-up tables, typed arrays, no objects in loops.
 * One interleaved scan, grey or YCbCr, factors 1 and 2; the same pixels as libjpeg.
 */

const ZIGZAG = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21],
  ...[28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61],
  ...[54, 47, 55, 62, 63],
);

/** clamp(i - 512) for sums that leave 0..255. */
const CLAMP = Uint8Array.from({ length: 1280 }, (_, i) => Math.max(0, Math.min(255, i - 512)));

export function decodeJpegInJs(bytes) {
  const quants = [];
  const tables = [];
  const parts = [];
  let width = 0;
  let height = 0;
  let interval = 0;
  let maxH = 1;
  let maxV = 1;
  let at = 2;
  for (;;) {
    const marker = bytes[at + 1];
    const end = at + 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
    let p = at + 4;
    if (marker === 0xdb) {
      while (p < end) {
        const wide = bytes[p] >> 4;
        const table = (quants[bytes[p++] & 15] = new Int32Array(64));
        for (let k = 0; k < 64; k++, p += wide + 1) table[ZIGZAG[k]] = wide ? (bytes[p] << 8) | bytes[p + 1] : bytes[p];
      }
    } else if (marker === 0xc4) {
      while (p < end) {
        const id = bytes[p++];
        const counts = bytes.subarray(p, p + 16);
        const total = counts.reduce((sum, count) => sum + count, 0);
        tables[id] = huffman(counts, bytes.subarray(p + 16, p + 16 + total));
        p += 16 + total;
      }
    } else if (marker === 0xdd) interval = (bytes[p] << 8) | bytes[p + 1];
    else if (marker === 0xc0 || marker === 0xc1) {
      height = (bytes[p + 1] << 8) | bytes[p + 2];
      width = (bytes[p + 3] << 8) | bytes[p + 4];
      const count = bytes[p + 5];
      for (let i = 0; i < count; i++) {
        const factors = count === 1 ? 0x11 : bytes[p + 7 + 3 * i];
        parts.push({ id: bytes[p + 6 + 3 * i], h: factors >> 4, v: factors & 15, quant: bytes[p + 8 + 3 * i] });
        maxH = Math.max(maxH, factors >> 4);
        maxV = Math.max(maxV, factors & 15);
      }
    } else if (marker === 0xda) {
      for (let i = 0; i < bytes[p]; i++) {
        const part = parts.find(({ id }) => id === bytes[p + 1 + 2 * i]);
        part.dc = tables[bytes[p + 2 + 2 * i] >> 4];
        part.ac = tables[16 | (bytes[p + 2 + 2 * i] & 15)];
      }
      at = end;
      break;
    }
    at = end;
  }
  const mcusX = Math.ceil(width / (8 * maxH));
  const mcusY = Math.ceil(height / (8 * maxV));
  for (const part of parts) {
    part.stride = mcusX * part.h * 8;
    part.samples = new Uint8Array(part.stride * mcusY * part.v * 8);
    part.width = Math.ceil((width * part.h) / maxH);
    part.height = Math.ceil((height * part.v) / maxV);
    part.predictor = 0;
  }
  decodeScan(bytes, at, parts, mcusX, mcusY, interval, quants);

  const rgba = new Uint8Array(width * height * 4);
  const out = new Uint32Array(rgba.buffer);
  const [luma, cb, cr] = parts;
  const lines = [new Uint8Array(width + 2), new Uint8Array(width + 2)];
  for (let y = 0; y < height; y++) {
    const row = y * luma.stride;
    let o = y * width;
    if (!cb) {
      for (let x = 0; x < width; x++) out[o++] = 0xff000000 | (luma.samples[row + x] * 0x10101);
      continue;
    }
    widen(lines[0], cb, y, maxH / cb.h, maxV / cb.v);
    widen(lines[1], cr, y, maxH / cr.h, maxV / cr.v);
    for (let x = 0; x < width; x++) {
      const level = luma.samples[row + x] + 512;
      const u = lines[0][x] - 128;
      const v = lines[1][x] - 128;
      out[o++] =
        0xff000000 |
        (CLAMP[level + ((116130 * u + 32768) >> 16)] << 16) |
        (CLAMP[level + ((-22554 * u - 46802 * v + 32768) >> 16)] << 8) |
        CLAMP[level + ((91881 * v + 32768) >> 16)];
    }
  }
  return { width, height, data: rgba };
}

/** Look-up by 9 bits: length << 8 | symbol, 0 for longer codes; then the canonical search. */
function huffman(counts, values) {
  const look = new Uint16Array(512);
  const limits = new Int32Array(18).fill(0x7fffffff);
  const offsets = new Int32Array(18);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    offsets[length] = index - code;
    for (let i = 0; i < counts[length - 1]; i++, code++, index++) {
      if (length <= 9) look.fill((length << 8) | values[index], code << (9 - length), (code + 1) << (9 - length));
    }
    limits[length] = code;
    code <<= 1;
  }
  return { look, limits, offsets, values };
}

function decodeScan(bytes, at, parts, mcusX, mcusY, interval, quants) {
  const block = new Int32Array(64);
  let buffer = 0; // the low `left` bits are unread
  let left = 0;
  function fill() {
    while (left <= 16) {
      const byte = bytes[at];
      if (byte === 0xff) {
        if (bytes[at + 1] === 0) at += 2;
      } else at++;
      buffer = ((buffer << 8) | byte) & 0xffffff;
      left += 8;
    }
  }
  function symbol(table) {
    fill();
    const entry = table.look[(buffer >> (left - 9)) & 511];
    if (entry) {
      left -= entry >> 8;
      return entry & 255;
    }
    let length = 10;
    let code = (buffer >> (left - 10)) & 1023;
    while (code >= table.limits[length]) code = (buffer >> (left - ++length)) & ((1 << length) - 1);
    left -= length;
    return table.values[code + table.offsets[length]];
  }
  function extended(size) {
    if (size === 0) return 0;
    fill();
    left -= size;
    const raw = (buffer >> left) & ((1 << size) - 1);
    return raw < 1 << (size - 1) ? raw - (1 << size) + 1 : raw;
  }
  let count = interval;
  for (let my = 0; my < mcusY; my++) {
    for (let mx = 0; mx < mcusX; mx++) {
      if (interval && count-- === 0) {
        count = interval - 1;
        left = 0;
        while (bytes[at] !== 0xff || (bytes[at + 1] & 0xf8) !== 0xd0) at++;
        at += 2;
        for (const part of parts) part.predictor = 0;
      }
      for (let c = 0; c < parts.length; c++) {
        const part = parts[c];
        const { h, v, stride, ac } = part;
        const quant = quants[part.quant];
        for (let i = 0; i < h * v; i++) {
          part.predictor += extended(symbol(part.dc));
          block[0] = part.predictor * quant[0];
          let k = 1;
          while (k < 64) {
            const rs = symbol(ac);
            const size = rs & 15;
            if (size === 0) {
              if (rs !== 0xf0) break;
              k += 16;
              continue;
            }
            k += rs >> 4;
            const place = ZIGZAG[k++];
            block[place] = extended(size) * quant[place];
          }
          const x = mx * h + (i % h);
          const y = my * v + ((i / h) | 0);
          transform(block, part.samples, y * 8 * stride + x * 8, stride, k);
        }
      }
    }
  }
}

/** libjpeg's accurate inverse transform; the block is zero afterwards. */
function transform(b, out, at, stride, k) {
  if (k === 1) {
    const level = CLAMP[Math.max(0, Math.min(1279, ((b[0] + 4) >> 3) + 640))];
    for (let y = 0; y < 8; y++, at += stride) out.fill(level, at, at + 8);
    b[0] = 0;
    return;
  }
  for (let c = 0; c < 8; c++) pass(b, c, 8, 1024, 11);
  for (let r = 0; r < 64; r += 8, at += stride) {
    pass(b, r, 1, 131072 + 640 * 262144, 18);
    for (let x = 0; x < 8; x++) out[at + x] = CLAMP[Math.max(0, Math.min(1279, b[r + x]))];
  }
  b.fill(0);
}

function pass(b, i, s, round, shift) {
  const r1 = b[i + s];
  const r2 = b[i + 2 * s];
  const r3 = b[i + 3 * s];
  const r5 = b[i + 5 * s];
  const r6 = b[i + 6 * s];
  const r7 = b[i + 7 * s];
  const sum = (b[i] + b[i + 4 * s]) * 8192 + round;
  const difference = (b[i] - b[i + 4 * s]) * 8192 + round;
  const f0 = 10703 * r2 + 4433 * r6;
  const f1 = 4433 * r2 - 10704 * r6;
  const o0 = 11363 * r1 + 9633 * r3 + 6437 * r5 + 2260 * r7;
  const o1 = 9633 * r1 - 2259 * r3 - 11362 * r5 - 6436 * r7;
  const o2 = 6437 * r1 - 11362 * r3 + 2261 * r5 + 9633 * r7;
  const o3 = 2260 * r1 - 6436 * r3 + 9633 * r5 - 11363 * r7;
  b[i] = (sum + f0 + o0) >> shift;
  b[i + s] = (difference + f1 + o1) >> shift;
  b[i + 2 * s] = (difference - f1 + o2) >> shift;
  b[i + 3 * s] = (sum - f0 + o3) >> shift;
  b[i + 4 * s] = (sum - f0 - o3) >> shift;
  b[i + 5 * s] = (difference - f1 - o2) >> shift;
  b[i + 6 * s] = (difference + f1 - o1) >> shift;
  b[i + 7 * s] = (sum + f0 - o0) >> shift;
}

/** One chroma row at picture width: libjpeg's triangle filter. */
function widen(line, { samples, stride, width, height }, y, expandX, expandY) {
  const row = Math.floor(y / expandY);
  const near = row * stride;
  const other = expandY === 1 ? row : y & 1 ? Math.min(row + 1, height - 1) : Math.max(row - 1, 0);
  const far = other * stride;
  if (expandX === 1 && expandY === 1) {
    line.set(samples.subarray(near, near + width));
  } else if (expandX === 1) {
    const bias = y & 1 ? 2 : 1;
    for (let x = 0; x < width; x++) line[x] = (3 * samples[near + x] + samples[far + x] + bias) >> 2;
  } else if (width <= 2) {
    for (let x = 0; x < width * 2; x++) line[x] = samples[near + (x >> 1)];
  } else {
    // one row alone is the same with far = near, in quarters instead of sixteenths, but for the rounding
    const vertical = expandY === 2;
    const [shift, even, odd] = vertical ? [4, 8, 7] : [2, 1, 2];
    let before = vertical ? 3 * samples[near] + samples[far] : samples[near];
    let centre = before;
    for (let x = 0; x < width; x++) {
      const next = Math.min(x + 1, width - 1);
      const after = vertical ? 3 * samples[near + next] + samples[far + next] : samples[near + next];
      line[2 * x] = (3 * centre + before + even) >> shift;
      line[2 * x + 1] = (3 * centre + after + odd) >> shift;
      before = centre;
      centre = after;
    }
  }
}

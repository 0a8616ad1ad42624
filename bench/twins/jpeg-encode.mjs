/**
 * Baseline JPEG encoding (YCC, usual Huffman tables) in plain JavaScript, written for speed: typed arrays only, one pass
 * over the picture by rows of MCUs, value and code in one table, 32-bit writes. The header is the caller's.
 */

const NATURAL = Uint8Array.of(
  0,
  1,
  8,
  16,
  9,
  2,
  3,
  10,
  17,
  24,
  32,
  25,
  18,
  11,
  4,
  5,
  12,
  19,
  26,
  33,
  40,
  48,
  41,
  34,
  27,
  20,
  13,
  6,
  7,
  14,
  21,
  28,
  35,
  42,
  49,
  56,
  57,
  50,
  43,
  36,
  29,
  22,
  15,
  23,
  30,
  37,
  44,
  51,
  58,
  59,
  52,
  45,
  38,
  31,
  39,
  46,
  53,
  60,
  61,
  54,
  47,
  55,
  62,
  63,
);

/** Codes as (code << 5 | length), index = symbol. */
function codesOf(lengths, symbols) {
  const codes = new Int32Array(256);
  for (let length = 1, code = 0, k = 0; length <= 16; length++, code <<= 1)
    for (let n = lengths[length - 1]; n > 0; n--) codes[symbols[k++]] = (code++ << 5) | length;
  return codes;
}

/**
 * @param {Uint8Array} header - the file up to its scan, whose tables are used
 * @param {Uint8Array} rgba
 * @param {1 | 2} h - chroma sampling across, @param {1 | 2} v - and down
 */
export function encode(header, rgba, width, height, h, v) {
  const scales = [new Float64Array(64), new Float64Array(64)];
  const codes = [];
  for (let at = 2; at < header.length; at += 2 + ((header[at + 2] << 8) | header[at + 3])) {
    const marker = header[at + 1];
    if (marker === 0xdb)
      for (let k = 0; k < 64; k++) scales[header[at + 4]][NATURAL[k]] = 1 / (8 * header[at + 5 + k]) + 2 ** -40;
    if (marker === 0xc4) codes.push(codesOf(header.subarray(at + 5, at + 21), header.subarray(at + 21)));
    if (marker === 0xda) break;
  }

  const mcuWidth = 8 * h;
  const mcuHeight = 8 * v;
  const across = Math.ceil(width / mcuWidth);
  const planeWidth = across * mcuWidth;
  const chromaWidth = across * 8;
  const y = new Uint8Array(planeWidth * mcuHeight);
  const cb = new Uint8Array(chromaWidth * 8);
  const cr = new Uint8Array(chromaWidth * 8);
  const fullCb = h === 1 ? cb : new Uint8Array(planeWidth * mcuHeight);
  const fullCr = h === 1 ? cr : new Uint8Array(planeWidth * mcuHeight);
  const block = new Int32Array(64);

  let out = new Uint8Array(Math.max(65536, (width * height) >> 1));
  out.set(header);
  let end = header.length;
  let bits = 0;
  let count = 0; // bits that wait, fewer than 8
  const put = (value, length) => {
    // at most 27 bits come in: two steps where they do not fit 32
    if (length > 16) {
      put(value >>> 16, length - 16);
      value &= 0xffff;
      length = 16;
    }
    bits = (bits << length) | value;
    count += length;
    while (count >= 8) {
      count -= 8;
      const byte = (bits >>> count) & 255;
      out[end++] = byte;
      if (byte === 255) out[end++] = 0;
    }
  };

  const last = [0, 0, 0];
  const encodeBlock = (plane, at, stride, component) => {
    const scale = scales[component ? 1 : 0];
    const dcCodes = codes[component ? 2 : 0];
    const acCodes = codes[component ? 3 : 1];
    for (let i = 0; i < 64; i += 8, at += stride) {
      const t0 = plane[at] + plane[at + 7];
      const t7 = plane[at] - plane[at + 7];
      const t1 = plane[at + 1] + plane[at + 6];
      const t6 = plane[at + 1] - plane[at + 6];
      const t2 = plane[at + 2] + plane[at + 5];
      const t5 = plane[at + 2] - plane[at + 5];
      const t3 = plane[at + 3] + plane[at + 4];
      const t4 = plane[at + 3] - plane[at + 4];
      const t10 = t0 + t3;
      const t13 = t0 - t3;
      const t11 = t1 + t2;
      const t12 = t1 - t2;
      block[i] = ((t10 + t11) << 2) - 4096;
      block[i + 4] = (t10 - t11) << 2;
      const z1 = (t12 + t13) * 4433;
      block[i + 2] = (z1 + t13 * 6270 + 1024) >> 11;
      block[i + 6] = (z1 - t12 * 15137 + 1024) >> 11;
      const z5 = (t4 + t5 + t6 + t7) * 9633;
      const a = (t4 + t7) * -7373;
      const b = (t5 + t6) * -20995;
      const c = z5 - (t4 + t6) * 16069;
      const d = z5 - (t5 + t7) * 3196;
      block[i + 7] = (t4 * 2446 + a + c + 1024) >> 11;
      block[i + 5] = (t5 * 16819 + b + d + 1024) >> 11;
      block[i + 3] = (t6 * 25172 + b + c + 1024) >> 11;
      block[i + 1] = (t7 * 12299 + a + d + 1024) >> 11;
    }
    for (let i = 0; i < 8; i++) {
      const t0 = block[i] + block[i + 56];
      const t7 = block[i] - block[i + 56];
      const t1 = block[i + 8] + block[i + 48];
      const t6 = block[i + 8] - block[i + 48];
      const t2 = block[i + 16] + block[i + 40];
      const t5 = block[i + 16] - block[i + 40];
      const t3 = block[i + 24] + block[i + 32];
      const t4 = block[i + 24] - block[i + 32];
      const t10 = t0 + t3;
      const t13 = t0 - t3;
      const t11 = t1 + t2;
      const t12 = t1 - t2;
      block[i] = (t10 + t11 + 2) >> 2;
      block[i + 32] = (t10 - t11 + 2) >> 2;
      const z1 = (t12 + t13) * 4433;
      block[i + 16] = (z1 + t13 * 6270 + 16384) >> 15;
      block[i + 48] = (z1 - t12 * 15137 + 16384) >> 15;
      const z5 = (t4 + t5 + t6 + t7) * 9633;
      const a = (t4 + t7) * -7373;
      const b = (t5 + t6) * -20995;
      const c = z5 - (t4 + t6) * 16069;
      const d = z5 - (t5 + t7) * 3196;
      block[i + 56] = (t4 * 2446 + a + c + 16384) >> 15;
      block[i + 40] = (t5 * 16819 + b + d + 16384) >> 15;
      block[i + 24] = (t6 * 25172 + b + c + 16384) >> 15;
      block[i + 8] = (t7 * 12299 + a + d + 16384) >> 15;
    }
    // half away from zero; the scale's surplus decides the halves
    const dc = Math.trunc(block[0] * scale[0] + (block[0] < 0 ? -0.5 : 0.5));
    const difference = dc - last[component];
    last[component] = dc;
    const dcSize = 32 - Math.clz32(difference < 0 ? -difference : difference);
    const dcCode = dcCodes[dcSize];
    put(dcCode >> 5, dcCode & 31);
    if (dcSize) put((difference + (difference >> 31)) & ((1 << dcSize) - 1), dcSize);
    let before = 0;
    for (let k = 1; k < 64; k++) {
      const n = NATURAL[k];
      const x = block[n];
      const value = Math.trunc(x * scale[n] + (x < 0 ? -0.5 : 0.5));
      if (value === 0) continue;
      let run = k - before - 1;
      before = k;
      for (; run > 15; run -= 16) put(acCodes[0xf0] >> 5, acCodes[0xf0] & 31);
      const size = 32 - Math.clz32(value < 0 ? -value : value);
      const code = acCodes[(run << 4) | size];
      put(((code >> 5) << size) | ((value + (value >> 31)) & ((1 << size) - 1)), (code & 31) + size);
    }
    if (before !== 63) put(acCodes[0] >> 5, acCodes[0] & 31);
  };

  const blocksAcross = Math.ceil(width / 8);
  const blocksDown = Math.ceil(height / 8);
  for (let top = 0; top < height; top += mcuHeight) {
    const rows = Math.min(mcuHeight, height - top);
    for (let row = 0; row < rows; row++) {
      let p = (top + row) * width * 4;
      let at = row * planeWidth;
      for (let x = 0; x < width; x++, p += 4, at++) {
        const r = rgba[p];
        const g = rgba[p + 1];
        const b = rgba[p + 2];
        y[at] = (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
        fullCb[at] = (32768 * b - 11059 * r - 21709 * g + 8421375) >> 16;
        fullCr[at] = (32768 * r - 27439 * g - 5329 * b + 8421375) >> 16;
      }
      const from = at - 1;
      for (const edge = (row + 1) * planeWidth; at < edge; at++) {
        y[at] = y[from];
        fullCb[at] = fullCb[from];
        fullCr[at] = fullCr[from];
      }
    }
    for (let row = rows; row < mcuHeight; row++)
      y.copyWithin(row * planeWidth, (rows - 1) * planeWidth, rows * planeWidth);
    const chromaRows = Math.ceil(rows / v);
    if (v === 2 && rows % 2)
      for (const plane of [fullCb, fullCr])
        plane.copyWithin(rows * planeWidth, (rows - 1) * planeWidth, rows * planeWidth);
    if (h === 2)
      for (let row = 0; row < chromaRows; row++)
        for (let x = 0; x < chromaWidth; x++) {
          const a = row * v * planeWidth + x * 2;
          const to = row * chromaWidth + x;
          if (v === 2) {
            const b = a + planeWidth;
            const bias = 1 + (x & 1);
            cb[to] = (fullCb[a] + fullCb[a + 1] + fullCb[b] + fullCb[b + 1] + bias) >> 2;
            cr[to] = (fullCr[a] + fullCr[a + 1] + fullCr[b] + fullCr[b + 1] + bias) >> 2;
          } else {
            cb[to] = (fullCb[a] + fullCb[a + 1] + (x & 1)) >> 1;
            cr[to] = (fullCr[a] + fullCr[a + 1] + (x & 1)) >> 1;
          }
        }
    for (let row = chromaRows; row < 8; row++)
      for (const plane of [cb, cr])
        plane.copyWithin(row * chromaWidth, (chromaRows - 1) * chromaWidth, chromaRows * chromaWidth);

    if (out.length - end < across * (h * v + 2) * 430) {
      const larger = new Uint8Array(out.length * 2 + across * 6 * 430);
      larger.set(out.subarray(0, end));
      out = larger;
    }
    for (let mcu = 0; mcu < across; mcu++) {
      for (let j = 0; j < v; j++)
        for (let i = 0; i < h; i++)
          if (mcu * h + i < blocksAcross && top / 8 + j < blocksDown)
            encodeBlock(y, j * 8 * planeWidth + (mcu * h + i) * 8, planeWidth, 0);
          else {
            put(codes[0][0] >> 5, codes[0][0] & 31);
            put(codes[1][0] >> 5, codes[1][0] & 31);
          }
      encodeBlock(cb, mcu * 8, chromaWidth, 1);
      encodeBlock(cr, mcu * 8, chromaWidth, 2);
    }
  }
  if (count > 0) put(255 >> count, 8 - count);
  out[end++] = 0xff;
  out[end++] = 0xd9;
  return out.slice(0, end);
}

// Resizing in plain JavaScript: rows first into a line of floats, then columns; weights made beforehand.

/** Weights of one side: `first` pixel and `taps` weights for each pixel of the result. */
export function weights(side, length, lanczos) {
  const scale = side / length;
  const reach = lanczos ? 3 * Math.max(1, scale) : scale / 2;
  const taps = Math.min(side, Math.ceil(2 * reach) + 1);
  const first = new Int32Array(length);
  const values = new Float64Array(length * taps);
  for (let i = 0; i < length; i++) {
    const middle = (i + 0.5) * scale;
    const at = Math.min(side - taps, Math.max(0, Math.floor(middle - reach)));
    first[i] = at;
    let sum = 0;
    for (let j = 0; j < taps; j++) {
      const x = Math.abs(at + j + 0.5 - middle) / Math.max(1, scale);
      const value = lanczos
        ? x < 3
          ? sinc(x) * sinc(x / 3)
          : 0
        : Math.max(0, Math.min(at + j + 1, middle + reach) - Math.max(at + j, middle - reach));
      values[i * taps + j] = value;
      sum += value;
    }
    for (let j = 0; j < taps; j++) values[i * taps + j] /= sum;
  }
  return { first, values, taps };
}

function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** An opaque RGBA picture in another size. */
export function resize(pixels, width, height, toWidth, toHeight, lanczos) {
  const columns = weights(width, toWidth, lanczos);
  const rows = weights(height, toHeight, lanczos);
  const out = new Uint8ClampedArray(toWidth * toHeight * 4);
  const line = new Float64Array(width * 4);
  for (let y = 0, to = 0; y < toHeight; y++) {
    line.fill(0);
    for (let j = 0; j < rows.taps; j++) {
      const weight = rows.values[y * rows.taps + j];
      if (weight === 0) continue;
      const at = (rows.first[y] + j) * width * 4;
      for (let x = 0; x < line.length; x += 4) {
        line[x] += weight * pixels[at + x];
        line[x + 1] += weight * pixels[at + x + 1];
        line[x + 2] += weight * pixels[at + x + 2];
      }
    }
    for (let x = 0; x < toWidth; x++, to += 4) {
      let r = 0;
      let g = 0;
      let b = 0;
      for (let j = 0, at = columns.first[x] * 4; j < columns.taps; j++, at += 4) {
        const weight = columns.values[x * columns.taps + j];
        r += weight * line[at];
        g += weight * line[at + 1];
        b += weight * line[at + 2];
      }
      out[to] = r;
      out[to + 1] = g;
      out[to + 2] = b;
      out[to + 3] = 255;
    }
  }
  return out;
}

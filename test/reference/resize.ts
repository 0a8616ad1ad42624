/** Resizing in doubles, straight from the definitions: slow, and exact but for the rounding at the end. */

export type Filter = "area" | "lanczos3";

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** The weight of each pixel of a side for pixel i of the result. */
function weightsOf(side: number, length: number, i: number, filter: Filter): number[] {
  const scale = side / length;
  const from = i * scale;
  const weights = Array.from({ length: side }, (_, pixel) => {
    if (filter === "area") return Math.max(0, Math.min(pixel + 1, from + scale) - Math.max(pixel, from));
    const x = (pixel + 0.5 - (from + scale / 2)) / Math.max(1, scale);
    return Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** RGBA bytes before they are rounded, colours weighed by alpha. */
export function resizeExactly(
  rgba: Uint8Array,
  [width, height]: readonly [number, number],
  [toWidth, toHeight]: readonly [number, number],
  filter: Filter,
): Float64Array {
  const columns = Array.from({ length: toWidth }, (_, i) => weightsOf(width, toWidth, i, filter));
  const rows = Array.from({ length: toHeight }, (_, i) => weightsOf(height, toHeight, i, filter));
  const out = new Float64Array(toWidth * toHeight * 4);
  for (let y = 0; y < toHeight; y++) {
    // the rows first
    const line = new Float64Array(width * 4);
    for (let r = 0; r < height; r++) {
      const weight = rows[y]![r]!;
      if (weight === 0) continue;
      for (let x = 0; x < width; x++) {
        const at = (r * width + x) * 4;
        const alpha = rgba[at + 3]! / 255;
        for (let c = 0; c < 3; c++) line[x * 4 + c]! += weight * rgba[at + c]! * alpha;
        line[x * 4 + 3]! += weight * alpha;
      }
    }
    for (let x = 0; x < toWidth; x++) {
      const sums = [0, 0, 0, 0];
      for (let k = 0; k < width; k++) for (let c = 0; c < 4; c++) sums[c]! += columns[x]![k]! * line[k * 4 + c]!;
      const at = (y * toWidth + x) * 4;
      const clip = (value: number): number => Math.min(255, Math.max(0, value));
      for (let c = 0; c < 3; c++) out[at + c] = sums[3]! > 0 ? clip(sums[c]! / sums[3]!) : 0;
      out[at + 3] = clip(sums[3]! * 255);
    }
  }
  return out;
}

/** The kernel's own arithmetic, number by number. */
export function resizeRows(
  rgba: Uint8Array,
  stride: number,
  columns: number,
  x: { length: number; taps: number; first: Int32Array; weights: Int16Array },
  y: { length: number; taps: number; first: Int32Array; weights: Int16Array },
  translucent: boolean,
): Uint8Array {
  const short = (value: number): number => Math.max(-32768, Math.min(32767, value));
  const byte = (value: number): number => Math.max(0, Math.min(255, value));
  const f = Math.fround;
  const out = new Uint8Array(x.length * y.length * 4);
  for (let row = 0; row < y.length; row++) {
    const line = new Int16Array(columns * 4);
    for (let i = 0; i < columns * 4; i++) {
      let sum = translucent ? 8192 : 128;
      for (let tap = 0; tap < y.taps; tap++) {
        const at = (y.first[row]! + tap) * stride + i;
        const value = translucent ? ((i % 4 === 3 ? 255 : rgba[at]!) * rgba[at - (i % 4) + 3]! + 2) >> 2 : rgba[at]!;
        sum += y.weights[row * y.taps + tap]! * value;
      }
      line[i] = short(sum >> (translucent ? 14 : 8));
    }
    for (let column = 0; column < x.length; column++) {
      const sums = [0, 1, 2, 3].map((c) => {
        let sum = 0;
        for (let tap = 0; tap < x.taps; tap++)
          sum += x.weights[column * x.taps + tap]! * line[(x.first[column]! + tap) * 4 + c]!;
        return sum;
      });
      const to = (row * x.length + column) * 4;
      if (!translucent)
        out.set(
          sums.map((sum) => byte((sum + 2 ** 19) >> 20)),
          to,
        );
      else if (sums[3]! > 0) {
        const share = f(f(255) / f(sums[3]!));
        for (let c = 0; c < 3; c++) out[to + c] = byte(Math.trunc(f(f(f(sums[c]!) * share) + 0.5)));
        out[to + 3] = byte(Math.trunc(f(f(f(sums[3]!) * f(255 / (16256 * 16384))) + 0.5)));
      }
    }
  }
  return out;
}

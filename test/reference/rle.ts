/** Slow twins of the run-length kernels: one pixel at a time, and cocoapi's polygon walk step by step. */

/** COCO's string to run lengths; for well-formed strings. */
export function parseText(text: string): number[] {
  const counts: number[] = [];
  for (let p = 0; p < text.length;) {
    let value = 0n;
    let shift = 0n;
    let group: bigint;
    do {
      group = BigInt(text.charCodeAt(p++) - 48);
      value += (group & 31n) << shift;
      shift += 5n;
    } while (group & 32n);
    if (group & 16n) value -= 1n << shift;
    counts.push(Number(value) + (counts.length > 2 ? counts[counts.length - 2]! : 0));
  }
  return counts;
}

/** Run lengths to COCO's string. */
export function toText(counts: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i < counts.length; i++) {
    let x = BigInt(counts[i]!) - (i > 2 ? BigInt(counts[i - 2]!) : 0n);
    for (let more = true; more;) {
      let group = Number(x & 31n);
      x >>= 5n;
      more = (group & 16) !== 0 ? x !== -1n : x !== 0n;
      if (more) group |= 32;
      text += String.fromCharCode(group + 48);
    }
  }
  return text;
}

/** Column-major runs to row-major bytes. */
export function toDense(counts: ArrayLike<number>, h: number, w: number): Uint8Array {
  const mask = new Uint8Array(h * w);
  let at = 0;
  for (let i = 0; i < counts.length; i++)
    for (let k = 0; k < counts[i]!; k++, at++) if (i % 2 === 1) mask[(at % h) * w + Math.floor(at / h)] = 1;
  return mask;
}

/** Row-major values to column-major runs. */
export function toRuns(mask: ArrayLike<number>, h: number, w: number): number[] {
  const counts = [0];
  let value = false;
  for (let x = 0; x < w; x++)
    for (let y = 0; y < h; y++) {
      if ((mask[y * w + x] !== 0) !== value) {
        counts.push(0);
        value = !value;
      }
      counts[counts.length - 1]!++;
    }
  return counts;
}

/** Tight box of a dense mask, all 0 when it is empty. */
export function boxOf(mask: ArrayLike<number>, h: number, w: number): number[] {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++)
      if (mask[y * w + x]) {
        xs.push(x);
        ys.push(y);
      }
  if (xs.length === 0) return [0, 0, 0, 0];
  const least = (values: number[]): number => values.reduce((a, b) => Math.min(a, b));
  const most = (values: number[]): number => values.reduce((a, b) => Math.max(a, b));
  return [least(xs), least(ys), most(xs) - least(xs) + 1, most(ys) - least(ys) + 1];
}

/**
 * Row-major bytes of one ring by the rule of cocoapi: walk each edge in steps of a fifth of a pixel, note where the walk
 * passes the middle of a column, and let every pixel below a noted place change sides.
 */
export function polygonToDense(xy: ArrayLike<number>, h: number, w: number): Uint8Array {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let i = 0; i < xy.length; i += 2) {
    xs.push(Math.trunc(5 * xy[i]! + 0.5));
    ys.push(Math.trunc(5 * xy[i + 1]! + 0.5));
  }
  const walk: [u: number, v: number][] = [];
  for (let i = 0; i < xs.length; i++) {
    const next = (i + 1) % xs.length;
    let [x0, y0, x1, y1] = [xs[i]!, ys[i]!, xs[next]!, ys[next]!];
    const dx = Math.abs(x1 - x0);
    const dy = Math.abs(y1 - y0);
    const swapped = dx >= dy ? x0 > x1 : y0 > y1;
    if (swapped) [x0, y0, x1, y1] = [x1, y1, x0, y0];
    const points: [number, number][] = [];
    for (let t = 0; t <= Math.max(dx, dy); t++)
      if (dx >= dy) points.push([x0 + t, dx === 0 ? y0 : Math.trunc(y0 + ((y1 - y0) / dx) * t + 0.5)]);
      else points.push([Math.trunc(x0 + ((x1 - x0) / dy) * t + 0.5), y0 + t]);
    walk.push(...(swapped ? points.reverse() : points));
  }
  const changes = new Uint8Array(h * w + 1);
  for (let i = 1; i < walk.length; i++) {
    const [u0, v0] = walk[i - 1]!;
    const [u1, v1] = walk[i]!;
    if (u0 === u1) continue;
    const x = ((u1 < u0 ? u1 : u1 - 1) + 0.5) / 5 - 0.5;
    if (!Number.isInteger(x) || x < 0 || x > w - 1) continue;
    const y = Math.ceil(Math.max(0, Math.min(h, (Math.min(v0, v1) + 0.5) / 5 - 0.5)));
    changes[x * h + y]! ^= 1;
  }
  const mask = new Uint8Array(h * w);
  let inside = 0;
  for (let at = 0; at < h * w; at++) {
    inside ^= changes[at]!;
    mask[(at % h) * w + Math.floor(at / h)] = inside;
  }
  return mask;
}

/** Put a dense mask at a place of a larger picture; what is outside is lost. */
export function place(
  mask: ArrayLike<number>,
  h: number,
  w: number,
  left: number,
  top: number,
  height: number,
  width: number,
): Uint8Array {
  const out = new Uint8Array(height * width);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [ownX, ownY] = [x - left, y - top];
      if (ownX >= 0 && ownX < w && ownY >= 0 && ownY < h && mask[ownY * w + ownX]) out[y * width + x] = 1;
    }
  return out;
}

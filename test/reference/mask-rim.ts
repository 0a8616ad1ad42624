/**
 * Slow twin of `assembly/mask-rim.ts`: the cracks of a dense mask in a list, joined by their ends, smoothed with the weights
 * written out; then the distance of every pixel to every point that may reach it.
 */

/** What a brush is made of: see `src/core/brush.ts`. */
export interface BrushShape {
  /** Coverage 0..1 by distance in pixels. */
  readonly coverageAt: (distance: number) => number;
  /** Distance from which on there is nothing. */
  readonly end: number;
  /** Places within a pixel where points may lie, each way. */
  readonly places: number;
  /** Half cracks from one point to the next. */
  readonly step: number;
}

/** A line of this width, by the length of the line's cut with a pixel. */
export function line(width: number): BrushShape {
  const end = width / 2 + 0.5;
  return {
    coverageAt: (d) => Math.max(0, Math.min(d + 0.5, width / 2) - Math.max(d - 0.5, -width / 2)),
    end,
    places: placesOf(end),
    step: width < 2 ? 1 : 2 * Math.max(1, Math.floor(Math.sqrt(width / 4))),
  };
}

/** Light that ends at this distance. */
export function glow(width: number): BrushShape {
  return {
    coverageAt: (d) => Math.max(0, 1 - d / width) ** 2,
    end: width,
    places: placesOf(width),
    step: 2 * Math.max(1, Math.floor(width / 16)),
  };
}

function placesOf(end: number): number {
  const reach = Math.ceil(end + 0.5);
  return reach <= 16 ? 8 : reach <= 48 ? 4 : 2;
}

type Crack = readonly [x: number, y: number, dx: number, dy: number];

/** The rims of a mask, each as its cracks in order, the mask on the right hand. */
export function rimsOf(mask: ArrayLike<number>, h: number, w: number): Crack[][] {
  const at = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < w && y < h && mask[y * w + x] !== 0;
  const tops: Crack[] = [];
  const from = new Map<string, Crack[]>();
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      if (!at(x, y)) continue;
      const own: Crack[] = [];
      if (!at(x, y - 1)) own.push([x, y, 1, 0]);
      if (!at(x + 1, y)) own.push([x + 1, y, 0, 1]);
      if (!at(x, y + 1)) own.push([x + 1, y + 1, -1, 0]);
      if (!at(x - 1, y)) own.push([x, y + 1, 0, -1]);
      for (const crack of own) {
        if (crack[2] === 1) tops.push(crack);
        const key = `${crack[0]} ${crack[1]}`;
        from.set(key, [...(from.get(key) ?? []), crack]);
      }
    }
  const followed = new Set<Crack>();
  const rims: Crack[][] = [];
  for (const first of tops) {
    if (followed.has(first)) continue;
    const rim: Crack[] = [];
    let crack = first;
    do {
      followed.add(crack);
      rim.push(crack);
      const [x, y, dx, dy] = crack;
      const next = from.get(`${x + dx} ${y + dy}`)!;
      // two ways on: to the left, so that pixels that meet at the corner stay together
      crack = next.length === 1 ? next[0]! : next.find(([, , nx, ny]) => dx * ny - dy * nx < 0)!;
    } while (crack !== first);
    rims.push(rim);
  }
  return rims;
}

const WEIGHTS = [1, 2, 3, 4, 3, 2, 1];

/** Points of the smoothed rims, in 1/32 pixel. */
export function rimPoints(mask: ArrayLike<number>, h: number, w: number, step: number): [x: number, y: number][] {
  return rimsOf(mask, h, w).flatMap((rim) => {
    const n = rim.length;
    const smooth = (k: number): [number, number] => {
      let x = 0;
      let y = 0;
      for (const [j, weight] of WEIGHTS.entries()) {
        const [cx, cy, dx, dy] = rim[(k + j - 3 + 4 * n) % n]!;
        x += (2 * cx + dx) * weight;
        y += (2 * cy + dy) * weight;
      }
      return [x, y];
    };
    const points: [number, number][] = [];
    for (let k = 0; k < n; k += Math.max(1, step >> 1)) {
      const here = smooth(k + 4);
      points.push(here);
      if (step === 1) {
        const before = smooth(k + 3);
        points.push([(here[0] + before[0]) >> 1, (here[1] + before[1]) >> 1]);
      }
    }
    return points;
  });
}

/** Coverage 0..255 of each pixel of the picture by a brush along the rims. */
export function rimCoverage(mask: ArrayLike<number>, h: number, w: number, brush: BrushShape): Uint8Array {
  const { coverageAt, end, places, step } = brush;
  const nearest = new Float64Array(h * w).fill(Infinity);
  for (const point of rimPoints(mask, h, w, step)) {
    const [px, py] = point.map((v) => Math.floor((v * places) / 32 + 0.5) / places) as [number, number];
    for (let y = Math.max(0, Math.floor(py - end - 1)); y < Math.min(h, py + end + 1); y++)
      for (let x = Math.max(0, Math.floor(px - end - 1)); x < Math.min(w, px + end + 1); x++) {
        const dx = x + 0.5 - px;
        const dy = y + 0.5 - py;
        nearest[y * w + x] = Math.min(nearest[y * w + x]!, dx * dx + dy * dy);
      }
  }
  return Uint8Array.from(nearest, (square) => Math.floor(Math.min(1, coverageAt(Math.sqrt(square))) * 255 + 0.5));
}

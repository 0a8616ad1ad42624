/** Which pixels of one side weigh how much for the pixels of a resized one. */
import { type Taps, WEIGHT_SUM } from "../core/resize.ts";
import { direction } from "../model/angles.ts";

/** How a side is resized by weights. */
export type Filter = "area" | "lanczos3";

/** Lobes of the Lanczos window. */
const LOBES = 3;
/** Entries of its table for each pixel; between two of them a straight line is off by less than 2^-17. */
const STEPS = 512;

/** Tables are the same for the same sizes, and datasets have few of them. */
const KEPT = 8;
const kept = new Map<string, Taps>();

/**
 * The weights that turn `extent` pixels, beginning at `start` (fractions allowed), into `length`.
 *
 * @param side - pixels of the source's side, which the window lies in
 */
export function tapsOf(side: number, start: number, extent: number, length: number, filter: Filter): Taps {
  const key = `${side} ${start} ${extent} ${length} ${filter}`;
  let taps = kept.get(key);
  if (!taps) {
    taps = makeTaps(side, start, extent, length, filter);
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
    kept.set(key, taps);
  }
  return taps;
}

function makeTaps(side: number, start: number, extent: number, length: number, filter: Filter): Taps {
  const scale = extent / length;
  const wide = Math.max(1, scale);
  const reach = filter === "area" ? scale / 2 : LOBES * wide;
  const low = (i: number): number => Math.max(0, Math.floor(start + (i + 0.5) * scale - reach));
  const high = (i: number): number => Math.min(side, Math.ceil(start + (i + 0.5) * scale + reach));
  const from = Math.min(low(0), side - 1);
  const count = Math.max(from + 1, high(length - 1)) - from;
  let taps = 1;
  for (let i = 0; i < length; i++) taps = Math.max(taps, high(i) - low(i));
  taps = Math.min(taps, count);
  const first = new Int32Array(length);
  const weights = new Int16Array(length * taps);
  const shares = new Float64Array(taps);
  for (let i = 0; i < length; i++) {
    const at = Math.min(low(i), from + count - taps);
    first[i] = at - from;
    const middle = start + (i + 0.5) * scale;
    let sum = 0;
    for (let j = 0; j < taps; j++) {
      const pixel = at + j;
      shares[j] =
        filter === "area"
          ? Math.max(0, Math.min(pixel + 1, middle + reach) - Math.max(pixel, middle - reach))
          : lanczos(Math.abs(pixel + 0.5 - middle) / wide);
      sum += shares[j]!;
    }
    // what rounding leaves over goes to the next weight, so that the sum is exact
    let share = 0;
    let given = 0;
    for (let j = 0; j < taps; j++) {
      share += shares[j]!;
      const reached = Math.round((share / sum) * WEIGHT_SUM);
      weights[i * taps + j] = reached - given;
      given = reached;
    }
  }
  return { length, from, count, taps, first, weights };
}

let window: Float64Array | undefined;

/** sinc(x) sinc(x / 3), which is 0 from 3 on. */
function lanczos(x: number): number {
  if (x >= LOBES) return 0;
  window ??= Float64Array.from({ length: LOBES * STEPS + 2 }, (_, i) => {
    const t = i / STEPS;
    if (t === 0) return 1;
    const turn = Math.PI * t;
    return t >= LOBES ? 0 : (LOBES * direction(180 * t).sin * direction((180 * t) / LOBES).sin) / (turn * turn);
  });
  const at = Math.floor(x * STEPS);
  const share = x * STEPS - at;
  return window[at]! * (1 - share) + window[at + 1]! * share;
}

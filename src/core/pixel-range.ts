/** Least and greatest values of arrays of any number type; binding of the statistics in `assembly/pixels-*.ts`. */
import { copier, type ElementSource, ELEMENTS, exactStats, SIZE, STATS, TILE } from "./pixels.ts";
import { core, type Scratch } from "./wasm.ts";

/** What {@link rangeOf} found. */
export interface ElementRange {
  /** Least and greatest value, NaN left out; Infinity and -Infinity when there was none. */
  readonly low: number;
  readonly high: number;
  /** The same, exact, for whole numbers. */
  readonly exactLow: bigint;
  readonly exactHigh: bigint;
  readonly nan: boolean;
}

/** Hand all elements to `use`, tile by tile, their order of no matter. */
function forEachTile(scratch: Scratch, source: ElementSource, use: (src: number, n: number) => void): void {
  const size = 1 << SIZE[source.element];
  const { inside } = source;
  const total = source.pixels * source.channels;
  const foreign = inside < 0 ? copier(source.data) : undefined;
  const window = foreign ? scratch.alloc(TILE * size) : 0;
  for (let first = 0; first < total; first += TILE) {
    const n = Math.min(TILE, total - first);
    if (foreign) foreign(scratch.core, window, first * size, n * size);
    use(foreign ? window : inside + first * size, n);
  }
}

/** Least and greatest value, and whether there is a NaN; with `finite`, infinities are left out. */
export function rangeOf(source: ElementSource, finite: boolean): ElementRange {
  return core().run((scratch) => {
    const { kernels } = scratch;
    const { element } = source;
    const type = ELEMENTS.indexOf(element);
    const whole = !element.startsWith("float");
    const unsigned = element.startsWith("u");
    const stats = scratch.alloc(STATS);
    if (!whole) {
      new Float64Array(scratch.core.memory.buffer, stats, 2).set([Infinity, -Infinity]);
      let nan = 0;
      const range =
        element === "float32" ? kernels.f32Range : element === "float64" ? kernels.f64Range : kernels.f16Range;
      forEachTile(scratch, source, (src, n) => (nan |= range(stats, src, n, finite ? 1 : 0)));
      const [low, high] = new Float64Array(scratch.core.memory.buffer, stats, 2);
      return { low: low!, high: high!, exactLow: 0n, exactHigh: 0n, nan: nan !== 0 };
    }
    const first = unsigned ? [2n ** 64n - 1n, 0n] : [2n ** 63n - 1n, -(2n ** 63n)];
    new BigInt64Array(scratch.core.memory.buffer, stats, 2).set(first.map((value) => BigInt.asIntN(64, value)));
    forEachTile(scratch, source, (src, n) => kernels.intRange(stats, src, n, type));
    const exact = [...new BigInt64Array(scratch.core.memory.buffer, stats, 2)];
    const [exactLow, exactHigh] = unsigned ? exact.map((value) => BigInt.asUintN(64, value)) : exact;
    return {
      low: Number(exactLow),
      high: Number(exactHigh),
      exactLow: exactLow!,
      exactHigh: exactHigh!,
      nan: false,
    };
  });
}

/** The greatest quotient of a `wrapped` mapping, which decides about its scale. */
export function greatestWrapped(source: ElementSource, low: bigint, high: bigint): number {
  return core().run((scratch) => {
    const stats = exactStats(scratch, low, high);
    const type = ELEMENTS.indexOf(source.element);
    let greatest = -Infinity;
    forEachTile(scratch, source, (src, n) => {
      greatest = Math.max(greatest, scratch.kernels.intStretchWrapped(0, src, n, type, stats, 1));
    });
    return greatest;
  });
}

/**
 * Times variants of one job side by side. Absolute times mean little on a shared machine; ratios inside one run do.
 *
 * Every round calls each variant for one burst, in freshly shuffled order, and keeps the burst's fastest call; the first
 * round is warm-up. Reported: the median over rounds with min and p90, and the median of (variant time / first time)
 * round by round. A variant whose output fails its check gets no time.
 */
import { performance } from "node:perf_hooks";

const ROUNDS = Number(process.env.LIMN_BENCH_ROUNDS ?? 25);
const BURST_MS = Number(process.env.LIMN_BENCH_BURST_MS ?? 25);

/** Keeps results alive, so that no engine can drop the work. */
export let sink;

/**
 * @param {string} title
 * @param {{ name: string, run: () => unknown, check?: (result: any) => void }[]} variants - ours first; `run` may be async
 * @param {{ bytes?: number, pixels?: number, rounds?: number }} [options]
 */
export async function compare(title, variants, { bytes, pixels, rounds = ROUNDS } = {}) {
  const live = [];
  const rows = [];
  for (const variant of variants) {
    try {
      const result = await variant.run();
      await variant.check?.(result);
      for (let i = 0; i < 4; i++) sink = await variant.run();
      live.push({ ...variant, times: [] });
    } catch (error) {
      rows.push({ name: variant.name, failed: String(error?.message ?? error).split("\n")[0] });
    }
  }
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (let round = -1; round < rounds; round++) {
    const order = live.map((variant) => [random(), variant]).sort(([a], [b]) => a - b);
    for (const [, variant] of order) {
      const burstEnd = performance.now() + BURST_MS;
      let best = Infinity;
      do {
        const start = performance.now();
        sink = variant.run();
        if (sink instanceof Promise) sink = await sink;
        best = Math.min(best, performance.now() - start);
      } while (performance.now() < burstEnd);
      if (round >= 0) variant.times.push(best);
    }
  }
  const ours = live[0];
  for (const { name, times } of live) {
    const ratios = times.map((time, i) => time / ours.times[i]);
    const ms = median(times);
    rows.push({
      name,
      ms,
      min: Math.min(...times),
      p90: quantile(times, 0.9),
      ratio: median(ratios),
      speed: bytes ? `${(bytes / ms / 1e6).toFixed(2)} GB/s` : pixels ? `${(pixels / ms / 1e3).toFixed(0)} Mpx/s` : "",
    });
  }
  print(title, rows);
  return { title, rows };
}

function print(title, rows) {
  console.log(`\n${title}`);
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const row of rows) {
    if (row.failed) console.log(`  ${row.name.padEnd(width)}  no time: ${row.failed}`);
    else
      console.log(
        `  ${row.name.padEnd(width)}  ${row.ms.toFixed(3).padStart(9)} ms  (min ${row.min.toFixed(3)}, p90 ${row.p90.toFixed(3)})` +
          `  x${row.ratio.toFixed(2)}  ${row.speed}`,
      );
  }
}

export function median(values) {
  return quantile(values, 0.5);
}

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (at - low);
}

/**
 * Times variants of one job side by side. Absolute times mean little on a shared machine; ratios inside one run do.
 *
 * Every round calls each variant for one burst, in freshly shuffled order, and keeps the burst's fastest call; the first
 * round is warm-up. Reported: the median over rounds with min and p90, and the median of (variant time / first time)
 * round by round. A variant whose output fails its check gets no time. Slow variants sit out rounds, so that a rival that
 * is fifty times slower does not take the whole run.
 *
 * A variant may carry what limn must reach against it, and the outcome is printed beside its ratio: `floor` is how many
 * times faster limn must be, `within` is how many times its time limn may take.
 */
import { appendFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

const ROUNDS = Number(process.env.LIMN_BENCH_ROUNDS ?? 25);
const BURST_MS = Number(process.env.LIMN_BENCH_BURST_MS ?? 25);
const TITLE = new RegExp(process.env.LIMN_BENCH_TITLE ?? "");
const ONLY = new RegExp(process.env.LIMN_BENCH_ONLY ?? "");
/** A call that takes longer runs in every second round, twice as long in every third, and so on, up to every sixth. */
const SLOW_MS = 100;
const WARM_MS = 400;

/** Keeps results alive, so that no engine can drop the work. */
export let sink;

/**
 * @typedef {object} Variant
 * @property {string} name
 * @property {() => unknown} [run] - the work; may be async
 * @property {() => Promise<number>} [measure] - in place of `run`: does the work elsewhere and gives its milliseconds
 * @property {(result: any) => string | void | Promise<string | void>} [check] - throws for a wrong answer; a string is
 *   printed beside the time (a size, for instance)
 * @property {number} [floor] - limn must be this many times faster
 * @property {number} [within] - limn may take this many times its time
 *
 * `LIMN_BENCH_TITLE` and `LIMN_BENCH_ONLY` (parts of titles and of rivals' names, as regular expressions) repeat single rows.
 *
 * @param {string} title
 * @param {Variant[]} variants - ours first
 * @param {{ bytes?: number, pixels?: number, rounds?: number, calls?: number, warm?: number }} [options] - for work that goes
 *   on for hours, the same for all: `calls` is the least calls of a burst, so that nobody's figure is that of caches which others
 *   have emptied; `warm` is the milliseconds before the first figure, so that it is nobody's of code that is not compiled yet
 */
export async function compare(title, variants, { bytes, pixels, rounds = ROUNDS, calls: least = 1, warm } = {}) {
  if (!TITLE.test(title)) return { title, rows: [] };
  const live = [];
  const rows = [];
  for (const variant of variants) {
    if (variant !== variants[0] && !ONLY.test(variant.name)) continue;
    try {
      const work = variant.measure ?? variant.run;
      const note = await variant.check?.(await work());
      let calls = 0;
      const start = performance.now();
      do sink = await work();
      while (
        warm === undefined
          ? ++calls < 12 && performance.now() - start < WARM_MS
          : ++calls && performance.now() - start < warm
      );
      const each = variant.measure ? sink : (performance.now() - start) / calls;
      live.push({ ...variant, note: note ?? "", times: [], every: Math.min(6, 1 + Math.floor(each / SLOW_MS)) });
    } catch (error) {
      if (variant === variants[0]) throw error;
      rows.push({ name: variant.name, failed: String(error?.message ?? error).split("\n")[0] });
    }
  }
  const ours = live[0];
  for (const variant of live) variant.every = Math.max(1, Math.floor(variant.every / ours.every));
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (let round = -1; round < rounds; round++) {
    const order = live
      .filter(({ every }) => (round < 0 ? every === 1 : round % every === 0))
      .map((variant) => [random(), variant])
      .sort(([a], [b]) => a - b);
    for (const [, variant] of order) {
      const time = await burst(variant, least);
      if (round >= 0) variant.times[round] = time;
    }
  }
  for (const { name, times, note, floor, within } of live) {
    const taken = times.filter((time) => time !== undefined);
    const ratio = median(times.map((time, i) => time / ours.times[i]).filter((value) => value > 0));
    const ms = median(taken);
    const per = bytes
      ? `${(bytes / ms / 1e6).toFixed(2)} GB/s`
      : pixels
        ? `${(pixels / ms / 1e3).toFixed(0)} Mpx/s`
        : "";
    rows.push({ name, ms, min: Math.min(...taken), p90: quantile(taken, 0.9), ratio, speed: per, note, floor, within });
  }
  print(title, rows);
  for (const { name, failed, ratio, floor, within } of rows) {
    if (failed) continue;
    if (floor)
      record({ title, against: name, wanted: `x${floor}`, reached: `x${ratio.toFixed(2)}`, ok: ratio >= floor });
    if (within) {
      const share = 1 / ratio;
      record({
        title,
        against: name,
        wanted: `within x${within}`,
        reached: `x${share.toFixed(2)}`,
        ok: share <= within,
      });
    }
  }
  return { title, rows };
}

async function burst({ run, measure }, least) {
  const end = performance.now() + (measure ? 0 : BURST_MS);
  let best = Infinity;
  let calls = 0;
  do {
    const start = performance.now();
    sink = measure ? await measure() : run();
    if (sink instanceof Promise) sink = await sink;
    best = Math.min(best, measure ? sink : performance.now() - start);
  } while (++calls < least || performance.now() < end);
  return best;
}

/** Print a figure that is no time (a size, a start) beside the most that it may be. */
export function atMost(title, against, value, most) {
  const ok = value <= most;
  console.log(`  ${title}, against ${against}: x${value.toFixed(3)}, at most x${most} ${ok ? "ok" : "MISSED"}`);
  record({ title, against, wanted: `at most x${most}`, reached: `x${value.toFixed(3)}`, ok });
}

/** Print a figure of which more is better beside the least that it may be. */
export function atLeast(title, against, value, least) {
  const ok = value >= least;
  console.log(`  ${title}, against ${against}: x${value.toFixed(2)}, at least x${least} ${ok ? "ok" : "MISSED"}`);
  record({ title, against, wanted: `x${least}`, reached: `x${value.toFixed(2)}`, ok });
}

/** Tell `run.mjs`, which ends with a table of everything that had a floor. */
export function record(row) {
  if (process.env.LIMN_BENCH_LOG) appendFileSync(process.env.LIMN_BENCH_LOG, `${JSON.stringify(row)}\n`);
}

function print(title, rows) {
  console.log(`\n${title}`);
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const row of rows) {
    if (row.failed) {
      console.log(`  ${row.name.padEnd(width)}  no time: ${row.failed}`);
      continue;
    }
    const times = `${row.ms.toFixed(3).padStart(9)} ms  (min ${row.min.toFixed(3)}, p90 ${row.p90.toFixed(3)})`;
    const verdict = row.floor
      ? `floor x${row.floor} ${row.ratio >= row.floor ? "ok" : "MISSED"}`
      : row.within
        ? `limn takes x${(1 / row.ratio).toFixed(2)}, at most x${row.within} ${1 / row.ratio <= row.within ? "ok" : "MISSED"}`
        : "";
    const extra = [row.speed, row.note, verdict].filter(Boolean).join("  ");
    console.log(`  ${row.name.padEnd(width)}  ${times}  x${row.ratio.toFixed(2).padEnd(6)}  ${extra}`);
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

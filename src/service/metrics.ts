/** What a service counts, as Prometheus reads it (text format 0.0.4). */

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** One value that is read when it is asked for. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

interface Histogram {
  readonly buckets: number[];
  sum: number;
  count: number;
}

/** Counters and gauges of a service. Labels are of few kinds: routes and tasks by their own names, never what a client sent. */
export class Metrics {
  readonly #gauges: readonly Gauge[];
  readonly #requests = new Map<string, number>();
  readonly #durations = new Map<string, Histogram>();
  readonly #work = new Map<string, Histogram>();

  constructor(gauges: readonly Gauge[]) {
    this.#gauges = gauges;
  }

  /** A request that has ended. @param seconds - from its headers to its answer */
  request(route: string, task: string | undefined, status: number, seconds: number): void {
    const name = labels({ route, task: task ?? "", status: String(status) });
    this.#requests.set(name, (this.#requests.get(name) ?? 0) + 1);
    observe(this.#durations, labels({ route, task: task ?? "" }), seconds);
  }

  /** A job that a worker has done. @param seconds - of its work alone */
  job(task: string, seconds: number): void {
    observe(this.#work, labels({ task }), seconds);
  }

  /** Seconds of work of a job, the mean of all; 0 before the first. */
  get meanJob(): number {
    let [sum, count] = [0, 0];
    for (const histogram of this.#work.values()) {
      sum += histogram.sum;
      count += histogram.count;
    }
    return count === 0 ? 0 : sum / count;
  }

  /** Everything, as text. */
  text(): string {
    const lines: string[] = [];
    const head = (name: string, type: string, help: string): void => {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    };
    head("limn_requests_total", "counter", "Requests that have ended, by route, task and status.");
    for (const [name, count] of this.#requests) lines.push(`limn_requests_total{${name}} ${count}`);
    for (const [name, help, found] of [
      ["limn_request_duration_seconds", "Time of requests, from headers to answer.", this.#durations],
      ["limn_job_duration_seconds", "Time of the work of jobs, without waiting.", this.#work],
    ] as const) {
      head(name, "histogram", help);
      for (const [own, { buckets, sum, count }] of found) {
        for (const [i, bound] of BUCKETS.entries()) lines.push(`${name}_bucket{${own},le="${bound}"} ${buckets[i]}`);
        lines.push(
          `${name}_bucket{${own},le="+Inf"} ${count}`,
          `${name}_sum{${own}} ${sum}`,
          `${name}_count{${own}} ${count}`,
        );
      }
    }
    for (const { name, help, read } of this.#gauges) {
      head(name, "gauge", help);
      lines.push(`${name} ${read()}`);
    }
    return `${lines.join("\n")}\n`;
  }
}

function labels(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (found) => (found === "\n" ? "\\n" : `\\${found}`))}"`,
    )
    .join(",");
}

function observe(into: Map<string, Histogram>, name: string, seconds: number): void {
  let histogram = into.get(name);
  if (!histogram) into.set(name, (histogram = { buckets: BUCKETS.map(() => 0), sum: 0, count: 0 }));
  for (const [i, bound] of BUCKETS.entries()) if (seconds <= bound) histogram.buckets[i]! += 1;
  histogram.sum += seconds;
  histogram.count += 1;
}

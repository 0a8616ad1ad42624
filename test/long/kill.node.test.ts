/** Hundreds of runs that are killed with SIGKILL at random moments, each resumed to the end. */
import { expect, test } from "vitest";
import { killAndResume, type KillOptions } from "../support/kill.ts";

const OUTPUTS: readonly Pick<KillOptions, "out" | "extra">[] = [
  { out: "." },
  { out: ".", extra: ["--contact-sheet", "{sheet}"] },
  { out: "x-%03d.tar", extra: ["--shard-size", "40"] },
  { out: "x.tar" },
  { out: "x.zip" },
];

for (const [i, output] of OUTPUTS.entries())
  for (const jobs of [1, 2])
    test(`${[output.out, ...(output.extra ?? [])].join(" ")} by ${jobs} jobs, killed at many moments`, async () => {
      const cut = await killAndResume({ ...output, jobs, pictures: 300, kills: 6, rounds: 8, seed: 10 * i + jobs });
      console.log(`${output.out}, ${jobs} jobs: ${cut} runs killed`);
      expect(cut).toBeGreaterThan(10);
    });

/** Runs that are killed a hundred times. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { random } from "../support/random.ts";
import { checkRun, ENDLESS, killChild } from "../support/run-child.ts";

test("a run that is killed at any of a hundred moments holds everything that it was told is logged", async () => {
  const dir = mkdtempSync(join(tmpdir(), "limn-kills-"));
  const next = random(11);
  let rows = 0;
  for (let round = 0; round < 100; round++) {
    const id = `k${round}`;
    const [path, ...steps] = (await killChild(ENDLESS, { dir, id, mode: "offline" }, next() * 200)).split("\n");
    rows += checkRun(path!, steps.slice(0, -1).map(Number), `run-${id}.wandb`);
  }
  expect(rows).toBeGreaterThan(300);
  rmSync(dir, { recursive: true });
});

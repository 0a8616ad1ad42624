/** Runs of the command line that are killed at random moments and resumed (Node only). */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { filesBelow, runCli, temporaryFolder } from "./cli.ts";
import { cocoOf, writeNoise } from "./dataset-files.ts";
import { random } from "./random.ts";

/** A campaign. */
export interface KillOptions {
  /** Names below the folder that is compared: `.` for single files, `x.zip`, `x-%03d.tar`. */
  readonly out: string;
  readonly jobs: number;
  readonly pictures: number;
  /** Of each round; then the run is left alone. */
  readonly kills: number;
  readonly rounds?: number;
  readonly seed: number;
  readonly extra?: readonly string[];
}

const SIZE = { width: 60, height: 40 };

/**
 * Kill runs with SIGKILL at random moments, resume each until it ends, and compare all files, by name and byte, with those of a run
 * left alone. `{sheet}` in `extra` is a path beside the output.
 *
 * @returns how many runs were killed while they worked
 */
export async function killAndResume(options: KillOptions): Promise<number> {
  const { pictures, kills, rounds = 1, seed, jobs, extra = [] } = options;
  const folder = temporaryFolder();
  const [images, file] = [join(folder, "photos"), join(folder, "instances.json")];
  // one without a picture: what fails, fails each time
  const names = Array.from({ length: pictures }, (_, i) => `${i % 5}/${i}.png`);
  for (const [i, name] of names.entries()) if (i !== 7) writeNoise(images, name, { ...SIZE, seed: i });
  writeFileSync(file, JSON.stringify(cocoOf(names, SIZE)));
  const argsFor = (place: string): string[] => {
    const out = join(folder, place);
    mkdirSync(out, { recursive: true });
    const more = extra.map((word) => word.replace("{sheet}", join(out, "sheet.png")));
    return ["render", file, "--images", images, "--jobs", String(jobs), "--out", join(out, options.out), ...more];
  };
  const start = performance.now();
  expect((await runCli(argsFor("whole"))).code).toBe(1);
  const elapsed = performance.now() - start;
  const whole = contentsOf(join(folder, "whole"));
  expect(whole.size).toBeGreaterThan(0);

  const next = random(seed);
  let cut = 0;
  for (let round = 0; round < rounds; round++) {
    const resumed = [...argsFor("drawn"), "--resume"];
    for (let i = 0; i < kills; i++)
      if (await killAfter(resumed, elapsed * (0.1 + (next() * 1.1) / Math.sqrt(kills)))) cut += 1;
    expect((await runCli(resumed)).code).toBe(1);
    const drawn = contentsOf(join(folder, "drawn"));
    expect([...drawn.keys()]).toEqual([...whole.keys()]);
    for (const [name, bytes] of drawn) expect(bytes.equals(whole.get(name)!), `${name} in round ${round}`).toBe(true);
    rmSync(join(folder, "drawn"), { recursive: true });
  }
  expect(cut).toBeGreaterThan(0);
  return cut;
}

/** @returns true if the run was killed, false if it ended before */
function killAfter(args: readonly string[], milliseconds: number): Promise<boolean> {
  const child = spawn(process.execPath, ["dist/cli.js", ...args], { stdio: "ignore" });
  const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
  return new Promise((resolve) =>
    child.on("close", (_, signal) => {
      clearTimeout(timer);
      resolve(signal === "SIGKILL");
    }),
  );
}

/** Every file, hidden ones too, with its bytes. */
function contentsOf(folder: string): Map<string, Buffer> {
  return new Map(filesBelow(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

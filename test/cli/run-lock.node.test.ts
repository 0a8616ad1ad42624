/** Runs that would write the same files at the same time. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockAddress, lockFolder } from "../../src/cli/run-lock.ts";
import { filesBelow, runCli, temporaryFolder } from "../support/cli.ts";
import { slowDataset } from "../support/slow-pictures.ts";

const posixTest = test.skipIf(process.platform === "win32");

/** A run that stands still when it has told its second picture: then the first one is in its journal. */
function begin(args: readonly string[]): Promise<{ child: ChildProcess; ended: Promise<number | null> }> {
  const child = spawn(process.execPath, ["dist/cli.js", ...args, "--json"], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise<number | null>((done) => child.on("close", (code) => done(code)));
  return new Promise((resolve) => {
    let said = "";
    const listen = (text: Buffer): void => {
      said += text.toString();
      if (said.split('"type":"picture"').length < 3) return;
      child.kill("SIGSTOP");
      child.stdout!.off("data", listen).resume();
      resolve({ child, ended });
    };
    child.stdout!.on("data", listen);
  });
}

posixTest.each(["drawn", "x.zip", "x-%02d.tar"])(
  "a second run into %s is refused while the first goes on, and the first is not disturbed",
  async (place) => {
    const { images, file, folder, names } = slowDataset(40);
    mkdirSync(join(folder, "out"));
    const args = ["render", file, "--images", images, "--out", join(folder, "out", place), "--jobs", "1"];
    const { child, ended } = await begin(args);
    for (const more of [[], ["--resume"], ["--limit", "1"]]) {
      const second = await runCli([...args, ...more]);
      expect([second.code, second.stdout, second.stderr]).toEqual([
        2,
        "",
        expect.stringMatching(/error: .*: another run is writing there; wait for its end, or choose another --out\n$/),
      ]);
    }
    child.kill("SIGCONT");
    expect(await ended).toBe(0);
    const files = filesBelow(join(folder, "out"));
    expect(files).toHaveLength(place === "drawn" ? names.length : 1);
    expect((await runCli([...args, "--limit", "1"])).code).toBe(0);
  },
  60_000,
);

posixTest(
  "a killed run holds nothing, and parts of a run write to one folder side by side",
  async () => {
    const { images, file, folder, names } = slowDataset(24);
    const args = ["render", file, "--images", images, "--out", join(folder, "out"), "--jobs", "1"];
    const { child, ended } = await begin([...args, "--shard", "1/2"]);
    const [other, same] = await Promise.all(["2/2", "1/2"].map((part) => runCli([...args, "--shard", part])));
    expect([other!.code, same!.code]).toEqual([0, 2]);
    child.kill("SIGKILL");
    await ended;
    const end = await runCli([...args, "--shard", "1/2", "--resume"]);
    expect([end.code, end.stderr]).toEqual([0, expect.stringContaining("resumed: ")]);
    expect(filesBelow(join(folder, "out"))).toHaveLength(names.length);
  },
  60_000,
);

posixTest(
  "a journal of another version of limn is not gone on with",
  async () => {
    const { images, file, folder } = slowDataset(12);
    const args = ["render", file, "--images", images, "--out", join(folder, "out"), "--jobs", "1"];
    const { child, ended } = await begin(args);
    child.kill("SIGKILL");
    await ended;
    const path = join(folder, "out/.limn-run/journal.jsonl");
    const [first, ...others] = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, [JSON.stringify({ ...JSON.parse(first!), limn: "0.0.1" }), ...others].join("\n"));
    const { code, stderr } = await runCli([...args, "--resume"]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/is of limn "0\.0\.1", this is \d+\.\d+\.\d+;/)]);
    expect((await runCli(args)).code).toBe(0);
  },
  60_000,
);

test("a lock belongs to one, is free when it is released, and is the folder's by whatever path", async () => {
  const folder = temporaryFolder();
  const lock = await lockFolder(join(folder, "run"));
  expect(lock).toBeDefined();
  expect(await lockFolder(join(folder, "x/../run"))).toBe(undefined);
  const other = await lockFolder(join(folder, "other"));
  expect(other).toBeDefined();
  lock!.release();
  const again = await lockFolder(join(folder, "run"));
  expect(again).toBeDefined();
  for (const held of [other, again]) held!.release();
  expect(readdirSync(folder)).toEqual([]);
});

// the way of systems whose sockets are files
posixTest("a socket that a killed process has left is taken over", async () => {
  const path = join(temporaryFolder(), "run.sock");
  const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => console.log("there"))`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve) => child.stdout!.once("data", resolve));
  expect(await lockAddress(path)).toBe(undefined);
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("close", resolve));
  const lock = await lockAddress(path);
  expect(lock).toBeDefined();
  expect(await lockAddress(path)).toBe(undefined);
  lock!.release();
});

/** Runs that are written by processes of their own (Node only); they use the built library. */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "vitest";
import { sha256Hex } from "../../src/model/digest.ts";
import { offlineRecords } from "./offline-records.ts";

const LIBRARY = JSON.stringify(resolve("dist/index.js"));

/** A module that has `Image`, `init` and `deepdriver`, and `options` as its first argument. */
export function program(body: string): string {
  return `import { deepdriver, Image, init } from ${LIBRARY};
const options = JSON.parse(process.argv[1]);
${body}`;
}

/** Run a program to its end. @param fileBlocks - of 1024 bytes: no file may become larger, as on a disk that is full */
export function runChild(
  body: string,
  options: object,
  fileBlocks?: number,
): { stdout: string; status: number | null } {
  const args = ["--input-type=module", "-e", program(body), JSON.stringify(options)];
  const { stdout, status, stderr } =
    fileBlocks === undefined
      ? spawnSync(process.execPath, args, { encoding: "utf8" })
      : spawnSync(
          "bash",
          ["-c", 'ulimit -f "$1"; shift; exec "$@"', "bash", String(fileBlocks), process.execPath, ...args],
          {
            encoding: "utf8",
          },
        );
  if (status !== 0) throw new Error(`the process ended with ${status}: ${stderr}`);
  return { stdout, status };
}

/** Start a program, and kill it some time after its first step. @returns what it has said */
export async function killChild(body: string, options: object, afterMs: number): Promise<string> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program(body), JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = said.split("\n").length;
    said += text;
    if (lines < 3 && said.split("\n").length >= 3) setTimeout(() => child.kill("SIGKILL"), afterMs);
  });
  const signal = await new Promise((done) => child.on("close", (_, by) => done(by)));
  expect(signal).toBe("SIGKILL");
  return said;
}

/** Logs pictures of random size until it is killed; says the path, then the number of each step that it was told is logged. */
export const ENDLESS = `
  const run = init(options);
  process.stdout.write(run.path + "\\n");
  for (let i = 0; ; i++) {
    const side = 1 + ((i * 7919) % 60);
    const data = new Uint8Array(side * side * 3).map((_, k) => (k * 31 + i) & 255);
    const boxes = { p: { box_data: [{ position: { minX: 0, maxX: 1, minY: 0, maxY: 1 }, class_id: i % 5 }] } };
    await run.log({ i, img: new Image({ data, shape: [side, side, 3] }, { boxes }), list: [0, 1].map(() => new Image({ data, shape: [side, side, 3] })) });
    process.stdout.write(i + "\\n");
  }`;

/** What was logged is there: every row, and every file that a row names, with its hash. @returns the number of rows */
export function checkRun(path: string, said: readonly number[], offline?: string): number {
  const rows = readFileSync(join(path, "files/wandb-history.jsonl"), "utf8").split("\n");
  expect(rows.pop()).toBe(""); // whole lines
  expect(rows.length).toBeGreaterThanOrEqual(said.length);
  for (const [i, text] of rows.entries()) {
    const row = JSON.parse(text);
    expect([row.i, row._step]).toEqual([i, i]);
    for (const record of [row.img, ...Object.values(row.img.boxes)] as { path: string; sha256: string }[])
      expect(sha256Hex(readFileSync(join(path, "files", record.path)))).toBe(record.sha256);
    for (const name of row.list.filenames) expect(readFileSync(join(path, "files", name)).length).toBeGreaterThan(60);
  }
  JSON.parse(readFileSync(join(path, "files/config.yaml"), "utf8"));
  if (offline !== undefined) {
    const records = offlineRecords(readFileSync(join(path, offline)));
    // the row of the last step may be in one of the two only
    expect(Math.abs(records.filter((record) => record["history"]).length - rows.length)).toBeLessThanOrEqual(1);
    const files = new Set(records.flatMap((record) => (record["files"] ? [JSON.stringify(record["files"])] : [])));
    expect(files.size).toBeGreaterThanOrEqual(said.length);
  }
  return rows.length;
}

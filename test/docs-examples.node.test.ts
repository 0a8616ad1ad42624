import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { encodePng } from "../src/codec/png-encode.ts";

const picture = (value: number): Uint8Array =>
  encodePng({ data: new Uint8Array(64 * 48 * 3).fill(value), shape: [48, 64, 3] });

/** `using` is newer than the oldest Node that is supported; these examples end with their block. */
const plain = (code: string): string => code.replace(/\busing /g, "const ");

for (const guide of ["wandb", "deepdriver"])
  test(`every example of docs/${guide}.md runs with the published package`, () => {
    const examples = [...readFileSync(`docs/${guide}.md`, "utf8").matchAll(/```js\n([\s\S]*?)```/g)].map(
      ([, code]) => code!,
    );
    expect(examples.length).toBeGreaterThan(5);
    const folder = mkdtempSync(join(tmpdir(), "limn-docs-"));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(resolve("."), join(folder, "node_modules/limn"));
    writeFileSync(join(folder, "package.json"), "{}");
    writeFileSync(join(folder, "cat.png"), picture(90));
    writeFileSync(join(folder, "dog.png"), picture(160));
    const names = examples.map((code, i) => {
      writeFileSync(join(folder, `example-${i}.mjs`), plain(code));
      return `./example-${i}.mjs`;
    });
    const main = `for (const name of ${JSON.stringify(names)}) { console.log(name); await import(name); }`;
    writeFileSync(join(folder, "main.mjs"), main);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["main.mjs"], { cwd: folder, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toContain(names.at(-1));
    const made = readdirSync(folder);
    expect(made).toContain(guide);
    if (guide === "deepdriver")
      expect(readdirSync(join(folder, "deepdriver-artifacts/result/artifact_name"))).toEqual(["V1", "V2"]);
    else {
      const runs = readdirSync(join(folder, "wandb"));
      expect(runs.filter((name) => name.startsWith("offline-run-"))).toHaveLength(1);
    }
    rmSync(folder, { recursive: true });
  });

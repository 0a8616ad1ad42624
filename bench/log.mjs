/**
 * An array of RGB bytes to an image that is logged: encoded, hashed, written, its row in the history. Beside it the real wandb,
 * in an offline run, where LIMN_PYTHON names an interpreter that has it.
 */
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { decodePng } from "../build/js/codec/png-decode.js";
import { Image, init } from "../build/js/index.js";
import { compare } from "./harness.mjs";
import { photos } from "./inputs.mjs";
import { logJs } from "./twins/log.mjs";

const RIVAL = `
import os, sys, time
os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_DIR=sys.argv[1])
import numpy as np
import wandb
run = wandb.init(project="bench")
side = int(sys.argv[2])
pixels = np.frombuffer(sys.stdin.buffer.read(side * side * 3), np.uint8).reshape(side, side, 3)
print("ready", flush=True)
step = 0
for _ in sys.stdin.buffer:
    array = pixels.copy()
    array[0, 0, 0] = step % 256
    start = time.perf_counter()
    run.log({"img": wandb.Image(array)})
    print((time.perf_counter() - start) * 1000, flush=True)
    step += 1
run.finish()
`;

/** The real package in a process of its own, that gives the milliseconds of one image for each line it is sent. */
async function rival(folder, side, rgb) {
  if (!process.env.LIMN_PYTHON) return undefined;
  const child = spawn(process.env.LIMN_PYTHON, ["-c", RIVAL, folder, String(side)], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on("error", () => {});
  child.stdin.write(rgb);
  for (;;) {
    const { value, done } = await lines.next();
    if (done) return undefined; // without the package
    if (value === "ready") break;
  }
  return {
    measure: async () => {
      child.stdin.write("\n");
      return Number((await lines.next()).value);
    },
    close: () => child.stdin.end(),
  };
}

for (const side of [512, 1024]) {
  const folder = mkdtempSync(join(tmpdir(), "limn-bench-log-"));
  const [{ rgba, rgb }] = photos(side, side, 1);
  const run = init({ dir: folder, mode: "offline" });
  const python = await rival(folder, side, rgb);
  let step = 0;
  const log = () => {
    rgb[0] = step++;
    void run.log({ img: new Image({ data: rgb, shape: [side, side, 3] }) });
  };
  log();
  const [row] = readFileSync(join(run.path, "files/wandb-history.jsonl"), "utf8").split("\n");
  const { data } = decodePng(readFileSync(join(run.path, "files", JSON.parse(row).img.path)), { as: "native" });
  assert.equal(data[0], 0);
  data[0] = rgb[0];
  assert.ok(Buffer.compare(data, rgb) === 0, "other pixels");
  await compare(
    `log an array of ${side} x ${side} RGB`,
    [
      { name: "limn", run: log },
      {
        name: "plain JS, node:zlib",
        run: () => {
          rgba[0] = step++;
          logJs(folder, rgba, side, side, step);
        },
      },
      ...(python ? [{ name: "wandb (Python)", measure: python.measure, floor: 12 }] : []),
    ],
    { pixels: side * side },
  );
  python?.close();
  await run.finish();
  rmSync(folder, { recursive: true, force: true });
}

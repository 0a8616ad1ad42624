/** A campaign: mutated and cut JPEGs for LIMN_FUZZ_SECONDS (default 60), seed LIMN_FUZZ_SEED (default 1). */
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decodeJpeg } from "../../src/codec/jpeg-decode.ts";
import { core } from "../../src/core/wasm.ts";
import { ImageError } from "../../src/errors.ts";
import { jpegCase } from "../support/jpeg-cases.ts";
import { random, randomInt } from "../support/random.ts";

const seconds = Number(process.env["LIMN_FUZZ_SECONDS"] ?? 60);
const seed = Number(process.env["LIMN_FUZZ_SEED"] ?? 1);

test(`no mutated JPEG traps or takes more than 2 seconds (seed ${seed})`, { timeout: (seconds + 30) * 1000 }, () => {
  const next = random(seed);
  const files = Array.from({ length: 200 }, (_, i) => jpegCase(5000 + i).bytes);
  const end = performance.now() + seconds * 1000;
  let decoded = 0;
  let refused = 0;
  while (performance.now() < end) {
    const bytes = files[randomInt(next, 0, files.length - 1)]!.slice();
    const kind = randomInt(next, 0, 3);
    if (kind !== 1) {
      // headers and tables more often than their share
      const last = kind === 2 ? Math.min(bytes.length, 700) - 1 : bytes.length - 1;
      for (let i = randomInt(next, 1, 12); i > 0; i--)
        bytes[randomInt(next, 2, last)] = [0, 255, 0xd0 + randomInt(next, 0, 7), randomInt(next, 0, 255)][
          randomInt(next, 0, 3)
        ]!;
    }
    const cut = kind === 1 || kind === 3 ? bytes.subarray(0, randomInt(next, 3, bytes.length)) : bytes;
    const start = performance.now();
    try {
      const partial = next() < 0.5;
      if (next() < 0.5) decodeJpeg(cut, { as: "native", partial });
      else decodeJpeg(cut, { partial }).free();
      decoded++;
    } catch (error) {
      const sound = error instanceof ImageError && error.code !== "INTERNAL";
      if (!sound) writeFileSync(join(tmpdir(), `jpeg-fuzz-${seed}.jpg`), cut);
      if (!sound) throw error;
      refused++;
    }
    expect(performance.now() - start).toBeLessThan(2000);
  }
  expect(core().heap.blocks).toBe(0);
  console.log(`${decoded} decoded, ${refused} refused`);
});

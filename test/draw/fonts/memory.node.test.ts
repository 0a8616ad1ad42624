/** Registering a font again and again costs nothing: measured in a process of its own, whose memory nothing else touches. */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { Frame } from "../../../src/core/frame.ts";
import { core } from "../../../src/core/wasm.ts";
import { registerFont } from "../../../src/draw/fonts/registry.ts";
import { render } from "../../../src/draw/render.ts";
import { sharedBytes, sharedPath, sharedTest } from "../../support/shared.ts";
import { LIBRARY } from "../../support/in-child.ts";

/** Megabytes that a process holds after half of its work, when the engine has compiled what is hot, and at its end. */
function memoryOver(registrations: number, renders: number, font: string): [before: number, after: number] {
  const program = `
    import { readFileSync } from "node:fs";
    const { Frame, registerFont, render } = await import(${JSON.stringify(LIBRARY)});
    const bytes = readFileSync(${JSON.stringify(font)});
    const each = Math.floor(${registrations} / ${renders});
    const frame = Frame.create(320, 200, { fill: 0x808080 });
    // buffers are given back a little after their objects
    const settle = async () => {
      for (let i = 0; i < 4; i++) {
        gc();
        await new Promise((done) => setTimeout(done, 20));
      }
    };
    let before = 0;
    for (let i = 0; i < ${registrations}; i++) {
      // another array with the same bytes each time, as a server would read them
      await registerFont(Uint8Array.prototype.slice.call(bytes), { name: "font" });
      if (i % each === 0)
        render(frame, { width: 320, height: 200, annotations: [
          { box: { x: 10, y: 60, width: 200, height: 80 }, category: "보행자 " + i },
        ] }, { fontSize: 10 + (i / each) % 30 });
      if (i === Math.floor(${registrations} / 2)) { await settle(); before = process.memoryUsage().rss; }
    }
    await settle();
    console.log(JSON.stringify([before, process.memoryUsage().rss].map((bytes) => bytes / 2 ** 20)));`;
  const out = execFileSync(process.execPath, ["--expose-gc", "--input-type=module", "-e", program], {
    encoding: "utf8",
  });
  return JSON.parse(out) as [number, number];
}

test("10,000 registrations of one font and 500 renders between them do not grow memory", { timeout: 60_000 }, () => {
  const [before, after] = memoryOver(10_000, 500, resolve("test/fonts/hangul.ttf"));
  expect(after - before).toBeLessThan(16);
});

sharedTest("nor do 300 of a font of 4.7 MB, which took 1.4 GB when each had a copy", { timeout: 60_000 }, () => {
  const [before, after] = memoryOver(300, 100, sharedPath("data/fonts/NanumGothic.ttf"));
  expect(after - before).toBeLessThan(100);
  expect(after).toBeLessThan(400);
});

sharedTest("a picture of 1,500 different large letters keeps the cache small", { timeout: 60_000 }, async () => {
  const name = await registerFont(sharedBytes("data/fonts/NanumGothic.ttf"));
  const { heap } = core();
  const before = heap.usedBytes;
  const frame = Frame.create(1600, 1200, { fill: 0x808080 });
  const own = heap.usedBytes - before;
  const annotations = Array.from({ length: 300 }, (_, i) => ({
    box: { x: (i % 10) * 100, y: i * 3, width: 50, height: 50 },
    caption: String.fromCodePoint(...Array.from({ length: 5 }, (__, k) => 0xac00 + i * 5 + k)),
  }));
  render(frame, { width: 1600, height: 1200, annotations }, { fonts: [name], fontSize: 200 });
  expect(heap.usedBytes - before - own).toBeLessThan(8 * 2 ** 20);
  frame.free();
});

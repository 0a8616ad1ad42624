import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { core } from "../../src/core/wasm.ts";
import { renderToPng } from "../../src/draw/render.ts";
import { random, randomInt } from "../support/random.ts";
import { testFrame, testScene } from "../support/scenes.ts";

test("wasm memory does not grow over 1,000 renders of mixed sizes", { timeout: 120_000 }, () => {
  const drawAll = (): void => {
    const next = random(9);
    for (let i = 0; i < 1000; i++) {
      const width = randomInt(next, 1, 400);
      const height = randomInt(next, 1, 300);
      const frame = testFrame(width, height);
      renderToPng(frame, testScene(width, height, 6, randomInt(next, 1, 20)), { fontSize: randomInt(next, 8, 16) });
      frame.free();
    }
  };
  // once for the caches, which are bounded; the same again needs nothing
  drawAll();
  const { memory, heap } = core();
  const [size, blocks, used] = [memory.buffer.byteLength, heap.blocks, heap.usedBytes];
  expect(size).toBeLessThan(4 * 2 ** 20);
  drawAll();
  expect(core().memory).toBe(memory);
  expect(memory.buffer.byteLength).toBe(size);
  expect([heap.blocks, heap.usedBytes]).toEqual([blocks, used]);
});

test("forgotten frames come back", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const { heap } = core();
  const before = heap.blocks;
  (() => {
    for (let i = 0; i < 20; i++) testFrame(100, 100);
  })();
  expect(heap.blocks).toBe(before + 20);
  for (let i = 0; i < 20 && heap.blocks > before; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(heap.blocks).toBe(before);
});

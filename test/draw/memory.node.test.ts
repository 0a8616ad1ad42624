import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { core } from "../../src/core/wasm.ts";
import { renderToPng } from "../../src/draw/render.ts";
import { random, randomInt } from "../support/random.ts";
import { testFrame, testScene } from "../support/scenes.ts";

test("wasm memory does not grow over 1,000 renders of mixed sizes", { timeout: 120_000 }, () => {
  const next = random(9);
  const draw = (width: number, height: number, seed: number, fontSize: number): void => {
    const frame = testFrame(width, height);
    renderToPng(frame, testScene(width, height, 6, seed), { fontSize, declutter: "all" });
    frame.free();
  };
  // the largest pictures, and every glyph that the cache will hold
  for (let seed = 1; seed <= 20; seed++)
    for (let fontSize = 8; fontSize <= 16; fontSize++) draw(400, 300, seed, fontSize);
  const { memory, heap } = core();
  const [size, blocks, used] = [memory.buffer.byteLength, heap.blocks, heap.usedBytes];
  for (let i = 0; i < 1000; i++)
    draw(randomInt(next, 1, 400), randomInt(next, 1, 300), randomInt(next, 1, 20), randomInt(next, 8, 16));
  expect(core().memory).toBe(memory);
  expect(memory.buffer.byteLength).toBe(size);
  expect(heap.blocks).toBeLessThanOrEqual(blocks + 2); // the cache of glyphs takes blocks of its own
  expect(heap.usedBytes).toBeLessThan(used + 2 ** 20);
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

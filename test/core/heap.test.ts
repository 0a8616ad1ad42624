import { describe, expect, test } from "vitest";
import { Heap, SLACK } from "../../src/core/heap.ts";
import { random, randomInt } from "../support/random.ts";

function newHeap(maximum = 1000): Heap {
  return new Heap(new WebAssembly.Memory({ initial: 1, maximum }), 1000);
}

describe("Heap", () => {
  test("keeps live blocks apart, aligned and inside memory, over 20,000 random calls", () => {
    const heap = newHeap();
    const next = random(1);
    const live: [ptr: number, bytes: number][] = [];
    for (let i = 0; i < 20_000; i++) {
      if (live.length > 40 || (live.length > 0 && next() < 0.48)) {
        const [[ptr] = [0, 0]] = live.splice(randomInt(next, 0, live.length - 1), 1);
        heap.free(ptr);
      } else {
        const bytes = randomInt(next, 0, next() < 0.1 ? 300_000 : 2000);
        live.push([heap.alloc(bytes), bytes]);
      }
      if (i % 50) continue;
      const blocks = [...live].sort(([a], [b]) => a - b);
      for (const [index, [ptr, bytes]] of blocks.entries()) {
        expect(ptr % 16).toBe(0);
        expect(ptr + bytes + SLACK).toBeLessThanOrEqual(blocks[index + 1]?.[0] ?? heap.memory.buffer.byteLength);
      }
      const free = heap.freeBlocks();
      for (const [index, [ptr, size]] of free.entries())
        expect(ptr + size).toBeLessThan(free[index + 1]?.[0] ?? Infinity);
    }
    for (const [ptr] of live) heap.free(ptr);
    expect(heap.blocks).toBe(0);
    expect(heap.usedBytes).toBe(0);
    expect(heap.freeBlocks()).toHaveLength(1);
  });

  test("takes the same memory again instead of growing", () => {
    const heap = newHeap();
    heap.free(heap.alloc(5_000_000));
    const size = heap.memory.buffer.byteLength;
    for (let i = 0; i < 100; i++) heap.free(heap.alloc(5_000_000 - i * 1000));
    expect(heap.memory.buffer.byteLength).toBe(size);
  });

  test("reports LIMIT when memory cannot grow, and stays usable", () => {
    const heap = newHeap(4);
    expect(() => heap.alloc(10 * 65536)).toThrow(expect.objectContaining({ code: "LIMIT" }));
    expect(() => heap.alloc(2 ** 33)).toThrow(expect.objectContaining({ code: "LIMIT" }));
    heap.free(heap.alloc(1000));
    expect(heap.blocks).toBe(0);
  });

  test("refuses to free what it did not give", () => {
    const heap = newHeap();
    const ptr = heap.alloc(10);
    heap.free(ptr);
    expect(() => heap.free(ptr)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
  });
});

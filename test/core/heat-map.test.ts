import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { HEAT_TOP, paintHeatGrid } from "../../src/core/heat-map.ts";
import { core } from "../../src/core/wasm.ts";
import { stretchLevels } from "../reference/heat-map.ts";
import { newCore, VARIANTS } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

describe.each(VARIANTS)("stretchLevels (%s)", (variant) => {
  const owner = newCore(variant);

  test("equals the reference for widths of 1 to 37 and grids of any size, and touches nothing else", () => {
    const next = random(41);
    for (let round = 0; round < 300; round++) {
      const stride = randomInt(next, 2, 19);
      const gridRows = randomInt(next, 2, 6);
      const grid = Int16Array.from({ length: stride * gridRows }, () =>
        next() < 0.2 ? HEAT_TOP * randomInt(next, 0, 1) : randomInt(next, 0, HEAT_TOP),
      );
      const [width, height] = [randomInt(next, 1, 37), randomInt(next, 1, 4)];
      const pick = (count: number, cells: number) =>
        Array.from({ length: count }, () => [randomInt(next, 0, cells - 2), randomInt(next, 0, 256)] as const);
      const columns = pick(width, stride);
      const rows = pick(height, gridRows);
      const pair = (share: number): number => (256 - share) | (share << 16);
      const padded = (width + 3) & ~3;
      const offsets = new Uint32Array(padded);
      const shares = new Uint32Array(padded);
      columns.forEach(([at, share], i) => {
        offsets[i] = at * 2;
        shares[i] = pair(share);
      });
      const actual = owner.run((scratch) => {
        const gridPtr = scratch.copyIn(grid);
        const offsetPtr = scratch.copyIn(offsets);
        const sharePtr = scratch.copyIn(shares);
        const rowPtr = scratch.copyIn(Uint32Array.from(rows.flatMap(([at, share]) => [at, pair(share)])));
        const line = scratch.alloc(stride * 2 + 32);
        owner.u8(line, stride * 2 + 32).fill(0xee);
        const dst = scratch.alloc(width * height + 16);
        owner.u8(dst, width * height + 16).fill(0xee);
        owner.kernels.stretchLevels(dst, width, height, gridPtr, stride, offsetPtr, sharePtr, rowPtr, line);
        expect([...owner.u8(dst + width * height + 3, 13)]).toEqual(Array(13).fill(0xee));
        expect([...owner.u8(line + stride * 2 + 16, 16)]).toEqual(Array(16).fill(0xee));
        return [...owner.u8(dst, width * height)];
      });
      expect(actual).toEqual(stretchLevels(grid, stride, columns, rows));
    }
  });
});

describe("paintHeatGrid", () => {
  /** Level i as a grey of i. */
  const table = new Uint8Array(1024).map((_, i) => (i % 4 === 3 ? 255 : i >> 2));

  function levels(frame: Frame): number[] {
    return [...frame.view()].filter((_, i) => i % 4 === 0);
  }

  test("puts a grid of the picture's size on it as it is", () => {
    const next = random(3);
    for (const [width, height] of [
      [1, 1],
      [17, 5],
      [1000, 270],
    ] as const) {
      using frame = Frame.create(width, height, { fill: 0 });
      const values = Int16Array.from({ length: width * height }, () => 128 * randomInt(next, 0, 254));
      const blocks = core().heap.blocks;
      paintHeatGrid(frame, { values, width, height }, table);
      expect(core().heap.blocks).toBe(blocks);
      expect(levels(frame)).toEqual([...values].map((value) => value / 128 + 1));
    }
  });

  test("mixes the middles of neighbours evenly and keeps the edges", () => {
    using frame = Frame.create(8, 1, { fill: 0 });
    paintHeatGrid(frame, { values: Int16Array.of(0, HEAT_TOP), width: 2, height: 1 }, table);
    expect(levels(frame)).toEqual([1, 1, 33, 96, 160, 223, 255, 255].map((value) => expect.closeTo(value, -0.5)));
  });

  test("leaves pixels nearest to a hole alone", () => {
    using frame = Frame.create(9, 3, { fill: 0x070707 });
    const values = Int16Array.of(HEAT_TOP, HEAT_TOP, HEAT_TOP);
    paintHeatGrid(frame, { values, width: 3, height: 1, holes: Uint8Array.of(0, 1, 0) }, table);
    expect(levels(frame).slice(9, 18)).toEqual([255, 255, 255, 7, 7, 7, 255, 255, 255]);
  });
});

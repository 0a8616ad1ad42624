import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { packColor, type Outline } from "../../src/core/raster.ts";
import { drawPlates, type GlyphSource, type Plate } from "../../src/core/text.ts";
import { core, useModule } from "../../src/core/wasm.ts";
import { coverage, paintBox, paintCovered, type Picture } from "../reference/raster.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

/** Glyphs of a made-up font: glyph 0 has no ink, the others are blobs of curves about the baseline. */
function blobs(seed: number): GlyphSource {
  return {
    outline(glyph, size): Outline | undefined {
      if (glyph === 0) return undefined;
      const next = random(seed * 1000 + glyph);
      const points = Int32Array.from({ length: 12 }, (_, i) =>
        Math.round((i % 2 ? -next() : next()) * size * 256 * 0.9),
      );
      return { points, flags: Uint8Array.of(1, 0, 1, 0, 0, 1), ends: Uint32Array.of(6) };
    },
  };
}

/** Coverage of a quarter disc of radius 3 with its two curves: what a corner of that radius must have. */
const CORNER: Outline = {
  points: Int32Array.of(0, 768, 0, 450, 225, 225, 450, 0, 768, 0, 768, 768),
  flags: Uint8Array.of(1, 0, 1, 0, 1, 1),
  ends: Uint32Array.of(6),
};

function paintPlate(picture: Picture, plate: Plate, source: GlyphSource, size: number, colors: Colors): void {
  const { left, top, right, bottom } = plate;
  const corner = coverage(CORNER, 3, 3);
  const fromSide = (v: number, low: number, high: number): number => Math.min(v - low, high - 1 - v);
  const { fill, fillAlpha, ink, inkAlpha, bias } = colors;
  const inCorner = (x: number, y: number): boolean => fromSide(x, left, right) < 3 && fromSide(y, top, bottom) < 3;
  paintBox(picture, [left, top, right, bottom], fill, fillAlpha, bias, (x, y) => !inCorner(x, y));
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++)
      if (inCorner(x, y)) {
        const covered = corner[fromSide(y, top, bottom) * 3 + fromSide(x, left, right)]!;
        paintCovered(picture, x, y, covered, fill, fillAlpha, bias);
      }
  for (const { line, penX, penY } of plate.lines) {
    for (const [i, glyph] of line.glyphs.entries()) {
      const outline = source.outline(glyph, size);
      if (!outline) continue;
      const quarters = line.penX[i]!;
      const points = outline.points.map((value, at) => (at % 2 ? value : value + (quarters & 3) * 64));
      const reach = size + 2;
      const covered = coverage({ ...outline, points }, 2 * reach, 2 * reach, false, -reach, -reach);
      for (const [at, value] of covered.entries()) {
        const x = penX + (quarters >> 2) - reach + (at % (2 * reach));
        const y = penY - reach + Math.floor(at / (2 * reach));
        paintCovered(picture, x, y, value, ink, inkAlpha, bias);
      }
    }
  }
}

interface Colors {
  readonly fill: number;
  readonly fillAlpha: number;
  readonly ink: number;
  readonly inkAlpha: number;
  readonly bias: number;
}

describe.each(VARIANTS)("plates and glyphs (%s)", (variant) => {
  beforeAll(() => useModule(variantModule(variant)));
  afterAll(() => useModule(variantModule("simd")));

  test("equal the twin, wherever they stand, at every quarter of a pixel", () => {
    const next = random(21);
    for (let round = 0; round < 60; round++) {
      const width = randomInt(next, 1, 60);
      const height = randomInt(next, 1, 30);
      const opaque = round % 3 ? 1 : 0.7;
      const data = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
        i % 4 === 3 && next() < opaque ? 255 : randomInt(next, 0, 255),
      );
      const picture = { data: data.slice(), width, height };
      const source = blobs(round);
      const size = randomInt(next, 6, 24);
      const colors: Colors = {
        fill: randomInt(next, 0, 0xffffff),
        fillAlpha: round % 2 ? 255 : randomInt(next, 0, 255),
        ink: randomInt(next, 0, 0xffffff),
        inkAlpha: round % 4 ? 255 : randomInt(next, 0, 255),
        bias: next() < 0.5 ? 127 : 0,
      };
      const plates: Plate[] = Array.from({ length: randomInt(next, 0, 3) }, () => {
        const left = randomInt(next, -20, width);
        const top = randomInt(next, -20, height);
        const count = randomInt(next, 0, 4);
        return {
          left,
          top,
          right: left + randomInt(next, 6, 50),
          bottom: top + randomInt(next, 6, 25),
          color: packColor(colors.fill, colors.fillAlpha),
          ink: packColor(colors.ink, colors.inkAlpha),
          lines: Array.from({ length: randomInt(next, 0, 3) }, () => ({
            penX: left + randomInt(next, -5, 10),
            penY: top + randomInt(next, 0, 25),
            line: {
              glyphs: Array.from({ length: count }, () => [randomInt(next, 0, 5), 5000][next() < 0.1 ? 1 : 0]!),
              penX: Array.from({ length: count }, () => randomInt(next, -30, 200)),
              width: 0,
            },
          })),
        };
      });
      const frame = Frame.fromRgba(data, width, height);
      const end = frame.view().byteOffset + data.length;
      core().u8(end, 100).fill(0xa5);
      drawPlates(frame, { plates, radius: 3, source, size }, colors.bias);
      const actual = frame.toRgba();
      expect(
        core()
          .u8(end, 100)
          .every((byte) => byte === 0xa5),
      ).toBe(true);
      frame.free();
      for (const plate of plates) paintPlate(picture, plate, source, size, colors);
      const at = actual.findIndex((byte, i) => byte !== picture.data[i]);
      if (at >= 0) expect([round, at, actual[at]]).toEqual([round, at, picture.data[at]]);
    }
  });
});

describe("the glyph cache", () => {
  const line = { glyphs: [1, 2, 3], penX: [0, 40, 81], width: 60 };
  const plate: Plate = {
    left: 2,
    top: 2,
    right: 90,
    bottom: 60,
    color: 0xff336699,
    ink: 0xffffffff,
    lines: [{ penX: 5, penY: 40, line }],
  };

  test("draws the same picture the second time, without new memory", () => {
    const source = blobs(1);
    const draw = (): Uint8Array => {
      using frame = Frame.create(100, 64, { fill: 0x808080 });
      drawPlates(frame, { plates: [plate], radius: 4, source, size: 30 });
      return frame.toRgba();
    };
    const first = draw();
    const used = core().heap.usedBytes;
    expect(draw()).toEqual(first);
    expect(core().heap.usedBytes).toBe(used);
  });

  test("stays bounded over fonts and sizes without number, and its blocks do not keep a core alive", () => {
    using frame = Frame.create(100, 64, { fill: 0x808080 });
    let most = 0;
    for (let i = 0; i < 400; i++) {
      drawPlates(frame, { plates: [plate], radius: 4, source: blobs(i), size: 40 + (i % 100) });
      most = Math.max(most, core().heap.usedBytes);
    }
    expect(most).toBeLessThan(6 * 2 ** 20);
    expect(core().heap.blocks - core().cachedBlocks).toBe(1); // the frame
  });

  test("plates that overlap are drawn one after the other: the last one is whole", () => {
    const source = blobs(2);
    const over: Plate = { ...plate, left: 30, right: 98, color: 0xff00ff00, lines: [] };
    using frame = Frame.create(100, 64, { fill: 0x808080 });
    drawPlates(frame, { plates: [plate, over], radius: 0, source, size: 30 });
    const pixels = frame.toRgba();
    for (let y = 2; y < 60; y++)
      for (let x = 30; x < 98; x++)
        expect([...pixels.subarray((y * 100 + x) * 4, (y * 100 + x) * 4 + 3)]).toEqual([0, 255, 0]);
  });
});

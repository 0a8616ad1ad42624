/** Kernels that draw shapes, against their slow twins. Long: there are eight of them, on the same random shapes. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Frame, pointerOf } from "../../src/core/frame.ts";
import {
  fillBoxes,
  fillCapsules,
  fillOutline,
  fillOutlines,
  type Outline,
  packColor,
  strokeBoxes,
} from "../../src/core/raster.ts";
import { core, useModule } from "../../src/core/wasm.ts";
import { blendPixel } from "../reference/blend.ts";
import {
  capsule,
  coverage,
  paintBox,
  paintCovered,
  paintOutline,
  type Picture,
  trueArea,
} from "../reference/raster.ts";
import { newCore, VARIANTS, variantModule } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

type Next = () => number;

/** A picture of noise, a part of it not opaque. */
function noise(next: Next, width: number, height: number, opaque: number): Picture {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 && next() < opaque ? 255 : randomInt(next, 0, 255),
  );
  return { data, width, height };
}

function randomOutline(next: Next, width: number, height: number, curved: boolean): Outline {
  const points: number[] = [];
  const flags: number[] = [];
  const ends: number[] = [];
  // small, large, far out, and on the lines between pixels
  const reach = [1, 1, 3, 40][randomInt(next, 0, 3)]!;
  const grid = [1, 1, 256, 128][randomInt(next, 0, 3)]!;
  const coordinate = (side: number): number =>
    Math.round(((next() - 0.5) * reach * side + side / 2) * (256 / grid)) * grid;
  for (let contour = randomInt(next, 1, 3); contour > 0; contour--) {
    for (let n = randomInt(next, 0, 7); n > 0; n--) {
      points.push(coordinate(width), coordinate(height));
      flags.push(next() < 0.5 ? 1 : 0);
    }
    ends.push(points.length / 2);
  }
  return {
    points: Int32Array.from(points),
    flags: curved ? Uint8Array.from(flags) : undefined,
    ends: Uint32Array.from(ends),
  };
}

/** A patch made as wide and high as a box, pixel by pixel. */
function paintPatch(
  picture: Picture,
  {
    columns,
    rows,
    left,
    top,
    cover,
    side,
  }: { columns: number; rows: number; left: number; top: number; cover: Uint8Array; side: [number, number] },
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  color: number,
  alpha: number,
  bias: number,
): void {
  const source = (at: number, middle: number, spare: number): number =>
    at <= middle ? at : at < middle + spare ? middle : at - spare;
  const [spareX, spareY] = [x1 - x0 - side[0], y1 - y0 - side[1]];
  const [midX, midY] = [(side[0] >> 1) - left, (side[1] >> 1) - top];
  for (let y = 0; y < rows + spareY; y++)
    for (let x = 0; x < columns + spareX; x++) {
      const [px, py] = [x0 + left + x, y0 + top + y];
      if (px < 0 || py < 0 || px >= picture.width || py >= picture.height) continue;
      const k = cover[source(y, midY, spareY) * columns + source(x, midX, spareX)]!;
      const at = (py * picture.width + px) * 4;
      const a = Math.floor((alpha * k + 127) / 255);
      if (k > 0 && a > 0) picture.data.set(blendPixel(picture.data.slice(at, at + 4), color, a, bias), at);
    }
}

describe.each(VARIANTS)("patches (%s)", (variant) => {
  beforeAll(() => useModule(variantModule(variant)));
  afterAll(() => useModule(variantModule("simd")));

  test("are stretched in their middle, wherever they stand", () => {
    const next = random(31);
    for (let i = 0; i < 60; i++) {
      const [width, height] = [randomInt(next, 1, 90), randomInt(next, 1, 60)];
      const picture = noise(next, width, height, [1, 0.5][i % 2]!);
      const side: [number, number] = [randomInt(next, 3, 19), randomInt(next, 3, 15)];
      const [left, top] = [-randomInt(next, 0, 3), -randomInt(next, 0, 3)];
      const [columns, rows] = [side[0] - left + randomInt(next, 0, 3), side[1] - top + randomInt(next, 0, 3)];
      const cover = Uint8Array.from(
        { length: columns * rows },
        () => [0, 255, randomInt(next, 0, 255)][randomInt(next, 0, 2)]!,
      );
      const [x, y] = [randomInt(next, -30, width), randomInt(next, -30, height)];
      const box = [x, y, x + side[0] + randomInt(next, 0, 60), y + side[1] + randomInt(next, 0, 40)] as const;
      const color = randomInt(next, 0, 0xffffff);
      const alpha = [255, 128, randomInt(next, 0, 255)][i % 3]!;
      const bias = [0, 127][i % 2]!;
      using frame = Frame.fromRgba(picture.data, width, height);
      const stride = (columns + 3) & ~3;
      const bitmap = new Uint8Array(8 + stride * rows);
      new Int16Array(bitmap.buffer, 0, 4).set([columns, rows, left, top]);
      for (let row = 0; row < rows; row++)
        bitmap.set(cover.subarray(row * columns, (row + 1) * columns), 8 + row * stride);
      core().run((scratch) => {
        scratch.kernels.fillPatches(
          pointerOf(frame),
          width,
          height,
          scratch.copyIn(Int32Array.from(box)),
          scratch.copyIn(Uint32Array.of(packColor(color, alpha))),
          1,
          scratch.copyIn(bitmap),
          ...side,
          bias,
        );
      });
      paintPatch(picture, { columns, rows, left, top, cover, side }, box, color, alpha, bias);
      expect(frame.toRgba(), `patch ${i}`).toEqual(picture.data);
    }
  });
});

describe.each(VARIANTS)("drawing kernels (%s)", (variant) => {
  beforeAll(() => useModule(variantModule(variant)));
  afterAll(() => useModule(variantModule("simd")));

  /** Draw on a frame and on its twin; both must end the same, and nothing may be written behind the frame. */
  function compare(picture: Picture, draw: (frame: Frame) => void, twin: (picture: Picture) => void): void {
    const { width, height } = picture;
    const frame = Frame.fromRgba(picture.data, width, height);
    const end = frame.view().byteOffset + width * height * 4;
    core().u8(end, 100).fill(0xa5);
    draw(frame);
    const actual = frame.toRgba();
    expect(
      core()
        .u8(end, 100)
        .every((byte) => byte === 0xa5),
    ).toBe(true);
    frame.free();
    twin(picture);
    expect(difference(actual, picture.data)).toBe("equal");
  }

  test("an outline has the same coverage as the twin, cut at every side", () => {
    const next = random(11);
    for (let round = 0; round < 400; round++) {
      const picture = noise(next, randomInt(next, 1, 40), randomInt(next, 1, 24), round % 3 ? 1 : 0.7);
      const { width, height } = picture;
      const outline = randomOutline(next, width, height, round % 2 === 0);
      const color = randomInt(next, 0, 0xffffff);
      const alpha = round % 4 ? 255 : randomInt(next, 0, 255);
      const evenOdd = next() < 0.5;
      const bias = next() < 0.5 ? 127 : 0;
      compare(
        picture,
        (frame) => fillOutline(frame, outline, color, alpha, { evenOdd, bias }),
        () => {
          const covered = coverage(outline, width, height, evenOdd);
          for (const [i, value] of covered.entries())
            paintCovered(picture, i % width, Math.floor(i / width), value, color, alpha, bias);
        },
      );
    }
  });

  test("many outlines in one call are the same as one after the other", () => {
    const next = random(14);
    for (let round = 0; round < 60; round++) {
      const picture = noise(next, randomInt(next, 1, 60), randomInt(next, 1, 24), round % 3 ? 1 : 0.7);
      const { width, height } = picture;
      const outlines = Array.from({ length: randomInt(next, 0, 6) }, () => randomOutline(next, width, height, true));
      const colors = outlines.map(() => packColor(randomInt(next, 0, 0xffffff), randomInt(next, 0, 255)));
      const ends: number[] = [];
      let first = 0;
      for (const outline of outlines) {
        for (const end of outline.ends) ends.push(first + end);
        first += outline.points.length / 2;
      }
      const batch = {
        points: Int32Array.from(outlines.flatMap(({ points }) => [...points])),
        flags: Uint8Array.from(outlines.flatMap(({ flags }) => [...flags!])),
        ends: Uint32Array.from(ends),
        counts: Uint32Array.from(outlines, (outline) => outline.ends.length),
        colors: Uint32Array.from(colors),
      };
      compare(
        picture,
        (frame) => fillOutlines(frame, batch),
        () => {
          for (const [i, outline] of outlines.entries())
            for (const [p, value] of coverage(outline, width, height).entries())
              paintCovered(
                picture,
                p % width,
                Math.floor(p / width),
                value,
                bgrToRgb(colors[i]!),
                colors[i]! >>> 24,
                127,
              );
        },
      );
    }
  });

  test("weights of contours add up, to once covered at most", () => {
    const next = random(15);
    for (let round = 0; round < 60; round++) {
      const picture = noise(next, randomInt(next, 1, 70), randomInt(next, 1, 12), 1);
      const { width, height } = picture;
      // rectangles on whole pixels, so that the sum is plain to see
      const boxes = Array.from({ length: randomInt(next, 1, 5) }, () => {
        const [x, y] = [randomInt(next, -3, width), randomInt(next, -3, height)];
        return [x, y, x + randomInt(next, 1, 30), y + randomInt(next, 1, 9)] as const;
      });
      const weights = Uint8Array.from(boxes, () => randomInt(next, 1, 32));
      const corners = boxes.flatMap(([l, t, r, b]) => [l, t, r, t, r, b, l, b].map((value) => value * 256));
      compare(
        picture,
        (frame) =>
          fillOutlines(
            frame,
            {
              points: Int32Array.from(corners),
              ends: Uint32Array.from(boxes, (_, i) => i * 4 + 4),
              weights,
              counts: Uint32Array.of(boxes.length),
              colors: Uint32Array.of(packColor(0x336699, 200)),
            },
            { rule: "weighted" },
          ),
        () => {
          for (let i = 0; i < width * height; i++) {
            const [x, y] = [i % width, Math.floor(i / width)];
            let sum = 0;
            for (const [b, [l, t, r, bottom]] of boxes.entries())
              if (x >= l && x < r && y >= t && y < bottom) sum += weights[b]!;
            paintCovered(picture, x, y, Math.round((Math.min(sum, 32) * 255) / 32), 0x336699, 200, 127);
          }
        },
      );
    }
  });

  test("an outline higher than a band of the accumulator shows no seam", () => {
    const next = random(12);
    const picture = noise(next, 400, 70, 1); // 8192 cells hold 20 rows of it
    const outline = {
      points: Int32Array.of(300, 2000, 101_000, 700, 70_000, 17_500, 90_000, 12_345, 4000, 17_000),
      flags: Uint8Array.of(1, 0, 1, 0, 0),
      ends: Uint32Array.of(5),
    };
    compare(
      picture,
      (frame) => fillOutline(frame, outline, 0x336699, 200),
      () => {
        for (const [i, value] of coverage(outline, 400, 70).entries())
          paintCovered(picture, i % 400, Math.floor(i / 400), value, 0x336699, 200, 127);
      },
    );
  });

  test("boxes and their outlines equal the twin, inside, outside and across the edges", () => {
    const next = random(13);
    for (let round = 0; round < 150; round++) {
      const picture = noise(next, randomInt(next, 1, 50), randomInt(next, 1, 30), round % 3 ? 1 : 0.7);
      const n = randomInt(next, 0, 5);
      const boxes = Int32Array.from({ length: n * 4 }, (_, i) => {
        const far = next() < 0.1 ? 1_000_000 : 30;
        return i % 4 < 2 ? randomInt(next, -far, 40) : randomInt(next, 0, far);
      });
      for (let i = 0; i < n * 4; i++) if (i % 4 >= 2) boxes[i]! += boxes[i - 2]!;
      const colors = Array.from({ length: n }, () => randomInt(next, 0, 0xffffff));
      const alphas = Array.from({ length: n }, () => [255, randomInt(next, 0, 255)][randomInt(next, 0, 1)]!);
      const packed = Uint32Array.from(colors, (color, i) => packColor(color, alphas[i]));
      const thickness = Int32Array.from({ length: n }, () => randomInt(next, 1, 5));
      const bias = next() < 0.5 ? 127 : 0;
      compare(
        picture,
        (frame) => {
          fillBoxes(frame, boxes, packed, bias);
          strokeBoxes(frame, boxes, packed, thickness, bias);
        },
        () => {
          for (let i = 0; i < n; i++) paintBox(picture, boxes.subarray(i * 4), colors[i]!, alphas[i]!, bias);
          for (let i = 0; i < n; i++)
            paintOutline(picture, boxes.subarray(i * 4, i * 4 + 4), thickness[i]!, colors[i]!, alphas[i]!, bias);
        },
      );
    }
  });

  test("a thick line is what lies within its radius, and a disc a line of no length", () => {
    const next = random(14);
    for (let round = 0; round < 60; round++) {
      const width = randomInt(next, 1, 40);
      const height = randomInt(next, 1, 40);
      const at = (side: number): number => Math.round((next() * 1.6 - 0.3) * side * 256);
      const [x0, y0] = [at(width), at(height)];
      const [x1, y1] = round % 3 ? [at(width), at(height)] : [x0, y0];
      const radius = randomInt(next, 128, 2000);
      const frame = Frame.create(width, height, { fill: 0 });
      fillCapsules(frame, Int32Array.of(x0, y0, x1, y1, radius), Uint32Array.of(packColor(0xffffff)));
      const actual = frame.toRgba();
      frame.free();
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          let inside = 0;
          const samples = 8;
          for (let s = 0; s < samples * samples; s++) {
            const px = (x + ((s % samples) + 0.5) / samples) * 256;
            const py = (y + (Math.floor(s / samples) + 0.5) / samples) * 256;
            inside += distance(px, py, x0, y0, x1, y1) <= radius ? 1 : 0;
          }
          expect(Math.abs(actual[(y * width + x) * 4]! - (inside / samples ** 2) * 255)).toBeLessThan(26);
        }
    }
  });

  test("thick lines equal the twin, one over the other, on any pixels", () => {
    const next = random(19);
    for (let round = 0; round < 100; round++) {
      const picture = noise(next, randomInt(next, 1, 40), randomInt(next, 1, 24), round % 3 ? 1 : 0.7);
      const { width, height } = picture;
      const n = randomInt(next, 0, 3);
      const at = (side: number): number => Math.round((next() * 2 - 0.5) * side * 256);
      const lines = Array.from({ length: n }, () => {
        const [x0, y0] = [at(width), at(height)] as const;
        const dot = next() < 0.3;
        return [x0, y0, dot ? x0 : at(width), dot ? y0 : at(height), randomInt(next, 1, 2500)] as const;
      });
      const colors = lines.map(() => randomInt(next, 0, 0xffffff));
      const alphas = lines.map(() => (next() < 0.5 ? 255 : randomInt(next, 0, 255)));
      const packed = Uint32Array.from(colors, (color, i) => packColor(color, alphas[i]));
      compare(
        picture,
        (frame) => fillCapsules(frame, Int32Array.from(lines.flat()), packed),
        () => {
          for (const [i, line] of lines.entries())
            for (const [pixel, value] of coverage(capsule(...line), width, height).entries())
              paintCovered(picture, pixel % width, Math.floor(pixel / width), value, colors[i]!, alphas[i]!, 127);
        },
      );
    }
  });

  test("thick lines stay inside the picture and leave the rest of memory alone", () => {
    const next = random(15);
    for (let round = 0; round < 100; round++) {
      const picture = noise(next, randomInt(next, 1, 30), randomInt(next, 1, 20), 0.8);
      const far = 2 ** 28;
      const at = (): number => (next() < 0.3 ? randomInt(next, -far, far) : randomInt(next, -3000, 9000));
      const capsules = Int32Array.of(at(), at(), at(), at(), randomInt(next, 1, 5000));
      const frame = Frame.fromRgba(picture.data, picture.width, picture.height);
      const end = frame.view().byteOffset + frame.view().length;
      core().u8(end, 100).fill(0x5a);
      fillCapsules(frame, capsules, Uint32Array.of(packColor(0x123456, 0)));
      expect(frame.toRgba()).toEqual(picture.data); // alpha 0 changes nothing
      expect(
        core()
          .u8(end, 100)
          .every((byte) => byte === 0x5a),
      ).toBe(true);
      frame.free();
    }
  });
});

describe("coverage", () => {
  test("is the true area of random triangles, within one level and a half", () => {
    const next = random(16);
    for (let round = 0; round < 60; round++) {
      const points = Int32Array.from({ length: 6 }, () => randomInt(next, -1000, 5000));
      const outline = { points, ends: Uint32Array.of(3) };
      const frame = Frame.create(16, 16, { fill: 0 });
      fillOutline(frame, outline, 0xffffff, 255);
      const pixels = frame.toRgba();
      frame.free();
      for (let i = 0; i < 256; i++)
        expect(Math.abs(pixels[i * 4]! - trueArea(points, i % 16, i >> 4) * 255)).toBeLessThan(1.5);
    }
  });

  test("of two shapes that share an edge adds up to one", () => {
    const next = random(17);
    for (let round = 0; round < 100; round++) {
      const [ax, ay, bx, by] = Array.from({ length: 4 }, () => randomInt(next, -2000, 6000)) as [
        number,
        number,
        number,
        number,
      ];
      const far = 10_000;
      // the line through a and b, closed to the left and to the right
      const sides = [-far, far].map((x) =>
        coverageOf({ points: Int32Array.of(ax, ay, bx, by, x, by, x, ay), ends: Uint32Array.of(4) }),
      );
      for (let i = 0; i < 256; i++) {
        const y = (i >> 4) * 256;
        const whole = Math.min(ay, by) <= y && Math.max(ay, by) >= y + 256;
        if (whole) expect(Math.abs(sides[0]![i]! + sides[1]![i]! - 255)).toBeLessThanOrEqual(1);
      }
    }
  });

  test("a rectangle on whole pixels is exact", () => {
    const covered = coverageOf({
      points: Int32Array.of(256, 512, 1024, 512, 1024, 1280, 256, 1280),
      ends: Uint32Array.of(4),
    });
    for (let i = 0; i < 256; i++) {
      const inside = i % 16 >= 1 && i % 16 < 4 && i >> 4 >= 2 && i >> 4 < 5;
      expect(covered[i]).toBe(inside ? 255 : 0);
    }
  });

  test("two turns in one direction are filled once by the any-turn rule and are a hole by the even-odd rule", () => {
    const square = [0, 0, 4096, 0, 4096, 4096, 0, 4096];
    const inner = [1024, 1024, 2048, 1024, 2048, 2048, 1024, 2048];
    const outline = { points: Int32Array.from([...square, ...inner]), ends: Uint32Array.of(4, 8) };
    expect(coverageOf(outline)[5 * 16 + 5]).toBe(255);
    expect(coverageOf(outline, true)[5 * 16 + 5]).toBe(0);
    expect(coverageOf(outline, true)[2 * 16 + 2]).toBe(255);
  });

  function coverageOf(outline: Outline, evenOdd = false): number[] {
    const frame = Frame.create(16, 16, { fill: 0 });
    fillOutline(frame, outline, 0xffffff, 255, { evenOdd });
    const pixels = frame.toRgba();
    frame.free();
    return Array.from({ length: 256 }, (_, i) => pixels[i * 4]!);
  }
});

describe.each(VARIANTS)("coverContours (%s)", (variant) => {
  const owner = newCore(variant);

  test("gives the twin's coverage bytes, pads rows with 0, and leaves the accumulator clear", () => {
    const next = random(18);
    for (let round = 0; round < 200; round++) {
      const columns = randomInt(next, 1, 20);
      const rows = randomInt(next, 1, 20);
      const stride = (columns + 3) & ~3;
      const outline = randomOutline(next, columns, rows, true);
      owner.run((scratch) => {
        const cellCount = rows * (stride + 4);
        const cells = scratch.allocZeroed(cellCount * 4);
        const points = scratch.copyIn(outline.points);
        const flags = scratch.copyIn(outline.flags!);
        const ends = scratch.copyIn(outline.ends);
        const dst = scratch.alloc(stride * rows + 16);
        owner.u8(dst, stride * rows + 16).fill(0xee);
        scratch.kernels.coverContours(dst, stride, columns, rows, cells, points, flags, ends, outline.ends.length, 0);
        const covered = coverage(outline, columns, rows);
        const bytes = owner.u8(dst, stride * rows + 16);
        for (let i = 0; i < stride * rows; i++) {
          const x = i % stride;
          const wanted = x < columns ? covered[Math.floor(i / stride) * columns + x]! : 0;
          if (bytes[i] !== wanted) expect([i, bytes[i]]).toEqual([i, wanted]);
        }
        expect(bytes.subarray(stride * rows).every((byte) => byte === 0xee)).toBe(true);
        expect(owner.i32(cells, cellCount).every((cell) => cell === 0)).toBe(true);
      });
    }
  });
});

function distance(px: number, py: number, x0: number, y0: number, x1: number, y1: number): number {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length = dx * dx + dy * dy;
  const t = length ? Math.max(0, Math.min(1, ((px - x0) * dx + (py - y0) * dy) / length)) : 0;
  return Math.hypot(px - x0 - t * dx, py - y0 - t * dy);
}

function bgrToRgb(color: number): number {
  return ((color & 255) << 16) | (color & 0xff00) | ((color >> 16) & 255);
}

/** "equal", or the first place where two byte arrays differ: an array matcher is slow on pictures. */
function difference(actual: Uint8Array, expected: Uint8Array): string {
  if (actual.length !== expected.length) return `length ${actual.length}, not ${expected.length}`;
  const at = actual.findIndex((byte, i) => byte !== expected[i]);
  return at < 0 ? "equal" : `byte ${at} is ${actual[at]}, not ${expected[at]}`;
}

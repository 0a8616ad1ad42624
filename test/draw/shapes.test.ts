import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { render } from "../../src/draw/render.ts";
import type { Style } from "../../src/draw/style.ts";
import { layoutLabels } from "../../src/draw/label-layout.ts";
import type { Annotation } from "../../src/model/scene.ts";
import { random, randomInt } from "../support/random.ts";

const SIZE = 64;
const RED = { color: 0xff0000 };

/** Red channel of a black picture with some annotations on it. */
function draw(annotations: Annotation[], style: Style = {}, size = SIZE): Uint8Array {
  using frame = Frame.create(size, size, { fill: 0 });
  render(frame, { width: size, height: size, annotations }, { showLabels: false, ...style });
  const pixels = frame.toRgba();
  expect(pixels.every((value, i) => i % 4 !== 3 || value === 255)).toBe(true);
  return Uint8Array.from({ length: size * size }, (_, i) => pixels[i * 4]!);
}
const area = (pixels: Uint8Array): number => pixels.reduce((sum, value) => sum + value / 255, 0);
const at = (pixels: Uint8Array, x: number, y: number): number => pixels[y * SIZE + x]!;

describe("ellipses", () => {
  test("are drawn as wide as the style says, filled inside, turned about their centre", () => {
    const ellipse = { x: 32, y: 32, radiusX: 20, radiusY: 10 };
    const filled = draw([{ ...RED, ellipse }], { shapeWidth: 0, shapeFill: 1 });
    expect(Math.abs(area(filled) - Math.PI * 200)).toBeLessThan(2);
    const upright = draw([{ ...RED, ellipse: { ...ellipse, rotation: 90 } }], { shapeWidth: 2 });
    const other = draw([{ ...RED, ellipse: { ...ellipse, radiusX: 10, radiusY: 20 } }], { shapeWidth: 2 });
    for (const [i, value] of upright.entries()) expect(Math.abs(value - other[i]!)).toBeLessThan(12);
    expect(at(upright, 32, 12)).toBeGreaterThan(200);
    expect(at(upright, 32, 32)).toBe(0);
  });

  test("without size are points and lines", () => {
    expect(area(draw([{ ...RED, ellipse: { x: 20, y: 20, radiusX: 0, radiusY: 0 } }], { shapeWidth: 4 }))).toBeCloseTo(
      4 * Math.PI,
      0,
    );
    expect(
      area(draw([{ ...RED, ellipse: { x: 20, y: 20, radiusX: 9, radiusY: 0 } }], { shapeWidth: 2 })),
    ).toBeGreaterThan(34);
  });
});

describe("polylines", () => {
  test("are crisp on whole pixels, with round ends", () => {
    const pixels = draw([{ ...RED, polyline: { points: [10, 20, 50, 20] } }], { shapeWidth: 4 });
    for (let x = 10; x < 50; x++)
      for (let y = 16; y < 24; y++) expect(at(pixels, x, y)).toBe(y >= 18 && y < 22 ? 255 : 0);
    expect(at(pixels, 51, 20)).toBeGreaterThan(0);
    expect(at(pixels, 53, 20)).toBe(0);
  });

  test("carry arrow heads at the ends that ask for them, and their tips are where the line ends", () => {
    const widthAt = (pixels: Uint8Array, x: number): number => {
      let sum = 0;
      for (let y = 0; y < SIZE; y++) sum += at(pixels, x, y) / 255;
      return sum;
    };
    for (const [arrow, start, end] of [
      ["none", false, false],
      ["start", true, false],
      ["end", false, true],
      ["both", true, true],
    ] as const) {
      const pixels = draw([{ ...RED, polyline: { points: [8, 32, 56, 32], arrow } }], { shapeWidth: 3 });
      expect(widthAt(pixels, 20) > 4).toBe(start);
      expect(widthAt(pixels, 43) > 4).toBe(end);
      expect(widthAt(pixels, 32)).toBeCloseTo(3, 1);
      if (end) expect(widthAt(pixels, 55)).toBeLessThan(1);
      if (end) expect(widthAt(pixels, 57)).toBe(0);
    }
  });

  test("that are closed can be filled", () => {
    const polyline = { points: [10, 10, 50, 10, 50, 40, 10, 40], closed: true };
    const pixels = draw([{ ...RED, polyline }], { shapeWidth: 2, shapeFill: 0.5 });
    expect(at(pixels, 30, 25)).toBe(128);
    expect(at(pixels, 30, 10)).toBe(255);
    expect(at(draw([{ ...RED, polyline: { ...polyline, closed: false } }], { shapeFill: 0.5 }), 30, 25)).toBe(0);
  });
});

describe("points", () => {
  test.each(["circle", "square", "diamond", "triangle", "cross", "star"] as const)(
    "are marked by a %s with a rim",
    (marker) => {
      const style = { pointMarker: marker, pointRadius: 8 };
      using frame = Frame.create(SIZE, SIZE, { fill: 0 });
      const scene = { width: SIZE, height: SIZE, annotations: [{ ...RED, points: [32, 32] }] };
      const pixels = render(frame, scene, { ...style, showLabels: false }).toRgba();
      let [red, white] = [0, 0];
      for (let i = 0; i < pixels.length; i += 4)
        if (pixels[i] === 255) {
          if (pixels[i + 1] === 0) red++;
          else if (pixels[i + 1] === 255) white++;
        }
      // about as much colour as a disc of this radius
      expect(red).toBeGreaterThan(110);
      expect(red).toBeLessThan(230);
      expect(white).toBeGreaterThan(30);
    },
  );
});

describe("traces", () => {
  test("fade and thin towards the oldest point, without seams", () => {
    const pixels = draw([{ ...RED, trace: [4, 32, 60, 32] }], { traceWidth: 8 });
    let before = 0;
    for (let x = 6; x < 58; x++) {
      const value = at(pixels, x, 31);
      expect(value).toBeGreaterThanOrEqual(before - 1);
      before = value;
    }
    expect(at(pixels, 59, 31)).toBe(255);
    const column = (x: number): number =>
      Array.from({ length: SIZE }, (_, y) => at(pixels, x, y)).filter((v) => v > 0).length;
    expect(column(8)).toBeLessThan(column(55) - 2);
  });

  test("may be long, stand still, or be a point; only the newest points count where the style says so", () => {
    const next = random(5);
    const parked = Float64Array.from({ length: 20_000 }, () => 30 + next() * 4);
    expect(area(draw([{ ...RED, trace: parked }]))).toBeGreaterThan(8);
    expect(area(draw([{ ...RED, trace: [30, 30] }], { traceWidth: 4 }))).toBeGreaterThan(8);
    expect(area(draw([{ ...RED, trace: [] }]))).toBe(0);
    const all = [4, 4, 60, 4, 60, 60];
    expect(draw([{ ...RED, trace: all }], { traceLength: 2 })).toEqual(draw([{ ...RED, trace: all.slice(2) }]));
  });
});

describe("marks of boxes", () => {
  const box = { x: 20, y: 16, width: 20, height: 30 };

  test("stand where they belong", () => {
    const dot = draw([{ ...RED, box }], { boxMark: "dot", boxMarkSize: 5 });
    expect(at(dot, 30, 31)).toBe(255);
    expect(at(dot, 30, 40)).toBe(0);
    const corner = draw([{ ...RED, box }], { boxMark: "dot", boxMarkSize: 5, boxAnchor: "bottom-right" });
    expect(at(corner, 40, 46)).toBe(255);
    const triangle = draw([{ ...RED, box }], { boxMark: "triangle", boxMarkSize: 5 });
    expect(at(triangle, 30, 9)).toBe(255);
    expect(at(triangle, 30, 31)).toBe(0);
    const circle = draw([{ ...RED, box }], { boxMark: "circle", boxWidth: 2 });
    expect(at(circle, 30, 31 - 18)).toBeGreaterThan(100);
    expect(at(circle, 30, 31)).toBe(0);
  });

  test("the foot ellipse is as wide as two boxes, a third as high, and open at the back", () => {
    const pixels = draw([{ ...RED, box: { x: 22, y: 6, width: 20, height: 30 } }], { boxMark: "ellipse", boxWidth: 2 });
    expect(at(pixels, 32, 36 + 7)).toBeGreaterThan(200);
    expect(at(pixels, 32, 36 - 7)).toBe(0);
    expect(at(pixels, 12, 36)).toBeGreaterThan(200);
    expect(at(pixels, 51, 36)).toBeGreaterThan(200);
  });
});

describe("labels of shapes", () => {
  test("stand at the shape", () => {
    const annotations = [
      { category: "a", ellipse: { x: 100, y: 100, radiusX: 20, radiusY: 20 } },
      { category: "b", polyline: { points: [200, 150, 260, 170] } },
      { category: "c", points: [300, 60] },
      { category: "d", trace: [10, 200, 380, 220] },
    ];
    const labels = layoutLabels({ width: 400, height: 300, annotations });
    expect(labels.map(({ text }) => text).sort()).toEqual(["a", "b", "c", "d"]);
    const last = labels.find(({ text }) => text === "d")!;
    expect(last.xyxy[0]).toBeGreaterThan(300);
  });
});

describe("bad input", () => {
  test.each([
    [{ ellipse: { x: NaN, y: 0, radiusX: 1, radiusY: 1 } }, "ellipse.x"],
    [{ ellipse: { x: 0, y: 0, radiusX: -1, radiusY: 1 } }, "ellipse.radiusX"],
    [{ ellipse: { x: 0, y: 0, radiusX: 1, radiusY: 1e12 } }, "ellipse.radiusY"],
    [{ ellipse: { x: 0, y: 0, radiusX: 1, radiusY: 1, rotation: Infinity } }, "ellipse.rotation"],
    [{ polyline: { points: [1, 2, 3] } }, "polyline.points"],
    [{ polyline: { points: [1, 2] } }, "polyline.points"],
    [{ polyline: { points: [] } }, "polyline.points"],
    [{ polyline: { points: [1, 2, 3, NaN] } }, "polyline.points[3]"],
    [{ polyline: { points: { length: 1e9 } } }, "polyline.points"],
    [{ polyline: { points: { length: -2 } } }, "polyline.points"],
    [{ polyline: { points: "1234" } }, "polyline.points"],
    [{ polyline: { points: [1, 2, 3, 4], arrow: "up" } }, "polyline.arrow"],
    [{ points: [1] }, "points"],
    [{ points: [1, 1e12] }, "points[1]"],
    [{ trace: [1, 2, 3] }, "trace"],
    [{ trace: ["a", 2] }, "trace[0]"],
    [{ quad: [1, 2, 3, 4, 5, 6] }, "quad"],
    [{ quad: [1, 2, 3, 4, 5, 6, 7, NaN] }, "quad[7]"],
    [{ box: { x: 0.5, y: 2e9, width: 0.1, height: 0.1, normalized: true } }, "box.y"],
    [{ box: { x: NaN, y: 0, width: 1, height: 1 } }, "box.x", { boxMark: "dot" }],
  ] as [unknown, string, Style?][])("%j names its path", (annotation, path, style = {}) => {
    expect(() => draw([{ ...(annotation as Annotation), ...RED }], style)).toThrow(
      expect.objectContaining({ path: `annotations[0].${path}` }),
    );
  });

  test("random shapes in random styles never fail, and never damage a frame", () => {
    const next = random(81);
    const wild = (): number => {
      const kind = randomInt(next, 0, 9);
      return kind === 0 ? (next() - 0.5) * 2e6 : kind === 1 ? randomInt(next, -8, 72) : next() * 90 - 15;
    };
    const list = (n: number): number[] => Array.from({ length: n * 2 }, wild);
    const pick = <T>(...items: T[]): T => items[randomInt(next, 0, items.length - 1)]!;
    for (let round = 0; round < 150; round++) {
      const annotations = Array.from({ length: 4 }, (): Annotation => ({
        group: pick("gt", "a", "b", undefined),
        ...pick<Annotation>(
          {
            ellipse: {
              x: wild(),
              y: wild(),
              radiusX: Math.abs(wild()),
              radiusY: pick(0, Math.abs(wild())),
              rotation: wild(),
            },
          },
          {
            polyline: {
              points: list(randomInt(next, 2, 6)),
              closed: next() < 0.5,
              arrow: pick("none", "start", "end", "both"),
            },
          },
          { polyline: { points: [5, 5, 5, 5, 5, 5], closed: next() < 0.5, arrow: "both" } },
          { points: list(randomInt(next, 0, 5)), trace: list(randomInt(next, 0, 9)) },
          {
            box: {
              x: wild(),
              y: wild(),
              width: Math.abs(wild()),
              height: pick(0, Math.abs(wild())),
              rotation: pick(0, wild()),
            },
          },
          { quad: list(4) as unknown as [number, number, number, number, number, number, number, number] },
        ),
      }));
      draw(annotations, {
        boxWidth: pick(0, 1, 2, 30),
        boxFill: pick(0, 0.5),
        boxLine: pick(undefined, "dashed", "dotted"),
        boxRadius: pick(0, 3, 1e5),
        boxCorners: pick<boolean | number>(false, true, 5, 1e5),
        boxAlign: pick("inside", "center", "outside"),
        boxMark: pick("box", "box", "ellipse", "circle", "dot", "triangle"),
        shapeWidth: pick(0, 0.5, 3, 60),
        shapeFill: pick(0, 1),
        shapeLine: pick(undefined, "dashed", "dotted"),
        pointMarker: pick("circle", "star", "cross"),
        traceWidth: pick(0, 2, 40),
      });
    }
  });
});

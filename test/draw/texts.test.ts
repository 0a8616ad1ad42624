/** Words that were read, beside and inside their quads. A little longer than most: its geometry is told anew here. */
import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { layoutLabels } from "../../src/draw/label-layout.ts";
import { render } from "../../src/draw/render.ts";
import type { Style } from "../../src/draw/style.ts";
import { type Corners, cornersOfStrip, Obstacles, stripOf } from "../../src/draw/text-placement.ts";
import { canStack } from "../../src/draw/text-block.ts";
import type { Annotation, Quad } from "../../src/model/scene.ts";
import { random, randomInt } from "../support/random.ts";

const GREY = 0x808080;

/** RGBA of a grey picture with texts. */
function draw(width: number, height: number, annotations: Annotation[], style: Style = {}): Uint8Array {
  const frame = Frame.create(width, height, { fill: GREY });
  const rgba = render(frame, { width, height, annotations }, style).toRgba();
  frame.free();
  return rgba;
}

/** Quicker than to have each number compared and shown. */
const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((value, i) => value === b[i]);

const quadAt = (x: number, y: number, width: number, height: number): Quad => [
  x,
  y,
  x + width,
  y,
  x + width,
  y + height,
  x,
  y + height,
];

/** Whether a pixel's centre lies in a shape, by the side of each edge that it is on. */
function holds(corners: Corners, x: number, y: number, margin: number): boolean {
  let left = 0;
  let right = 0;
  for (let i = 0; i < 8; i += 2) {
    const [ax, ay, bx, by] = [corners[i]!, corners[i + 1]!, corners[(i + 2) % 8]!, corners[(i + 3) % 8]!];
    const length = Math.sqrt((bx - ax) ** 2 + (by - ay) ** 2) || 1;
    const side = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length;
    if (side > margin) right++;
    else if (side < -margin) left++;
  }
  return left === 4 || right === 4;
}

const changed = (rgba: Uint8Array, pixel: number): boolean => rgba[pixel * 4] !== 0x80 || rgba[pixel * 4 + 1] !== 0x80;

/** Pixels that differ from the grey, inside of a quad and beside all. */
function inkOf(
  rgba: Uint8Array,
  width: number,
  quads: readonly Corners[],
  margin: number,
): { inside: number; beside: number } {
  let inside = 0;
  let beside = 0;
  for (let i = 0; i < rgba.length / 4; i++) {
    if (!changed(rgba, i)) continue;
    const [x, y] = [(i % width) + 0.5, Math.floor(i / width) + 0.5];
    if (quads.some((quad) => holds(quad, x, y, margin))) inside++;
    else beside++;
  }
  return { inside, beside };
}

function turned(x: number, y: number, width: number, height: number, ux: number, uy: number): Quad {
  const u = x * ux + y * uy;
  const v = y * ux - x * uy;
  const halfWidth = width / 2;
  return cornersOfStrip({
    ux,
    uy,
    u0: u - halfWidth,
    u1: u + halfWidth,
    v0: v - height / 2,
    v1: v + height / 2,
  }) as unknown as Quad;
}

describe("words beside what was read", () => {
  test.each(["under", "beside"] as const)("%s: cover no text of the picture, in 60 random scenes", (textPlacement) => {
    const next = random(11);
    let words = 0;
    for (let round = 0; round < 60; round++) {
      const [width, height] = [randomInt(next, 120, 400), randomInt(next, 100, 300)];
      const annotations = Array.from({ length: randomInt(next, 1, 12) }, (_, i): Annotation => {
        const [dx, dy] = [randomInt(next, -20, 20), randomInt(next, -20, 20)];
        const length = Math.sqrt(dx * dx + dy * dy) || 1;
        const upright = round % 2 === 0 || (dx === 0 && dy === 0);
        const quad = turned(
          randomInt(next, 0, width),
          randomInt(next, 0, height),
          randomInt(next, 5, 90),
          randomInt(next, 5, 30),
          upright ? 1 : dx / length,
          upright ? 0 : dy / length,
        );
        return { quad, text: ["stop", "Main Street", "字", "x"][i % 4]! };
      });
      const rgba = draw(width, height, annotations, { textPlacement, boxWidth: 0 });
      const ink = inkOf(
        rgba,
        width,
        annotations.map(({ quad }) => quad!),
        1,
      );
      expect(ink.inside, `round ${round}`).toBe(0);
      words += ink.beside;
    }
    expect(words).toBeGreaterThan(10_000);
  });

  test("stand under their quad where there is room, else at another side, else nowhere", () => {
    const at = (y: number, height: number): number[] => {
      const rgba = draw(200, 120, [{ quad: quadAt(60, y, 80, height), text: "word" }], { boxWidth: 0 });
      const rows = new Set<number>();
      for (let i = 0; i < 200 * 120; i++) if (changed(rgba, i)) rows.add(Math.floor(i / 200));
      return [Math.min(...rows), Math.max(...rows)];
    };
    expect(at(20, 20)[0]).toBeGreaterThanOrEqual(40);
    expect(at(95, 20)[1]).toBeLessThan(95);
    const beside = at(0, 120);
    expect(beside[0]).toBeGreaterThan(30); // in the middle of its side
    const whole: Annotation = { quad: quadAt(0, 0, 200, 120), text: "word" };
    expect(same(draw(200, 120, [whole]), draw(200, 120, [{ ...whole, text: "" }]))).toBe(true);
  });

  test("are as large as what they stand for, within limits, or as the style says", () => {
    const ink = (height: number, style: Style = {}): number =>
      inkOf(
        draw(900, 600, [{ quad: quadAt(50, 50, 500, height), text: "word" }], { boxWidth: 0, ...style }),
        900,
        [],
        0,
      ).beside;
    expect(ink(30)).toBeLessThan(ink(45));
    expect(ink(400)).toBe(ink(300));
    expect(ink(30, { textSize: 60 })).toBeGreaterThan(3 * ink(30, { textSize: 20 }));
  });
});

describe("words inside", () => {
  test("stay within the quad and cover all of it", () => {
    for (const quad of [
      quadAt(20, 30, 150, 40),
      turned(100, 80, 120, 30, 0.8, 0.6),
      turned(100, 80, 30, 120, 0.8, 0.6),
    ]) {
      const rgba = draw(200, 160, [{ quad, text: "inside" }], { textPlacement: "inside", boxWidth: 0 });
      const { beside } = inkOf(rgba, 200, [quad], -1);
      expect(beside).toBe(0);
      for (let i = 0; i < 200 * 160; i++)
        if (holds(quad, (i % 200) + 0.5, Math.floor(i / 200) + 0.5, 1) && !changed(rgba, i)) expect(i).toBe(-1);
    }
  });

  test("turn with the quad: upside down is the picture turned", () => {
    const style: Style = { textPlacement: "inside", boxWidth: 0 };
    const upright = draw(200, 100, [{ quad: quadAt(20, 30, 160, 40), text: "Wörter" }], style);
    const [x0, y0, x1, y1, x2, y2, x3, y3] = quadAt(20, 30, 160, 40);
    const turnedQuad: Quad = [x2, y2, x3, y3, x0, y0, x1, y1];
    const upsideDown = draw(200, 100, [{ quad: turnedQuad, text: "Wörter" }], style);
    let differing = 0;
    for (let i = 0; i < 200 * 100; i++)
      if (Math.abs(upright[i * 4]! - upsideDown[(200 * 100 - 1 - i) * 4]!) > 16) differing++;
    expect(differing).toBeLessThan(20);
    expect(same(upsideDown, upright)).toBe(false);
  });

  test("run down a tall quad, as a column where the script allows", () => {
    expect(canStack("東京")).toBe(true);
    expect(canStack("서울")).toBe(true);
    expect(canStack("Tokyo")).toBe(false);
    const rows = (text: string): number => {
      const rgba = draw(100, 300, [{ quad: quadAt(30, 20, 30, 240), text }], { textPlacement: "inside", boxWidth: 0 });
      // the ink of the letters is another colour than the plate, which its corner has
      const plate = rgba.slice((22 * 100 + 32) * 4, (22 * 100 + 32) * 4 + 3);
      const seen = new Set<number>();
      for (let i = 0; i < 100 * 300; i++) {
        const [x, y] = [i % 100, Math.floor(i / 100)];
        if (x >= 32 && x < 58 && y >= 22 && y < 258 && Math.abs(rgba[i * 4 + 1]! - plate[1]!) > 60) seen.add(y);
      }
      return Math.max(...seen) - Math.min(...seen);
    };
    expect(rows("Side entrance")).toBeGreaterThan(120);
    expect(rows("東京駅前")).toBeGreaterThan(80);
    expect(rows("x")).toBeLessThan(40);
  });
});

describe("the words", () => {
  const quad = quadAt(20, 20, 100, 30);

  test("are those of the label's template where the style has one, and the object has no label beside", () => {
    const scene = { width: 300, height: 200, annotations: [{ quad, text: "Stop", score: 0.876 }] };
    expect(layoutLabels(scene)).toEqual([]);
    expect(layoutLabels(scene, { textPlacement: "none", label: "{text} {score:.2f}" }).map(({ text }) => text)).toEqual(
      ["Stop 0.88"],
    );
    const plain = draw(300, 200, scene.annotations);
    expect(same(draw(300, 200, scene.annotations, { label: "{text}" }), plain)).toBe(true);
    expect(same(draw(300, 200, scene.annotations, { label: "{text} {score:.2f}" }), plain)).toBe(false);
  });

  test("have a colour of their own for each text that has no category", () => {
    const two = (category?: string): Annotation[] => [
      { quad, text: "a", category },
      { quad: quadAt(150, 100, 100, 30), text: "b", category },
    ];
    const colors = (annotations: Annotation[]): number => {
      const rgba = draw(300, 200, annotations, { boxWidth: 4 });
      const seen = new Set<string>();
      for (const [x, y] of [
        [40, 20],
        [170, 100],
      ] as const)
        seen.add(rgba.slice((y * 300 + x) * 4, (y * 300 + x) * 4 + 3).join());
      return seen.size;
    };
    expect(colors(two())).toBe(2);
    expect(colors(two("text"))).toBe(1);
  });

  test("of a box stand at the box, turned or not", () => {
    const box = { x: 20, y: 20, width: 100, height: 30 };
    const style: Style = { textPlacement: "inside", boxWidth: 0 };
    expect(same(draw(200, 100, [{ box, text: "word" }], style), draw(200, 100, [{ quad, text: "word" }], style))).toBe(
      true,
    );
    const half: Annotation = { box: { x: 0.1, y: 0.2, width: 0.5, height: 0.3, normalized: true }, text: "word" };
    expect(same(draw(200, 100, [half], style), draw(200, 100, [{ quad, text: "word" }], style))).toBe(true);
  });
});

describe("bad input", () => {
  const fail = (annotation: unknown, style: Style = {}): unknown => {
    try {
      draw(50, 50, [annotation as Annotation], style);
      return undefined;
    } catch (error) {
      return error;
    }
  };

  test.each([
    [{ text: 5, quad: quadAt(1, 1, 5, 5) }, "annotations[0].text"],
    [{ text: "x", quad: [1, 2, 3] }, "annotations[0].quad"],
    [{ text: "x", quad: "12345678" }, "annotations[0].quad"],
    [{ text: "x", quad: [0, 0, NaN, 0, 1, 1, 0, 1] }, "annotations[0].quad[2]"],
    [{ text: "x", quad: [0, 0, 1e12, 0, 1, 1, 0, 1] }, "annotations[0].quad[2]"],
    [{ text: "x", box: { x: 0, y: 0, width: -1, height: 3 } }, "annotations[0].box.width"],
  ])("%j is refused with its path", (annotation, path) => {
    expect(fail(annotation)).toMatchObject({ name: "ImageError", code: "ARGUMENT", path });
  });

  test("a style's wrong parts are refused", () => {
    for (const style of [{ textPlacement: "over" }, { textSize: 0 }, { textSize: NaN }])
      expect(fail({}, style as never)).toMatchObject({ name: "ImageError", code: "ARGUMENT" });
  });

  test("flat, crossed, huge and far quads are drawn without harm, everywhere opaque", () => {
    const quads: Quad[] = [
      [10, 10, 10, 10, 10, 10, 10, 10],
      [10, 10, 40, 10, 40, 10, 10, 10],
      [0, 0, 40, 40, 40, 0, 0, 40],
      [40, 10, 10, 10, 10, 40, 40, 40],
      [-1e6, -1e6, 1e6, -1e6, 1e6, 1e6, -1e6, 1e6],
      [9e5, 9e5, 1e6, 9e5, 1e6, 1e6, 9e5, 1e6],
      [0, 0, 1e-9, 0, 1e-9, 1e-9, 0, 1e-9],
    ];
    for (const textPlacement of ["under", "beside", "inside", "none"] as const)
      for (const quad of quads)
        for (const text of ["word", "東京駅", "", " ", "\n", "x".repeat(5000)]) {
          const rgba = draw(50, 50, [{ quad, text }], { textPlacement });
          expect(rgba.every((value, i) => i % 4 !== 3 || value === 255)).toBe(true);
        }
  });
});

test("obstacles are met exactly where a point lies in both", () => {
  const next = random(23);
  let meeting = 0;
  for (let round = 0; round < 300; round++) {
    const shape = (): Corners => {
      const [dx, dy] = [randomInt(next, -9, 9), randomInt(next, 1, 9)];
      const length = Math.sqrt(dx * dx + dy * dy);
      return turned(
        randomInt(next, 30, 70),
        randomInt(next, 30, 70),
        randomInt(next, 4, 40),
        randomInt(next, 4, 20),
        dx / length,
        dy / length,
      );
    };
    const [a, b] = [shape(), shape()];
    const obstacles = new Obstacles(200, 200);
    obstacles.add(a);
    let both = false;
    let near = false;
    for (let y = 0; y < 100; y += 0.5)
      for (let x = 0; x < 100; x += 0.5) {
        both ||= holds(a, x, y, 0.01) && holds(b, x, y, 0.01);
        near ||= holds(a, x, y, -1) && holds(b, x, y, -1);
      }
    if (both) {
      meeting++;
      expect(obstacles.isFree(b)).toBe(false);
    } else if (!near) expect(obstacles.isFree(b)).toBe(true);
  }
  expect(meeting).toBeGreaterThan(50);
});

test("a strip lies along the text whatever corner the quad begins with", () => {
  expect(stripOf(quadAt(10, 20, 30, 5))).toMatchObject({ ux: 1, uy: 0, u0: 10, u1: 40, v0: 20, v1: 25 });
  expect(stripOf([5, 0, 5, 10, 0, 10, 0, 0])).toMatchObject({ ux: 0, uy: 1, u0: 0, u1: 10, v0: -5, v1: 0 });
  expect(stripOf([7, 7, 7, 7, 7, 7, 7, 7])).toMatchObject({ ux: 1, uy: 0, u0: 7, u1: 7 });
});

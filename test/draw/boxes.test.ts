import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { drawBoxes, placeBox } from "../../src/draw/boxes.ts";
import { direction } from "../../src/model/angles.ts";
import type { Mark } from "../../src/draw/marks.ts";
import { resolveStyle, type Style } from "../../src/draw/style.ts";
import type { Box } from "../../src/model/scene.ts";

const mark: Mark = { annotation: {}, path: "annotations[3]", color: 0xff0000 };

/** Red channel of a black 20 x 16 frame with one red box on it. */
function draw(box: Box, style: Style, pattern?: "dashed" | "dotted"): number[][] {
  const resolved = resolveStyle(style, 20, 16);
  using frame = Frame.create(20, 16, { fill: 0 });
  drawBoxes(frame, [placeBox(mark, box, resolved, undefined, pattern)], resolved);
  const pixels = frame.toRgba();
  return Array.from({ length: 16 }, (_, y) => Array.from({ length: 20 }, (_, x) => pixels[(y * 20 + x) * 4]!));
}

describe("placeBox", () => {
  const style = resolveStyle({ boxWidth: 3 }, 640, 480);

  test("centres the outline on the rounded edges", () => {
    const { bounds } = placeBox(mark, { x: 10.4, y: 20.6, width: 30.2, height: 40 }, style);
    expect(bounds).toEqual({ left: 9, top: 20, right: 42, bottom: 62 });
  });

  test("gives a box without size one pixel", () => {
    const { bounds } = placeBox(mark, { x: 10, y: 20, width: 0, height: 0 }, { ...style, boxWidth: 1 });
    expect(bounds).toEqual({ left: 10, top: 20, right: 11, bottom: 21 });
  });

  test.each([
    [{ x: NaN, y: 0, width: 1, height: 1 }, "x"],
    [{ x: 0, y: Infinity, width: 1, height: 1 }, "y"],
    [{ x: 0, y: 0, width: 1e12, height: 1 }, "width"],
    [{ x: 0, y: 0, width: 1, height: -1 }, "height"],
    [{ x: 0, y: 0, width: 1, height: 1, rotation: NaN }, "rotation"],
    [{ x: "4", y: 0, width: 1, height: 1 }, "x"],
  ])("refuses %j", (box, part) => {
    expect(() => placeBox(mark, box as Box, style)).toThrow(
      expect.objectContaining({ code: "ARGUMENT", path: `annotations[3].box.${part}` }),
    );
  });
});

describe("drawBoxes", () => {
  test("draws a crisp outline and leaves the inside alone", () => {
    const rows = draw({ x: 4, y: 3, width: 10, height: 8 }, { boxWidth: 2 });
    for (const [y, row] of rows.entries())
      for (const [x, red] of row.entries()) {
        const outer = x >= 3 && x < 15 && y >= 2 && y < 12;
        const inner = x >= 5 && x < 13 && y >= 4 && y < 10;
        expect(red).toBe(outer && !inner ? 255 : 0);
      }
  });

  test("fills the inside without touching the outline", () => {
    const rows = draw({ x: 4, y: 3, width: 10, height: 8 }, { boxWidth: 2, boxFill: 0.5 });
    expect(rows[5]!.slice(2, 7)).toEqual([0, 255, 255, 128, 128]);
    const filled = draw({ x: 4, y: 3, width: 10, height: 8 }, { boxWidth: 0, boxFill: 1 });
    expect(filled[3]!.slice(3, 5)).toEqual([0, 255]);
    expect(filled[2]!.every((red) => red === 0)).toBe(true);
  });

  test("turns a box about its centre: 90 degrees swap its sides, 360 leave it", () => {
    const box = { x: 3, y: 5, width: 12, height: 4 };
    const turned = draw({ ...box, rotation: 90 }, { boxWidth: 2 });
    const upright = draw({ x: 7, y: 1, width: 4, height: 12 }, { boxWidth: 2 });
    expect(turned).toEqual(upright);
    expect(draw({ ...box, rotation: 360 }, { boxWidth: 2 })).toEqual(draw(box, { boxWidth: 2 }));
  });

  test("a box turned by 45 degrees is as long and wide as before", () => {
    const rows = draw({ x: 4, y: 5, width: 12, height: 6, rotation: 45 }, { boxWidth: 0, boxFill: 1 });
    const area = rows.flat().reduce((sum, red) => sum + red / 255, 0);
    expect(Math.abs(area - 72)).toBeLessThan(0.5);
  });
});

describe("line patterns of boxes", () => {
  const upright = { x: 3, y: 3, width: 14, height: 10 };

  test.each(["dashed", "dotted"] as const)(
    "%s: whole pixels only, every corner inked, gaps on every side",
    (pattern) => {
      for (const boxWidth of [1, 2]) {
        const rows = draw(upright, { boxWidth }, pattern);
        expect(rows.flat().every((red) => red === 0 || red === 255)).toBe(true);
        const out = boxWidth >> 1;
        const [left, top, right, bottom] = [3 - out, 3 - out, 16 + out, 12 + out];
        for (const [x, y] of [
          [left, top],
          [right, top],
          [left, bottom],
          [right, bottom],
        ] as const)
          expect(rows[y]![x]).toBe(255);
        expect(rows[top]!.slice(left, right + 1).includes(0)).toBe(true);
        const side = rows.slice(top, bottom + 1).map((row) => row[left]!);
        expect(side.includes(0)).toBe(true);
        // a picture of itself from above, below and the side, but for one pixel that cannot be halved
        expect(rows[top]).toEqual(rows[bottom]);
        expect(side).toEqual(rows.slice(top, bottom + 1).map((row) => row[right]!));
        // nothing but the outline
        expect(rows[7]![10]).toBe(0);
      }
    },
  );

  test("corners only, of a length that is given", () => {
    const rows = draw(upright, { boxWidth: 1, boxCorners: 3 });
    expect(rows[3]!.map((red) => red > 0)).toEqual(
      Array.from({ length: 20 }, (_, x) => (x >= 3 && x < 6) || (x >= 14 && x < 17)),
    );
    expect(rows.map((row) => row[3]! > 0)).toEqual(
      Array.from({ length: 16 }, (_, y) => (y >= 3 && y < 6) || (y >= 10 && y < 13)),
    );
  });

  test("the outline stands inside, at, or outside of the edge", () => {
    for (const [boxAlign, from, to] of [
      ["inside", 3, 5],
      ["center", 2, 4],
      ["outside", 1, 3],
    ] as const) {
      const row = draw(upright, { boxWidth: 2, boxAlign })[8]!;
      expect(row.slice(0, 10).map((red) => red > 0)).toEqual(Array.from({ length: 10 }, (_, x) => x >= from && x < to));
      const turned = draw({ ...upright, rotation: 180 }, { boxWidth: 2, boxAlign })[8]!;
      if (boxAlign !== "center") expect(turned).toEqual(row);
    }
  });

  test("round corners leave the straight sides crisp and the corner clear", () => {
    const rows = draw(upright, { boxWidth: 1, boxRadius: 4, boxFill: 0.5 });
    expect(rows[3]![3]).toBe(0);
    expect(rows[3]![10]).toBe(255);
    expect(rows[8]![10]).toBe(128);
  });

  test("normalized boxes are parts of the picture", () => {
    const part = { x: 0.25, y: 0.25, width: 0.5, height: 0.5, normalized: true };
    expect(placeBox(mark, part, resolveStyle({ boxWidth: 1 }, 40, 20), { width: 40, height: 20 }).bounds).toEqual({
      left: 10,
      top: 5,
      right: 30,
      bottom: 15,
    });
  });

  test("a long box out of the picture costs no more than what is seen", () => {
    const rows = draw({ x: -5e5, y: 4, width: 1e6, height: 8 }, { boxWidth: 1 }, "dotted");
    expect(rows[4]!.filter((red) => red > 0).length).toBeGreaterThan(5);
    expect(rows[4]!.filter((red) => red > 0).length).toBeLessThan(15);
  });
});

describe("direction", () => {
  test("is exact at right angles and agrees with Math elsewhere to 1e-12", () => {
    expect(direction(90)).toEqual({ cos: -0, sin: 1 });
    for (let degrees = -720; degrees <= 720; degrees += 7.3) {
      const { cos, sin } = direction(degrees);
      expect(Math.abs(cos - Math.cos((degrees * Math.PI) / 180))).toBeLessThan(1e-12);
      expect(Math.abs(sin - Math.sin((degrees * Math.PI) / 180))).toBeLessThan(1e-12);
    }
  });
});

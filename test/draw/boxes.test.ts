import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { drawBoxes, placeBox } from "../../src/draw/boxes.ts";
import { direction } from "../../src/model/angles.ts";
import type { Mark } from "../../src/draw/marks.ts";
import { resolveStyle, type Style } from "../../src/draw/style.ts";
import type { Box } from "../../src/model/scene.ts";

const mark: Mark = { annotation: {}, path: "annotations[3]", color: 0xff0000 };

/** Red channel of a black 20 x 16 frame with one red box on it. */
function draw(box: Box, style: Style): number[][] {
  const resolved = resolveStyle(style, 20, 16);
  using frame = Frame.create(20, 16, { fill: 0 });
  drawBoxes(frame, [placeBox(mark, box, resolved)], resolved);
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

import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { core } from "../../src/core/wasm.ts";
import { render } from "../../src/draw/render.ts";
import type { Style } from "../../src/draw/style.ts";
import type { Annotation, Icon } from "../../src/model/scene.ts";

const RED: Icon = { data: Uint8Array.of(255, 0, 0, 255), width: 1, height: 1 };
const box = { x: 20, y: 10, width: 20, height: 10 };

/** The rectangle that is red: left, top, right, bottom. */
function red(annotation: Annotation, style: Style): number[] | undefined {
  using frame = Frame.create(64, 48, { fill: 0x808080 });
  render(frame, { width: 64, height: 48, annotations: [annotation] }, { boxWidth: 0, showLabels: false, ...style });
  const view = frame.view();
  const found = Array.from({ length: 64 * 48 }, (_, i) => i).filter(
    (i) => view[i * 4] === 255 && view[i * 4 + 1] === 0,
  );
  if (found.length === 0) return undefined;
  const xs = found.map((i) => i % 64);
  const ys = found.map((i) => Math.floor(i / 64));
  const edges = [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
  expect(found).toHaveLength((edges[2]! - edges[0]!) * (edges[3]! - edges[1]!));
  return edges;
}

describe("icons", () => {
  test.each([
    ["center", [26, 11, 34, 19]],
    ["top-left", [16, 6, 24, 14]],
    ["top", [26, 6, 34, 14]],
    ["top-right", [36, 6, 44, 14]],
    ["left", [16, 11, 24, 19]],
    ["right", [36, 11, 44, 19]],
    ["bottom-left", [16, 16, 24, 24]],
    ["bottom", [26, 16, 34, 24]],
    ["bottom-right", [36, 16, 44, 24]],
  ] as const)("stand with their middle at the object's %s", (iconAnchor, expected) => {
    expect(red({ box, icon: RED }, { iconAnchor, iconSize: 8 })).toEqual(expected);
  });

  test("are as large as asked, in pixels or as a share of the object", () => {
    expect(red({ box, icon: RED }, { iconSize: 4 })).toEqual([28, 13, 32, 17]);
    expect(red({ box, icon: RED }, { iconSize: 0.5 })).toEqual([28, 13, 33, 18]);
    expect(red({ box, icon: RED }, { iconSize: 1 })).toEqual([25, 10, 35, 20]);
    const wide = {
      data: new Uint8Array(16).fill(255).map((_, i) => (i % 4 === 1 || i % 4 === 2 ? 0 : 255)),
      width: 4,
      height: 1,
    };
    expect(red({ box, icon: wide }, { iconSize: 12 })).toEqual([24, 14, 36, 17]);
  });

  test("are cut off at the picture's edges", () => {
    const corner = { x: -10, y: -5, width: 20, height: 10 };
    expect(red({ box: corner, icon: RED }, { iconSize: 8 })).toEqual([0, 0, 4, 4]);
    expect(red({ box: { ...corner, x: -100 }, icon: RED }, { iconSize: 8 })).toBeUndefined();
  });

  test("are blended with their alpha and the style's", () => {
    using frame = Frame.create(9, 9, { fill: 0 });
    const icon = { data: Uint8Array.of(255, 255, 255, 128), width: 1, height: 1 };
    const style: Style = { boxWidth: 0, iconSize: 9, iconAlpha: 0.5 };
    render(frame, { width: 9, height: 9, annotations: [{ box: { x: 0, y: 0, width: 9, height: 9 }, icon }] }, style);
    expect(new Set(frame.view().filter((_, i) => i % 4 === 0))).toEqual(new Set([64]));
  });

  test("of an object without a place are not drawn", () => {
    expect(red({ icon: RED }, {})).toBeUndefined();
  });

  test("shared by many objects are scaled once, and all memory comes back", () => {
    using frame = Frame.create(640, 480, { fill: 0 });
    const annotations = Array.from({ length: 500 }, (_, i) => ({
      box: { x: i, y: i / 2, width: 30, height: 30 },
      icon: RED,
    }));
    const scene = { width: 640, height: 480, annotations };
    render(frame, scene);
    const { blocks } = core().heap;
    render(frame, scene);
    expect(core().heap.blocks).toBe(blocks);
    const broken = { box, icon: { ...RED, width: 2 } };
    expect(() => render(frame, { ...scene, annotations: [...annotations, broken] })).toThrow(
      /annotations\[500\]\.icon\.data/,
    );
    expect(core().heap.blocks).toBe(blocks);
  });

  test.each([
    [{ data: new Uint8Array(4), width: 0, height: 1 }, "annotations[0].icon"],
    [{ data: new Uint8Array(4), width: NaN, height: 1 }, "annotations[0].icon"],
    [{ data: new Uint8Array(4), width: 1e9, height: 1e9 }, "annotations[0].icon"],
    [{ data: [0, 0, 0, 0], width: 1, height: 1 }, "annotations[0].icon.data"],
    [{ data: new Uint8Array(3), width: 1, height: 1 }, "annotations[0].icon.data"],
  ])("%j is refused at %s", (icon, path) => {
    expect(() => red({ box, icon: icon as Icon }, {})).toThrow(expect.objectContaining({ code: "ARGUMENT", path }));
  });
});

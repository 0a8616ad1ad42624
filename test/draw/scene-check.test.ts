import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { differenceOverlay } from "../../src/draw/difference.ts";
import { render, renderToPng } from "../../src/draw/render.ts";
import { sideBySide } from "../../src/draw/side-by-side.ts";
import { ImageError } from "../../src/errors.ts";
import type { Scene } from "../../src/model/scene.ts";

const box = { x: 4, y: 4, width: 20, height: 12 };

function drawn(scene: unknown, style = {}): Uint8Array {
  using frame = Frame.create(64, 48, { fill: 0x808080 });
  render(frame, scene as Scene, style);
  return frame.toRgba();
}

function withObject(annotation: unknown): unknown {
  return { width: 64, height: 48, annotations: [{ box }, annotation] };
}

describe("a scene out of JSON", () => {
  test.each([
    ["score", {}, "expected a number, got an object ()"],
    ["score", "0.9", 'expected a number, got "0.9"'],
    ["area", [], "expected a number, got []"],
    ["category", [], "expected a text, got []"],
    ["category", 5, "expected a text, got 5"],
    ["caption", 5, "expected a text, got 5"],
    ["text", 5, "expected a text, got 5"],
    ["group", { toString: 1 }, "expected a text, got an object (toString)"],
    ["id", {}, "expected a name or number, got an object ()"],
    ["categoryId", true, "expected a name or number, got true"],
    ["trackId", Symbol("x"), "expected a name or number, got Symbol(x)"],
    ["attributes", { occluded: true }, "expected a Map, got an object (occluded)"],
    ["scores", [1], "expected a Map, got [1]"],
    ["points", Symbol("x"), "expected an object, got Symbol(x)"],
    ["box", 5, "expected an object, got 5"],
    ["segmentation", "abc", 'expected an object, got "abc"'],
  ])("says what is wrong with %s %j", (name, value, message) => {
    const error = new ImageError("ARGUMENT", message, { path: `annotations[1].${name}` });
    expect(() => drawn(withObject({ category: "a", [name]: value }))).toThrow(error);
  });

  test.each([
    [{ box: { ...box, width: "x" } }, "annotations[1].box.width"],
    [{ box: { ...box, x: 7n, normalized: true } }, "annotations[1].box.x"],
    [{ ellipse: { x: 1, y: 1, radiusX: {}, radiusY: 1 } }, "annotations[1].ellipse.radiusX"],
    [{ keypoints: { points: null } }, "annotations[1].keypoints.points"],
    [{ keypoints: { points: [null] } }, "annotations[1].keypoints.points[0]"],
    [{ keypoints: { points: [{ x: 1, y: 1, score: "1" }] } }, "annotations[1].keypoints.points[0].score"],
    [
      { keypoints: { points: [{ x: 1, y: 1 }], skeleton: { edges: [["length", 0]] } } },
      "annotations[1].keypoints.skeleton.edges[0]",
    ],
    [
      { segmentation: { kind: "polygon", parts: [{ outline: [1, 1, 9, 1, Symbol("x"), 9] }] } },
      "annotations[1].segmentation.parts[0].outline[4]",
    ],
  ])("names the part of %o", (annotation, path) => {
    for (const style of [{}, { privacyCategories: ["a"] }, { minArea: 3 }])
      expect(() => drawn(withObject({ category: "a", ...annotation }), style)).toThrow(
        expect.objectContaining({ name: "ImageError", code: "ARGUMENT", path }),
      );
  });

  test("may say null for what is not there", () => {
    const nothing = { score: null, category: null, box: null, keypoints: null, attributes: null, group: null };
    const scene = {
      width: 64,
      height: 48,
      annotations: [{ box: { ...box, rotation: null }, category: "a", score: null }, nothing],
      labelMaps: null,
      heatMaps: null,
      classifications: null,
      caption: null,
    };
    const style = { legend: "auto", minScore: 0.5, label: "{category} {score}", caption: true };
    const plain = { width: 64, height: 48, annotations: [{ box, category: "a" }, {}] };
    expect(drawn(scene, style)).toEqual(drawn(plain, style));
    expect(scene.annotations[1]).toBe(nothing);
  });

  test("is refused as a whole when it is none", () => {
    for (const scene of [null, undefined, 5, "x", []]) expect(() => drawn(scene)).toThrow(ImageError);
    expect(() => drawn({ width: 64, height: 48, annotations: null })).toThrow(
      expect.objectContaining({ path: "annotations" }),
    );
    using frame = Frame.create(8, 8, { fill: 0 });
    expect(() => renderToPng(frame, { width: 8, height: 8, annotations: [], caption: 5 } as unknown as Scene)).toThrow(
      expect.objectContaining({ path: "caption" }),
    );
  });

  test("that its source calls broken fails with the source's error", () => {
    const error = new ImageError("DECODE", "expected a width, got nothing", { path: "images[3]" });
    expect(() => drawn({ width: 0, height: 0, annotations: [], error })).toThrow(error);
  });

  test("is checked before it is compared", () => {
    using frame = Frame.create(64, 48, { fill: 0 });
    const wrong = withObject({ group: 5 }) as Scene;
    for (const compare of [sideBySide, differenceOverlay])
      expect(() => compare(frame, wrong)).toThrow(expect.objectContaining({ path: "annotations[1].group" }));
  });

  test("may have attributes that are no words", () => {
    const attributes = new Map<string, unknown>([["a", { toString: 1 }]]);
    drawn(withObject({ box, category: "a", attributes }), { label: "{attributes.a}" });
  });

  test("may have as many points as memory holds", () => {
    const points = Array.from({ length: 200_000 }, (_, i) => ({ x: i % 64, y: i % 48, visibility: 2 }));
    const scene = withObject({ category: "a", keypoints: { points } });
    expect(() => drawn(scene, { privacyCategories: ["a"], privacyMode: "fill", keypointRadius: 0 })).not.toThrow();
  });
});

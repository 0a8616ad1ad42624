import { describe, expect, test } from "vitest";
import { COCO_PERSON } from "../../src/format/coco-categories.ts";
import { type SkeletonName, skeletons, usualSkeleton } from "../../src/model/skeletons.ts";

const COUNTS: Record<SkeletonName, [points: number, edges: number]> = {
  person: [17, 19],
  hand: [21, 20],
  // 16 of the jaw, 4 + 4 of the brows, 3 + 4 of the nose, 6 + 6 of the eyes, 12 + 8 of the lips
  face: [68, 63],
  wholeBody: [133, 19 + 6 + 63 + 20 + 20],
  animal: [17, 17],
};

describe.each(Object.keys(COUNTS) as SkeletonName[])("the skeleton %s", (name) => {
  const { points, edges, edgeColors, pointColors } = skeletons[name];

  test("has its points and edges, each once", () => {
    expect([points.length, edges.length]).toEqual(COUNTS[name]);
    expect(new Set(points).size).toBe(points.length);
    expect(new Set(edges.map(([from, to]) => `${Math.min(from, to)} ${Math.max(from, to)}`)).size).toBe(edges.length);
    for (const [from, to] of edges) {
      expect(points[from]).toBeDefined();
      expect(points[to]).toBeDefined();
      expect(from).not.toBe(to);
    }
  });

  test("has a colour for all or for none", () => {
    expect(edgeColors?.length ?? edges.length).toBe(edges.length);
    expect(pointColors?.length ?? points.length).toBe(points.length);
  });
});

describe("skeletons", () => {
  test("join what they name", () => {
    const named = (name: SkeletonName): string[] =>
      skeletons[name].edges.map(([a, b]) => `${skeletons[name].points[a]} ${skeletons[name].points[b]}`);
    expect(named("hand")).toContain("wrist forefinger1");
    expect(named("wholeBody")).toContain("right_hand_root right_thumb1");
    expect(named("wholeBody")).toContain("left_ankle left_heel");
    expect(named("wholeBody")).toContain("face-67 face-60");
    expect(named("animal")).toContain("root_of_tail right_hip");
    expect(COCO_PERSON).toBe(skeletons.person);
  });

  test("are found by the number of points", () => {
    expect([17, 21, 68, 133, 18].map((count) => usualSkeleton(count)?.name)).toEqual([
      "person",
      "hand",
      "face",
      "whole body",
      undefined,
    ]);
  });
});

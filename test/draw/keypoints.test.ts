import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { addPose } from "../../src/draw/keypoints.ts";
import { MarkerList } from "../../src/draw/markers.ts";
import type { Mark } from "../../src/draw/marks.ts";
import { resolveStyle, type Style } from "../../src/draw/style.ts";
import type { Keypoint, Keypoints } from "../../src/model/scene.ts";

const mark: Mark = { annotation: {}, path: "annotations[0]", color: 0x00ff00 };
const style = resolveStyle({ keypointRadius: 3, limbWidth: 2 }, 60, 40);
const point = (x: number, y: number, visibility: 0 | 1 | 2): Keypoint => ({ x, y, visibility });
const skeleton = {
  name: "test",
  points: ["a", "b", "c"],
  edges: [
    [0, 1],
    [1, 2],
  ] as const,
};

function draw(pose: Keypoints, more: Style = {}): (x: number, y: number) => number[] {
  const style = resolveStyle({ keypointRadius: 3, limbWidth: 2, ...more }, 60, 40);
  using frame = Frame.create(60, 40, { fill: 0 });
  const markers = new MarkerList();
  addPose(markers, mark, pose, style, 50);
  markers.draw(frame, style.bias);
  const pixels = frame.toRgba();
  return (x, y) => [...pixels.subarray((y * 60 + x) * 4, (y * 60 + x) * 4 + 3)];
}

const bounds = (pose: Keypoints) => addPose(new MarkerList(), mark, pose, style, 50);

describe("poses", () => {
  test("join points that are there, and draw visible and hidden ones apart", () => {
    const at = draw({ points: [point(10, 20, 2), point(30, 20, 1), point(50, 20, 0)], skeleton });
    expect(at(20, 20)).toEqual([0, 255, 0]); // limb
    expect(at(40, 20)).toEqual([0, 0, 0]); // no limb to a point that is not labelled
    expect(at(10, 20)).toEqual([0, 255, 0]); // visible: colour
    expect(at(30, 20)).toEqual([255, 255, 255]); // hidden: light
    expect(at(50, 20)).toEqual([0, 0, 0]);
  });

  test("draw points without a skeleton", () => {
    expect(draw({ points: [point(10, 20, 2)] })(10, 20)).toEqual([0, 255, 0]);
  });

  test("cover what their drawn points reach, and nothing when there is none", () => {
    expect(bounds({ points: [point(10, 20, 2), point(-900, 3, 0)], skeleton: undefined })).toEqual({
      left: 6,
      top: 16,
      right: 14,
      bottom: 24,
    });
    expect(bounds({ points: [point(1, 1, 0)] })).toBeUndefined();
    expect(bounds({ points: [] })).toBeUndefined();
  });

  test("a point that is not labelled may have any coordinates, another one may not", () => {
    expect(() => bounds({ points: [point(NaN, 0, 0)] })).not.toThrow();
    expect(() => bounds({ points: [point(0, 0, 2), point(0, NaN, 1)] })).toThrow(
      expect.objectContaining({ code: "ARGUMENT", path: "annotations[0].keypoints.points[1].y" }),
    );
  });

  test("with scores below the threshold are left out, with their limbs", () => {
    const points = [0.9, 0.2, 0.9].map((score, i) => ({ x: 10 + i * 20, y: 20, score }));
    const at = draw({ points, skeleton });
    expect([at(10, 20), at(20, 20), at(30, 20), at(50, 20)].map(([, green]) => green)).toEqual([255, 0, 0, 255]);
    expect(draw({ points, skeleton }, { keypointScore: 0 })(20, 20)[1]).toBe(255);
  });

  test("take colours of limbs and points from the skeleton, unless the style says otherwise", () => {
    const points = [point(10, 20, 2), point(30, 20, 2)];
    const own = { ...skeleton, edges: [[0, 1]] as const, edgeColors: [0x0000ff], pointColors: [0xff0000] };
    const at = draw({ points, skeleton: own });
    expect([at(10, 20), at(20, 20), at(30, 20)]).toEqual([
      [255, 0, 0],
      [0, 0, 255],
      [0, 255, 0],
    ]);
    expect(draw({ points, skeleton: own }, { keypointColors: "object" })(20, 20)).toEqual([0, 255, 0]);
    expect(() => bounds({ points, skeleton: { ...own, edgeColors: [-1] } })).toThrow(
      expect.objectContaining({ path: "annotations[0].keypoints.skeleton.edgeColors[0]" }),
    );
  });

  test("without a skeleton are joined only when the style says by which", () => {
    // a hand whose wrist lies left and whose thumb goes right
    const points = Array.from({ length: 21 }, (_, i) => (i < 2 ? point(10 + i * 40, 20, 2) : point(0, 0, 0)));
    expect(draw({ points })(30, 20)[1]).toBe(0);
    expect(draw({ points }, { keypointSkeleton: "auto" })(30, 20)).not.toEqual([0, 0, 0]);
    expect(draw({ points }, { keypointSkeleton: "hand" })(30, 20)).not.toEqual([0, 0, 0]);
    expect(draw({ points }, { keypointSkeleton: "person" })(30, 20)).toEqual([0, 0, 0]);
  });

  test("of many points have small points where they are close together", () => {
    const points = Array.from({ length: 40 }, (_, i) => ({ x: 2 + i * 8, y: 20 }));
    const edges = points.slice(1).map((_, i) => [i, i + 1] as const);
    const chain = { name: "chain", points: points.map((_, i) => String(i)), edges };
    const leftOf = (pose: Keypoints) => addPose(new MarkerList(), mark, pose, resolveStyle({}, 600, 400), 490)!.left;
    expect(leftOf({ points, skeleton: chain })).toBe(0);
    expect(leftOf({ points: points.slice(0, 17) })).toBe(-1);
  });

  test("an edge to a point that does not exist is an error", () => {
    const wrong = { ...skeleton, edges: [[0, 5]] as const };
    expect(() => bounds({ points: [point(0, 0, 2)], skeleton: wrong })).toThrow(
      expect.objectContaining({ code: "ARGUMENT", path: "annotations[0].keypoints.skeleton.edges[0]" }),
    );
  });
});

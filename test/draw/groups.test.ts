import { describe, expect, test } from "vitest";
import { isGroundTruth, linePatternOf, linePatternsOf } from "../../src/draw/groups.ts";
import { Plan } from "../../src/draw/layer.ts";
import { selectMarks } from "../../src/draw/marks.ts";
import { resolveStyle, type Style } from "../../src/draw/style.ts";
import type { Annotation } from "../../src/model/scene.ts";

const box = { x: 1, y: 1, width: 5, height: 5 };
const groups = (...names: (string | undefined)[]): Annotation[] => names.map((group) => ({ group, box }));

function patterns(annotations: Annotation[], style: Style = {}): string[] {
  const resolved = resolveStyle(style, 64, 48);
  const scene = { width: 64, height: 48, annotations };
  const plan = new Plan(scene, resolved, selectMarks(scene, resolved));
  return plan.marks.map((mark) => linePatternOf(mark, plan, resolved.boxLine));
}

describe("groups", () => {
  test("of one kind are solid", () => {
    expect(patterns(groups("ground truth", "ground truth"))).toEqual(["solid", "solid"]);
    expect(patterns(groups(undefined, undefined))).toEqual(["solid", "solid"]);
    expect(linePatternsOf([]).size).toBe(0);
  });

  test("side by side: the ground truth is dashed, the first other one solid, further ones dotted", () => {
    expect(patterns(groups("predictions", "ground truth", "other", "predictions"))).toEqual([
      "solid",
      "dashed",
      "dotted",
      "solid",
    ]);
    expect(patterns(groups("gt", undefined))).toEqual(["dashed", "solid"]);
  });

  test("keep their pattern when a filter hides others", () => {
    const annotations = groups("a", "b").map((annotation, i) => ({ ...annotation, score: i }));
    expect(patterns(annotations, { minScore: 0.5 })).toEqual(["dotted"]);
  });

  test("are named by the style before all, then the kind of mark decides", () => {
    const annotations = groups("gt", "a");
    expect(patterns(annotations, { boxLine: "solid" })).toEqual(["solid", "solid"]);
    expect(patterns(annotations, { boxLine: "solid", groupLines: { a: "dotted" } })).toEqual(["solid", "dotted"]);
    expect(() => patterns(annotations, { groupLines: { a: "wavy" as "solid" } })).toThrow(
      expect.objectContaining({ path: "style.groupLines.a" }),
    );
  });

  test.each([
    "ground truth",
    "ground_truth",
    "Ground-Truth",
    "groundTruth",
    "GT",
    "truth",
    "target",
    "Targets",
    "label",
    "labels",
  ])("%s is ground truth", (name) => expect(isGroundTruth(name)).toBe(true));

  test.each(["predictions", "labelled by model", "gta", "untruth", ""])("%s is not", (name) =>
    expect(isGroundTruth(name)).toBe(false),
  );
});

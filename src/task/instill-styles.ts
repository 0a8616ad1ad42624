/**
 * `instill-a` and `instill-b`: the geometry, colours and opacities that Instill's component draws with, as data, and what
 * its order of drawing makes of a scene. `b` is the component of today; `a` that of 2024, which draws no scores.
 */
import type { LabelTag, Style } from "../draw/style.ts";
import type { InstillResult } from "../format/instill.ts";
import type { Annotation, Box, Scene } from "../model/scene.ts";
import { seedColor } from "./seed-colors.ts";
import { TAG_ADVANCES, tagWidth } from "./tag-width.ts";

/** A look of Instill's. */
export type InstillLook = "instill-a" | "instill-b";

/** One drawing of a task: tasks that draw in several goes give several. */
export interface Pass {
  readonly scene: Scene;
  readonly style: Style;
}

/** Height of a capital is 14 pixels in any picture. */
const TAG: LabelTag = {
  x: -4,
  // 30.6 and 11.333 pixels above the box, cut off to 1/64
  y: -30 - 39 / 64,
  height: 28,
  padding: 4,
  baseline: 30 + 39 / 64 - 11 - 21 / 64,
  radius: 4,
  fit: "box",
  advances: TAG_ADVANCES,
};

const LOOK: Style = {
  blend: "truncate",
  boxWidth: 3,
  boxRadius: 4,
  boxSnap: false,
  boxCurves: "coarse",
  fontSize: 20,
  keypointColors: "skeleton",
  keypointRadius: 2,
  keypointRim: 0,
  // all that are left are drawn
  keypointScore: 0,
  keypointTop: "limbs",
  label: "{category}",
  labelPlate: 0x000000,
  labelPlateAlpha: 128 / 255,
  labelTag: { ...TAG, tint: 64 / 255 },
  limbWidth: 2,
  maskOpaque: true,
  maskOrder: "scene",
  maskRim: "dots",
};
const LABELS: Style = { ...LOOK, boxWidth: 0 };
const MARKS: Style = { ...LOOK, showLabels: false };
const BOXES: Style = MARKS;
const CLASS: Style = { ...LABELS, labelPlateAlpha: 1, labelTag: { ...TAG, x: 2, y: 2, padding: 6, baseline: 20 } };
const WORDS: Style = { ...LABELS, labelTag: { ...TAG, x: 0, y: 0, baseline: 20 } };
const MASKS: Style = { ...MARKS, boxWidth: 0, maskAlpha: 156 / 255 };
const STUFFS: Style = { ...MARKS, boxWidth: 0, maskAlpha: 128 / 255, maskOutlineColor: 0xffffff };
/** In pixels: a larger object has its label at its middle in `a`. */
const LARGE = 10_000;

/** What a look draws of a task, in order. */
export function instillPasses(
  { task, showScore, annotations, classifications }: InstillResult,
  { width, height }: { readonly width: number; readonly height: number },
  look: InstillLook,
): readonly Pass[] {
  const isB = look === "instill-b";
  const pass = (style: Style, objects: readonly Annotation[]): Pass => ({
    scene: { width, height, annotations: objects },
    style,
  });
  const worded = (words: string, score: number | undefined): string =>
    isB && showScore ? `${words}: ${percent(score ?? 0)}%` : words;
  /** What a tag is drawn for: its box is as wide as the tag. */
  const tagOf = (
    { x, y }: { readonly x: number; readonly y: number },
    words: string,
    color: number,
    room = 8,
  ): Annotation => ({
    box: { x, y, width: tagWidth(words) + room, height: 0 },
    category: words,
    color,
  });
  const tagged = ({ box, category = "", score }: Annotation, color: number): Annotation => ({
    ...tagOf(wholeBox(box!), worded(category, score), color),
  });
  switch (task) {
    case "CLASSIFICATION":
      return classifications.map(({ category, score }) =>
        pass(CLASS, [tagOf({ x: 0, y: 0 }, worded(category, score), 0, 12)]),
      );
    case "DETECTION": {
      const seeds = new Map<string, number>();
      const objects = annotations.map((annotation) => {
        const { category = "" } = annotation;
        if (!seeds.has(category)) seeds.set(category, seeds.size);
        return { annotation, color: seedColor(seeds.get(category)!) };
      });
      const boxes = objects.map(({ annotation, color }) => ({ box: wholeBox(annotation.box!), color }));
      const labels = objects.map(({ annotation, color }) => tagged(annotation, color));
      if (!isB) return [pass(BOXES, boxes), pass(LABELS, labels)];
      return boxes.flatMap((box, i) => [pass(BOXES, [box]), pass(LABELS, [labels[i]!])]);
    }
    case "KEYPOINT":
      return annotations.flatMap(({ keypoints, box, score }): Pass[] => {
        const pose = keypoints && { ...keypoints, points: keypoints.points.map(seen) };
        const passes = [pass(MARKS, [{ keypoints: pose }])];
        if (!isB || !box) return passes;
        const color = seedColor(0);
        const label = tagged({ category: "object", box, score }, color);
        return [...passes, pass(BOXES, [{ box: wholeBox(box), color }]), pass(LABELS, [label])];
      });
    case "OCR":
      return [
        pass(
          WORDS,
          annotations.map(({ box, text = "" }) => tagOf(wholeBox(box!), text, 0)),
        ),
      ];
    case "INSTANCE_SEGMENTATION": {
      const sorted = annotations
        .map((annotation) => ({ annotation, box: wholeBox(annotation.box!) }))
        .sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
      const masks = sorted.map(({ annotation: { segmentation } }, i) => ({ segmentation, color: seedColor(i) }));
      const labels = sorted.map(({ annotation, box }, i) => {
        const label = tagged(annotation, seedColor(i));
        if (isB || box.width * box.height <= LARGE) return label;
        // from the middle of the left side as far down as others are above the upper left corner
        return { ...label, box: { ...label.box!, y: box.y + Math.trunc(box.height / 2) - 2 - TAG.y } };
      });
      return [pass(MASKS, masks), pass(LABELS, labels)];
    }
    case "SEMANTIC_SEGMENTATION":
      return [
        pass(
          STUFFS,
          annotations.map(({ segmentation }, i) => ({ segmentation, color: seedColor(i) })),
        ),
      ];
  }
}

/** Fractions are cut off. */
function wholeBox({ x, y, width, height }: Box): Box {
  return { x: Math.trunc(x), y: Math.trunc(y), width: Math.trunc(width), height: Math.trunc(height) };
}

function isSeen({ score = 1 }: { readonly score?: number | undefined }): boolean {
  return score > 0.5;
}

function seen<T extends { readonly score?: number | undefined }>(point: T): T & { readonly visibility: 0 | 2 } {
  return { ...point, visibility: isSeen(point) ? 2 : 0 };
}

/** A score in whole percent; halves go to the even number. */
export function percent(score: number): number {
  const value = score * 100;
  const whole = Math.floor(value);
  const rest = value - whole;
  return rest > 0.5 || (rest === 0.5 && whole % 2 !== 0) ? whole + 1 : whole;
}

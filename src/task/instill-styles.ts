/**
 * `instill-a` and `instill-b`: the geometry, colours and opacities that Instill's component draws with, as data, and what
 * its order of drawing makes of a scene. `b` is the component of today; `a` that of 2024, which draws no scores.
 */
import { lastingStyle } from "../draw/known-styles.ts";
import type { LabelTag, Style } from "../draw/style.ts";
import type { InstillResult } from "../format/instill.ts";
import type { Annotation, Box, Scene } from "../model/scene.ts";
import { seedColor } from "./seed-colors.ts";
import { tagAdvances } from "./tag-advances.ts";

/** A look of Instill's. */
export type InstillLook = "instill-a" | "instill-b";

/** One drawing of a task: tasks that draw in several goes give several. */
export interface Pass {
  readonly scene: Scene;
  readonly style: Style;
}

/** Styles of the tasks, the same objects at every call. */
interface Looks {
  readonly classification: Style;
  /** Boxes and labels: of `b` object by object, of `a` all boxes first. */
  readonly boxes: Readonly<Record<InstillLook, Style>>;
  readonly poses: Style;
  readonly words: Style;
  readonly masks: Style;
  readonly maskLabels: Style;
  /** Of objects that have their label at their middle. */
  readonly largeLabels: Style;
  readonly stuffs: Style;
}

function makeLooks(): Looks {
  // capitals are 14 pixels high in any picture; places are cut off to 1/64 pixel: 30.6 above the box, the words 11.333
  const tag: LabelTag = {
    x: -4,
    y: -30 - 39 / 64,
    height: 28,
    padding: 4,
    baseline: 30 + 39 / 64 - 11 - 21 / 64,
    radius: 4,
    tint: 64 / 255,
    advances: tagAdvances(),
  };
  const look: Style = {
    blend: "floats",
    boxWidth: 3,
    boxRadius: 4,
    boxSnap: false,
    curves: "coarse",
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
    labelTag: tag,
    limbWidth: 2,
    maskOpaque: true,
    maskOrder: "scene",
    maskRim: "dots",
  };
  const labels: Style = { ...look, boxWidth: 0 };
  const marks: Style = { ...labels, showLabels: false };
  return {
    classification: lastingStyle({
      ...labels,
      labelPlateAlpha: 1,
      labelTag: { ...tag, x: 2, y: 2, padding: 6, baseline: 20, tint: 0 },
    }),
    boxes: { "instill-a": lastingStyle(look), "instill-b": lastingStyle({ ...look, drawOrder: "object" }) },
    poses: lastingStyle(marks),
    words: lastingStyle({ ...labels, labelTag: { ...tag, x: 0, y: 0, baseline: 20, tint: 0 } }),
    masks: lastingStyle({ ...marks, maskAlpha: 156 / 255 }),
    maskLabels: lastingStyle(labels),
    largeLabels: lastingStyle({ ...labels, labelTag: { ...tag, y: -2, baseline: 18 } }),
    stuffs: lastingStyle({ ...marks, maskAlpha: 128 / 255, maskOutlineColor: 0xffffff }),
  };
}

let looks: Looks | undefined;
/** In pixels: a larger object has its label at its middle in `a`. */
const LARGE = 10_000;

/** What a look draws of a task, in order. */
export function instillPasses(
  { task, showScore, annotations, classifications }: InstillResult,
  { width, height }: { readonly width: number; readonly height: number },
  look: InstillLook,
): readonly Pass[] {
  looks ??= makeLooks();
  const isB = look === "instill-b";
  const pass = (style: Style, objects: readonly Annotation[]): Pass => ({
    scene: { width, height, annotations: objects },
    style,
  });
  const worded = (words: string, score: number | undefined): string =>
    isB && showScore ? `${words}: ${percent(score ?? 0)}%` : words;
  switch (task) {
    case "CLASSIFICATION":
      return classifications.map(({ category, score }) =>
        pass(looks!.classification, [
          { box: { x: 0, y: 0, width: 0, height: 0 }, category: worded(category, score), color: 0 },
        ]),
      );
    case "DETECTION": {
      const seeds = new Map<string, number>();
      const objects = annotations.map(({ box, category = "", score }): Annotation => {
        if (!seeds.has(category)) seeds.set(category, seeds.size);
        return { box: wholeBox(box!), category: worded(category, score), color: seedColor(seeds.get(category)!) };
      });
      return [pass(looks.boxes[look], objects)];
    }
    case "KEYPOINT": {
      const people = annotations.map(({ keypoints, box, score }): Annotation => {
        const pose = keypoints && { ...keypoints, points: keypoints.points.map(seen) };
        if (!isB || !box) return { keypoints: pose };
        return { keypoints: pose, box: wholeBox(box), category: worded("object", score), color: seedColor(0) };
      });
      if (people.every(({ box }) => box)) return [pass(looks.boxes[look], people)];
      if (people.every(({ box }) => !box)) return [pass(looks.poses, people)];
      // who has no box has no label
      return people.map((person) => pass(person.box ? looks!.boxes[look] : looks!.poses, [person]));
    }
    case "OCR": {
      const objects = annotations.map(({ box, text = "" }) => ({ box: wholeBox(box!), category: text, color: 0 }));
      return [pass(looks.words, objects)];
    }
    case "INSTANCE_SEGMENTATION": {
      const sorted = annotations
        .flatMap(({ box, ...rest }) => (box ? [{ ...rest, box: wholeBox(box) }] : [])) // an empty mask may have none
        .sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
      const masks = sorted.map(({ segmentation }, i) => ({ segmentation, color: seedColor(i) }));
      const labels = sorted.map(({ box, category = "", score }, i) => ({
        box,
        category: worded(category, score),
        color: seedColor(i),
      }));
      // the largest come first
      let small = labels.findIndex(({ box }) => isB || box.width * box.height <= LARGE);
      if (small < 0) small = labels.length;
      const large = labels.slice(0, small).map((label) => {
        const { box } = label;
        return { ...label, box: { ...box, y: box.y + Math.trunc(box.height / 2) } };
      });
      const passes = [
        pass(looks.masks, masks),
        pass(looks.largeLabels, large),
        pass(looks.maskLabels, labels.slice(small)),
      ];
      return passes.filter(({ scene }) => scene.annotations.length > 0);
    }
    case "SEMANTIC_SEGMENTATION":
      return [
        pass(
          looks.stuffs,
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

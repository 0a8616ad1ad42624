/** Ground truth and predictions of one picture beside each other. */
import type { Frame } from "../core/frame.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import type { Scene } from "../model/scene.ts";
import type { Color } from "./colors.ts";
import { drawSheet } from "./contact-sheet.ts";
import { planScene } from "./plan.ts";
import { checkScene } from "./scene-check.ts";
import { checkSceneSize, render } from "./render.ts";
import { resolveStyle, type Style } from "./style.ts";

/** How two drawings of a picture stand beside each other. */
export interface SideBySideOptions {
  /** Groups of the left and the right picture. Default: the scene's group of ground truth (else its first), and the next. */
  readonly groups?: readonly [left: string, right: string] | undefined;
  /** Words over the pictures. Default: the groups. */
  readonly titles?: readonly [left: string, right: string] | undefined;
  /** `row` puts them side by side, `column` one below the other. Default `row`. */
  readonly direction?: "row" | "column" | undefined;
  /** Pixels between and around them. Default: a fortieth of the picture. */
  readonly gap?: number | undefined;
  /** Default white. */
  readonly background?: Color | undefined;
}

/**
 * A picture twice: with the ground truth on the left, with the predictions on the right, each under its title.
 *
 * @param frame - of the scene's size; stays as it is
 * @param scene - with two groups, or two scenes: left and right
 * @returns a new opaque frame, which the caller owns
 * @throws {ImageError} as `render` does; `ARGUMENT` where the scene has not two groups, `LIMIT` for a result that is too large
 * @example
 * using pair = sideBySide(frame, scene, { maskAlpha: 0.4 });
 */
export function sideBySide(
  frame: Frame,
  scene: Scene | readonly [left: Scene, right: Scene],
  style: Style = {},
  options: SideBySideOptions = {},
): Frame {
  const { groups, gap, background, direction = "row" } = checkedOptions(options);
  // errors name objects by their place in the scene, not in one side of it
  if (!isPair(scene)) planScene(scene, style).free();
  const sides = sidesOf(scene, style, groups);
  const titles = options.titles ?? sides.map(({ name }) => name);
  if (!Array.isArray(titles) || titles.length !== 2)
    throw new ImageError("ARGUMENT", `expected two titles, got ${show(titles)}`, { path: "titles" });
  for (const side of sides) {
    checkSceneSize(frame, side.scene);
    planScene(side.scene, side.style).free();
  }
  const { width, height } = frame;
  if (direction !== "row" && direction !== "column")
    throw new ImageError("ARGUMENT", `expected row or column, got ${show(direction)}`, { path: "direction" });
  return drawSheet(
    2,
    frame,
    {
      columns: direction === "row" ? 2 : 1,
      cellWidth: width,
      cellHeight: height,
      headings: titles,
      gap: gap ?? Math.max(4, Math.round(Math.sqrt(width * height) / 40)),
      background,
      fontSize: Math.min(400, Math.round(resolveStyle(style, width, height).fontSize * 1.2)),
    },
    (i, place) => {
      const drawn = frame.clone();
      try {
        place(render(drawn, sides[i]!.scene, sides[i]!.style));
      } finally {
        drawn.free();
      }
    },
  );
}

/** One side: what is drawn there, and what it is called. */
interface Side {
  readonly scene: Scene;
  readonly style: Style;
  readonly name: string;
}

/** The two sides of a comparison: two scenes, or two groups of one. */
export function sidesOf(
  source: Scene | readonly [Scene, Scene],
  style: Style,
  groups: readonly [string, string] | undefined,
): [Side, Side] {
  if (groups !== undefined && !(Array.isArray(groups) && groups.length === 2 && groups.every(isText)))
    throw new ImageError("ARGUMENT", `expected the names of two groups, got ${show(groups)}`, { path: "groups" });
  if (isPair(source)) {
    const scene = [checkScene(source[0]), checkScene(source[1])] as const;
    const name = (i: 0 | 1): string =>
      title(groups?.[i] ?? groupsOf(scene[i])[0] ?? (i === 0 ? "ground truth" : "predictions"));
    const filter = (i: 0 | 1): Style => (groups ? { ...style, groups: [groups[i]] } : style);
    return [
      { scene: scene[0], style: filter(0), name: name(0) },
      { scene: scene[1], style: filter(1), name: name(1) },
    ];
  }
  const scene = checkScene(source);
  const found = groupsOf(scene);
  const left = groups?.[0] ?? found.find((group) => /truth|^gt\b/i.test(group)) ?? found[0];
  const right = groups?.[1] ?? found.find((group) => group !== left);
  if (typeof left !== "string" || typeof right !== "string")
    throw new ImageError("ARGUMENT", `expected a scene with two groups, got ${show(found)}`, { path: "groups" });
  return [
    { scene: onlyGroup(scene, left), style, name: title(left) },
    { scene: onlyGroup(scene, right), style, name: title(right) },
  ];
}

/** What one group has of a scene; alone, it needs no line pattern that tells it from others. */
function onlyGroup(scene: Scene, group: string): Scene {
  const { annotations, labelMaps } = scene;
  return {
    ...scene,
    annotations: annotations.filter((annotation) => annotation.group === group),
    labelMaps: labelMaps?.filter((map) => map.group === group),
  };
}

function isPair(scene: Scene | readonly [Scene, Scene]): scene is readonly [Scene, Scene] {
  if (!Array.isArray(scene)) return false;
  if (scene.length !== 2)
    throw new ImageError("ARGUMENT", `expected two scenes, got ${scene.length}`, { path: "scene" });
  return true;
}

/** Groups of a scene, in the order in which they come. */
function groupsOf({ annotations, labelMaps = [] }: Scene): string[] {
  const groups = new Set<string>();
  for (const { group } of [...annotations, ...labelMaps]) if (group !== undefined) groups.add(group);
  return [...groups];
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function title(group: string): string {
  return group.charAt(0).toUpperCase() + group.slice(1);
}

/** Masks of objects, and label maps, which give every pixel a class. */
import type { Frame } from "../core/frame.ts";
import { paintLabelMap } from "../core/label-map.ts";
import { MaskSet } from "../core/masks.ts";
import { ImageError, show } from "../errors.ts";
import type { LabelMap, Scene, Segmentation } from "../model/scene.ts";
import type { Bounds, Mark } from "./marks.ts";
import { paletteColor, paletteIndex } from "./palettes.ts";
import type { ResolvedStyle } from "./style.ts";

/** The masks of some marks, decoded; free them with {@link freeMasks}. */
export interface PlacedMasks {
  readonly set: MaskSet;
  readonly colors: readonly number[];
  /** What each mask covers; undefined for an empty one. */
  readonly bounds: readonly (Bounds | undefined)[];
}

/**
 * Decode the masks of marks.
 *
 * @throws {ImageError} naming the mark whose mask is wrong
 */
export function placeMasks(marks: readonly Mark[], width: number, height: number): PlacedMasks {
  const sources: Segmentation[] = marks.map(({ annotation }) => annotation.segmentation as Segmentation);
  const set = MaskSet.from(sources, width, height, { pathOf: (i) => `${marks[i]!.path}.segmentation` });
  const bounds = marks.map((_, i) => {
    const [x, y, w, h] = set.boxes.subarray(i * 4, i * 4 + 4) as unknown as [number, number, number, number];
    return w > 0 && h > 0 ? { left: x, top: y, right: x + w, bottom: y + h } : undefined;
  });
  return { set, colors: marks.map(({ color }) => color), bounds };
}

/** Paint masks, the largest first, so that small ones stay visible; equal ones in the scene's order. */
export function drawMasks(frame: Frame, { set, colors }: PlacedMasks, style: ResolvedStyle): void {
  const { maskAlpha: alpha, maskOutline, bias } = style;
  const order = colors.map((_, index) => index).sort((a, b) => set.areas[b]! - set.areas[a]! || a - b);
  const paints = order.map((index) => {
    const color = colors[index]!;
    return maskOutline > 0
      ? { index, color, alpha, outline: { color, alpha: 255, width: maskOutline } }
      : { index, color, alpha };
  });
  set.paint(frame, paints, bias);
}

/** @throws {ImageError} `ARGUMENT` for a label map that has not the picture's size */
export function checkLabelMap({ data, width, height, classes }: LabelMap, path: string, scene: Scene): void {
  if (!(data instanceof Uint8Array))
    throw new ImageError("ARGUMENT", `expected class ids in a Uint8Array, got ${show(data)}`, { path: `${path}.data` });
  if (classes !== undefined && !(classes instanceof Map))
    throw new ImageError("ARGUMENT", `expected a Map of names, got ${show(classes)}`, { path: `${path}.classes` });
  if (width !== scene.width || height !== scene.height || data.length !== width * height)
    throw new ImageError(
      "ARGUMENT",
      `expected ${scene.width} x ${scene.height} class ids, got ${data.length} for ${width} x ${height}`,
      { path },
    );
}

/** Paint a label map: a class has its category's colour, class 0 is background unless the map names it. */
export function drawLabelMap(frame: Frame, { data, classes }: LabelMap, style: ResolvedStyle): void {
  const table = new Uint8Array(256 * 4);
  for (let id = classes?.has(0) ? 0 : 1; id < 256; id++) {
    const name = classes?.get(id);
    const own = (name === undefined ? undefined : style.colors.get(name)) ?? style.colors.get(String(id));
    const color = own ?? paletteColor(style.palette, paletteIndex(id));
    table.set([color >> 16, (color >> 8) & 255, color & 255, style.labelMapAlpha], id * 4);
  }
  paintLabelMap(frame, data, table, style.bias);
}

/** Label maps, which give every pixel a class. */
import type { Frame } from "../core/frame.ts";
import { paintLabelMap } from "../core/label-map.ts";
import { ImageError, show } from "../errors.ts";
import type { LabelMap, Scene } from "../model/scene.ts";
import { parseColor } from "./colors.ts";
import type { Layer, Plan } from "./layer.ts";
import { paletteColor, paletteIndex } from "./palettes.ts";
import type { ResolvedStyle } from "./style.ts";

/** The label maps of a scene. */
export function planLabelMaps({ scene, style }: Plan): Layer | undefined {
  const { labelMaps = [] } = scene;
  for (const [i, map] of labelMaps.entries()) checkLabelMap(map, `labelMaps[${i}]`, scene);
  if (labelMaps.length === 0) return undefined;
  return {
    draw(frame) {
      for (const map of labelMaps) drawLabelMap(frame, map, style);
    },
  };
}

/** @throws {ImageError} `ARGUMENT` for a label map that has not the picture's size */
export function checkLabelMap({ data, width, height, classes, colors }: LabelMap, path: string, scene: Scene): void {
  if (!(data instanceof Uint8Array))
    throw new ImageError("ARGUMENT", `expected class ids in a Uint8Array, got ${show(data)}`, { path: `${path}.data` });
  if (classes !== undefined && !(classes instanceof Map))
    throw new ImageError("ARGUMENT", `expected a Map of names, got ${show(classes)}`, { path: `${path}.classes` });
  if (colors !== undefined && !(colors instanceof Map))
    throw new ImageError("ARGUMENT", `expected a Map of colours, got ${show(colors)}`, { path: `${path}.colors` });
  for (const [id, color] of colors ?? []) parseColor(color, `${path}.colors.get(${id})`);
  if (width !== scene.width || height !== scene.height || data.length !== width * height)
    throw new ImageError(
      "ARGUMENT",
      `expected ${scene.width} x ${scene.height} class ids, got ${data.length} for ${width} x ${height}`,
      { path },
    );
}

/** Paint a label map: a class has its category's colour, class 0 is background unless the map names it. */
export function drawLabelMap(frame: Frame, map: LabelMap, style: ResolvedStyle): void {
  const { data, classes } = map;
  const table = new Uint8Array(256 * 4);
  for (let id = classes?.has(0) ? 0 : 1; id < 256; id++) {
    const color = mapColor(map, id, style);
    table.set([color >> 16, (color >> 8) & 255, color & 255, style.labelMapAlpha], id * 4);
  }
  paintLabelMap(frame, data, table, style.bias);
}

/** The colour of a class of a label map: what the style says, what the map says, or the palette's. */
export function mapColor({ classes, colors }: LabelMap, id: number, style: ResolvedStyle): number {
  const name = classes?.get(id);
  const own = (name === undefined ? undefined : style.colors.get(name)) ?? style.colors.get(String(id));
  return own ?? colors?.get(id) ?? paletteColor(style.palette, paletteIndex(id));
}

/** Label maps, which give every pixel a class. */
import { type Brush, lineBrush } from "../core/brush.ts";
import type { Frame } from "../core/frame.ts";
import { countLabels, paintLabelBorders, paintLabelMap } from "../core/label-map.ts";
import { packColor } from "../core/raster.ts";
import { ImageError, show } from "../errors.ts";
import type { LabelMap, Scene } from "../model/scene.ts";
import { categoryColor } from "./color-style.ts";
import { parseColor } from "./colors.ts";
import { isCategoryShown, isLabelMapShown } from "./filter-style.ts";
import type { LabelMapClass } from "./label-map-style.ts";
import type { Layer, Plan } from "./layer.ts";
import type { ResolvedStyle } from "./style.ts";

/** A label map, ready to be drawn. */
interface PlacedLabelMap {
  readonly labels: Uint8Array;
  /** 256 × RGBA. */
  readonly table: Uint8Array;
  /** Label, colour of each class that is there and drawn. */
  readonly classes: readonly (readonly [label: number, color: number])[];
}

/** The label maps of a scene. */
export function planLabelMaps({ scene, style }: Plan): Layer | undefined {
  const { labelMaps = [] } = scene;
  const placed = labelMaps.flatMap((map, i) => {
    checkLabelMap(map, `labelMaps[${i}]`, scene);
    return isLabelMapShown(map, style) ? [placeLabelMap(map, style, `labelMaps[${i}]`)] : [];
  });
  if (placed.length === 0) return undefined;
  const brush = style.labelMapBorder > 0 ? lineBrush(style.labelMapBorder) : undefined;
  return {
    draw(frame) {
      for (const map of placed) drawLabelMap(frame, map, brush, style);
    },
  };
}

/** @throws {ImageError} `ARGUMENT` for a label map that has not the picture's size */
export function checkLabelMap({ data, width, height, classes, colors }: LabelMap, path: string, scene: Scene): void {
  if (!isIds(data))
    throw new ImageError("ARGUMENT", `expected class ids in an array of whole numbers, got ${show(data)}`, {
      path: `${path}.data`,
    });
  if (classes !== undefined && !(classes instanceof Map))
    throw new ImageError("ARGUMENT", `expected a Map of names, got ${show(classes)}`, { path: `${path}.classes` });
  if (colors !== undefined && !(colors instanceof Map))
    throw new ImageError("ARGUMENT", `expected a Map of colours, got ${show(colors)}`, { path: `${path}.colors` });
  for (const [id, color] of colors ?? []) parseColor(color, `${path}.colors.get(${show(id)})`);
  for (const [id, name] of classes ?? [])
    if (typeof name !== "string")
      throw new ImageError("ARGUMENT", `expected a name, got ${show(name)}`, {
        path: `${path}.classes.get(${show(id)})`,
      });
  if (width !== scene.width || height !== scene.height || data.length !== width * height)
    throw new ImageError(
      "ARGUMENT",
      `expected ${scene.width} x ${scene.height} class ids, got ${data.length} for ${show(width)} x ${show(height)}`,
      { path },
    );
}

function isIds(data: unknown): data is LabelMap["data"] {
  return ArrayBuffer.isView(data) && /^(Uint8|Uint8Clamped|Uint16|Uint32|Int8|Int16|Int32)Array$/.test(tagOf(data));
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Ids that a list means, by themselves or by their names. */
export function classNames({ classes }: LabelMap, listed: ReadonlySet<string>): Set<number> {
  const ids = new Set<number>();
  for (const key of listed) if (/^(0|-?[1-9]\d{0,9})$/.test(key)) ids.add(Number(key));
  for (const [id, name] of classes ?? []) if (listed.has(name)) ids.add(id);
  return ids;
}

/**
 * The classes that a label map holds, by id, each with its number of pixels.
 *
 * @throws {ImageError} `UNSUPPORTED` for more than 256 classes
 */
export function presentClasses(map: LabelMap, path = "labelMap"): Map<number, number> {
  const { labels, ids } = toLabels(map, path);
  const counts = countLabels(labels);
  const present: [number, number][] = [];
  for (let label = 0; label < 256; label++)
    if (counts[label]! > 0) present.push([ids?.[label] ?? label, counts[label]!]);
  return new Map(present.sort(([a], [b]) => a - b));
}

/** Ids as bytes: those of a wider array are numbered as they come, so that only the ones in use count. */
function toLabels({ data }: LabelMap, path: string): { labels: Uint8Array; ids: readonly number[] | undefined } {
  if (data instanceof Uint8Array) return { labels: data, ids: undefined };
  const numbers = new Map<number, number>();
  const labels = new Uint8Array(data.length);
  let last = NaN;
  let label = 0;
  for (let i = 0; i < data.length; i++) {
    const id = data[i]!;
    if (id !== last) {
      last = id;
      label = numbers.get(id) ?? numbers.size;
      if (label > 255)
        throw new ImageError("UNSUPPORTED", `expected at most 256 different class ids, got more at pixel ${i}`, {
          path: `${path}.data`,
        });
      numbers.set(id, label);
    }
    labels[i] = label;
  }
  return { labels, ids: [...numbers.keys()] };
}

/** A class has its category's colour; class 0 is background unless the map or the style names it. */
function placeLabelMap(map: LabelMap, style: ResolvedStyle, path: string): PlacedLabelMap {
  const { labels, ids } = toLabels(map, path);
  const table = new Uint8Array(256 * 4);
  const drawn: [number, number][] = [];
  const counts = style.labelMapBorder > 0 ? countLabels(labels) : undefined;
  for (let label = 0; label < (ids?.length ?? 256); label++) {
    const id = ids?.[label] ?? label;
    const color = drawnColor(map, id, style);
    if (color === undefined) continue;
    const own = classStyle(map.classes?.get(id), id, style);
    const alpha = own?.alpha === undefined ? style.labelMapAlpha : Math.round(own.alpha * 255);
    table.set([color >> 16, (color >> 8) & 255, color & 255, alpha], label * 4);
    if (counts?.[label]) drawn.push([label, color]);
  }
  return { labels, table, classes: drawn };
}

function drawLabelMap(
  frame: Frame,
  { labels, table, classes }: PlacedLabelMap,
  brush: Brush | undefined,
  { labelMapBorderColor: shared, bias }: ResolvedStyle,
): void {
  paintLabelMap(frame, labels, table, bias);
  if (brush && classes.length > 0)
    paintLabelBorders(
      frame,
      labels,
      Uint32Array.from(classes.flatMap(([label, color]) => [label, packColor(shared ?? color)])),
      brush,
      shared !== undefined,
      bias,
    );
}

/** The classes of a label map that are there and drawn: id, colour, number of pixels. */
export function drawnClasses(
  map: LabelMap,
  style: ResolvedStyle,
): (readonly [id: number, color: number, pixels: number])[] {
  return Array.from(presentClasses(map)).flatMap(([id, pixels]) => {
    const color = drawnColor(map, id, style);
    return color === undefined ? [] : [[id, color, pixels] as const];
  });
}

/** The colour of a class; undefined for one that is not drawn, as class 0 where nothing names it. */
function drawnColor({ classes, colors }: LabelMap, id: number, style: ResolvedStyle): number | undefined {
  const name = classes?.get(id);
  const own = classStyle(name, id, style);
  if (own?.hide || (id === 0 && name === undefined && !own) || !isCategoryShown(name, id, style)) return undefined;
  return own?.color === undefined ? categoryColor(name, id, colors?.get(id), style) : parseColor(own.color);
}

function classStyle(
  name: string | undefined,
  id: number,
  { labelMapClasses }: ResolvedStyle,
): LabelMapClass | undefined {
  return (name === undefined ? undefined : labelMapClasses.get(name)) ?? labelMapClasses.get(String(id));
}

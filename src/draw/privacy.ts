/** Objects made unrecognisable, before anything else is drawn. */
import { MaskSet } from "../core/masks.ts";
import { checkLabelMap, classNames } from "./label-maps.ts";
import type { Layer, Plan } from "./layer.ts";
import { type Region, regionOf } from "./regions.ts";

/** An object is at most so many blocks wide and high. */
const MOST_BLOCKS = 8;
/** A soft mask hides from this probability on, of 255. */
const LEAST = 26;

/** Every object of the categories that the style names, whether it is drawn or not. */
export function planPrivacy({ scene, width, height, style }: Plan): Layer | undefined {
  const { privacyCategories: listed, privacyMode, privacySize, privacyColor } = style;
  if (listed.size === 0) return undefined;
  const found: Region[] = [];
  for (const [i, annotation] of scene.annotations.entries()) {
    const { category, categoryId } = annotation;
    if (![category, categoryId].some((key) => key !== undefined && listed.has(String(key)))) continue;
    const path = `annotations[${i}]`;
    let region = regionOf(annotation, path, width, height, LEAST);
    // a mask without pixels hides nothing: then the box does
    if (region && annotation.segmentation && isEmpty(region, width, height))
      region = regionOf({ ...annotation, segmentation: undefined }, path, width, height);
    if (region) found.push(region);
  }
  for (const [i, map] of (scene.labelMaps ?? []).entries()) {
    const path = `labelMaps[${i}]`;
    checkLabelMap(map, path, scene);
    const ids = classNames(map, listed);
    if (ids.size === 0) continue;
    const data = Uint8Array.from(map.data, (id) => (ids.has(id) ? 1 : 0));
    found.push({ source: { kind: "mask", data, width, height }, path });
  }
  if (found.length === 0) return undefined;
  const set = decode(found, width, height);
  const blockOf = (w: number, h: number): number => Math.max(privacySize, Math.ceil(Math.max(w, h) / MOST_BLOCKS));
  return { draw: (frame) => set.hide(frame, privacyMode, blockOf, privacyColor), free: () => set.free() };
}

function decode(regions: readonly Region[], width: number, height: number): MaskSet {
  const sources = regions.map(({ source }) => source);
  return MaskSet.from(sources, width, height, { pathOf: (i) => regions[i]!.path });
}

function isEmpty(region: Region, width: number, height: number): boolean {
  const set = decode([region], width, height);
  set.free();
  return set.areas[0] === 0;
}

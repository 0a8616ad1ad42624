/** The background, dimmed so that the objects stand out. */
import { MaskSet } from "../core/masks.ts";
import type { Layer, Plan } from "./layer.ts";
import { regionOf } from "./regions.ts";

const COLORS = { dark: 0x000000, light: 0xffffff, gray: "gray" } as const;

/** Everything outside of the objects that are drawn. */
export function planDim({ marks, width, height, style }: Plan): Layer | undefined {
  const { dim, dimMode, bias } = style;
  if (dim === 0) return undefined;
  const found = marks.flatMap(({ annotation, path }) => regionOf(annotation, path, width, height) ?? []);
  if (found.length === 0) return undefined;
  const sources = found.map(({ source }) => source);
  const set = MaskSet.from(sources, width, height, { pathOf: (i) => found[i]!.path });
  return { draw: (frame) => set.paintOutside(frame, COLORS[dimMode], dim, bias), free: () => set.free() };
}

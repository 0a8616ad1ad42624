/** Heat maps: values for places of the picture, as colours, with a bar that says which colour means what. */
import { paintHeatGrid } from "../core/heat-map.ts";
import { mixStops } from "./color-maps.ts";
import { drawColorBar, placeColorBar } from "./color-bar.ts";
import { placeHeatMap } from "./heat-grid.ts";
import type { Layer, Plan } from "./layer.ts";

/** The heat maps of a scene. */
export function planHeatMaps(plan: Plan): Layer | undefined {
  const { scene, style, width, height } = plan;
  const maps = (scene.heatMaps ?? []).flatMap((map, i) => {
    const placed = placeHeatMap(map, width, height, style.heatMapRange, `heatMaps[${i}]`);
    return placed ? [{ ...placed, table: tableOf(style, style.heatMapFade ?? map.kind === "points") }] : [];
  });
  plan.heatRange = maps[0]?.range;
  if (maps.length === 0) return undefined;
  return {
    draw(frame) {
      for (const { grid, table } of maps) paintHeatGrid(frame, grid, table, style.bias);
    },
  };
}

/** The bar of a scene's first heat map, over all marks. */
export function planColorBar({ style, width, height, heatRange, reserved }: Plan): Layer | undefined {
  const { heatMapBar, heatMapColors, fontSize, bias } = style;
  if (heatMapBar === "none" || !heatRange) return undefined;
  const bar = placeColorBar(heatRange, heatMapBar, fontSize, width, height);
  if (!bar) return undefined;
  reserved.push(bar.plate);
  return { draw: (frame) => drawColorBar(frame, bar, heatMapColors, bias) };
}

/** A colour for each of 255 levels, behind one that is not used; RGBA. */
function tableOf(
  { heatMapColors, heatMapAlpha }: Pick<Plan["style"], "heatMapColors" | "heatMapAlpha">,
  fade: boolean,
): Uint8Array {
  const colors = mixStops(heatMapColors, 255);
  const table = new Uint8Array(1024);
  for (let i = 0; i < 255; i++) {
    const t = i / 254;
    table.set(colors.subarray(i * 3, i * 3 + 3), (i + 1) * 4);
    table[(i + 1) * 4 + 3] = fade ? Math.round(heatMapAlpha * t * (2 - t)) : heatMapAlpha;
  }
  return table;
}

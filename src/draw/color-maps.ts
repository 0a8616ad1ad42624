/** Colours for values: from the lowest to the highest. */
import { type Color, parseColor } from "./colors.ts";

/**
 * Colour maps by name, each as 16 colours at equal distances; between them colours mix evenly, within 5 levels of the map
 * of that name. `viridis`, the default, and `magma`, `inferno` and `cividis` grow evenly brighter, also for eyes that lack a
 * cone; `turbo` tells more values apart, but not evenly.
 */
const MAPS: Readonly<Record<string, string>> = {
  viridis: "440154491a6c472f7e41448839578c31688e2a788e23888e1e988b21a88434b77953c66879d252a5db36d3e218fee720",
  magma: "0000020a09231f124c3b0f7257147e7120818c2981a8327dc43b75de4968f2605cfb7f5dfe9f6cfebf83fdde9ffcfdbf",
  inferno: "0000020b0826240c504209695e126f781c6e932668ae305cc73e4ddd503aee6926f8850dfca407fac52cf1e760f8ffa6",
  cividis: "02234c002e6e1d3a7036466c47516c575d6d666970757576848279948e77a59c74b7a96fc8b866dbc75beed649ffe732",
  turbo: "31133e4143aa4871ed409bff20c6e216e6b744f88589ff4bbaf732e2dd38fcbb3aff8d28f15911d73405b018017b0302",
  gray: "000000ffffff",
};

/** Names of the colour maps. */
export const COLOR_MAPS: readonly string[] = Object.keys(MAPS);

/** The colours of a map: a name, or colours of one's own, two or more. */
export function colorStops(map: string | readonly Color[]): number[] {
  if (typeof map !== "string") return map.map((color) => parseColor(color));
  return Array.from(MAPS[map]!.match(/.{6}/g)!, (hex) => parseInt(hex, 16));
}

/** A colour of a map for each of `count` values, as RGB bytes. */
export function mixStops(stops: readonly number[], count: number): Uint8Array {
  const bytes = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    const at = (i * (stops.length - 1)) / Math.max(1, count - 1);
    const lower = Math.min(stops.length - 2, Math.floor(at));
    for (let c = 0; c < 3; c++) {
      const [from, to] = [stops[lower]!, stops[lower + 1]!].map((color) => (color >> (16 - 8 * c)) & 255);
      bytes[i * 3 + c] = Math.round(from! + (to! - from!) * (at - lower));
    }
  }
  return bytes;
}

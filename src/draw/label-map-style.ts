/** How label maps are drawn: part of the style. */
import { MAX_BRUSH } from "../core/brush.ts";
import { ImageError, show } from "../errors.ts";
import { type Color, parseColor } from "./colors.ts";
import { type Checks, color, number, record, typed } from "./style-checks.ts";

/** How one class of a label map is drawn. */
export interface LabelMapClass {
  /** Default: that of the style's `colors`, of the map, of the palette. */
  readonly color?: Color | undefined;
  /** Opacity, 0..1. Default `labelMapAlpha`. */
  readonly alpha?: number | undefined;
  /** True: it is left out, its borders too. Default false. */
  readonly hide?: boolean | undefined;
}

/** Part of {@link Style}. */
export interface LabelMapStyle {
  /** Opacity of label maps (a class for every pixel), 0..1. Default 0.5. */
  readonly labelMapAlpha?: number | undefined;
  /** How single classes are drawn, by name or id. Class 0 is drawn where it has a name or is listed here. */
  readonly labelMapClasses?: Readonly<Record<string, LabelMapClass>> | undefined;
  /** Width in pixels, fractions allowed, of the line between regions, centred on their smoothed borders. Default 0. */
  readonly labelMapBorder?: number | undefined;
  /** Colour of all these lines. Default: on its side of a border each region has its own colour. */
  readonly labelMapBorderColor?: Color | undefined;
}

const CLASS_CHECKS: Checks<LabelMapClass> = { color, alpha: number(0, 1), hide: typed("boolean") };

export const LABEL_MAP_CHECKS: Checks<LabelMapStyle> = {
  labelMapAlpha: number(0, 1),
  labelMapClasses: record("classes", (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new ImageError("ARGUMENT", `expected an object, got ${show(value)}`, { path });
    for (const [key, part] of Object.entries(value)) {
      if (!Object.hasOwn(CLASS_CHECKS, key))
        throw new ImageError("ARGUMENT", `expected color, alpha or hide, got ${show(key)}`, { path });
      if (part !== undefined) CLASS_CHECKS[key as keyof LabelMapClass](part, `${path}.${key}`);
    }
  }),
  labelMapBorder: number(0, MAX_BRUSH),
  labelMapBorderColor: color,
};

export interface ResolvedLabelMapStyle {
  /** 0..255. */
  readonly labelMapAlpha: number;
  readonly labelMapClasses: ReadonlyMap<string, LabelMapClass>;
  readonly labelMapBorder: number;
  /** 0xRRGGBB; undefined: that of each class. */
  readonly labelMapBorderColor: number | undefined;
}

export function resolveLabelMapStyle(style: LabelMapStyle): ResolvedLabelMapStyle {
  const { labelMapBorderColor } = style;
  return {
    labelMapAlpha: Math.round((style.labelMapAlpha ?? 0.5) * 255),
    labelMapClasses: new Map(Object.entries(style.labelMapClasses ?? {})),
    labelMapBorder: style.labelMapBorder ?? 0,
    labelMapBorderColor: labelMapBorderColor === undefined ? undefined : parseColor(labelMapBorderColor),
  };
}

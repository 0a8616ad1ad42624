/** How to draw: plain data, every part optional; what is left out follows the size of the picture. */
import { BLEND_ROUND, BLEND_TRUNCATE } from "../core/blend.ts";
import { ImageError, show } from "../errors.ts";
import { type Color, parseColor } from "./colors.ts";
import { palettes } from "./palettes.ts";

/**
 * How to draw a scene. Plain data that survives JSON; every part is optional.
 *
 * @example
 * render(frame, scene, { colorBy: "instance", maskAlpha: 0.4, label: "{category} {score:.0%}", minScore: 0.5 });
 */
export interface Style {
  /** Name of one of {@link palettes}, or colours in order. Default `limn`. */
  readonly palette?: string | readonly Color[] | undefined;
  /** Colours of single categories, by name or id; they win over the palette. */
  readonly colors?: Readonly<Record<string, Color>> | undefined;
  /** What decides an object's colour. Default `category`: a class has the same colour in every picture. */
  readonly colorBy?: ColorBy | undefined;
  /** Opacity of masks, 0..1. Default 0.4. */
  readonly maskAlpha?: number | undefined;
  /** Width of a mask's outline in pixels, 0 for none. Default: about that of boxes. */
  readonly maskOutline?: number | undefined;
  /** Opacity of label maps (a class for every pixel), 0..1. Default 0.5. */
  readonly labelMapAlpha?: number | undefined;
  /** Width of box outlines in whole pixels, 0 for none. Default: 1 for a thumbnail, 2 at 640 x 480, 3 at 1080p, 5 at 4K. */
  readonly boxWidth?: number | undefined;
  /** Opacity of the inside of boxes, 0..1. Default 0. */
  readonly boxFill?: number | undefined;
  /**
   * Words of a label: `{category} {score:.2f} {categoryId} {trackId} {group} {id} {text}` and `{attributes.NAME}`; numbers
   * take `:.2f` or `:.0%`. What an object does not have leaves no gap. Default: the object's caption where it has one, else
   * `{category} {score:.2f}`.
   */
  readonly label?: string | undefined;
  /** Default true. */
  readonly showLabels?: boolean | undefined;
  /** Pixels of the em, a whole number of 6..400. Default: about 12 at 640 x 480, 20 at 1080p. */
  readonly fontSize?: number | undefined;
  /** Objects with a lower score are not drawn; objects without a score are. Default 0. */
  readonly minScore?: number | undefined;
  /** Names or ids of the categories that are drawn. Default: all. */
  readonly categories?: readonly (string | number)[] | undefined;
  /** Radius of keypoints in pixels. Default: follows the picture and the pose. */
  readonly keypointRadius?: number | undefined;
  /** Width of the limbs between keypoints in pixels, 0 for none. Default: follows the picture and the pose. */
  readonly limbWidth?: number | undefined;
  /** `round` blends to the nearest value, `truncate` rounds down. Default `round`. */
  readonly blend?: "round" | "truncate" | undefined;
}

export type ColorBy = "category" | "instance" | "track" | "group";

const COLOR_BY: readonly string[] = ["category", "instance", "track", "group"];
const BLENDS: readonly string[] = ["round", "truncate"];

type Check = (value: unknown, path: string) => void;

function number(low: number, high: number, whole = false): Check {
  return (value, path) => {
    if (typeof value !== "number" || !(value >= low && value <= high) || (whole && !Number.isInteger(value)))
      throw new ImageError(
        "ARGUMENT",
        `expected a ${whole ? "whole " : ""}number of ${low}..${high}, got ${show(value)}`,
        {
          path,
        },
      );
  };
}

function oneOf(names: readonly string[]): Check {
  return (value, path) => {
    if (!names.includes(value as string))
      throw new ImageError("ARGUMENT", `expected one of ${names.join(", ")}, got ${show(value)}`, { path });
  };
}

function typed(type: "string" | "boolean"): Check {
  return (value, path) => {
    if (typeof value !== type) throw new ImageError("ARGUMENT", `expected a ${type}, got ${show(value)}`, { path });
  };
}

const CHECKS: Readonly<Record<keyof Style, Check>> = {
  palette(value, path) {
    if (typeof value === "string") return oneOf(Object.keys(palettes))(value, path);
    if (!Array.isArray(value) || value.length === 0)
      throw new ImageError("ARGUMENT", `expected a palette's name or a list of colours, got ${show(value)}`, { path });
    for (const [i, color] of value.entries()) parseColor(color, `${path}[${i}]`);
  },
  colors(value, path) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new ImageError("ARGUMENT", `expected an object of colours, got ${show(value)}`, { path });
    for (const [key, color] of Object.entries(value)) parseColor(color, `${path}.${key}`);
  },
  categories(value, path) {
    if (!Array.isArray(value) || value.some((item) => typeof item !== "string" && typeof item !== "number"))
      throw new ImageError("ARGUMENT", `expected a list of category names or ids, got ${show(value)}`, { path });
  },
  label(value, path) {
    typed("string")(value, path);
    parseTemplate(value as string, path);
  },
  colorBy: oneOf(COLOR_BY),
  blend: oneOf(BLENDS),
  showLabels: typed("boolean"),
  maskAlpha: number(0, 1),
  labelMapAlpha: number(0, 1),
  boxFill: number(0, 1),
  minScore: number(-1e9, 1e9),
  maskOutline: number(0, 200, true),
  boxWidth: number(0, 200, true),
  fontSize: number(6, 400, true),
  keypointRadius: number(0, 1000),
  limbWidth: number(0, 1000),
};

/**
 * Check data that should be a {@link Style}.
 *
 * @param path - what the data is called in errors
 * @throws {ImageError} `ARGUMENT` naming the part that is wrong, or that no style has
 */
export function parseStyle(value: unknown, path = "style"): Style {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ImageError("ARGUMENT", `expected an object, got ${show(value)}`, { path });
  for (const [key, part] of Object.entries(value)) {
    if (!Object.hasOwn(CHECKS, key))
      throw new ImageError("ARGUMENT", `expected one of ${Object.keys(CHECKS).join(", ")}, got ${show(key)}`, { path });
    if (part !== undefined) CHECKS[key as keyof Style](part, `${path}.${key}`);
  }
  return value;
}

/** A piece of a label's template: fixed words, or a field with its number format. */
export type TemplatePart =
  | { readonly kind: "words"; readonly words: string }
  | { readonly kind: "field"; readonly field: string; readonly decimals?: number; readonly percent?: boolean };

const FIELDS: readonly string[] = ["category", "categoryId", "score", "trackId", "group", "id", "text", "caption"];

/** Take a label's template apart. @throws {ImageError} `ARGUMENT` for an unknown field or format */
export function parseTemplate(template: string, path = "style.label"): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  for (const piece of template.split(/(\{[^{}]*\})/)) {
    if (!/^\{.*\}$/s.test(piece)) {
      if (piece) parts.push({ kind: "words", words: piece });
      continue;
    }
    const [, field = "", format] = /^\{([^:]*)(?::(.*))?\}$/s.exec(piece) ?? [];
    if (!FIELDS.includes(field) && !/^attributes\../.test(field))
      throw new ImageError("ARGUMENT", `expected {${FIELDS.join("}, {")}} or {attributes.NAME}, got ${show(piece)}`, {
        path,
      });
    if (format === undefined) {
      parts.push({ kind: "field", field });
      continue;
    }
    const [, decimals, unit] = /^\.(\d{1,2})([f%])$/.exec(format) ?? [];
    if (!decimals) throw new ImageError("ARGUMENT", `expected a format :.2f or :.0%, got ${show(piece)}`, { path });
    parts.push({ kind: "field", field, decimals: Number(decimals), percent: unit === "%" });
  }
  return parts;
}

/** A style with every part decided for pictures of one size. */
export interface ResolvedStyle {
  readonly palette: readonly number[];
  readonly colors: ReadonlyMap<string, number>;
  readonly colorBy: ColorBy;
  /** 0..255. */
  readonly maskAlpha: number;
  readonly maskOutline: number;
  /** 0..255. */
  readonly labelMapAlpha: number;
  readonly boxWidth: number;
  /** 0..255. */
  readonly boxFill: number;
  /** Undefined: an object's caption where it has one, else category and score. */
  readonly label: readonly TemplatePart[] | undefined;
  readonly showLabels: boolean;
  readonly fontSize: number;
  readonly minScore: number;
  readonly categories: ReadonlySet<string> | undefined;
  readonly keypointRadius: number | undefined;
  readonly limbWidth: number | undefined;
  /** As the kernels take it. */
  readonly bias: number;
}

/** Decide what a style leaves open for a picture of this size; checks the style first. */
export function resolveStyle(style: Style, width: number, height: number): ResolvedStyle {
  parseStyle(style);
  const side = Math.sqrt(width * height);
  const { palette = "limn" } = style;
  const boxWidth = style.boxWidth ?? Math.max(1, Math.round(0.85 + side / 650));
  return {
    palette: typeof palette === "string" ? palettes[palette]! : palette.map((color) => parseColor(color)),
    colors: new Map(Object.entries(style.colors ?? {}).map(([key, color]) => [key, parseColor(color)])),
    colorBy: style.colorBy ?? "category",
    maskAlpha: Math.round((style.maskAlpha ?? 0.4) * 255),
    maskOutline: style.maskOutline ?? Math.max(1, boxWidth - 1),
    labelMapAlpha: Math.round((style.labelMapAlpha ?? 0.5) * 255),
    boxWidth,
    boxFill: Math.round((style.boxFill ?? 0) * 255),
    label: style.label === undefined ? undefined : parseTemplate(style.label),
    showLabels: style.showLabels ?? true,
    fontSize: style.fontSize ?? Math.max(10, Math.round(6 + side / 100)),
    minScore: style.minScore ?? -Infinity,
    categories: style.categories && new Set(style.categories.map(String)),
    keypointRadius: style.keypointRadius,
    limbWidth: style.limbWidth,
    bias: style.blend === "truncate" ? BLEND_TRUNCATE : BLEND_ROUND,
  };
}

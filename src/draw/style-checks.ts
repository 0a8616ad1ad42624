/** Checks of the parts of a style: each throws an {@link ImageError} `ARGUMENT` that names the part. */
import { ImageError, show } from "../errors.ts";
import { parseColor } from "./colors.ts";

/** Throws when a value may not stand at a path of a style. */
export type Check = (value: unknown, path: string) => void;

/** One check for each part of a piece of a style. */
export type Checks<Part> = Readonly<Record<keyof Part, Check>>;

/** The size of the picture that a style is resolved for. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  /** Square root of the area: what widths and font sizes follow. */
  readonly side: number;
}

export function number(low: number, high: number, whole = false): Check {
  return (value, path) => {
    if (typeof value !== "number" || !(value >= low && value <= high) || (whole && !Number.isInteger(value)))
      throw new ImageError(
        "ARGUMENT",
        `expected a ${whole ? "whole " : ""}number of ${low}..${high}, got ${show(value)}`,
        { path },
      );
  };
}

export function oneOf(names: readonly string[]): Check {
  return (value, path) => {
    if (!names.includes(value as string))
      throw new ImageError("ARGUMENT", `expected one of ${names.join(", ")}, got ${show(value)}`, { path });
  };
}

export function typed(type: "string" | "boolean"): Check {
  return (value, path) => {
    if (typeof value !== type) throw new ImageError("ARGUMENT", `expected a ${type}, got ${show(value)}`, { path });
  };
}

export function color(value: unknown, path: string): void {
  parseColor(value, path);
}

/** A list whose items are names or ids. */
export function keys(what: string): Check {
  return (value, path) => {
    if (!Array.isArray(value) || value.some((item) => typeof item !== "string" && typeof item !== "number"))
      throw new ImageError("ARGUMENT", `expected a list of ${what}, got ${show(value)}`, { path });
  };
}

/** An object whose values pass a check, by key. */
export function record(what: string, item: Check): Check {
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new ImageError("ARGUMENT", `expected an object of ${what}, got ${show(value)}`, { path });
    for (const [key, part] of Object.entries(value)) item(part, `${path}.${key}`);
  };
}

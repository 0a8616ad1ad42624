/** Values of the command line, checked. */
import { InvalidArgumentError } from "commander";
import type { ShardSize } from "../batch/archives.ts";

/** A parser for a whole number in a range. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  const range = high === Infinity ? `of ${low} or more` : `of ${low} to ${high}`;
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (number >= low && number <= high) return number;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };
}

/** `png` or `jpg`. */
export function pictureType(text: string): "png" | "jpg" {
  if (text === "png" || text === "jpg") return text;
  if (text === "jpeg") return "jpg";
  throw new InvalidArgumentError("Expected png or jpg.");
}

/** `2/8`: the second of eight parts. */
export function partOf(text: string): readonly [part: number, parts: number] {
  const [, part, parts] = /^(\d{1,6})\/(\d{1,6})$/.exec(text)?.map(Number) ?? [];
  if (part !== undefined && parts !== undefined && part >= 1 && part <= parts) return [part, parts];
  throw new InvalidArgumentError("Expected a part and the number of parts, as in 2/8.");
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["b", 1],
  ...["k", "m", "g", "t"].flatMap((unit, i): [string, number][] => [
    [`${unit}b`, 1000 ** (i + 1)],
    [`${unit}ib`, 1024 ** (i + 1)],
  ]),
]);

/** `5000`, `2GB`, `5000,512MiB`: pictures, bytes, or both. */
export function shardSize(text: string): ShardSize {
  const size: { pictures?: number; bytes?: number } = {};
  for (const part of text.split(",")) {
    const [, digits, unit] = /^\s*(\d{1,12}(?:\.\d{1,3})?)\s*([a-z]*)\s*$/i.exec(part) ?? [];
    const factor = unit === "" ? 1 : UNITS.get(String(unit).toLowerCase());
    const value = Math.floor(Number(digits) * (factor ?? NaN));
    const key = unit === "" ? "pictures" : "bytes";
    if (!(value >= 1 && (key === "bytes" || Number.isInteger(Number(digits)))) || size[key] !== undefined)
      throw new InvalidArgumentError("Expected pictures, bytes or both, as in 5000, 2GB or 5000,512MiB.");
    size[key] = value;
  }
  return size;
}

/** A finite number. */
export function anyNumber(text: string): number {
  const number = text.trim() === "" ? NaN : Number(text);
  if (Number.isFinite(number)) return number;
  throw new InvalidArgumentError("Expected a number.");
}

/** `person,dog`: the words between the commas. */
export function words(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

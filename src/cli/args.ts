/** Values of the command line, checked. */
import { InvalidArgumentError } from "commander";

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

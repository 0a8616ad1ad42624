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

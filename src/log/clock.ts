/** The clock of a run. */
import { ImageError, show } from "../errors.ts";

/** @throws {ImageError} `ARGUMENT` for what is no function */
export function checkClock(clock: unknown): void {
  if (typeof clock !== "function")
    throw new ImageError("ARGUMENT", `expected a function that gives the time, got ${show(clock)}`, { path: "clock" });
}

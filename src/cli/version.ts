/** Which limn this is. */
import { readFileSync } from "node:fs";

/** The version of the package that this file is in; `unknown` where no package.json of limn is near. */
export function version(): string {
  // the bundle lies one folder below package.json, shared chunks two, the modules three
  for (const up of ["../", "../../", "../../../"]) {
    try {
      const record: unknown = JSON.parse(readFileSync(new URL(`${up}package.json`, import.meta.url), "utf8"));
      const { name, version: found } = record as { name?: unknown; version?: unknown };
      if (name === "limn" && typeof found === "string") return found;
    } catch {} // not here: one further up
  }
  return "unknown";
}

/** Datasets that the command line names: paths and patterns; the door to tinyglobby. */
import * as fs from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { ImageError } from "../errors.ts";

/**
 * Every dataset once, in the order of the arguments; those of a pattern sorted. A path that is there is meant as it is; a pattern
 * (`*`, `**`, `?`, `[ab]`, `{a,b}`) finds files, or folders where it ends with `/`.
 *
 * @throws {ImageError} `ARGUMENT` for a pattern that finds nothing
 */
export async function findDatasets(args: readonly string[]): Promise<string[]> {
  const found = new Map<string, string>();
  for (const argument of args)
    for (const path of await match(argument)) if (!found.has(resolve(path))) found.set(resolve(path), path);
  return [...found.values()];
}

async function match(argument: string): Promise<string[]> {
  if (!/[*?[{]/.test(argument) || fs.existsSync(argument)) return [argument];
  const { glob } = await import("tinyglobby");
  const folders = argument.endsWith("/");
  const pattern = folders ? argument.slice(0, -1) : argument;
  const kind = folders ? { onlyDirectories: true } : { onlyFiles: true };
  const paths = await glob(pattern, { ...kind, absolute: isAbsolute(argument), expandDirectories: false });
  if (paths.length === 0)
    throw new ImageError("ARGUMENT", `no ${folders ? "folder" : "file"} has a name like this`, { path: argument });
  // by code units: the same everywhere
  return paths.map((path) => path.replace(/(?<=.)\/$/, "")).sort();
}

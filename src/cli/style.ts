/** `--style`: a name, or a JSON file. */
import { readFileSync } from "#platform";
import { namedStyles } from "../draw/named-styles.ts";
import { parseStyle, type Style } from "../draw/style.ts";
import { ImageError, show } from "../errors.ts";
import { parseJson } from "../format/source.ts";
import type { TaskStyle } from "../task/index.ts";

/** Every name that `--style` knows. */
export const STYLE_NAMES: readonly string[] = [...namedStyles.keys()];

/** Every name that `--style` knows for tasks. */
export const TASK_STYLE_NAMES: readonly string[] = ["instill-a", "instill-b", ...STYLE_NAMES];

/**
 * @throws {ImageError} `ARGUMENT` for an unknown name or a part that no style has, `IO` or `DECODE` for the file
 */
export function loadStyle(name: string, names: readonly string[] = STYLE_NAMES): Style {
  const named = namedStyles.get(name);
  if (named) return named;
  if (!/[./\\]/.test(name))
    throw new ImageError("ARGUMENT", `expected a .json file or one of ${names.join(", ")}, got ${show(name)}`);
  return parseStyle(parseFile(name), name);
}

/** As {@link loadStyle}, and the looks that only tasks have. */
export function loadTaskStyle(name: string): TaskStyle {
  return name === "instill-a" || name === "instill-b" ? name : loadStyle(name, TASK_STYLE_NAMES);
}

function parseFile(name: string): unknown {
  const bytes = readFileSync(name);
  try {
    return parseJson(bytes);
  } catch (error) {
    throw error instanceof ImageError ? error.at(name) : error;
  }
}

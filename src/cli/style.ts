/** `--style`: a name, or a JSON file. */
import { readFileSync } from "#platform";
import { namedStyles } from "../draw/named-styles.ts";
import { parseStyle, type Style } from "../draw/style.ts";
import { ImageError, show } from "../errors.ts";
import { parseJson } from "../format/source.ts";

/** Every name that `--style` knows. */
export const STYLE_NAMES: readonly string[] = [...namedStyles.keys()];

/**
 * @throws {ImageError} `ARGUMENT` for an unknown name or a part that no style has, `IO` or `DECODE` for the file
 */
export function loadStyle(name: string): Style {
  const named = namedStyles.get(name);
  if (named) return named;
  if (!/[./\\]/.test(name))
    throw new ImageError("ARGUMENT", `expected a .json file or one of ${STYLE_NAMES.join(", ")}, got ${show(name)}`);
  return parseStyle(parseFile(name), name);
}

function parseFile(name: string): unknown {
  const bytes = readFileSync(name);
  try {
    return parseJson(bytes);
  } catch (error) {
    throw error instanceof ImageError ? error.at(name) : error;
  }
}

/** Styles that were decided lately: whoever draws many scenes in few styles has each decided once. */
import { fontCount } from "./fonts/registry.ts";
import { parseStyle, type ResolvedStyle, resolveStyle, type Style } from "./style.ts";

/** By size of the picture, number of fonts, and the text of the style: it comes to a worker as a new object with each job. */
const known: Map<string, ResolvedStyle> = new Map();
/** Styles that never change, by which text they are known. */
const lasting: WeakMap<Style, string> = new WeakMap();
let lastings = 0;
/** Styles, and characters of their texts, that are kept. */
const MOST = { styles: 256, characters: 2 ** 20 };
let characters = 0;

/** A style that nobody changes any more, and whose text need not be written to know it again. */
export function lastingStyle(style: Style): Style {
  lasting.set(style, `lasting ${++lastings}`);
  return style;
}

/** What a style is for pictures of one size: as `resolveStyle`, which is asked only for what is new. */
export function decideStyle(style: Style, width: number, height: number): ResolvedStyle {
  const name = lasting.get(style);
  if (name === undefined) parseStyle(style);
  const text = name ?? textOf(style);
  if (text === undefined) return resolveStyle(style, width, height);
  const key = `${width} ${height} ${fontCount()} ${text}`;
  const before = known.get(key);
  if (before) return before;
  // of a copy, for the caller may change lists and records within a style
  const resolved = resolveStyle(name === undefined ? (JSON.parse(text) as Style) : style, width, height);
  if (known.size >= MOST.styles || characters + key.length > MOST.characters) {
    known.clear();
    characters = 0;
  }
  if (key.length <= MOST.characters) known.set(key, resolved);
  characters += key.length;
  return resolved;
}

/** A plain style as text, where that says it all: values that JSON has not, such as infinity, become `null`. */
function textOf(style: Style): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(style);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  try {
    const text = JSON.stringify(style);
    return text.includes("null") ? undefined : text;
  } catch {
    return undefined;
  }
}

/** The fonts of the process, beside the built-in one. */
import { fetchBytes, type OpenSource } from "../../codec/fetch-bytes.ts";
import { checkedOptions, ImageError, show } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { builtinFont, type Font } from "../font.ts";
import type { FontHandle, Shaping } from "./shaping.ts";

/** How to register a font. */
export interface RegisterFontOptions {
  /** What styles call it. Default: what it calls itself. */
  readonly name?: string | undefined;
  /** Which font of a collection (TTC). Default 0. */
  readonly index?: number | undefined;
}

/** A font as another thread registers it. */
export interface RegisteredFont {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly name: string;
  readonly index: number;
}

/** The built-in font's name in styles. */
export const BUILTIN = "Limn Sans";

let shaping: Promise<Shaping> | undefined;
/** Set once the first font is there. */
let ready: Shaping | undefined;
/** By content, so that a font that is registered again is not loaded again; and what became of fonts under way. */
const byContent: Map<string, Promise<FontHandle>> = new Map();
const byName: Map<string, FontHandle> = new Map();
/** The same, in order, as they were asked for. */
const registered: { readonly name: string; readonly index: number; readonly font: FontHandle }[] = [];
/** Fonts that styles asked for lately, by their names; forgotten with every new font. */
const chains: Map<string, Font> = new Map();
const MAX_CHAINS = 64;

/**
 * Register a font for text in scripts that the built-in one has not: Hangul, kana, Han, Thai, Arabic, Devanagari … A
 * character is drawn in the first font that has it: those that {@link Style} names in `fonts`, the built-in one, then all
 * others in the order of their registration; what none has becomes a small box with its number.
 *
 * The same font is held once however often it is registered, and for as long as the process lives. The first call loads
 * HarfBuzz, which takes about 150 kB; drawing stays synchronous.
 *
 * @param source - TTF, OTF, TTC, WOFF or WOFF2: bytes (copied), a Blob, a Response, a URL, or in Node a path; variable fonts
 *   are drawn in their default form, glyphs in colour as their plain outline
 * @returns its name, for `Style.fonts`
 * @throws {ImageError} `IO` if it cannot be read, `DECODE` if it is broken, `LIMIT` if it is larger than
 *   `limits.maxFontBytes`, `ARGUMENT` if another font has its name
 * @example
 * await registerFont(readFileSync("NotoSansKR-Regular.otf"));
 * const { width, height } = frame;
 * render(frame, { width, height, annotations: [{ box: { x: 5, y: 30, width: 40, height: 60 }, category: "보행자" }] });
 */
export async function registerFont(source: OpenSource, options: RegisterFontOptions = {}): Promise<string> {
  const { index = 0 } = checkedOptions(options);
  if (!Number.isInteger(index) || index < 0 || index > 255)
    throw new ImageError("ARGUMENT", `expected a whole number of 0..255, got ${show(index)}`, {
      path: "options.index",
    });
  if (options.name !== undefined && (typeof options.name !== "string" || options.name === ""))
    throw new ImageError("ARGUMENT", `expected a name, got ${show(options.name)}`, { path: "options.name" });
  const { bytes, name: file } = await fetchBytes(source, undefined);
  const most = limits.maxFontBytes;
  if (bytes.length > most)
    throw new ImageError("LIMIT", `expected a font of at most ${most} bytes, got ${bytes.length}`, { path: file });

  const key = `${contentKey(bytes)} ${index}`;
  let opening = byContent.get(key);
  if (!opening) {
    opening = openFont(bytes, index, most, file);
    byContent.set(key, opening);
    opening.catch(() => byContent.delete(key));
  }
  const font = await opening;
  const name = options.name ?? (font.name || `font ${byContent.size}`);
  const holder = name === BUILTIN ? undefined : (byName.get(name) ?? font);
  if (holder !== font)
    throw new ImageError("ARGUMENT", `expected a name that no other font has, got ${show(name)}`, {
      path: "options.name",
    });
  if (!byName.has(name)) {
    byName.set(name, font);
    registered.push({ name, index, font });
    chains.clear();
  }
  return name;
}

/** How many fonts there are beside the built-in one; none ever goes. */
export function fontCount(): number {
  return registered.length;
}

/** The fonts from the `first` on, copies of their files: a thread that registers all in this order draws the same text. */
export function registeredFonts(first = 0): RegisteredFont[] {
  return registered.slice(first).map(({ name, index, font }) => ({ bytes: font.file, name, index }));
}

async function openFont(bytes: Uint8Array, index: number, most: number, path: string | undefined): Promise<FontHandle> {
  shaping ??= import("./shaping.ts").then(({ startShaping }) =>
    startShaping(builtinFont(), () => import("./woff2.ts")),
  );
  shaping.catch(() => {
    shaping = undefined;
  });
  try {
    ready = await shaping;
  } catch (cause) {
    throw new ImageError("UNSUPPORTED", "registered fonts need limn's shaping.js and leave to compile WebAssembly", {
      cause,
    });
  }
  const font = await ready.open(bytes, index, most);
  if (typeof font === "string") throw new ImageError("DECODE", font, { path });
  return font;
}

/**
 * The font that text is set in: the named ones, the built-in one, and all others.
 *
 * @throws {ImageError} `ARGUMENT` for a name that no font has
 */
export function fontOf(names: readonly string[], path = "style.fonts"): Font {
  const named = names.map((name, i) => {
    const font = byName.get(name);
    if (!font && name !== BUILTIN)
      throw new ImageError(
        "ARGUMENT",
        `expected the name of a registered font (${[BUILTIN, ...byName.keys()].join(", ")}), got ${show(name)}`,
        { path: `${path}[${i}]` },
      );
    return font;
  });
  if (!ready || byName.size === 0) return builtinFont();
  const key = JSON.stringify(names);
  let chain = chains.get(key);
  if (!chain) {
    if (chains.size >= MAX_CHAINS) chains.clear();
    chain = ready.chain([...new Set([...named, undefined, ...byName.values()])]);
    chains.set(key, chain);
  }
  return chain;
}

/** Bytes that differ have different keys, but for a chance of 2^-96 or so and those who look for one. */
function contentKey(bytes: Uint8Array): string {
  const whole = bytes.length & ~3;
  const words =
    bytes.byteOffset % 4 === 0
      ? new Uint32Array(bytes.buffer, bytes.byteOffset, whole / 4)
      : new Uint32Array(bytes.slice(0, whole).buffer);
  let a = 0x9e3779b1;
  let b = 0x85ebca6b;
  let c = 0xc2b2ae35;
  // a loop over the values is several times slower
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    a = Math.imul(a ^ word, 0x01000193);
    b = Math.imul(b + word, 0x2c1b3c6d) ^ (b >>> 15);
    c = Math.imul(c ^ (word + (c << 7)), 0x297a2d39) ^ (c >>> 13);
  }
  for (const byte of bytes.subarray(whole)) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b + byte, 0x2c1b3c6d) ^ (b >>> 15);
  }
  return [bytes.length, a, b, c].join(" ");
}

/**
 * Everything that registered fonts need, HarfBuzz and the bidirectional algorithm among it: a part of the build of its own,
 * loaded with the first font. It shares no code with the rest of the library, so that every bundle can load the same file.
 */
import { unpack } from "../../core/unpack.ts";
import type { Font } from "../font.ts";
import { FontChain, FontSet } from "./chain.ts";
import { HarfBuzz } from "./harfbuzz.ts";
import { HARFBUZZ_TEXT } from "./harfbuzz-bytes.ts";
import { checkTables, FontProblem, formatOf, unpackWoff } from "./sfnt.ts";
import { Face } from "./typeface.ts";

/** A font in a chain, as the registry holds it. */
export interface FontHandle {
  /** What the font calls itself; may be empty. */
  readonly name: string;
  /** Its file, a copy; WOFF and WOFF2 are unpacked. */
  readonly file: Uint8Array<ArrayBuffer>;
}

/** Makes fonts and chains of them. */
export interface Shaping {
  /**
   * Make a font of a file's bytes, which are copied.
   *
   * @param index - which font of a collection
   * @param most - bytes that it may have
   * @returns the font, or what is wrong with the file
   */
  open(bytes: Uint8Array, index: number, most: number): Promise<FontHandle | string>;
  /** A font of several, in the order in which they are asked; undefined stands for the built-in one. */
  chain(faces: readonly (FontHandle | undefined)[]): Font;
}

/** Unpack and compile HarfBuzz. */
export async function startShaping(
  builtin: Font,
  loadWoff2: () => Promise<{ unpackWoff2(bytes: Uint8Array, most: number): Promise<Uint8Array | undefined> }>,
): Promise<Shaping> {
  const engine = new HarfBuzz(await WebAssembly.compile(unpack(HARFBUZZ_TEXT)));
  const set = new FontSet(builtin);

  async function open(bytes: Uint8Array, index: number, most: number): Promise<Face> {
    const format = formatOf(bytes);
    let font: Uint8Array | undefined = bytes;
    if (format === "woff") font = await unpackWoff(bytes, most);
    else if (format === "woff2") {
      font = await (await loadWoff2()).unpackWoff2(bytes, most);
      if (!font)
        throw new FontProblem(`expected a WOFF2 file of a font of at most ${most} bytes, got a broken or larger one`);
    }
    checkTables(font, index);
    const face = new Face(engine, font, index, set.size);
    set.add(face);
    return face;
  }

  return {
    open: async (bytes, index, most) => {
      try {
        return await open(bytes, index, most);
      } catch (error) {
        if (error instanceof FontProblem) return error.message;
        return `expected a font that can be drawn, got one that HarfBuzz gives up on (${String((error as Error).message)})`;
      }
    },
    chain: (faces) =>
      new FontChain(
        set,
        faces.map((face) => (face as Face | undefined) ?? set.builtin),
      ),
  };
}

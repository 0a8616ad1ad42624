/** The fonts of a command line. */
import { createHash } from "node:crypto";
import { registeredFonts, registerFont } from "../draw/fonts/registry.ts";

/**
 * Register fonts, in order.
 *
 * @returns a text that is the same for the same fonts, which draw the same text: empty without any
 * @throws {ImageError} as `registerFont` does
 */
export async function registerFonts(files: readonly string[] = []): Promise<string> {
  for (const file of files) await registerFont(file);
  const fonts = registeredFonts();
  if (fonts.length === 0) return "";
  const hash = createHash("sha256");
  for (const { bytes, name, index } of fonts) hash.update(JSON.stringify([name, index, bytes.length])).update(bytes);
  return hash.digest("hex").slice(0, 16);
}

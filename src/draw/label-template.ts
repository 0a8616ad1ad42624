/** The template of a label's words, taken apart. */
import { ImageError, show } from "../errors.ts";

/** A piece of a label's template: fixed words, or a field with its number format. */
export type TemplatePart =
  | { readonly kind: "words"; readonly words: string }
  | { readonly kind: "field"; readonly field: string; readonly decimals?: number; readonly percent?: boolean };

const FIELDS: readonly string[] = ["category", "categoryId", "score", "trackId", "group", "id", "text", "caption"];

/** Take a label's template apart. @throws {ImageError} `ARGUMENT` for an unknown field or format */
export function parseTemplate(template: string, path = "style.label"): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  for (const piece of template.split(/(\{[^{}]*\})/)) {
    if (!/^\{.*\}$/s.test(piece)) {
      if (piece) parts.push({ kind: "words", words: piece });
      continue;
    }
    const [, field = "", format] = /^\{([^:]*)(?::(.*))?\}$/s.exec(piece) ?? [];
    if (!FIELDS.includes(field) && !/^attributes\../.test(field))
      throw new ImageError("ARGUMENT", `expected {${FIELDS.join("}, {")}} or {attributes.NAME}, got ${show(piece)}`, {
        path,
      });
    if (format === undefined) {
      parts.push({ kind: "field", field });
      continue;
    }
    const [, decimals, unit] = /^\.(\d{1,2})([f%])$/.exec(format) ?? [];
    if (!decimals) throw new ImageError("ARGUMENT", `expected a format :.2f or :.0%, got ${show(piece)}`, { path });
    parts.push({ kind: "field", field, decimals: Number(decimals), percent: unit === "%" });
  }
  return parts;
}

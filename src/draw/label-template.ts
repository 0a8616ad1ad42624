/** The template of a label's words, taken apart, and filled with what an object has. */
import { ImageError, show } from "../errors.ts";
import type { Annotation } from "../model/scene.ts";

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
      // a shell hands the two characters \n through
      if (piece) parts.push({ kind: "words", words: piece.replaceAll("\\n", "\n") });
      continue;
    }
    const [, field = "", format] = /^\{([^:]*)(?::(.*))?\}$/s.exec(piece) ?? [];
    if (!FIELDS.includes(field) && !/^(?:attributes|scores)\../.test(field))
      throw new ImageError(
        "ARGUMENT",
        `expected {${FIELDS.join("}, {")}}, {attributes.NAME} or {scores.NAME}, got ${show(piece)}`,
        { path },
      );
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

const DEFAULT_TEMPLATE: readonly TemplatePart[] = parseTemplate("{category} {score:.2f}");

/** The words of an object's label, lines apart by `\n`; empty when it has nothing to say. */
export function labelText(annotation: Annotation, template: readonly TemplatePart[] | undefined): string {
  return tidy(rawLabelText(annotation, template));
}

/** {@link labelText} with all white space as it comes. */
export function rawLabelText(annotation: Annotation, template: readonly TemplatePart[] | undefined): string {
  if (template === undefined && annotation.caption !== undefined) return annotation.caption;
  let text = "";
  let filled = false;
  for (const part of template ?? DEFAULT_TEMPLATE) {
    if (part.kind === "words") {
      text += part.words;
      continue;
    }
    const value = fieldText(annotation, part);
    filled ||= value !== "";
    text += value;
  }
  return filled || template?.every(({ kind }) => kind === "words") ? text : "";
}

function fieldText(annotation: Annotation, part: TemplatePart & { kind: "field" }): string {
  const { field, decimals, percent } = part;
  let value: unknown;
  if (field.startsWith("attributes.")) value = annotation.attributes?.get(field.slice("attributes.".length));
  else if (field.startsWith("scores.")) value = annotation.scores?.get(field.slice("scores.".length));
  else if (field === "category") value = annotation.category ?? annotation.categoryId;
  else value = annotation[field as "score" | "categoryId" | "trackId" | "group" | "id" | "text" | "caption"];
  if (value === undefined || value === null) return "";
  if (decimals !== undefined && typeof value === "number")
    return percent ? `${(value * 100).toFixed(decimals)}%` : value.toFixed(decimals);
  // an object may refuse to be words
  return typeof value === "object" ? show(value) : String(value);
}

/** Text without gaps, and without empty lines. */
function tidy(text: string): string {
  if (!/\s\s|[^\S ]|^ | $/.test(text)) return text;
  return text
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n[ \n]*/g, "\n")
    .trim();
}

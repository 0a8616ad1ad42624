/** The text form that Python gives to a list of classes, of which W&B takes a hash. */
import type { ClassRecord } from "../format/wandb.ts";

/** `[{'id': 0, 'name': 'person'}]` */
export function classesText(classes: readonly ClassRecord[]): string {
  const parts = classes.map(
    ({ id, name }) => `{'id': ${typeof id === "number" ? id : quoted(id)}, 'name': ${quoted(name)}}`,
  );
  return `[${parts.join(", ")}]`;
}

/** Single quotes, unless the text has one and no double one. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = "";
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const short = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
    if (short !== undefined) out += short;
    else if (character === quote) out += `\\${quote}`;
    else if (character === " " || !/[\p{C}\p{Z}]/u.test(character)) out += character;
    else {
      const [letter, digits] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
      out += `\\${letter}${code.toString(16).padStart(digits as number, "0")}`;
    }
  }
  return quote + out + quote;
}

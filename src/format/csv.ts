/**
 * Comma-separated values by RFC 4180. Written here because the packages that read them well bring ten times the code for
 * dialects, streams and type guesses that no annotation tool writes.
 */
import { ImageError } from "../errors.ts";

/** The rows of a text; fields in quotes may hold commas, line ends and doubled quotes. Lines without a field are left out. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const end = text.length;
  // whole unquoted fields at a time
  const plain = /[^,\r\n]*/y;
  while (at < end) {
    let field: string;
    if (text[at] === '"') {
      const start = at++;
      let from = at;
      field = "";
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote < 0)
          throw new ImageError("DECODE", `expected the end of the quotes opened at character ${start}, got the end`);
        at = quote + 1;
        if (text[at] !== '"') {
          field += text.slice(from, quote);
          break;
        }
        field += text.slice(from, at);
        from = ++at;
      }
      // what stands between the closing quote and the comma belongs to nothing
      plain.lastIndex = at;
      at += plain.exec(text)![0].length;
    } else {
      plain.lastIndex = at;
      field = plain.exec(text)![0];
      at += field.length;
    }
    row.push(field);
    if (text[at] === ",") {
      at += 1;
      if (at < end && text[at] !== "\r" && text[at] !== "\n") continue;
      row.push("");
    }
    if (row.length > 1 || row[0]!.trim() !== "") rows.push(row);
    row = [];
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
  }
  return rows;
}

/** One line: fields that need quotes have them. */
export function csvLine(fields: readonly (string | number)[]): string {
  return `${fields.map((field) => (/[",\r\n]|^\s|\s$/.test(String(field)) ? `"${String(field).replaceAll('"', '""')}"` : field)).join(",")}\n`;
}

/** Columns and bars for a terminal, of text that may be anything. */
import { safeText } from "./terminal.ts";

/** East Asian wide characters and pictographs take two columns, marks that combine take none. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NONE = /[\p{Mn}\p{Me}]/u;

/** Columns that a text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}

/** Safe text in so many columns: cut with `…`, or filled up with spaces. */
export function fit(text: string, columns: number): string {
  const safe = safeText(text);
  const width = columnsOf(safe);
  if (width <= columns) return safe + " ".repeat(columns - width);
  let kept = "";
  let used = 0;
  for (const character of safe) {
    const own = columnsOf(character);
    if (used + own > columns - 1) break;
    kept += character;
    used += own;
  }
  return `${kept}…${" ".repeat(columns - 1 - used)}`;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Rows of name, bar and number; the longest bar is that of the largest number. */
export function histogram(rows: readonly (readonly [name: string, count: number])[], columns: number): string[] {
  const most = rows.reduce((best, [, count]) => Math.max(best, count), 1);
  const numbers = String(most).length;
  const longest = rows.reduce((best, [name]) => Math.max(best, columnsOf(safeText(name))), 1);
  const names = Math.max(8, Math.min(longest, Math.floor(columns * 0.4)));
  const bars = Math.max(4, columns - names - numbers - 5);
  return rows.map(([name, count]) => {
    const eighths = count === 0 ? 0 : Math.max(1, Math.round((count / most) * bars * 8));
    const bar = "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
    return `  ${fit(name, names)} ${String(count).padStart(numbers)} ${bar}`.trimEnd();
  });
}

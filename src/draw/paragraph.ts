/** Text of several lines: broken at words, and where a word is too long or the script has no spaces, at characters. */
import type { Line } from "../core/text.ts";
import type { Font } from "./font.ts";
import { layoutLine } from "./text.ts";

export type Align = "left" | "center" | "right";

/** Lines of text, one below the other. */
export interface Paragraph {
  readonly lines: readonly ParagraphLine[];
  /** Of the widest line, whole pixels. */
  readonly width: number;
}

export interface ParagraphLine {
  readonly text: string;
  readonly line: Line;
}

const ELLIPSIS = "…";
/** Scripts that are written without spaces: a line may end behind each of their characters. */
const SPACELESS =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\u{1f000}-\u{1faff}\u{20000}-\u{3ffff}]/u;
/** What may not begin a line: it belongs to the character before it. */
const CLINGS =
  /^(?:\p{M}|\p{Emoji_Modifier}|\u200d|[\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f\u300d\u300f\u3011\uff09\u30fc!%),.:;?\]}»”’…])/u;
/** No label or caption says more; what is longer is cut, so that laying it out stays quick. */
const LONGEST = 4000;

/**
 * Lay text out in lines; `\n` ends one.
 *
 * @param size - pixels of the em, a whole number
 * @param maxWidth - whole pixels that a line may take
 * @param maxLines - what is left behind them is cut with an ellipsis
 * @returns no lines where not even an ellipsis fits
 */
export function layoutParagraph(
  text: string,
  font: Font,
  size: number,
  maxWidth: number,
  maxLines: number = Infinity,
): Paragraph {
  // most labels are one short line
  if (maxLines >= 1 && !text.includes("\n")) {
    const line = layoutLine(text, font, size);
    if (line.width <= maxWidth) return { lines: [{ text, line }], width: line.width };
  }
  const lines: ParagraphLine[] = [];
  const fit = (words: string): ParagraphLine | undefined => {
    const line = layoutLine(words, font, size);
    return line.width <= maxWidth ? { text: words, line } : undefined;
  };
  let rest = text.slice(0, LONGEST);
  let cut = rest.length < text.length;
  while (rest !== "" && lines.length < maxLines) {
    const end = rest.indexOf("\n");
    const piece = end < 0 ? rest : rest.slice(0, end);
    const [line, used] = longestLine(piece, fit);
    if (!line) break;
    lines.push(line);
    rest = used < piece.length ? rest.slice(used).trimStart() : end < 0 ? "" : rest.slice(end + 1);
  }
  cut ||= rest !== "";
  if (cut && maxLines >= 1) {
    const last = withEllipsis(lines.pop()?.text ?? "", fit);
    if (last) lines.push(last);
  }
  return { lines, width: lines.reduce((width, { line }) => Math.max(width, line.width), 0) };
}

/** The longest beginning of a text that fits a line, and how many of its characters that is. */
function longestLine(
  text: string,
  fit: (words: string) => ParagraphLine | undefined,
): [line: ParagraphLine | undefined, used: number] {
  const whole = fit(text);
  if (whole) return [whole, text.length];
  const words = breaksOf(text, false);
  const byWord = longestOf(words, text, fit);
  if (byWord[0]) return byWord;
  return longestOf(breaksOf(text.slice(0, words[0]), true), text, fit);
}

/** Of the places where a text may end, the last one up to which it fits. Widths grow with the text. */
function longestOf(
  breaks: readonly number[],
  text: string,
  fit: (words: string) => ParagraphLine | undefined,
): [line: ParagraphLine | undefined, used: number] {
  let low = 0;
  let high = 1;
  let best: ParagraphLine | undefined;
  const at = (count: number): ParagraphLine | undefined => fit(text.slice(0, breaks[count - 1]).trimEnd());
  // doubled until it does not fit, so that a long text is not laid out as a whole for each line
  for (let line = at(high); line; line = at(high)) {
    best = line;
    low = high;
    if (high === breaks.length) break;
    high = Math.min(breaks.length, high * 2);
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const line = at(middle);
    if (line) [best, low] = [line, middle];
    else high = middle;
  }
  return [best, low === 0 ? 0 : breaks[low - 1]!];
}

/** Where a line may end: indices behind words (or, if asked, behind every character), the text's end included. */
function breaksOf(text: string, everywhere: boolean): number[] {
  const breaks: number[] = [];
  let index = 0;
  let before = "";
  for (const character of text) {
    const may =
      everywhere || before === " " || before === "-" || SPACELESS.test(before) || (SPACELESS.test(character) && before);
    if (may && index > 0 && character !== " " && before !== "\u200d" && !CLINGS.test(character)) breaks.push(index);
    index += character.length;
    before = character;
  }
  breaks.push(text.length);
  return breaks;
}

function withEllipsis(text: string, fit: (words: string) => ParagraphLine | undefined): ParagraphLine | undefined {
  const ends = [0, ...breaksOf(text, true)];
  for (let i = ends.length - 1; i >= 0; i--) {
    const line = fit(text.slice(0, ends[i]).trimEnd() + ELLIPSIS);
    if (line) return line;
  }
  return undefined;
}

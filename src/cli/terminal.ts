/** Text that may reach a terminal. */

// control characters (C0, DEL, C1), marks and overrides of direction, line and paragraph separators, invisible joiners,
// tags, and halves of surrogate pairs
const UNSAFE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Cs}\u{e0000}-\u{e007f}]/gu;

/** The text with everything that could move a cursor, colour, hide or turn it around written as `\u{…}`. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** One line of JSON in which no character can act on a terminal. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** Words in red where the stream shows colours and `NO_COLOR` is not set. */
export function red(text: string, stream: NodeJS.WriteStream): string {
  const colours = stream.isTTY && !process.env["NO_COLOR"] && stream.hasColors();
  return colours ? `\u001b[31m${text}\u001b[39m` : text;
}

/** `1 picture`, `5 pictures`. */
export function pictureCount(count: number): string {
  return count === 1 ? "1 picture" : `${count} pictures`;
}

/** `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

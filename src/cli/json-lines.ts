/** Lines of a stream of bytes, one at a time. */

/** A line that is not blank. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end; undefined for a line that is longer than lines may be. */
  readonly bytes: Uint8Array | undefined;
}

const NEWLINE = 10;
const BLANK: ReadonlySet<number> = new Set([9, 13, 32]);

/**
 * The lines of a stream. No more is kept than one line and what the stream has just given; of a line that is too long, nothing.
 *
 * @param most - bytes of a line
 */
export async function* linesOf(stream: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Line, void, undefined> {
  let number = 1;
  let length = 0;
  let pieces: Uint8Array[] = [];
  const take = (piece: Uint8Array): void => {
    length += piece.length;
    if (length > most) pieces = [];
    else if (piece.length > 0) pieces.push(piece);
  };
  const end = (): Line | undefined => {
    const bytes = length > most ? undefined : pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    [length, pieces] = [0, []];
    const line = { number: number++, bytes };
    return bytes?.every((byte) => BLANK.has(byte)) ? undefined : line;
  };
  for await (const chunk of stream) {
    let at = 0;
    for (let found = chunk.indexOf(NEWLINE); found >= 0; found = chunk.indexOf(NEWLINE, at)) {
      take(chunk.subarray(at, found));
      at = found + 1;
      const line = end();
      if (line) yield line;
    }
    take(chunk.subarray(at));
  }
  const last = end();
  if (last) yield last;
}

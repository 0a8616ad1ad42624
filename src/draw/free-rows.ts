/** Where a plate of one height still fits: the free stretches of rows that lie half a plate apart. */
export class FreeRows {
  /** From one row to the next. */
  readonly step: number;
  readonly count: number;
  readonly #last: number;
  /** For each row the begin and the end of its stretches, in order. */
  readonly #stretches: number[][];
  /** Length of the longest stretch of each row: most rows of a full picture are passed over by it. */
  readonly #longest: Int32Array;

  /**
   * @param height - of the plate, not more than the picture's
   * @param gap - pixels that stay free between plates
   */
  constructor(
    width: number,
    pictureHeight: number,
    readonly height: number,
    readonly gap: number,
  ) {
    this.step = Math.max(2, (height + gap) >> 1);
    this.#last = pictureHeight - height;
    // the last row stands on the picture's edge
    this.count = Math.ceil(this.#last / this.step) + 1;
    this.#stretches = Array.from({ length: this.count }, () => [0, width]);
    this.#longest = new Int32Array(this.count).fill(width);
  }

  /** Upper edge of a plate in a row. */
  topOf(row: number): number {
    return Math.min(row * this.step, this.#last);
  }

  /** The row whose plates begin at or next above a height. */
  rowAt(y: number): number {
    return Math.max(0, Math.min(this.count - 1, Math.floor(y / this.step)));
  }

  /** Cut a rectangle out, with the gap about it. */
  take(left: number, top: number, right: number, bottom: number): void {
    const from = left - this.gap;
    const to = right + this.gap;
    for (let row = this.rowAt(top - this.gap - this.height); row < this.count; row++) {
      const y = this.topOf(row);
      if (y >= bottom + this.gap) return;
      if (y + this.height <= top - this.gap) continue;
      const before = this.#stretches[row]!;
      const after: number[] = [];
      let longest = 0;
      for (let i = 0; i < before.length; i += 2) {
        const begin = before[i]!;
        const end = before[i + 1]!;
        const leftEnd = Math.min(end, from);
        const rightBegin = Math.max(begin, to);
        if (begin < leftEnd) {
          after.push(begin, leftEnd);
          longest = Math.max(longest, leftEnd - begin);
        }
        // what lies left of the cut as a whole was just kept, and would be kept again only if it lay right of it
        if (rightBegin < end) {
          after.push(rightBegin, end);
          longest = Math.max(longest, end - rightBegin);
        }
      }
      this.#stretches[row] = after;
      this.#longest[row] = longest;
    }
  }

  /** The first place at x or right of it for a plate of a width, -1 for none. */
  rightOf(row: number, x: number, width: number): number {
    if (this.#longest[row]! < width) return -1;
    const stretches = this.#stretches[row]!;
    for (let i = 0; i < stretches.length; i += 2) {
      const at = Math.max(x, stretches[i]!);
      if (at + width <= stretches[i + 1]!) return at;
    }
    return -1;
  }

  /** The last place at x or left of it for a plate of a width, -1 for none. */
  leftOf(row: number, x: number, width: number): number {
    if (this.#longest[row]! < width) return -1;
    const stretches = this.#stretches[row]!;
    for (let i = stretches.length - 2; i >= 0; i -= 2) {
      const at = Math.min(x, stretches[i + 1]! - width);
      if (at >= stretches[i]!) return at;
    }
    return -1;
  }
}

/**
 * How much of the small objects of a picture a rectangle would hide, from sums over a grid: the same price for any number.
 */
import type { Bounds } from "./marks.ts";

/** An object as a whole; whole numbers keep the sums exact. */
const WHOLE = 1 << 20;

export class CoverMap {
  readonly #perColumn: number;
  readonly #perRow: number;
  readonly #columns: number;
  readonly #rows: number;
  /** For each corner of a cell the sum of all cells above and left of it. */
  readonly #sums: Float64Array;

  /**
   * @param cellWidth - whole pixels, as `cellHeight`: how exactly edges are known
   * @param large - pixels of an object that does not count; the nearer another one comes to this, the less it counts
   */
  constructor(
    objects: readonly Bounds[],
    width: number,
    height: number,
    cellWidth: number,
    cellHeight: number,
    large: number,
  ) {
    this.#perColumn = 1 / cellWidth;
    this.#perRow = 1 / cellHeight;
    const columns = (this.#columns = Math.max(1, Math.ceil(width / cellWidth)));
    const rows = (this.#rows = Math.max(1, Math.ceil(height / cellHeight)));
    const stride = columns + 1;
    const sums = (this.#sums = new Float64Array(stride * (rows + 1)));
    for (const object of objects) {
      const area = (object.right - object.left) * (object.bottom - object.top);
      if (area >= large) continue;
      const left = Math.min(columns - 1, this.#column(object.left));
      const top = Math.min(rows - 1, this.#row(object.top));
      const right = Math.max(left + 1, this.#column(object.right));
      const bottom = Math.max(top + 1, this.#row(object.bottom));
      const each = Math.round((WHOLE * (1 - area / large)) / ((right - left) * (bottom - top)));
      sums[top * stride + left]! += each;
      sums[top * stride + right]! -= each;
      sums[bottom * stride + left]! -= each;
      sums[bottom * stride + right]! += each;
    }
    // differences become the weight of each cell, and weights their sums, one step behind
    for (let row = 0, at = 0; row <= rows; row++)
      for (let column = 0, sum = 0; column <= columns; column++, at++) {
        sum += sums[at]!;
        sums[at] = sum + (row > 0 ? sums[at - stride]! : 0);
      }
    for (let row = rows; row >= 0; row--)
      for (let column = columns; column >= 0; column--)
        sums[row * stride + column] = row > 0 && column > 0 ? sums[(row - 1) * stride + column - 1]! : 0;
    for (let row = 1; row <= rows; row++)
      for (let column = 1, sum = 0, at = row * stride + 1; column <= columns; column++, at++) {
        sum += sums[at]!;
        sums[at] = sum + sums[at - stride]!;
      }
  }

  /** The parts that a rectangle hides of every object, added up: 1 for one tiny object as a whole. */
  covered(left: number, top: number, right: number, bottom: number): number {
    const stride = this.#columns + 1;
    const x0 = this.#column(left);
    const x1 = this.#column(right);
    const y0 = this.#row(top) * stride;
    const y1 = this.#row(bottom) * stride;
    const sums = this.#sums;
    return (sums[y1 + x1]! - sums[y1 + x0]! - sums[y0 + x1]! + sums[y0 + x0]!) / WHOLE;
  }

  #column(x: number): number {
    return Math.max(0, Math.min(this.#columns, Math.round(x * this.#perColumn)));
  }

  #row(y: number): number {
    return Math.max(0, Math.min(this.#rows, Math.round(y * this.#perRow)));
  }
}

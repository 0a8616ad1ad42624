/** How much of the small objects of a picture a rectangle would hide. */
import type { Bounds } from "./marks.ts";

const NONE = -1;

export class CoverMap {
  readonly #cellWidth: number;
  readonly #cellHeight: number;
  readonly #columns: number;
  readonly #rows: number;
  /** Left, top, right, bottom of each small object, and what one pixel of it counts. */
  readonly #objects: number[] = [];
  /** For each cell the last link of its chain: pairs of what lies there and the link before. Empty without small objects. */
  readonly #objectsOf: Int32Array;
  readonly #links: number[] = [];

  /**
   * @param cellWidth - whole pixels, as `cellHeight`; about the size of what will be asked for is best
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
    this.#cellWidth = cellWidth;
    this.#cellHeight = cellHeight;
    this.#columns = Math.ceil(width / cellWidth);
    this.#rows = Math.ceil(height / cellHeight);
    for (const { left, top, right, bottom } of objects) {
      const area = (right - left) * (bottom - top);
      if (area < large) this.#objects.push(left, top, right, bottom, (1 - area / large) / area);
    }
    this.#objectsOf = new Int32Array(this.#objects.length > 0 ? this.#columns * this.#rows : 0).fill(NONE);
    for (let id = 0; id < this.#objects.length; id += 5) {
      const lastColumn = this.#lastColumn(this.#objects[id + 2]!);
      const lastRow = this.#lastRow(this.#objects[id + 3]!);
      for (let row = this.#firstRow(this.#objects[id + 1]!); row <= lastRow; row++)
        for (let column = this.#firstColumn(this.#objects[id]!); column <= lastColumn; column++) {
          const cell = row * this.#columns + column;
          this.#links.push(id, this.#objectsOf[cell]!);
          this.#objectsOf[cell] = this.#links.length - 2;
        }
    }
  }

  /** The parts that a rectangle hides of every object, added up: 1 for one tiny object as a whole. */
  covered(left: number, top: number, right: number, bottom: number): number {
    const objects = this.#objects;
    const links = this.#links;
    if (links.length === 0) return 0;
    const lastColumn = this.#lastColumn(right);
    const lastRow = this.#lastRow(bottom);
    let sum = 0;
    // an object lies in several cells: in each, only what is inside of it counts
    for (let row = this.#firstRow(top); row <= lastRow; row++) {
      const y0 = Math.max(top, row * this.#cellHeight);
      const y1 = Math.min(bottom, (row + 1) * this.#cellHeight);
      for (let column = this.#firstColumn(left); column <= lastColumn; column++) {
        const x0 = Math.max(left, column * this.#cellWidth);
        const x1 = Math.min(right, (column + 1) * this.#cellWidth);
        for (let link = this.#objectsOf[row * this.#columns + column]!; link >= 0; link = links[link + 1]!) {
          const id = links[link]!;
          const columns = Math.min(x1, objects[id + 2]!) - Math.max(x0, objects[id]!);
          if (columns <= 0) continue;
          const rows = Math.min(y1, objects[id + 3]!) - Math.max(y0, objects[id + 1]!);
          if (rows > 0) sum += columns * rows * objects[id + 4]!;
        }
      }
    }
    return sum;
  }

  #firstColumn(left: number): number {
    return Math.max(0, Math.floor(left / this.#cellWidth));
  }

  #lastColumn(right: number): number {
    return Math.min(this.#columns - 1, Math.floor((right - 1) / this.#cellWidth));
  }

  #firstRow(top: number): number {
    return Math.max(0, Math.floor(top / this.#cellHeight));
  }

  #lastRow(bottom: number): number {
    return Math.min(this.#rows - 1, Math.floor((bottom - 1) / this.#cellHeight));
  }
}

/**
 * What is taken in a picture: rectangles, and lines that should stay clear. Both are kept in the cells of a grid that they
 * touch, so that a question looks at its neighbours only.
 */
import { FreeRows } from "./free-rows.ts";

/** End of a chain. */
const NONE = -1;

export class TakenPlaces {
  readonly #width: number;
  readonly #height: number;
  readonly #cellWidth: number;
  readonly #cellHeight: number;
  readonly #columns: number;
  readonly #rows: number;
  /** Left, top, right, bottom of each rectangle; x0, y0, x1, y1 of each line. */
  readonly #rects: number[] = [];
  readonly #lines: number[] = [];
  /** For each height of a plate that was asked for. */
  readonly #freeRows: Map<number, FreeRows> = new Map();
  /** For each cell the last link of its chain: pairs of what lies there and the link before. */
  readonly #rectsOf: Int32Array;
  readonly #rectLinks: number[] = [];
  /** Made with the first line. */
  #linesOf: Int32Array | undefined;
  readonly #lineLinks: number[] = [];

  /** @param cellWidth - whole pixels; about the size of what will be asked for is best */
  constructor(width: number, height: number, cellWidth: number, cellHeight: number) {
    this.#width = width;
    this.#height = height;
    this.#cellWidth = cellWidth;
    this.#cellHeight = cellHeight;
    this.#columns = Math.max(1, Math.ceil(width / cellWidth));
    this.#rows = Math.max(1, Math.ceil(height / cellHeight));
    this.#rectsOf = new Int32Array(this.#columns * this.#rows).fill(NONE);
  }

  /** Take a rectangle: whole pixels, right and bottom exclusive. */
  take(left: number, top: number, right: number, bottom: number): void {
    const id = this.#rects.length;
    this.#rects.push(left, top, right, bottom);
    for (const rows of this.#freeRows.values()) rows.take(left, top, right, bottom);
    const lastColumn = this.#column(right - 1);
    const lastRow = this.#row(bottom - 1);
    for (let row = this.#row(top); row <= lastRow; row++)
      for (let column = this.#column(left); column <= lastColumn; column++) {
        const cell = row * this.#columns + column;
        this.#rectLinks.push(id, this.#rectsOf[cell]!);
        this.#rectsOf[cell] = this.#rectLinks.length - 2;
      }
  }

  /** A taken rectangle that shares pixels with this one, -1 for none. */
  takenIn(left: number, top: number, right: number, bottom: number): number {
    const rects = this.#rects;
    const links = this.#rectLinks;
    const firstColumn = this.#column(left);
    const lastColumn = this.#column(right - 1);
    const lastRow = this.#row(bottom - 1);
    for (let row = this.#row(top); row <= lastRow; row++)
      for (let column = firstColumn; column <= lastColumn; column++)
        for (let link = this.#rectsOf[row * this.#columns + column]!; link >= 0; link = links[link + 1]!) {
          const id = links[link]!;
          if (rects[id]! < right && left < rects[id + 2]! && rects[id + 1]! < bottom && top < rects[id + 3]!) return id;
        }
    return NONE;
  }

  /** Where plates of a height still fit; kept up with what is taken. */
  rowsFor(height: number, gap: number): FreeRows {
    let rows = this.#freeRows.get(height);
    if (rows) return rows;
    rows = new FreeRows(this.#width, this.#height, height, gap);
    const rects = this.#rects;
    for (let i = 0; i < rects.length; i += 4) rows.take(rects[i]!, rects[i + 1]!, rects[i + 2]!, rects[i + 3]!);
    this.#freeRows.set(height, rows);
    return rows;
  }

  rightOf(id: number): number {
    return this.#rects[id + 2]!;
  }

  /** Keep a line clear. */
  addLine(x0: number, y0: number, x1: number, y1: number): void {
    const id = this.#lines.length;
    this.#lines.push(x0, y0, x1, y1);
    const cells = (this.#linesOf ??= new Int32Array(this.#columns * this.#rows).fill(NONE));
    this.#alongLine(x0, y0, x1, y1, (cell) => {
      this.#lineLinks.push(id, cells[cell]!);
      cells[cell] = this.#lineLinks.length - 2;
      return false;
    });
  }

  /** True when a line runs through a rectangle. */
  hasLineIn(left: number, top: number, right: number, bottom: number): boolean {
    const cells = this.#linesOf;
    if (!cells) return false;
    const lines = this.#lines;
    const lastColumn = this.#column(right - 1);
    const lastRow = this.#row(bottom - 1);
    for (let row = this.#row(top); row <= lastRow; row++)
      for (let column = this.#column(left); column <= lastColumn; column++)
        for (let link = cells[row * this.#columns + column]!; link >= 0; link = this.#lineLinks[link + 1]!) {
          const id = this.#lineLinks[link]!;
          if (meets(lines[id]!, lines[id + 1]!, lines[id + 2]!, lines[id + 3]!, left, top, right, bottom)) return true;
        }
    return false;
  }

  /** What a line would run through: 2 for a taken rectangle, 1 for another line, 0 for nothing. */
  crossedBy(x0: number, y0: number, x1: number, y1: number): 0 | 1 | 2 {
    const rects = this.#rects;
    const lines = this.#lines;
    const cells = this.#linesOf;
    let crossed: 0 | 1 | 2 = 0;
    this.#alongLine(x0, y0, x1, y1, (cell) => {
      for (let link = this.#rectsOf[cell]!; link >= 0; link = this.#rectLinks[link + 1]!) {
        const id = this.#rectLinks[link]!;
        if (meets(x0, y0, x1, y1, rects[id]!, rects[id + 1]!, rects[id + 2]!, rects[id + 3]!)) {
          crossed = 2;
          return true;
        }
      }
      if (!cells || crossed) return false;
      for (let link = cells[cell]!; link >= 0; link = this.#lineLinks[link + 1]!) {
        const id = this.#lineLinks[link]!;
        if (cross(x0, y0, x1, y1, lines[id]!, lines[id + 1]!, lines[id + 2]!, lines[id + 3]!)) crossed = 1;
      }
      return false;
    });
    return crossed;
  }

  /** Visit the cells that a line touches, until a visit says that it is enough. */
  #alongLine(x0: number, y0: number, x1: number, y1: number, visit: (cell: number) => boolean): void {
    const firstColumn = this.#column(Math.min(x0, x1));
    const lastColumn = this.#column(Math.max(x0, x1));
    const lastRow = this.#row(Math.max(y0, y1));
    for (let row = this.#row(Math.min(y0, y1)); row <= lastRow; row++)
      for (let column = firstColumn; column <= lastColumn; column++) {
        const left = column * this.#cellWidth;
        const top = row * this.#cellHeight;
        // one pixel more than the cell: a line on the border belongs to both sides
        if (!meets(x0, y0, x1, y1, left - 1, top - 1, left + this.#cellWidth + 1, top + this.#cellHeight + 1)) continue;
        if (visit(row * this.#columns + column)) return;
      }
  }

  #column(x: number): number {
    return Math.max(0, Math.min(this.#columns - 1, Math.floor(x / this.#cellWidth)));
  }

  #row(y: number): number {
    return Math.max(0, Math.min(this.#rows - 1, Math.floor(y / this.#cellHeight)));
  }
}

/** True when a line has a point inside of a rectangle, its edge not counted. */
function meets(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  left: number,
  top: number,
  right: number,
  bottom: number,
): boolean {
  if (Math.max(x0, x1) <= left || Math.min(x0, x1) >= right) return false;
  if (Math.max(y0, y1) <= top || Math.min(y0, y1) >= bottom) return false;
  // both ends are not on one side; then the corners must not be on one side of the line either
  const dx = x1 - x0;
  const dy = y1 - y0;
  const a = dx * (top - y0) - dy * (left - x0);
  const b = dx * (top - y0) - dy * (right - x0);
  const c = dx * (bottom - y0) - dy * (left - x0);
  const d = dx * (bottom - y0) - dy * (right - x0);
  return dx === 0 || dy === 0 || !((a >= 0 && b >= 0 && c >= 0 && d >= 0) || (a <= 0 && b <= 0 && c <= 0 && d <= 0));
}

/** True when two lines cross. */
function cross(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): boolean {
  const side = (px: number, py: number, qx: number, qy: number, x: number, y: number): number =>
    (qx - px) * (y - py) - (qy - py) * (x - px);
  return (
    side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0 &&
    side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0
  );
}

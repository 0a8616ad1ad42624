/**
 * Where labels go: inside the picture, near their object, and not over each other while there is room.
 *
 * Labels are placed in order, each at the first free place of a fixed list: above its object, then inside of its top,
 * below, beside, and then on rings ever further away. Taken places are kept in a grid of cells, so that a place is tested
 * against its neighbours only and the cost grows with the number of labels, not with its square. A label moves only when
 * one before it came to stand in its way: moving one box does not reshuffle the rest.
 */

/** What is to be placed: a plate of whole pixels and the rectangle that it names. */
export interface LabelRequest {
  readonly width: number;
  readonly height: number;
  /** Outer edge of the object, whole pixels, right and bottom exclusive; it may reach out of the picture. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where a plate stands: its upper left corner. */
export interface LabelPlace {
  readonly x: number;
  readonly y: number;
  /** False when no free place was found and the plate covers another one. */
  readonly free: boolean;
}

/** Rings of places around an object that are searched, a plate's height apart. */
const RINGS = 48;
/** Places that are tried for one label, at most. */
const TRIES = 700;

/**
 * Place labels.
 *
 * @param requests - in order of precedence; none wider or higher than the picture
 * @param gap - pixels between a plate and its object, and between plates
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  width: number,
  height: number,
  gap: number,
): LabelPlace[] {
  let cell = 16;
  for (const request of requests) cell = Math.max(cell, request.height + gap);
  const taken = new Grid(width, height, cell * 4, cell);
  return requests.map((request) => {
    const { width: w, height: h } = request;
    let best: { x: number; y: number } | undefined;
    let least = Infinity;
    let tries = 0;
    for (const [wantedX, wantedY] of candidates(request, width, height, gap)) {
      const x = Math.max(0, Math.min(width - w, wantedX));
      const y = Math.max(0, Math.min(height - h, wantedY));
      const overlap = taken.overlap(x - gap, y - gap, x + w + gap, y + h + gap, least);
      if (overlap < least) {
        best = { x, y };
        least = overlap;
      }
      if (overlap === 0 || ++tries >= TRIES) break;
    }
    const { x, y } = best!;
    taken.add(x, y, x + w, y + h);
    return { x, y, free: least === 0 };
  });
}

/** Places for one label, best first. */
function* candidates(
  { width: w, height: h, ...object }: LabelRequest,
  width: number,
  height: number,
  gap: number,
): Generator<readonly [number, number]> {
  // what is seen of the object
  const left = Math.max(0, Math.min(width, object.left));
  const top = Math.max(0, Math.min(height, object.top));
  const right = Math.max(left, Math.min(width, object.right));
  const bottom = Math.max(top, Math.min(height, object.bottom));
  const above = top - gap - h;
  const below = bottom + gap;
  if (above >= 0) {
    yield [left, above];
    yield [right - w, above];
  }
  if (right - left >= w && bottom - top >= h) {
    yield [left, top];
    yield [right - w, top];
  }
  if (below + h <= height) {
    yield [left, below];
    yield [right - w, below];
  }
  if (right + gap + w <= width) yield [right + gap, top];
  if (left - gap - w >= 0) yield [left - gap - w, top];
  if (right - left >= w && bottom - top >= h) {
    yield [left, bottom - h];
    yield [right - w, bottom - h];
  }
  // rings around the upper left corner, in steps of half a plate along them
  const centreX = left;
  const centreY = above >= 0 ? above : top;
  const stepX = Math.max(1, (w + gap) >> 1);
  const stepY = h + gap;
  for (let ring = 1; ring <= RINGS; ring++) {
    for (let column = -ring; column <= ring; column++) {
      const edge = Math.abs(column) === ring;
      for (let row = -ring; row <= ring; row += edge ? 1 : 2 * ring) {
        const x = centreX + column * stepX;
        const y = centreY + row * stepY;
        if (x > -stepX && y > -stepY && x < width - w + stepX && y < height - h + stepY) yield [x, y];
      }
    }
  }
}

/** Rectangles by the cells that they touch. */
class Grid {
  readonly #columns: number;
  readonly #rows: number;
  readonly #cells: Map<number, number[]> = new Map();
  readonly #rectangles: number[] = [];
  /** Number of the last question that looked at a rectangle: one that lies in several cells counts once. */
  readonly #seen: number[] = [];
  #question = 0;

  constructor(
    width: number,
    height: number,
    readonly cellWidth: number,
    readonly cellHeight: number,
  ) {
    this.#columns = Math.ceil(width / cellWidth);
    this.#rows = Math.ceil(height / cellHeight);
  }

  add(left: number, top: number, right: number, bottom: number): void {
    const id = this.#seen.length;
    this.#rectangles.push(left, top, right, bottom);
    this.#seen.push(0);
    this.#visit(left, top, right, bottom, (key) => {
      const cell = this.#cells.get(key);
      if (cell) cell.push(id);
      else this.#cells.set(key, [id]);
      return true;
    });
  }

  /** Pixels that a rectangle shares with those in the grid; may stop counting at `enough`. */
  overlap(left: number, top: number, right: number, bottom: number, enough: number): number {
    const question = ++this.#question;
    let area = 0;
    this.#visit(left, top, right, bottom, (key) => {
      for (const id of this.#cells.get(key) ?? []) {
        if (this.#seen[id] === question) continue;
        this.#seen[id] = question;
        const w = Math.min(right, this.#rectangles[id * 4 + 2]!) - Math.max(left, this.#rectangles[id * 4]!);
        const h = Math.min(bottom, this.#rectangles[id * 4 + 3]!) - Math.max(top, this.#rectangles[id * 4 + 1]!);
        if (w > 0 && h > 0) area += w * h;
        if (area >= enough) return false;
      }
      return true;
    });
    return area;
  }

  #visit(left: number, top: number, right: number, bottom: number, visit: (key: number) => boolean): void {
    const firstColumn = Math.max(0, Math.floor(left / this.cellWidth));
    const lastColumn = Math.min(this.#columns - 1, Math.floor((right - 1) / this.cellWidth));
    const firstRow = Math.max(0, Math.floor(top / this.cellHeight));
    const lastRow = Math.min(this.#rows - 1, Math.floor((bottom - 1) / this.cellHeight));
    for (let row = firstRow; row <= lastRow; row++)
      for (let column = firstColumn; column <= lastColumn; column++) if (!visit(row * this.#columns + column)) return;
  }
}

/**
 * Where labels go: inside the picture, near their object, and not over each other while there is room.
 *
 * Labels are placed in order, each at the first free place of a fixed list: above its object, then inside of its top,
 * below, beside, and then ever further away. Taken places are kept in a grid of cells, so that a place is tested against
 * its neighbours only and the cost grows with the number of labels, not with its square. A label moves only when one
 * before it came to stand in its way: moving one box does not reshuffle the rest.
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

/** Further places around an object: this many, the nearest first. */
const FURTHER = 600;
/** Share of the picture under plates beyond which no further places are searched: hardly any would be free. */
const CROWDED = 0.55;

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
  const search = new Search(requests, width, height, gap);
  return requests.map((request) => search.place(request));
}

/** The places that are taken, and the best one for the label at hand. */
class Search {
  readonly #width: number;
  readonly #height: number;
  readonly #gap: number;
  /** Largest plate: how far a taken place can reach from its corner. */
  readonly #reachX: number;
  readonly #reachY: number;
  readonly #cellWidth: number;
  readonly #cellHeight: number;
  readonly #columns: number;
  /** For each cell the last plate whose corner lies in it, -1 for none; from there a chain by `#next`. */
  readonly #last: Int32Array;
  readonly #next: Int32Array;
  /** Left, top, right, bottom of the plates that stand. */
  readonly #plates: Int32Array;
  #count = 0;
  #covered = 0;

  /** Size of the label at hand, the best place so far and the pixels that it would share with other plates. */
  #w = 0;
  #h = 0;
  #x = 0;
  #y = 0;
  #least = 0;

  constructor(requests: readonly LabelRequest[], width: number, height: number, gap: number) {
    this.#width = width;
    this.#height = height;
    this.#gap = gap;
    let sumX = 0;
    let reachX = 1;
    let reachY = 1;
    for (const { width: w, height: h } of requests) {
      sumX += w;
      reachX = Math.max(reachX, w);
      reachY = Math.max(reachY, h);
    }
    this.#reachX = reachX;
    this.#reachY = reachY;
    this.#cellWidth = Math.max(16, Math.ceil(sumX / Math.max(1, requests.length)) + gap);
    this.#cellHeight = Math.max(8, reachY + gap);
    this.#columns = Math.ceil(width / this.#cellWidth);
    this.#last = new Int32Array(this.#columns * Math.ceil(height / this.#cellHeight)).fill(-1);
    this.#next = new Int32Array(requests.length);
    this.#plates = new Int32Array(requests.length * 4);
  }

  place(request: LabelRequest): LabelPlace {
    this.#w = request.width;
    this.#h = request.height;
    this.#least = Infinity;
    this.#find(request);
    const x = this.#x;
    const y = this.#y;
    const id = this.#count++;
    this.#plates[id * 4] = x;
    this.#plates[id * 4 + 1] = y;
    this.#plates[id * 4 + 2] = x + this.#w;
    this.#plates[id * 4 + 3] = y + this.#h;
    const cell = Math.floor(y / this.#cellHeight) * this.#columns + Math.floor(x / this.#cellWidth);
    this.#next[id] = this.#last[cell]!;
    this.#last[cell] = id;
    this.#covered += (this.#w + this.#gap) * (this.#h + this.#gap);
    return { x, y, free: this.#least === 0 };
  }

  /** Try the places for one label, best first, until one is free. */
  #find(object: LabelRequest): void {
    const w = this.#w;
    const h = this.#h;
    const gap = this.#gap;
    const width = this.#width;
    const height = this.#height;
    // what is seen of the object
    const left = Math.max(0, Math.min(width, object.left));
    const top = Math.max(0, Math.min(height, object.top));
    const right = Math.max(left, Math.min(width, object.right));
    const bottom = Math.max(top, Math.min(height, object.bottom));
    const above = top - gap - h;
    const below = bottom + gap;
    const holds = right - left >= w && bottom - top >= h;
    if (above >= 0 && (this.#try(left, above) || this.#try(right - w, above))) return;
    if (holds && (this.#try(left, top) || this.#try(right - w, top))) return;
    if (below + h <= height && (this.#try(left, below) || this.#try(right - w, below))) return;
    if (right + gap + w <= width && this.#try(right + gap, top)) return;
    if (left - gap - w >= 0 && this.#try(left - gap - w, top)) return;
    if (holds && (this.#try(left, bottom - h) || this.#try(right - w, bottom - h))) return;
    const startY = above >= 0 ? above : top;
    if (this.#try(left, startY)) return;
    if (this.#covered > CROWDED * width * height) return;

    const table = steps();
    const stepX = Math.max(1, (w + gap) >> 1);
    const stepY = h + gap;
    for (let i = 0; i < table.length; i += 2) {
      const x = left + table[i]! * stepX;
      const y = startY + table[i + 1]! * stepY;
      if (x <= -stepX || y <= -stepY || x >= width - w + stepX || y >= height - h + stepY) continue;
      if (this.#try(x, y)) return;
    }
  }

  /** Consider a place, moved into the picture; true when it is free. */
  #try(wantedX: number, wantedY: number): boolean {
    const x = Math.max(0, Math.min(this.#width - this.#w, wantedX));
    const y = Math.max(0, Math.min(this.#height - this.#h, wantedY));
    const shared = this.#sharedPixels(x - this.#gap, y - this.#gap, x + this.#w + this.#gap, y + this.#h + this.#gap);
    if (shared >= this.#least) return false;
    this.#x = x;
    this.#y = y;
    this.#least = shared;
    return shared === 0;
  }

  /** Pixels that a rectangle shares with the plates that stand; counting ends where it cannot be the best place. */
  #sharedPixels(left: number, top: number, right: number, bottom: number): number {
    const plates = this.#plates;
    const firstColumn = Math.max(0, Math.floor((left - this.#reachX) / this.#cellWidth));
    const lastColumn = Math.min(this.#columns - 1, Math.floor((right - 1) / this.#cellWidth));
    const firstRow = Math.max(0, Math.floor((top - this.#reachY) / this.#cellHeight));
    const lastRow = Math.floor((Math.min(bottom, this.#height) - 1) / this.#cellHeight);
    let area = 0;
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        for (let id = this.#last[row * this.#columns + column]!; id >= 0; id = this.#next[id]!) {
          const w = Math.min(right, plates[id * 4 + 2]!) - Math.max(left, plates[id * 4]!);
          if (w <= 0) continue;
          const h = Math.min(bottom, plates[id * 4 + 3]!) - Math.max(top, plates[id * 4 + 1]!);
          if (h <= 0) continue;
          area += w * h;
          if (area >= this.#least) return area;
        }
      }
    }
    return area;
  }
}

let sortedSteps: Int16Array | undefined;

/** Steps of half a plate sideways and a plate up or down, as pairs, by their length for a plate of common shape (5 : 1). */
function steps(): Int16Array {
  if (sortedSteps) return sortedSteps;
  const all: { column: number; row: number; length: number }[] = [];
  // the nearest 600 of the whole plane lie within these bounds
  for (let row = -22; row <= 22; row++)
    for (let column = -9; column <= 9; column++)
      if (row || column) all.push({ column, row, length: 25 * column * column + 4 * row * row });
  all.sort((a, b) => a.length - b.length || a.row - b.row || b.column - a.column);
  return (sortedSteps = Int16Array.from(all.slice(0, FURTHER).flatMap(({ column, row }) => [column, row])));
}

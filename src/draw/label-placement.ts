/**
 * Where labels go: inside the picture, near their object, and not over each other while there is room.
 *
 * First every label, in order, takes the best free place at its own object: the places have an order of their own (above,
 * inside of the top, below, beside …), and a place that would hide much of small objects costs. Labels that found none
 * then look for the nearest free place further away, row by row, and get a line to their object; that line stays clear of
 * plates and of other lines where it can. So a label that had to move never takes the place of one that need not, and
 * moving one box moves few labels. What is taken is kept in a grid and in rows with their free stretches: a place is
 * tested against its neighbours only, and a row that is full is passed over, so that the cost grows with the number of
 * labels, not with its square.
 */
import type { FreeRows } from "./free-rows.ts";
import { placesAt, type PlacementOptions, type Room } from "./label-places.ts";
import { type Leader, leaderBetween } from "./leaders.ts";
import type { Bounds } from "./marks.ts";
import { TakenPlaces } from "./taken-places.ts";

/** What is to be placed: a plate of whole pixels and the rectangle that it names, which may reach out of the picture. */
export interface LabelRequest extends Bounds {
  readonly width: number;
  readonly height: number;
  /** True when the rectangle itself is drawn: a line may end at its edge. */
  readonly outlined?: boolean | undefined;
}

/** Where a plate stands: its upper left corner. */
export interface LabelPlace {
  readonly x: number;
  readonly y: number;
  /** False when no free place was found and the plate may share pixels with others. */
  readonly free: boolean;
  /** For a label that had to move away from its object. */
  readonly leader: Leader | undefined;
}

/** Price of a place at the object, in objects that it hides, from which on others are looked for. */
const DEAR = 0.9;
/** Free places away from the object that are compared, the nearest rows first. */
const LOOKS = 24;
/** Prices in heights of the plate, beside the distance: a line at all, and what a place hides and crosses. */
const LINE = 1;
const HIDDEN_OBJECT = 3;
const CROSSED_PLATE = 16;
const CROSSED_LINE = 6;

/**
 * Place labels.
 *
 * @param requests - in order of precedence; none wider or higher than the picture
 * @returns for each request its place; undefined under `top` where there is none
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  width: number,
  height: number,
  options: PlacementOptions,
): (LabelPlace | undefined)[] {
  const search = new Search(requests, width, height, options);
  const { declutter } = options;
  if (declutter === "none") return requests.map((request) => search.atObject(request));
  const places = requests.map((request) => search.near(request));
  return requests.map((request, i) => {
    const near = places[i];
    if (typeof near === "object") return near;
    return search.anywhere(request, near === "dear") ?? (declutter === "all" ? search.atObject(request) : undefined);
  });
}

/** The places that are taken, and the best one for the label at hand. */
class Search {
  readonly #width: number;
  readonly #height: number;
  readonly #options: PlacementOptions;
  readonly #gap: number;
  readonly #room: Room;
  readonly #taken: TakenPlaces;
  /** Where plates of the height at hand still fit. */
  #rows: FreeRows | undefined;

  readonly #visit = (x: number, y: number, price: number): void => this.#consider(x, y, price);

  /** The label at hand and what is seen of its object. */
  #w = 0;
  #h = 0;
  #seen: Bounds = { left: 0, top: 0, right: 0, bottom: 0 };
  /** The best place so far. */
  #x = 0;
  #y = 0;
  #cost = Infinity;
  #leader: Leader | undefined;
  /** How many more places are compared. */
  #looks = 0;

  constructor(requests: readonly LabelRequest[], width: number, height: number, options: PlacementOptions) {
    this.#width = width;
    this.#height = height;
    this.#options = options;
    const { gap, reserved } = options;
    this.#gap = gap;
    this.#room = { width, height, gap, position: options.position };
    let sum = 0;
    let lowest = Infinity;
    for (const { width: w, height: h } of requests) {
      sum += w;
      lowest = Math.min(lowest, h);
    }
    const cellWidth = Math.max(16, Math.ceil(sum / Math.max(1, requests.length)) + gap);
    const cellHeight = Math.max(8, Math.min(lowest, height) + gap);
    this.#taken = new TakenPlaces(width, height, cellWidth, cellHeight);
    for (const { left, top, right, bottom } of reserved) this.#taken.take(left, top, right, bottom);
  }

  /** The best free place at the object, unless it hides too much. */
  near(request: LabelRequest): LabelPlace | "dear" | "none" {
    this.#begin(request);
    this.#atObject();
    return this.#cost <= DEAR ? this.#take()! : this.#cost < Infinity ? "dear" : "none";
  }

  /**
   * The best free place: at the object, or elsewhere with a line to it.
   *
   * @param near - whether there may be one at the object
   */
  anywhere(request: LabelRequest, near: boolean): LabelPlace | undefined {
    this.#begin(request);
    if (near) this.#atObject();
    this.#cost *= HIDDEN_OBJECT * this.#h;
    const { count } = (this.#rows = this.#taken.rowsFor(this.#h, this.#gap));
    const reach = this.#options.declutter === "all" ? Infinity : this.#options.reach;
    const outlined = request.outlined ?? true;
    const start = this.#rows.rowAt(this.#seen.top - this.#gap - this.#h);
    this.#looks = LOOKS;
    // a row that is further away than the best place so far ends the way up, and the way down
    for (let up = start, down = start + 1; (up >= 0 || down < count) && this.#looks > 0;) {
      if (up >= 0) up = this.#row(up, reach, outlined) ? up - 1 : -1;
      if (down < count) down = this.#row(down, reach, outlined) ? down + 1 : count;
    }
    return this.#take();
  }

  /** The first place at the object, whatever stands there, but not on what is kept clear where that can be. */
  atObject(request: LabelRequest): LabelPlace {
    this.#begin(request);
    let best = Infinity;
    placesAt(this.#seen, this.#w, this.#h, this.#room, (wantedX, wantedY, price) => {
      const x = this.#insideX(wantedX);
      const y = this.#insideY(wantedY);
      const blocked = this.#options.reserved.some(
        ({ left, top, right, bottom }) => x < right && left < x + this.#w && y < bottom && top < y + this.#h,
      );
      const cost = price + (blocked ? 1000 : 0);
      if (cost >= best) return;
      best = cost;
      this.#x = x;
      this.#y = y;
    });
    const free = this.#blocking(this.#x, this.#y) < 0;
    // what is not free takes nothing: it may be covered
    if (free) this.#taken.take(this.#x, this.#y, this.#x + this.#w, this.#y + this.#h);
    return { x: this.#x, y: this.#y, free, leader: undefined };
  }

  #atObject(): void {
    placesAt(this.#seen, this.#w, this.#h, this.#room, this.#visit);
    if (this.#cost === Infinity) this.#slide();
  }

  #begin({ width: w, height: h, left, top, right, bottom }: LabelRequest): void {
    this.#w = w;
    this.#h = h;
    const seenLeft = Math.max(0, Math.min(this.#width, left));
    const seenTop = Math.max(0, Math.min(this.#height, top));
    this.#seen = {
      left: seenLeft,
      top: seenTop,
      right: Math.max(seenLeft, Math.min(this.#width, right)),
      bottom: Math.max(seenTop, Math.min(this.#height, bottom)),
    };
    this.#cost = Infinity;
    this.#leader = undefined;
  }

  #take(): LabelPlace | undefined {
    if (this.#cost === Infinity) return undefined;
    const x = this.#x;
    const y = this.#y;
    const leader = this.#leader;
    this.#taken.take(x, y, x + this.#w, y + this.#h);
    if (leader) this.#taken.addLine(...leader);
    return { x, y, free: true, leader };
  }

  /** Take a place, moved into the picture, if it is free and the best so far. */
  #consider(wantedX: number, wantedY: number, price: number): void {
    if (price >= this.#cost) return;
    const x = this.#insideX(wantedX);
    const y = this.#insideY(wantedY);
    if (this.#blocking(x, y) >= 0) return;
    let cost = price + (price < 0 ? 0 : this.#hidden(x, y));
    if (cost >= this.#cost) return;
    if (this.#taken.hasLineIn(x - 1, y - 1, x + this.#w + 1, y + this.#h + 1)) cost += CROSSED_PLATE / HIDDEN_OBJECT;
    if (cost >= this.#cost) return;
    this.#cost = cost;
    this.#x = x;
    this.#y = y;
  }

  /** Along the upper and the lower edge of a wide object, outside and inside: the first free place of each. */
  #slide(): void {
    const gap = this.#gap;
    const last = this.#seen.right - this.#w;
    if (last <= this.#seen.left) return;
    for (const y of [
      this.#seen.top - gap - this.#h,
      this.#seen.top,
      this.#seen.bottom + gap,
      this.#seen.bottom - this.#h,
    ]) {
      if (y < 0 || y + this.#h > this.#height) continue;
      for (let x = this.#seen.left; x <= last;) {
        const id = this.#blocking(x, y);
        if (id < 0) {
          this.#consider(x, y, 0.4);
          break;
        }
        x = this.#taken.rightOf(id) + gap;
      }
    }
  }

  /** The nearest free places of a row, to the right and to the left of where the object begins; false: too far away. */
  #row(row: number, reach: number, outlined: boolean): boolean {
    const w = this.#w;
    const rows = this.#rows!;
    const y = rows.topOf(row);
    const away = Math.max(0, this.#seen.top - y - this.#h, y - this.#seen.bottom);
    if (away > reach || away >= this.#cost) return false;
    const start = this.#insideX(this.#seen.left);
    // a plate does not lie on its own object unless that is large
    const apart =
      away === 0 && (this.#seen.right - this.#seen.left) * (this.#seen.bottom - this.#seen.top) < 6 * w * this.#h;
    const right = rows.rightOf(row, apart ? this.#seen.right + this.#gap : start, w);
    if (right >= 0) this.#considerFar(right, y, reach, outlined);
    const left = rows.leftOf(row, apart ? this.#seen.left - this.#gap - w : start, w);
    if (left >= 0 && left !== right) this.#considerFar(left, y, reach, outlined);
    return true;
  }

  /** Take a free place if it is the best so far: near, hiding little, and with a clear line to the object. */
  #considerFar(x: number, y: number, reach: number, outlined: boolean): void {
    const h = this.#h;
    // first what is cheap to know and at least what the place costs
    const beside = Math.max(
      0,
      this.#seen.left - x - this.#w,
      x - this.#seen.right,
      this.#seen.top - y - h,
      y - this.#seen.bottom,
    );
    let cost = beside + LINE * h;
    if (beside > reach || cost >= this.#cost) return;
    this.#looks--;
    cost += HIDDEN_OBJECT * h * this.#hidden(x, y);
    if (cost >= this.#cost) return;
    const leader = leaderBetween(x, y, x + this.#w, y + h, this.#seen, outlined);
    const dx = leader[2] - leader[0];
    const dy = leader[3] - leader[1];
    const length = Math.sqrt(dx * dx + dy * dy);
    cost += length - beside;
    if (length > reach || cost >= this.#cost) return;
    if (this.#taken.hasLineIn(x - 1, y - 1, x + this.#w + 1, y + h + 1)) cost += CROSSED_PLATE * h;
    const crossed = this.#taken.crossedBy(...leader);
    if (crossed > 0) cost += (crossed === 2 ? CROSSED_PLATE : CROSSED_LINE) * h;
    if (cost >= this.#cost) return;
    this.#cost = cost;
    this.#x = x;
    this.#y = y;
    // a plate that touches its object needs no line
    this.#leader = length > 2 * this.#gap + 1 ? leader : undefined;
  }

  #blocking(x: number, y: number): number {
    const gap = this.#gap;
    return this.#taken.takenIn(x - gap, y - gap, x + this.#w + gap, y + this.#h + gap);
  }

  #hidden(x: number, y: number): number {
    return this.#options.cover?.covered(x, y, x + this.#w, y + this.#h) ?? 0;
  }

  #insideX(x: number): number {
    return Math.max(0, Math.min(this.#width - this.#w, x));
  }

  #insideY(y: number): number {
    return Math.max(0, Math.min(this.#height - this.#h, y));
  }
}

/** What the sources of a picture's masks need, found and checked before any memory is touched. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { PolygonPart, Segmentation } from "./segmentation.ts";

/** Corners further out than this are no pixels of anything. */
const MAX_COORDINATE = 1e7;
/** A placed rectangle lies within this distance. */
export const MAX_OFFSET: number = 2 ** 30;

/** Lengths of what the sources need, found before any memory is touched. */
export interface Plan {
  text: number;
  counts: number;
  points: number;
  rings: number;
  dense: number;
  columns: number;
  /** u32 of runs, dense sources not yet counted. */
  runs: number;
  /** u32 of the largest working memory of one mask. */
  work: number;
  /** toggles + rings + 1 of the largest polygon. */
  room: number;
}

export function measureSource(
  plan: Plan,
  source: Segmentation,
  width: number,
  height: number,
  path: () => string,
): void {
  if (typeof source !== "object" || source === null) throw refused("a mask", source, path());
  switch (source.kind) {
    case "rle": {
      const { size, counts } = source.rle ?? {};
      if (!isList(size) || size.length !== 2) throw refused("size [height, width]", size, path());
      const h = size[0]!;
      const w = size[1]!;
      if (
        typeof counts === "string" &&
        h === height &&
        w === width &&
        source.left === undefined &&
        source.top === undefined &&
        source.order !== "row"
      ) {
        // what nearly every mask is, without further ado
        plan.text += counts.length;
        plan.runs += counts.length;
        return;
      }
      checkSize(w, h, path());
      if (typeof counts !== "string" && !isList(counts))
        throw refused("counts as a string or a list of numbers", counts, path());
      const placed = checkPlace(source, w, h, width, height, path);
      if (source.order === "row") {
        if (typeof counts === "string") throw refused("a list of row-major counts", counts, path());
        plan.counts += counts.length;
        plan.dense += w * h;
        plan.columns += w;
        return;
      }
      if (typeof counts === "string") plan.text += counts.length;
      else plan.counts += counts.length;
      plan.runs += counts.length + (placed ? 2 * w + 2 : 0);
      if (placed) plan.work = Math.max(plan.work, counts.length);
      return;
    }
    case "polygon": {
      if (!Array.isArray(source.parts) || source.parts.length === 0)
        throw refused("a polygon of at least one part", source.parts, path());
      let room = 1;
      source.parts.forEach((part: PolygonPart, i) => {
        room += measureRing(plan, part?.outline, width, () => `${path()}.parts[${i}].outline`);
        if (part.holes !== undefined && !Array.isArray(part.holes))
          throw refused("a list of holes", part.holes, `${path()}.parts[${i}].holes`);
        part.holes?.forEach((hole, j) => {
          room += measureRing(plan, hole, width, () => `${path()}.parts[${i}].holes[${j}]`);
        });
      });
      plan.room = Math.max(plan.room, room);
      plan.runs += room;
      plan.work = Math.max(plan.work, 5 * room + width + 1);
      return;
    }
    case "mask": {
      checkSize(source.width, source.height, path());
      const pixels = source.width * source.height;
      if (!isList(source.data) || source.data.length !== pixels)
        throw refused(`${pixels} values for ${source.width} x ${source.height}`, source.data?.length, path());
      checkPlace(source, source.width, source.height, width, height, path);
      plan.dense += pixels;
      plan.columns += source.width;
      return;
    }
    default:
      throw refused('kind "rle", "polygon" or "mask"', (source as { kind?: unknown }).kind, path());
  }
}

/** @returns room for its runs: toggles + 1 */
function measureRing(plan: Plan, ring: ArrayLike<number>, width: number, path: () => string): number {
  if (!isList(ring) || ring.length < 6 || ring.length % 2 !== 0)
    throw refused("a ring of at least three x, y pairs", isList(ring) ? `${ring.length} numbers` : ring, path());
  let toggles = 0;
  // what is no coordinate is refused in its turn
  let before = isCoordinate(ring[ring.length - 2]) ? ring[ring.length - 2]! : 0;
  for (let i = 0; i < ring.length; i += 2) {
    const x = ring[i]!;
    const y = ring[i + 1]!;
    if (!(isCoordinate(x) && isCoordinate(y))) {
      const odd = isCoordinate(x) ? 1 : 0;
      throw refused(`a coordinate of -1e7 to 1e7`, ring[i + odd], `${path()}[${i + odd}]`);
    }
    toggles += Math.min(width, Math.floor(Math.abs(x - before)) + 2);
    before = x;
  }
  plan.rings++;
  plan.points += ring.length / 2;
  return toggles + 1;
}

function isCoordinate(value: unknown): boolean {
  return typeof value === "number" && Math.abs(value) <= MAX_COORDINATE;
}

/** @returns true when the source's rectangle is not the whole picture */
function checkPlace(
  { left, top }: { readonly left?: number | undefined; readonly top?: number | undefined },
  w: number,
  h: number,
  width: number,
  height: number,
  path: () => string,
): boolean {
  if (left === undefined && top === undefined && (w !== width || h !== height))
    throw refused(`a mask of ${width} x ${height} pixels or a place for it`, `${w} x ${h}`, path());
  for (const [name, value] of [
    ["left", left ?? 0],
    ["top", top ?? 0],
  ] as const)
    if (!Number.isInteger(value) || Math.abs(value) > MAX_OFFSET)
      throw refused(`${name} to be an integer`, value, path());
  return isPlaced(left, top, w, h, width, height);
}

export function isPlaced(
  left: number | undefined,
  top: number | undefined,
  w: number,
  h: number,
  width: number,
  height: number,
): boolean {
  return (left ?? 0) !== 0 || (top ?? 0) !== 0 || w !== width || h !== height;
}

function refused(expected: string, got: unknown, path: string): ImageError {
  return new ImageError("ARGUMENT", `expected ${expected}, got ${show(got)}`, { path: path === "" ? undefined : path });
}

function isList(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

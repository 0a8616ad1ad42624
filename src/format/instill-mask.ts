/** The mask of an object or a region: run lengths as Instill has them, or what else says the same. */
import { ImageError, show } from "../errors.ts";
import { encode, parse } from "../model/rle.ts";
import { runsOfText } from "../model/rle-layouts.ts";
import type { Rle, Segmentation } from "../model/scene.ts";
import { readSegmentation } from "./coco-segmentation.ts";
import { type Fields, isFields, isList, readNumbers } from "./fields.ts";

/** Where runs lie that do not say it: in the whole pixels of a box, or in the picture. */
export interface MaskPlace {
  readonly width: number;
  readonly height: number;
  /** Of a box. */
  readonly left?: number | undefined;
  readonly top?: number | undefined;
}

/** How runs are read; see `InstillOptions`. */
export interface MaskOptions {
  readonly size?: readonly [height: number, width: number] | undefined;
  readonly lenient?: boolean | undefined;
  readonly canonical?: boolean | undefined;
}

/** True for an object whose mask says by itself how large it is. */
export function hasOwnMask({ rle, segmentation, mask }: Fields): boolean {
  return isFields(rle) || segmentation !== undefined || mask !== undefined;
}

/**
 * The mask of a record.
 *
 * `rle` is text or a list of run lengths that fills its place column by column, or `{ size, counts }` as COCO has it.
 * In place of it: `segmentation`, any of COCO's forms, polygons in the coordinates of the picture; or `mask`, a list of rows of
 * 0 and 1. Of the last three, what is as large as the picture lies there, and what is as large as its box lies in the box.
 *
 * @param place - undefined where the object has no box
 */
export function readMask(record: Fields, place: MaskPlace | undefined, options: MaskOptions): Segmentation | undefined {
  const { rle, segmentation, mask } = record;
  if (isFields(rle)) return placed("rle", ownRuns("rle", rle), place, options);
  if (rle === undefined && segmentation !== undefined) {
    const found = readSegmentation(segmentation, 0, 0, (error) => {
      throw error;
    });
    return found?.kind === "rle" ? placed("segmentation", found.rle, place, options) : found;
  }
  if (rle === undefined && mask !== undefined) return placed("mask", readRows(mask), place, options);
  if (place === undefined)
    throw new ImageError("ARGUMENT", "expected a box, which the run lengths fill", { path: "bounding-box" });
  const { left, top } = place;
  return { kind: "rle", rle: readRuns(rle, place, options), left, top };
}

function ownRuns(path: string, value: Fields): Rle {
  try {
    return (readSegmentation(value, 0, 0, () => undefined) as Extract<Segmentation, { kind: "rle" }>).rle;
  } catch (error) {
    if (!(error instanceof ImageError) || error.path === undefined) throw error;
    throw new ImageError(error.code, error.message.slice(error.path.length + 2), {
      path: error.path.replace(/^segmentation/, path),
      cause: error.cause,
    });
  }
}

function placed(path: string, rle: Rle, place: MaskPlace | undefined, { size }: MaskOptions): Segmentation {
  const [height, width] = rle.size;
  if (size && size[0] === height && size[1] === width) return { kind: "rle", rle };
  if (place && place.height === height && place.width === width)
    return { kind: "rle", rle, left: place.left, top: place.top };
  const wanted = [
    ...(size ? [`[${size.join(", ")}] as the picture has`] : []),
    ...(place ? [`[${place.height}, ${place.width}] as the box has`] : []),
  ];
  if (wanted.length === 0) return { kind: "rle", rle }; // nobody knows better
  throw new ImageError("ARGUMENT", `expected ${wanted.join(" or ")}, got [${height}, ${width}]`, { path });
}

function readRows(mask: unknown): Rle {
  if (!isList(mask) || mask.length === 0)
    throw new ImageError("ARGUMENT", `expected rows of 0 and 1, got ${show(mask)}`, { path: "mask" });
  const rows = Array.from(mask, (row, y) => readNumbers(row, `mask[${y}]`, 1e9));
  const width = rows[0]!.length;
  for (const [y, row] of rows.entries())
    if (row.length !== width || width === 0)
      throw new ImageError("ARGUMENT", `expected ${width || "some"} numbers, as the first row has, got ${row.length}`, {
        path: `mask[${y}]`,
      });
  const data = new Uint8Array(width * rows.length);
  for (const [y, row] of rows.entries()) for (let x = 0; x < width; x++) data[y * width + x] = row[x] === 0 ? 0 : 1;
  return encode({ data, width, height: rows.length });
}

function readRuns(
  value: unknown,
  { width, height }: MaskPlace,
  { lenient = false, canonical = true }: MaskOptions,
): Rle {
  if (typeof value !== "string" && !isList(value))
    throw new ImageError("ARGUMENT", `expected run lengths, got ${show(value)}`, { path: "rle" });
  try {
    if (!canonical && typeof value === "string")
      return { size: [height, width], counts: runsOfText(value, height * width, lenient) };
    const runs = value as string | ArrayLike<number>;
    return parse(runs, { layout: "instill", size: [height, width], compressed: false, lenient });
  } catch (error) {
    throw error instanceof ImageError ? error.at("rle") : error;
  }
}

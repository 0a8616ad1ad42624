/** CVAT's shapes: coordinates in attributes, points as text, masks as run lengths. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Annotation } from "../model/scene.ts";
import { MAX_COORDINATE } from "./coco-segmentation.ts";
import { readNumber, toNumber } from "./fields.ts";
import type { Reading } from "./tree-reading.ts";
import type { XmlElement } from "./xml.ts";

/**
 * The part of an annotation that an element is.
 *
 * @throws {ImageError} with file and line
 */
export function readCvatShape(shape: XmlElement, reading: Reading): Annotation {
  const number = (name: string): number => checked(shape.numberAttribute(name), shape, name);
  const turn = (): { rotation?: number } => {
    const rotation = shape.attributes.has("rotation") ? number("rotation") : 0;
    return rotation === 0 ? {} : { rotation };
  };
  switch (shape.name) {
    case "box": {
      const [left, top, right, bottom] = [number("xtl"), number("ytl"), number("xbr"), number("ybr")];
      const [x, y] = [Math.min(left, right), Math.min(top, bottom)];
      if (x !== left || y !== top) reading.note(shape.place, "expected xtl, ytl to be above xbr, ybr (swapped)");
      return { box: { x, y, width: Math.max(left, right) - x, height: Math.max(top, bottom) - y, ...turn() } };
    }
    case "polygon":
      return { segmentation: { kind: "polygon", parts: [{ outline: pointsOf(shape, 3) }] } };
    case "polyline":
      return { polyline: { points: pointsOf(shape, 2) } };
    case "points":
      return { points: pointsOf(shape, 1) };
    case "ellipse": {
      const [radiusX, radiusY] = [number("rx"), number("ry")];
      if (radiusX < 0 || radiusY < 0)
        throw new ImageError("ARGUMENT", "expected radii of 0 or more", { path: shape.place });
      return { ellipse: { x: number("cx"), y: number("cy"), radiusX, radiusY, ...turn() } };
    }
    case "mask":
      return { segmentation: readMask(shape) };
    default:
      throw new ImageError("UNSUPPORTED", `a <${shape.name}> cannot be held and is left out`, { path: shape.place });
  }
}

function checked(value: number, shape: XmlElement, name: string): number {
  if (Math.abs(value) <= MAX_COORDINATE) return value;
  throw new ImageError("LIMIT", `expected a number from ${-MAX_COORDINATE} to ${MAX_COORDINATE}, got ${value}`, {
    path: `${shape.place}.${name}`,
  });
}

/** `x,y;x,y` as one list of numbers. */
export function pointsOf(shape: XmlElement, least: number): number[] {
  const text = shape.attributes.get("points")?.trim() ?? "";
  const points: number[] = [];
  for (const pair of text === "" ? [] : text.replace(/;$/, "").split(";")) {
    const numbers = pair.split(",");
    if (numbers.length !== 2)
      throw new ImageError("ARGUMENT", `expected points "x,y;x,y", got ${show(pair)}`, {
        path: `${shape.place}.points`,
      });
    for (const number of numbers) points.push(checked(numberAt(number, shape), shape, "points"));
  }
  if (points.length < 2 * least)
    throw new ImageError("ARGUMENT", `expected ${least} points or more, got ${points.length / 2}`, {
      path: `${shape.place}.points`,
    });
  return points;
}

function numberAt(text: string, shape: XmlElement): number {
  const number = toNumber(text);
  return Number.isFinite(number) ? number : readNumber(text, `${shape.place}.points`);
}

/** Runs of a part of the picture, row by row, the background first. */
function readMask(shape: XmlElement): Annotation["segmentation"] {
  const { place } = shape;
  const [left, top, width, height] = ["left", "top", "width", "height"].map((name) =>
    checked(shape.numberAttribute(name), shape, name),
  ) as [number, number, number, number];
  if (!Number.isInteger(left) || !Number.isInteger(top))
    throw new ImageError("ARGUMENT", `expected whole pixels in left and top, got ${left} and ${top}`, {
      path: shape.place,
    });
  checkSize(width, height, place);
  const counts: number[] = [];
  let sum = 0;
  for (const word of (shape.attributes.get("rle") ?? "").split(",")) {
    const run = toNumber(word);
    if (!Number.isInteger(run) || run < 0)
      throw new ImageError("DECODE", `expected run lengths of 0 or more, got ${show(word)}`, { path: `${place}.rle` });
    counts.push(run);
    sum += run;
  }
  if (sum !== width * height)
    throw new ImageError("DECODE", `expected runs of ${width * height} pixels together, got ${sum}`, {
      path: `${place}.rle`,
    });
  return { kind: "rle", rle: { size: [height, width], counts }, left, top, order: "row" };
}

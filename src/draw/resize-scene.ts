/** A scene for its picture in another size. */
import { MaskSet } from "../core/masks.ts";
import { checkSize } from "../limits.ts";
import type { Annotation, Box, HeatMap, LabelMap, Quad, Scene, SoftSegmentation } from "../model/scene.ts";
import { checkPoints } from "./marks.ts";
import { checkScene } from "./scene-check.ts";

/** From pixels of the old size to those of the new one. */
interface Scale {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The same scene for its picture in another size, as `resize` makes it. Coordinates are multiplied; run-length masks, dense
 * ones and label maps take the nearest pixel. Icons stay as large as they are.
 *
 * @returns a new scene; the given one stays as it is
 * @throws {ImageError} `ARGUMENT` or `DECODE` with the path of what cannot be drawn, `LIMIT` for the size
 * @example
 * using large = resize(frame, { width: frame.width * 2, height: frame.height * 2 });
 * render(large, resizeScene(scene, large.width, large.height)); // lines and letters of the larger picture
 */
export function resizeScene(source: Scene, width: number, height: number): Scene {
  const scene = checkScene(source);
  checkSize(scene.width, scene.height, "scene");
  checkSize(width, height);
  if (width === scene.width && height === scene.height) return scene;
  const scale: Scale = { x: width / scene.width, y: height / scene.height, width, height };
  const masks = resizedMasks(scene, scale);
  return {
    ...scene,
    width,
    height,
    annotations: scene.annotations.map((annotation, i) =>
      resized(annotation, scale, `annotations[${i}]`, masks.get(i)),
    ),
    labelMaps: scene.labelMaps?.map((map) => resizedLabelMap(map, scale)),
    heatMaps: scene.heatMaps?.map((map, i) => resizedHeatMap(map, scale, `heatMaps[${i}]`)),
  };
}

function resized(
  annotation: Annotation,
  scale: Scale,
  path: string,
  segmentation: Annotation["segmentation"],
): Annotation {
  const { box, keypoints, polyline, ellipse, points, trace, quad, area } = annotation;
  const mean = Math.sqrt(scale.x * scale.y);
  const list = (values: ArrayLike<number>, part: string): number[] => pointsOf(values, scale, `${path}.${part}`);
  return {
    ...annotation,
    ...(box && { box: resizedBox(box, scale) }),
    ...(segmentation && { segmentation }),
    ...(keypoints && {
      keypoints: {
        ...keypoints,
        points: keypoints.points.map((point) => ({ ...point, x: point.x * scale.x, y: point.y * scale.y })),
      },
    }),
    ...(polyline && { polyline: { ...polyline, points: list(polyline.points, "polyline.points") } }),
    ...(ellipse && {
      ellipse: {
        ...ellipse,
        x: ellipse.x * scale.x,
        y: ellipse.y * scale.y,
        radiusX: ellipse.radiusX * (ellipse.rotation ? mean : scale.x),
        radiusY: ellipse.radiusY * (ellipse.rotation ? mean : scale.y),
      },
    }),
    ...(points && { points: list(points, "points") }),
    ...(trace && { trace: list(trace, "trace") }),
    ...(quad && { quad: list(quad, "quad") as unknown as Quad }),
    ...(area !== undefined && { area: area * scale.x * scale.y }),
  };
}

/** A turned box stays a box: its sides take the mean of both directions, which differ by less than a pixel of the picture. */
function resizedBox(box: Box, scale: Scale): Box {
  if (box.normalized) return box;
  if (!box.rotation)
    return {
      ...box,
      x: box.x * scale.x,
      y: box.y * scale.y,
      width: box.width * scale.x,
      height: box.height * scale.y,
    };
  const mean = Math.sqrt(scale.x * scale.y);
  const [width, height] = [box.width * mean, box.height * mean];
  const [x, y] = [(box.x + box.width / 2) * scale.x - width / 2, (box.y + box.height / 2) * scale.y - height / 2];
  return { ...box, x, y, width, height };
}

function pointsOf(values: ArrayLike<number>, scale: Scale, path: string): number[] {
  return checkPoints(values, path, 0).map((value, i) => value * (i % 2 === 0 ? scale.x : scale.y));
}

/** The masks of a scene by the index of their object. */
function resizedMasks({ annotations, width, height }: Scene, scale: Scale): Map<number, Annotation["segmentation"]> {
  const found = new Map<number, Annotation["segmentation"]>();
  const hard: number[] = [];
  for (const [i, { segmentation }] of annotations.entries())
    if (segmentation?.kind === "polygon") {
      const path = `annotations[${i}].segmentation`;
      const parts = Array.from(segmentation.parts, ({ outline, holes }, part) => ({
        outline: pointsOf(outline, scale, `${path}.parts[${part}].outline`),
        holes: holes?.map((hole) => pointsOf(hole, scale, `${path}.parts[${part}].holes`)),
      }));
      found.set(i, { kind: "polygon", parts });
    } else if (segmentation?.kind === "soft") found.set(i, resizedSoft(segmentation, scale, width, height));
    else if (segmentation) hard.push(i);
  if (hard.length === 0) return found;
  const set = MaskSet.from(
    hard.map((i) => annotations[i]!.segmentation as Exclude<Annotation["segmentation"], SoftSegmentation | undefined>),
    width,
    height,
    { pathOf: (k) => `annotations[${hard[k]!}].segmentation` },
  );
  try {
    for (const [k, i] of hard.entries()) {
      const counts = resizedRuns(set.toRuns(k), width, height, scale);
      found.set(i, { kind: "rle", rle: { size: [scale.height, scale.width], counts } });
    }
  } finally {
    set.free();
  }
  return found;
}

/** First new pixel whose middle lies at or behind an old edge. */
function edge(at: number, scale: number): number {
  return Math.ceil(at * scale - 0.5);
}

/** Run lengths, column by column: each new column is its nearest old one. */
function resizedRuns(runs: ArrayLike<number>, width: number, height: number, scale: Scale): Uint32Array {
  const columns: number[][] = Array.from({ length: width }, () => []);
  for (let i = 0, at = 0; i < runs.length; i++) {
    const end = at + runs[i]!;
    if (i % 2 === 1)
      for (let from = at; from < end;) {
        const column = Math.floor(from / height);
        const to = Math.min(end, (column + 1) * height);
        const [top, bottom] = [edge(from - column * height, scale.y), edge(to - column * height, scale.y)];
        if (top < bottom) columns[column]!.push(top, bottom);
        from = to;
      }
    at = end;
  }
  const counts: number[] = [];
  let written = 0;
  for (let x = 0; x < scale.width; x++) {
    const column = columns[Math.min(width - 1, Math.floor((x + 0.5) / scale.x))]!;
    for (let i = 0; i < column.length; i += 2) {
      const from = x * scale.height + column[i]!;
      const to = x * scale.height + Math.min(scale.height, column[i + 1]!);
      if (from === written && counts.length > 0) counts[counts.length - 1]! += to - from;
      else counts.push(from - written, to - from);
      written = to;
    }
  }
  counts.push(scale.width * scale.height - written);
  return Uint32Array.from(counts);
}

/** Nearest old pixel of each new one in `[from, to)`. */
function nearest(from: number, to: number, scale: number, start: number, length: number): Uint32Array {
  return Uint32Array.from({ length: Math.max(0, to - from) }, (_, i) =>
    Math.max(0, Math.min(length - 1, Math.floor((from + i + 0.5) / scale) - start)),
  );
}

function resizedSoft(mask: SoftSegmentation, scale: Scale, width: number, height: number): SoftSegmentation {
  const { data, left = 0, top = 0 } = mask;
  const [x0, y0] = [edge(Math.max(0, left), scale.x), edge(Math.max(0, top), scale.y)];
  const columns = nearest(x0, edge(Math.min(width, left + mask.width), scale.x), scale.x, left, mask.width);
  const rows = nearest(y0, edge(Math.min(height, top + mask.height), scale.y), scale.y, top, mask.height);
  // whatever is wrong with it is named when it is drawn
  if (columns.length === 0 || rows.length === 0 || data?.length !== mask.width * mask.height) return mask;
  const out = data instanceof Uint8Array || data instanceof Uint8ClampedArray ? Uint8Array : Float32Array;
  const resizedData = new out(columns.length * rows.length);
  for (const [y, row] of rows.entries())
    for (let x = 0; x < columns.length; x++)
      resizedData[y * columns.length + x] = data[row * mask.width + columns[x]!]!;
  return { kind: "soft", data: resizedData, width: columns.length, height: rows.length, left: x0, top: y0 };
}

function resizedLabelMap(map: LabelMap, scale: Scale): LabelMap {
  const { data, width, height } = map;
  // whatever is wrong with it is named when it is drawn
  if (!ArrayBuffer.isView(data) || data.length !== width * height) return map;
  const columns = nearest(0, scale.width, scale.x, 0, width);
  const rows = nearest(0, scale.height, scale.y, 0, height);
  const out = new (data.constructor as Uint8ArrayConstructor)(scale.width * scale.height);
  for (let y = 0, last = -1; y < scale.height; y++) {
    const row = rows[y]!;
    const at = y * scale.width;
    if (row === last) out.copyWithin(at, at - scale.width, at);
    else for (let x = 0; x < scale.width; x++) out[at + x] = data[row * width + columns[x]!]!;
    last = row;
  }
  return { ...map, data: out, width: scale.width, height: scale.height };
}

function resizedHeatMap(map: HeatMap, scale: Scale, path: string): HeatMap {
  if (map.kind !== "points") return map;
  const radius = map.radius === undefined ? undefined : map.radius * Math.sqrt(scale.x * scale.y);
  return { ...map, points: pointsOf(map.points, scale, `${path}.points`), radius };
}

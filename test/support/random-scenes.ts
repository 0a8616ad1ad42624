/** Random scenes for round trips through formats, and a form in which they can be compared. */
import fc from "./property.ts";
import { encodePng } from "../../src/codec/png-encode.ts";
import { MemoryFiles } from "../../src/format/file-tree.ts";
import type { DatasetFormat, Loss, WriteTreeOptions } from "../../src/format/dataset-format.ts";
import { encode } from "../../src/model/rle.ts";
import type { Annotation, Category, Dataset, Scene } from "../../src/model/scene.ts";
import { countsOf } from "../../src/format/shapes.ts";

export type ShapeName =
  | "box"
  | "whole box"
  | "turned box"
  | "quad"
  | "polygon"
  | "polygons"
  | "mask"
  | "ellipse"
  | "turned ellipse"
  | "circle"
  | "polyline"
  | "point"
  | "points"
  | "pose"
  | "full pose";

/** What a format holds, so that a round trip must give it back. */
export interface Held {
  readonly shapes: readonly ShapeName[];
  readonly attributes?: "text" | "json" | undefined;
  readonly occluded?: boolean | undefined;
  readonly scores?: boolean | undefined;
  readonly names?: fc.Arbitrary<string> | undefined;
}

const NAMES = ["cat", "__proto__", 'a & <b> "c"', "été 😀"];
const SIDE = 40;

/** A number between pixels. */
const place = fc
  .double({ min: 0, max: SIDE, noNaN: true, noDefaultInfinity: true })
  .map((value) => Math.round(value * 64) / 64);
const size = fc.integer({ min: 1, max: SIDE * 4 }).map((value) => value / 4);
const degrees = fc.integer({ min: 1, max: 359 });

function ring(count: number): fc.Arbitrary<number[]> {
  return fc.array(place, { minLength: count * 2, maxLength: count * 2 });
}

/** A small object away from its own bounds, as pixels of the whole picture. */
function mask(width: number, height: number): fc.Arbitrary<Annotation> {
  return fc
    .tuple(fc.nat(width - 4), fc.nat(height - 4), fc.uint8Array({ minLength: 9, maxLength: 9 }))
    .map(([left, top, bits]): Annotation => {
      const data = new Uint8Array(width * height);
      for (let i = 0; i < 9; i++) data[(top + Math.floor(i / 3)) * width + left + (i % 3)] = i === 4 ? 1 : bits[i]! & 1;
      return { segmentation: { kind: "rle", rle: encode({ data, width, height }) } };
    });
}

function shape(name: ShapeName, width: number, height: number): fc.Arbitrary<Annotation> {
  const box = fc.record({ x: place, y: place, width: size, height: size });
  switch (name) {
    case "box":
      return box.map((value) => ({ box: value }));
    case "whole box":
      return fc
        .record({
          x: fc.nat(30),
          y: fc.nat(30),
          width: fc.integer({ min: 1, max: 9 }),
          height: fc.integer({ min: 1, max: 9 }),
        })
        .map((value) => ({ box: value }));
    case "turned box":
      return fc.tuple(box, degrees).map(([value, rotation]) => ({ box: { ...value, rotation } }));
    case "quad":
      return fc.constant({ quad: [1, 1, 21, 3, 24, 17, 2, 12] });
    case "polygon":
      return fc
        .integer({ min: 3, max: 8 })
        .chain(ring)
        .map((outline) => ({ segmentation: { kind: "polygon", parts: [{ outline }] } }));
    case "polygons":
      return fc
        .tuple(ring(3), ring(4))
        .map(([a, b]) => ({ segmentation: { kind: "polygon", parts: [{ outline: a }, { outline: b }] } }));
    case "mask":
      return mask(width, height);
    case "ellipse":
      return fc.record({ x: place, y: place, radiusX: size, radiusY: size }).map((ellipse) => ({ ellipse }));
    case "turned ellipse":
      return fc
        .record({ x: place, y: place, radiusX: size, radiusY: size, rotation: degrees })
        .map((ellipse) => ({ ellipse }));
    case "circle":
      return fc
        .record({ x: place, y: place, radius: size })
        .map(({ x, y, radius }) => ({ ellipse: { x, y, radiusX: radius, radiusY: radius } }));
    case "polyline":
      return fc
        .integer({ min: 2, max: 6 })
        .chain(ring)
        .map((points) => ({ polyline: { points } }));
    case "point":
      return ring(1).map((points) => ({ points }));
    case "points":
      return fc
        .integer({ min: 2, max: 5 })
        .chain(ring)
        .map((points) => ({ points }));
    case "pose":
    case "full pose":
      return fc
        .tuple(box, fc.array(fc.tuple(place, place, fc.constantFrom(0, 2)), { minLength: 3, maxLength: 3 }))
        .map(([value, points]) => ({
          box: value,
          keypoints: {
            points: points.map(([x, y, v], i) => ({
              x,
              y,
              visibility: i === 0 || name === "full pose" ? 2 : (v as 0 | 2),
            })),
            skeleton: POSE,
          },
        }));
  }
}

export const POSE = { name: "cat", points: ["head", "tail", "paw"], edges: [] as const };

function annotation(held: Held, names: readonly string[], width: number, height: number): fc.Arbitrary<Annotation> {
  const shapes = fc.oneof(...held.shapes.map((name) => shape(name, width, height)));
  const values =
    held.attributes === "json" ? fc.jsonValue({ maxDepth: 1 }).filter((value) => value !== null) : fc.string();
  const attributes = fc.array(fc.tuple(fc.constantFrom("colour", "a b", "__proto__", "size"), values), {
    maxLength: 3,
  });
  return fc
    .record({
      shape: shapes,
      name: fc.nat(names.length - 1),
      occluded: fc.boolean(),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      scored: fc.boolean(),
      attributes,
    })
    .map(({ shape: parts, name, occluded, score, scored, attributes: list }): Annotation => ({
      ...parts,
      keypoints: parts.keypoints && { ...parts.keypoints, skeleton: { ...POSE, name: names[name]! } },
      category: names[name]!,
      categoryId: name + 1,
      group: held.scores && scored ? "predictions" : "ground truth",
      score: held.scores && scored ? score : undefined,
      isOccluded: (held.occluded && occluded) || undefined,
      attributes: held.attributes && list.length > 0 ? new Map(list) : undefined,
    }));
}

/** Scenes of one picture each, with what a format holds. */
export function scenes(held: Held): fc.Arbitrary<{ categories: Category[]; scenes: Scene[] }> {
  const isPose = held.shapes.some((name) => name.endsWith("pose"));
  const categories = NAMES.map((name, i): Category => ({
    id: i + 1,
    name,
    skeleton: isPose ? { ...POSE, name } : undefined,
  }));
  const one = fc
    .tuple(fc.integer({ min: SIDE, max: 60 }), fc.integer({ min: SIDE, max: 60 }))
    .chain(([width, height]) =>
      fc
        .array(annotation(held, NAMES, width, height), { maxLength: 4 })
        .map((annotations) => ({ width, height, annotations })),
    );
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((list) => ({
    categories,
    scenes: list.map((scene, i): Scene => ({ ...scene, fileName: `picture ${i}.png` })),
  }));
}

/** Write a dataset and read it again; the pictures are there, empty. */
export async function through(
  format: DatasetFormat,
  dataset: Dataset,
  strict = true,
  options?: WriteTreeOptions,
): Promise<{ dataset: Dataset; scenes: Scene[]; losses: readonly Loss[]; files: MemoryFiles }> {
  const files = new MemoryFiles();
  const losses = await format.write!(dataset, files, options);
  const images = new MemoryFiles();
  for await (const { fileName, width, height } of dataset.scenes)
    if (width > 0)
      await images.write(
        fileName!,
        encodePng({ data: new Uint8Array(width * height), shape: [height, width] }, { level: "store" }),
      );
  const again = await format.read(files, { images, strict });
  const read: Scene[] = [];
  for await (const scene of again.scenes) read.push(scene);
  return { dataset: again, scenes: read, losses, files };
}

/** Numbers without what arithmetic leaves behind the eighth decimal; masks as run lengths of the picture. */
export function comparable({ width, height, fileName, annotations }: Scene): object {
  return {
    width,
    height,
    fileName,
    annotations: annotations.toSorted(byGroup).map((object) => {
      const { categoryId: _, id: __, ...rest } = object;
      const { segmentation } = object;
      const plain = {
        ...rest,
        attributes: [...(object.attributes ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)),
        segmentation:
          segmentation && segmentation.kind !== "polygon" && segmentation.kind !== "soft"
            ? countsOf(segmentation, width, height)
            : segmentation,
      };
      return JSON.parse(
        JSON.stringify(plain, (_key, value: unknown) =>
          typeof value === "number" ? Math.round(value * 1e8) / 1e8 : value,
        ),
      );
    }),
  };
}

/** Formats may keep what people marked and what models found apart. */
function byGroup(a: Annotation, b: Annotation): number {
  return (a.group ?? "") < (b.group ?? "") ? -1 : (a.group ?? "") > (b.group ?? "") ? 1 : 0;
}

/** Scenes with every kind of mark, and with nonsense in any of their fields; styles of every kind. */
import type { Style } from "../../src/draw/style.ts";
import type { Annotation, Scene } from "../../src/model/scene.ts";
import { randomInt } from "./random.ts";

type Random = () => number;

function pick<T>(next: Random, list: readonly T[]): T {
  return list[randomInt(next, 0, list.length - 1)]!;
}

/** What stands in data where it should not. */
const NONSENSE: readonly (() => unknown)[] = [
  () => null,
  () => undefined,
  () => NaN,
  () => Infinity,
  () => -Infinity,
  () => 1e12,
  () => -1e12,
  () => 1e-300,
  () => -0,
  () => -1,
  () => 0.5,
  () => 2 ** 31,
  () => 2 ** 20,
  () => 5,
  () => 7n,
  () => Symbol("s"),
  () => "x",
  () => "",
  () => "12",
  () => "\u0000\ud800",
  () => "length",
  () => "x".repeat(3000),
  () => true,
  () => [],
  () => [[]],
  () => [null],
  () => [NaN, 1, 2, 3, 4, 5],
  () => ({}),
  () => ({ toString: 1 }),
  () => ({ length: 8 }),
  () => ({ length: -2 }),
  () => ({ length: 1e15 }),
  () => Object.create(null) as unknown,
  () => () => 1,
  () => new Map([[Symbol("k"), Symbol("v")]]),
  () => new Map([["a", { toString: 1 }]]),
  () => new Float32Array([NaN, 3]),
  () => new Uint8Array(0),
  () => new BigInt64Array(6),
  () => new DataView(new ArrayBuffer(8)),
  () => new Date(NaN),
];

const WORDS = ["car", "person", "Ünïcöde", "собака", "犬", "a long name of a class that is broken", "", "dog"];

function coordinates(next: Random, count: number, width: number, height: number): number[] {
  return Array.from({ length: count * 2 }, (_, i) => (next() * 1.6 - 0.3) * (i % 2 ? height : width));
}

function annotation(next: Random, width: number, height: number): Annotation {
  const side = (): number => next() * width * 0.6;
  const points = (count: number): number[] => coordinates(next, count, width, height);
  const [x, y] = points(1) as [number, number];
  const pixels = Uint8Array.from({ length: width * height }, () => (next() < 0.5 ? 1 : 0));
  const parts: (() => Annotation)[] = [
    () => ({ box: { x, y, width: side(), height: side(), rotation: next() < 0.5 ? next() * 720 - 360 : 0 } }),
    () => ({ box: { x: next() - 0.3, y: next(), width: next(), height: next(), normalized: true } }),
    () => ({ segmentation: { kind: "polygon", parts: [{ outline: points(5), holes: [points(3)] }] } }),
    () => ({ segmentation: { kind: "rle", rle: { size: [height, width], counts: [1, width * height - 1] } } }),
    () => ({ segmentation: { kind: "mask", data: pixels, width, height } }),
    () => ({ segmentation: { kind: "soft", data: Float32Array.from(pixels, next), width, height, left: -2, top: 1 } }),
    () => ({
      keypoints: {
        points: Array.from({ length: 5 }, () => ({
          x: next() * width,
          y: next() * height,
          visibility: randomInt(next, 0, 2) as 0 | 1 | 2,
          score: next(),
        })),
        skeleton: { name: "s", points: ["a"], edges: [[0, 1] as const, [1, 4] as const], edgeColors: [1, 2] },
      },
    }),
    () => ({
      polyline: { points: points(4), closed: next() < 0.5, arrow: pick(next, ["none", "start", "end", "both"]) },
    }),
    () => ({ ellipse: { x, y, radiusX: side(), radiusY: side(), rotation: next() * 400 } }),
    () => ({ points: points(3) }),
    () => ({ trace: points(12), trackId: 4 }),
    () => ({ box: { x, y, width: 9, height: 9 }, icon: { data: new Uint8Array(16).fill(200), width: 2, height: 2 } }),
    () => ({ text: pick(next, WORDS), quad: points(4) as unknown as NonNullable<Annotation["quad"]> }),
    () => ({ text: pick(next, WORDS), box: { x, y, width: side(), height: side(), rotation: next() * 90 } }),
    () => ({ quad: points(4) as unknown as NonNullable<Annotation["quad"]> }),
  ];
  return {
    ...pick(next, parts)(),
    ...(next() < 0.3 && pick(next, parts)()),
    category: pick(next, WORDS),
    ...(next() < 0.5 && { categoryId: randomInt(next, -2, 90) }),
    ...(next() < 0.7 && { score: next() }),
    ...(next() < 0.3 && { group: pick(next, ["ground truth", "predictions"]) }),
    ...(next() < 0.1 && { caption: "two lines\nof words", color: 0x123456, area: 30, isCrowd: true }),
    ...(next() < 0.1 && {
      attributes: new Map<string, unknown>([["a", { toString: 1 }]]),
      scores: new Map([["b", 1]]),
    }),
  };
}

/** A scene that can be drawn. */
export function soundScene(next: Random): Scene {
  const width = next() < 0.1 ? 1 : randomInt(next, 1, 90);
  const height = next() < 0.1 ? 1 : randomInt(next, 1, 70);
  return {
    width,
    height,
    annotations: Array.from({ length: randomInt(next, 0, 4) }, () => annotation(next, width, height)),
    ...(next() < 0.2 && {
      labelMaps: [
        {
          data: (next() < 0.5 ? Uint8Array : Int32Array).from(
            Array.from({ length: width * height }, () => randomInt(next, 0, 3)),
          ),
          width,
          height,
          classes: new Map([[1, "road"]]),
          colors: new Map([[2, 0xff0000]]),
        },
      ],
    }),
    ...(next() < 0.2 && {
      heatMaps: [
        next() < 0.5
          ? { kind: "array" as const, data: Array.from({ length: 12 }, next), width: 4, height: 3 }
          : {
              kind: "points" as const,
              points: coordinates(next, 5, width, height),
              weights: [1, 2, 3, 4, 5],
              radius: 4,
            },
      ],
    }),
    ...(next() < 0.2 && {
      classifications: [
        { category: "street", score: 0.8 },
        { category: "rail", score: 0.1 },
      ],
    }),
    ...(next() < 0.2 && { caption: "A caption below." }),
  };
}

/** Put nonsense somewhere into a scene, at any depth. */
export function spoil(next: Random, scene: Scene): Scene {
  return spoilt(next, scene) as Scene;
}

function spoilt(next: Random, value: unknown): unknown {
  const keys =
    typeof value !== "object" || value === null || ArrayBuffer.isView(value) || value instanceof Map
      ? []
      : Object.keys(value);
  // the deeper, the likelier
  if (keys.length === 0 || next() < 0.08) return pick(next, NONSENSE)();
  const key = pick(next, keys);
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = spoilt(next, copy[key]);
  return copy;
}

const STYLE_PARTS: readonly ((next: Random) => Style)[] = [
  (next) => ({
    boxWidth: randomInt(next, 0, 9),
    boxFill: next(),
    boxAlign: pick(next, ["inside", "center", "outside"]),
  }),
  (next) => ({ boxLine: pick(next, ["dashed", "dotted"]), boxRadius: randomInt(next, 0, 9) }),
  () => ({ boxCorners: true }),
  (next) => ({ boxMark: pick(next, ["ellipse", "circle", "triangle", "dot"]) }),
  () => ({ caption: true, fontSize: 9 }),
  (next) => ({ classificationStyle: pick(next, ["banner", "bars", "none"]) }),
  (next) => ({ colorBy: pick(next, ["category", "instance", "track", "group"]), colorKey: "name" }),
  (next) => ({ dim: next(), dimMode: pick(next, ["dark", "light", "gray"]) }),
  () => ({ minScore: 0.3, maxCount: 2, hideCrowd: true, hideOccluded: true, minArea: 5 }),
  () => ({ categories: ["car", 3], hideGroups: ["predictions"] }),
  () => ({ heatMapBar: "bottom-right" }),
  (next) => ({ iconSize: next() * 30, iconAnchor: "top-left" }),
  (next) => ({ keypointMarker: pick(next, ["square", "diamond", "triangle", "cross", "star"]), keypointScore: 0.3 }),
  () => ({ label: "{category} {attributes.a} {scores.b:.1f} {id}", labelMaxWidth: 40 }),
  (next) => ({ declutter: pick(next, ["all", "top", "none"]), fontSize: randomInt(next, 6, 40) }),
  (next) => ({ labelMapAlpha: next(), labelMapBorder: 2 }),
  (next) => ({ legend: pick(next, ["auto", "top-left", "bottom-right"]) }),
  (next) => ({ maskHatch: pick(next, ["diagonal", "cross", "dots"]), maskOutline: next() * 5, maskMode: "blend" }),
  (next) => ({ maskHalo: next() * 9, maskAlpha: next(), maskCut: next() }),
  (next) => ({ privacyCategories: [...WORDS, 3], privacyMode: pick(next, ["blur", "pixelate", "fill"]) }),
  (next) => ({ shapeFill: next(), shapeWidth: next() * 8, shapeLine: "dashed", pointMarker: "star" }),
  (next) => ({ textPlacement: pick(next, ["inside", "beside", "under", "none"]) }),
  () => ({ blend: "truncate" }),
];

export function randomStyle(next: Random): Style {
  let style: Style = {};
  for (let i = randomInt(next, 0, 4); i > 0; i--) style = { ...style, ...pick(next, STYLE_PARTS)(next) };
  return style;
}

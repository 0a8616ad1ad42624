/** The scenes of a dataset as every writer but limn's own takes them: with places, without values that no format holds. */
import type { Annotation, Dataset, Keypoints, Scene } from "../model/scene.ts";
import type { Losses } from "./dataset-format.ts";

/** A scene and where it is in the dataset. */
export interface PlacedScene {
  readonly scene: Scene;
  readonly index: number;
  /** `scenes[3]` */
  readonly path: string;
}

/**
 * The scenes in order. Numbers that are not finite are taken out and counted, so that none is written as `null` or `NaN`;
 * empty texts and lists say nothing and are taken out.
 */
export async function* soundScenes({ scenes }: Pick<Dataset, "scenes">, losses: Losses): AsyncGenerator<PlacedScene> {
  let index = 0;
  for await (const scene of scenes) {
    const path = `scenes[${index}]`;
    yield { scene: soundScene(scene, losses, path), index, path };
    index += 1;
  }
}

function soundScene(scene: Scene, losses: Losses, path: string): Scene {
  const { imageId, caption, captions = [], split, classifications } = scene;
  const words = [...(caption === undefined || captions.includes(caption) ? [] : [caption]), ...captions].filter(
    (text) => text.trim() !== "",
  );
  return {
    ...scene,
    imageId: imageId === "" ? undefined : finite(imageId, "id of a picture", losses, `${path}.imageId`),
    split: split === "" ? undefined : split,
    caption: words[0],
    captions: words.length > 0 ? words : undefined,
    ...(classifications && {
      classifications: classifications.map((entry, i) => ({
        ...entry,
        score: finite(entry.score, "score of a class", losses, `${path}.classifications[${i}].score`),
      })),
    }),
    annotations: scene.annotations.map((annotation, i) =>
      soundAnnotation(annotation, losses, `${path}.annotations[${i}]`),
    ),
  };
}

/** Single numbers, and the words for them. */
const NUMBERS = { id: "id of an object", score: "score", area: "area", trackId: "track id" } as const;
const TEXTS = ["id", "text", "group", "category", "caption", "trackId"] as const;

function soundAnnotation(annotation: Annotation, losses: Losses, path: string): Annotation {
  const sound: { -readonly [K in keyof Annotation]: Annotation[K] } = { ...annotation };
  for (const key of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[])
    if (annotation[key] !== undefined && finite(annotation[key], NUMBERS[key], losses, `${path}.${key}`) === undefined)
      delete sound[key];
  for (const key of TEXTS) if (annotation[key] === "") delete sound[key];
  const { scores, keypoints, points, trace, segmentation, box, ellipse, polyline, quad } = annotation;
  if (scores) {
    const kept = [...scores].filter(([, value]) => Number.isFinite(value));
    if (kept.length < scores.size) losses.add("named score that is no number", `${path}.scores`);
    sound.scores = kept.length > 0 ? new Map(kept) : undefined;
  }
  if (keypoints) sound.keypoints = soundKeypoints(keypoints, losses, path);
  if (points?.length === 0) delete sound.points;
  if (trace?.length === 0) delete sound.trace;
  const lists = {
    points,
    trace,
    quad,
    polyline: polyline?.points,
    box: box && sides(box),
    ellipse: ellipse && sides(ellipse),
  };
  for (const [key, list] of Object.entries(lists))
    if (list && !allFinite(list)) {
      losses.add(`${WORDS[key as keyof typeof lists]} with a number that is not finite`, `${path}.${key}`);
      delete sound[key as keyof typeof lists];
    }
  if (
    segmentation?.kind === "polygon" &&
    !segmentation.parts.every(({ outline, holes = [] }) => allFinite(outline) && holes.every(allFinite))
  ) {
    losses.add("mask with a number that is not finite", `${path}.segmentation`);
    delete sound.segmentation;
  }
  return sound;
}

const WORDS = {
  points: "points",
  trace: "trace",
  quad: "four corners",
  polyline: "polyline",
  box: "box",
  ellipse: "ellipse",
} as const;

function sides(value: object): number[] {
  return Object.values(value).filter((side): side is number => typeof side === "number");
}

function soundKeypoints({ points, skeleton }: Keypoints, losses: Losses, path: string): Keypoints | undefined {
  if (points.length === 0) {
    if (skeleton) losses.add("keypoints without points", `${path}.keypoints`);
    return undefined;
  }
  const odd = points.some(
    ({ x, y, visibility = 2, score = 0 }) => ![0, 1, 2].includes(visibility) || !allFinite([x, y, score]),
  );
  if (!odd) return { points, skeleton };
  losses.add("keypoints with a value that is none", `${path}.keypoints`);
  return {
    points: points.map(({ x, y, visibility = 2, score }) => {
      if (!allFinite([x, y])) return { x: 0, y: 0, visibility: 0 };
      return {
        x,
        y,
        visibility: [0, 1, 2].includes(visibility) ? visibility : 2,
        ...(score !== undefined && Number.isFinite(score) && { score }),
      };
    }),
    skeleton,
  };
}

function finite<T extends number | string | undefined>(
  value: T,
  what: string,
  losses: Losses,
  path: string,
): T | undefined {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  losses.add(`${what} that is no number`, path);
  return undefined;
}

function allFinite(list: ArrayLike<number>): boolean {
  for (let i = 0; i < list.length; i++) if (!Number.isFinite(list[i])) return false;
  return true;
}

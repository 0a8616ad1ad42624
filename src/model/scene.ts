/**
 * The hub of the data: every source of annotations becomes a {@link Scene}, and one renderer draws every Scene.
 * Plain values; coordinates are absolute pixels of the picture as it is seen (after orientation), x to the right, y down,
 * integer coordinates on the corners of pixels.
 */
import type { ImageError } from "../errors.ts";

import type { Segmentation } from "../core/masks.ts";

export type {
  DenseSegmentation,
  PolygonPart,
  PolygonSegmentation,
  Rle,
  RleSegmentation,
  Segmentation,
} from "../core/masks.ts";

/** An upright or rotated rectangle in pixels; fractions allowed, it may reach out of the picture. */
export interface Box {
  /** Left edge (before rotation). */
  readonly x: number;
  /** Top edge (before rotation). */
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Degrees, clockwise, about the centre. Default 0. */
  readonly rotation?: number | undefined;
}

/** One point of a pose. */
export interface Keypoint {
  readonly x: number;
  readonly y: number;
  /** 0 not labelled (not drawn), 1 labelled but hidden, 2 visible. */
  readonly visibility: 0 | 1 | 2;
  /** Confidence 0..1 where a model gave one. */
  readonly score?: number | undefined;
}

/** How the points of a pose are named and joined. */
export interface Skeleton {
  readonly name: string;
  /** Names of the points, in order. */
  readonly points: readonly string[];
  /** Pairs of 0-based indices. */
  readonly edges: readonly (readonly [from: number, to: number])[];
}

export interface Keypoints {
  readonly points: readonly Keypoint[];
  readonly skeleton?: Skeleton | undefined;
}

/** Four corners, clockwise from the top-left of the text: `[x0, y0, … x3, y3]`. */
export type Quad = readonly [number, number, number, number, number, number, number, number];

/** One object of a picture; any of its parts may be missing. */
export interface Annotation {
  readonly id?: number | string | undefined;
  readonly box?: Box | undefined;
  readonly segmentation?: Segmentation | undefined;
  readonly keypoints?: Keypoints | undefined;
  readonly text?: string | undefined;
  readonly quad?: Quad | undefined;
  /** Which set the object belongs to: `ground truth`, `predictions` … */
  readonly group?: string | undefined;
  readonly categoryId?: number | string | undefined;
  /** Name of the category. */
  readonly category?: string | undefined;
  /** Confidence 0..1. */
  readonly score?: number | undefined;
  /** Further named scores, in order. */
  readonly scores?: ReadonlyMap<string, number> | undefined;
  /** Words to draw in place of category and score. */
  readonly caption?: string | undefined;
  readonly trackId?: number | string | undefined;
  /** True for a region that holds many objects (COCO's `iscrowd`). */
  readonly isCrowd?: boolean | undefined;
  /** Size of the object in pixels, where the source says it. */
  readonly area?: number | undefined;
  readonly attributes?: ReadonlyMap<string, unknown> | undefined;
}

/** One class id for each pixel, row-major; 0 is background unless `classes` names it. */
export interface LabelMap {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly group?: string | undefined;
  /** Class id to name. */
  readonly classes?: ReadonlyMap<number, string> | undefined;
}

/** A label for the whole picture. */
export interface Classification {
  readonly category: string;
  readonly categoryId?: number | string | undefined;
  readonly score?: number | undefined;
}

/** Everything to draw on one picture. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** File of the picture, relative to the image folder, as the source wrote it. */
  readonly fileName?: string | undefined;
  readonly imageId?: number | string | undefined;
  readonly annotations: readonly Annotation[];
  readonly labelMaps?: readonly LabelMap[] | undefined;
  readonly classifications?: readonly Classification[] | undefined;
  /** One line under the picture. */
  readonly caption?: string | undefined;
  /** Every sentence that the source has about the picture; the first is {@link caption}. */
  readonly captions?: readonly string[] | undefined;
  /**
   * Set where the source is so broken for this picture that drawing it would mislead: whoever draws the scene fails with
   * this error instead. `width` and `height` may be 0 then.
   */
  readonly error?: ImageError | undefined;
}

/** A category of a dataset. */
export interface Category {
  readonly id: number | string;
  readonly name: string;
  readonly supercategory?: string | undefined;
  readonly skeleton?: Skeleton | undefined;
  /** 0xRRGGBB where the source gives one. */
  readonly color?: number | undefined;
  /** COCO panoptic: countable object (true) or stuff (false). */
  readonly isThing?: boolean | undefined;
}

/** What a dataset file holds: the scenes come one by one, so that a large file need not be in memory. */
export interface Dataset {
  readonly categories: readonly Category[];
  readonly scenes: Iterable<Scene> | AsyncIterable<Scene>;
  /** Number of scenes where it is known. */
  readonly size?: number | undefined;
  /** What was wrong but could be passed over, each with its place; it may grow while the scenes are read. */
  readonly problems?: readonly DatasetProblem[] | undefined;
}

/** A dataset that is in memory as a whole: its scenes can be read any number of times. */
export interface LoadedDataset extends Dataset {
  readonly scenes: Iterable<Scene>;
  readonly size: number;
  readonly problems: readonly DatasetProblem[];
}

/** Something in a dataset that was passed over. */
export interface DatasetProblem {
  /** Where: `annotations[17].segmentation`. */
  readonly path: string;
  readonly message: string;
}

/**
 * The hub of the data: every source of annotations becomes a {@link Scene}, and one renderer draws every Scene.
 * Plain values; coordinates are absolute pixels of the picture as it is seen (after orientation), x to the right, y down,
 * integer coordinates on the corners of pixels.
 */
import type { ImageError } from "../errors.ts";

import type { Segmentation, SoftSegmentation } from "../core/segmentation.ts";

export type {
  DenseSegmentation,
  PolygonPart,
  PolygonSegmentation,
  Rle,
  RleSegmentation,
  Segmentation,
  SoftSegmentation,
} from "../core/segmentation.ts";

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
  /** True: `x` and `width` are fractions of the picture's width, `y` and `height` of its height. Default false. */
  readonly normalized?: boolean | undefined;
}

/** An ellipse, or a circle; fractions allowed, it may reach out of the picture. */
export interface Ellipse {
  /** Centre. */
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
  /** Degrees, clockwise, about the centre. Default 0. */
  readonly rotation?: number | undefined;
}

/** A line of one or more pieces. */
export interface Polyline {
  /** `[x0, y0, x1, y1, …]`, two points or more. */
  readonly points: ArrayLike<number>;
  /** True: the last point is joined to the first. Default false. */
  readonly closed?: boolean | undefined;
  /** Ends that carry an arrow head. Default `none`. */
  readonly arrow?: "none" | "start" | "end" | "both" | undefined;
}

/** A small picture that is set on another one: straight-alpha RGBA, row-major, `width * height * 4` bytes. */
export interface Icon {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** One point of a pose. */
export interface Keypoint {
  readonly x: number;
  readonly y: number;
  /** 0 not labelled (not drawn), 1 labelled but hidden, 2 visible. Default 2. */
  readonly visibility?: 0 | 1 | 2 | undefined;
  /** Confidence 0..1 where a model gave one; points below the style's `keypointScore` are not drawn. */
  readonly score?: number | undefined;
}

/** How the points of a pose are named and joined. */
export interface Skeleton {
  readonly name: string;
  /** Names of the points, in order. */
  readonly points: readonly string[];
  /** Pairs of 0-based indices. */
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** 0xRRGGBB of each edge and each point, where the skeleton has colours of its own. */
  readonly edgeColors?: readonly number[] | undefined;
  readonly pointColors?: readonly number[] | undefined;
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
  readonly segmentation?: Segmentation | SoftSegmentation | undefined;
  readonly keypoints?: Keypoints | undefined;
  readonly polyline?: Polyline | undefined;
  readonly ellipse?: Ellipse | undefined;
  /** Single points `[x0, y0, x1, y1, …]`. */
  readonly points?: ArrayLike<number> | undefined;
  /** Where a tracked object was before, oldest first: `[x0, y0, x1, y1, …]`. */
  readonly trace?: ArrayLike<number> | undefined;
  /** A picture that marks the object. */
  readonly icon?: Icon | undefined;
  /** Words that can be read in the picture; they stand in `quad`, or in the box. */
  readonly text?: string | undefined;
  /** Corners of a text, or of an object whose box has four free corners. */
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
  /** 0xRRGGBB of the object or its category; where colours are by category it wins over the palette, not over the style's `colors`. */
  readonly color?: number | undefined;
  /** True for an object that is partly hidden. */
  readonly isOccluded?: boolean | undefined;
  /** Words to draw in place of category and score. */
  readonly caption?: string | undefined;
  readonly trackId?: number | string | undefined;
  /** True for a region that holds many objects (COCO's `iscrowd`). */
  readonly isCrowd?: boolean | undefined;
  /** Size of the object in pixels, where the source says it. */
  readonly area?: number | undefined;
  readonly attributes?: ReadonlyMap<string, unknown> | undefined;
}

/**
 * One class id for each pixel, row-major; 0 is background unless `classes` names it. Ids may be any 32-bit integers, but no
 * more than 256 different ones.
 */
export interface LabelMap {
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array;
  readonly width: number;
  readonly height: number;
  readonly group?: string | undefined;
  /** Class id to name. */
  readonly classes?: ReadonlyMap<number, string> | undefined;
  /** Class id to 0xRRGGBB, where the source has colours of its own. */
  readonly colors?: ReadonlyMap<number, number> | undefined;
}

/**
 * A value for places of the picture, drawn as colours: an array of any size, stretched over the picture, or weighted
 * points that are smoothed.
 */
export type HeatMap =
  | {
      readonly kind: "array";
      /** Row-major; values that are not finite are left clear. */
      readonly data: ArrayLike<number>;
      readonly width: number;
      readonly height: number;
      /** Values of the first and the last colour. Default: the smallest and the largest. */
      readonly range?: readonly [low: number, high: number] | undefined;
    }
  | {
      readonly kind: "points";
      /** `[x0, y0, x1, y1, …]`. */
      readonly points: ArrayLike<number>;
      /** One for each point. Default 1. */
      readonly weights?: ArrayLike<number> | undefined;
      /** Pixels over which a point spreads. Default: about a fortieth of the picture. */
      readonly radius?: number | undefined;
    };

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
  /**
   * File of the picture, relative to the folder of the pictures: its place there where the reader was given that folder and
   * found it, else as the source wrote it.
   */
  readonly fileName?: string | undefined;
  readonly imageId?: number | string | undefined;
  readonly annotations: readonly Annotation[];
  readonly labelMaps?: readonly LabelMap[] | undefined;
  readonly heatMaps?: readonly HeatMap[] | undefined;
  /** Best first. */
  readonly classifications?: readonly Classification[] | undefined;
  /** One line under the picture. */
  readonly caption?: string | undefined;
  /** Every sentence that the source has about the picture; the first is {@link caption}. */
  readonly captions?: readonly string[] | undefined;
  /** Part of a dataset that the picture belongs to: `train`, `val` … */
  readonly split?: string | undefined;
  /** What the source knows about the picture as a whole. */
  readonly attributes?: ReadonlyMap<string, unknown> | undefined;
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
  /** What else the source says about the category. */
  readonly attributes?: ReadonlyMap<string, unknown> | undefined;
}

/** What a dataset file holds: the scenes come one by one, so that a large file need not be in memory. */
export interface Dataset {
  readonly categories: readonly Category[];
  readonly scenes: Iterable<Scene> | AsyncIterable<Scene>;
  /** Names of the parts that scenes belong to, in order. */
  readonly splits?: readonly string[] | undefined;
  /** Number of scenes where it is known. */
  readonly size?: number | undefined;
  /** What the source says about the dataset as a whole: `info`, `licenses` … */
  readonly attributes?: ReadonlyMap<string, unknown> | undefined;
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

/** What there is to choose from in some pictures: classes, groups, scores, kinds of marks. */
import { drawnClasses } from "../draw/label-maps.ts";
import { isLabelMapShown } from "../draw/filter-style.ts";
import { linePatternsOf } from "../draw/groups.ts";
import type { LinePattern } from "../draw/dashes.ts";
import { selectMarks } from "../draw/marks.ts";
import { type MarkKind, resolveStyle, type Style } from "../draw/style.ts";
import { ImageError } from "../errors.ts";
import type { Annotation, Scene } from "../model/scene.ts";

/** A class of objects, of label maps, or of both. */
export interface ClassEntry {
  /** What the style knows it by; undefined for objects without a class. */
  readonly key: string | undefined;
  /** 0xRRGGBB; undefined where its objects have several colours. */
  color: number | undefined;
  /** Objects in all pictures. */
  total: number;
  /** Pixels in all pictures, of label maps. */
  pixels: number;
}

/** A group of objects, or of label maps. */
export interface GroupEntry {
  /** Undefined for objects without a group. */
  readonly key: string | undefined;
  readonly of: "objects" | "labelMaps";
  total: number;
  /** How its lines are drawn where the style says nothing. */
  readonly line: LinePattern;
}

/** A score and the values that it has. */
export interface ScoreEntry {
  readonly name: string;
  low: number;
  high: number;
}

/** What one picture has of each class: objects, and the part of its pixels that label maps give the class, 0..1. */
export type Counts = ReadonlyMap<string | undefined, { readonly objects: number; readonly part: number }>;

/** All that some pictures hold, as far as their style draws it. */
export interface Contents {
  /** The most frequent first. */
  readonly classes: readonly ClassEntry[];
  readonly groups: readonly GroupEntry[];
  readonly scores: readonly ScoreEntry[];
  readonly marks: ReadonlySet<MarkKind>;
  /** True where pictures or objects have captions. */
  readonly captions: boolean;
  /** By the index of the picture. */
  readonly counts: readonly Counts[];
}

const MARKS: readonly (readonly [part: keyof Annotation, kind: MarkKind])[] = [
  ["box", "boxes"],
  ["segmentation", "masks"],
  ["keypoints", "keypoints"],
  ["polyline", "shapes"],
  ["ellipse", "shapes"],
  ["points", "shapes"],
  ["trace", "traces"],
  ["icon", "icons"],
  ["text", "texts"],
];

/** Look through the scenes of some pictures; one that cannot be drawn counts as empty, and says so when it is looked at. */
export function contentsOf(scenes: readonly Scene[], style: Style): Contents {
  const found = new Collector(style);
  const counts = scenes.map((scene) => found.add(scene));
  return found.contents(counts);
}

class Collector {
  readonly #style: Style;
  readonly #classes = new Map<string | undefined, ClassEntry>();
  readonly #groups = new Map<string, GroupEntry>();
  readonly #scores = new Map<string, ScoreEntry>();
  readonly #marks = new Set<MarkKind>();
  #captions = false;

  constructor(style: Style) {
    this.#style = style;
  }

  /** @returns what the scene has of each class */
  add(scene: Scene): Counts {
    const counts = new Map<string | undefined, { objects: number; part: number }>();
    const countOf = (key: string | undefined): { objects: number; part: number } => {
      let count = counts.get(key);
      if (!count) counts.set(key, (count = { objects: 0, part: 0 }));
      return count;
    };
    try {
      const { width, height, labelMaps = [] } = scene;
      const style = resolveStyle(this.#style, width, height);
      const lines = linePatternsOf(scene.annotations);
      for (const { annotation, color } of selectMarks(scene, style)) {
        const key = keyOf(annotation.category ?? annotation.categoryId);
        this.#class(key, color).total++;
        countOf(key).objects++;
        this.#group(annotation.group, "objects", lines.get(annotation.group) ?? "solid").total++;
        for (const [name, value] of annotation.scores ?? []) this.#score(name, value);
        if (annotation.score !== undefined && !annotation.scores?.has("score")) this.#score("score", annotation.score);
        for (const [part, kind] of MARKS) if (annotation[part] !== undefined) this.#marks.add(kind);
        if (annotation.caption !== undefined) this.#captions = true;
      }
      for (const map of labelMaps) {
        if (!isLabelMapShown(map, style)) continue;
        this.#marks.add("labelMaps");
        this.#group(map.group, "labelMaps", "solid").total++;
        for (const [id, color, pixels] of drawnClasses(map, style)) {
          const key = map.classes?.get(id) ?? String(id);
          this.#class(key, color).pixels += pixels;
          countOf(key).part += pixels / (width * height);
        }
      }
      if (scene.heatMaps?.length) this.#marks.add("heatMaps");
      if (scene.classifications?.length) this.#marks.add("classifications");
      if (scene.caption !== undefined) this.#captions = true;
    } catch (error) {
      if (!(error instanceof ImageError) && !(error instanceof TypeError)) throw error;
    }
    return counts;
  }

  contents(counts: readonly Counts[]): Contents {
    // `class 2` before `class 10`
    const names = new Intl.Collator("en", { numeric: true });
    return {
      classes: [...this.#classes.values()].sort(
        (a, b) => b.total - a.total || b.pixels - a.pixels || names.compare(a.key ?? "", b.key ?? ""),
      ),
      groups: [...this.#groups.values()],
      scores: [...this.#scores.values()],
      marks: this.#marks,
      captions: this.#captions,
      counts,
    };
  }

  #class(key: string | undefined, color: number): ClassEntry {
    let entry = this.#classes.get(key);
    if (!entry) this.#classes.set(key, (entry = { key, color, total: 0, pixels: 0 }));
    else if (entry.color !== color) entry.color = undefined;
    return entry;
  }

  #group(key: string | undefined, of: GroupEntry["of"], line: LinePattern): GroupEntry {
    const id = `${of} ${key === undefined ? "" : `:${key}`}`;
    let entry = this.#groups.get(id);
    if (!entry) this.#groups.set(id, (entry = { key, of, total: 0, line }));
    return entry;
  }

  #score(name: string, value: number): void {
    if (!Number.isFinite(value)) return;
    const entry = this.#scores.get(name);
    if (!entry) this.#scores.set(name, { name, low: value, high: value });
    else {
      entry.low = Math.min(entry.low, value);
      entry.high = Math.max(entry.high, value);
    }
  }
}

function keyOf(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

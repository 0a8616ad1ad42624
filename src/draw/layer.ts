/** What every kind of mark is to the renderer. */
import type { Frame } from "../core/frame.ts";
import type { Scene } from "../model/scene.ts";
import { linePatternsOf } from "./groups.ts";
import type { LinePattern } from "./dashes.ts";
import type { Bounds, Mark } from "./marks.ts";
import type { ResolvedStyle } from "./style.ts";

/** The marks of one kind, put in place: checked, coloured, and ready to be drawn on any frame of the scene's size. */
export interface Layer {
  /** Cannot fail: whatever may be wrong was found when the layer was planned. */
  draw(frame: Frame): void;
  /** Give back what it holds in wasm memory. */
  free?(): void;
}

/** Which kind of mark says best where an object is; a label stands at the best one. */
export const COVER_RANKS = { trace: 1, pose: 2, shape: 3, mask: 4, quad: 5, box: 6 } as const;

/** What the kinds of marks know of a scene while they put themselves in place, one after the other. */
export class Plan {
  readonly width: number;
  readonly height: number;
  /** Square root of the picture's area, which sizes follow. */
  readonly side: number;
  /** Values of the first and the last colour of the first heat map, which a bar may show. */
  heatRange: readonly [low: number, high: number] | undefined = undefined;
  /** Line pattern of each group, where there are several. */
  readonly linePatterns: ReadonlyMap<string | undefined, LinePattern>;
  /** Where something stands that labels must not cover: a legend, a banner. */
  readonly reserved: Bounds[];
  readonly #spoken: Set<Mark> = new Set();
  readonly #covered: Map<Mark, { readonly rank: number; readonly bounds: Bounds }> = new Map();

  /**
   * @param marks - the objects that the style draws
   * @param whole - what this is a part of, with fewer marks
   */
  constructor(
    readonly scene: Scene,
    readonly style: ResolvedStyle,
    readonly marks: readonly Mark[],
    whole?: Plan,
  ) {
    this.width = scene.width;
    this.height = scene.height;
    this.side = Math.sqrt(scene.width * scene.height);
    this.linePatterns = whole?.linePatterns ?? linePatternsOf(scene.annotations);
    this.reserved = whole?.reserved ?? [];
  }

  /** Say which rectangle a mark covers. */
  cover(mark: Mark, kind: keyof typeof COVER_RANKS, bounds: Bounds): void {
    const rank = COVER_RANKS[kind];
    if (rank > (this.#covered.get(mark)?.rank ?? 0)) this.#covered.set(mark, { rank, bounds });
  }

  /** Say that a mark's words are drawn with the mark: it has no label beside. */
  speak(mark: Mark): void {
    this.#spoken.add(mark);
  }

  hasSpoken(mark: Mark): boolean {
    return this.#spoken.has(mark);
  }

  /** The rectangle that a mark covers, by what says it best; undefined when nothing of it is seen. */
  coverOf(mark: Mark): Bounds | undefined {
    return this.#covered.get(mark)?.bounds;
  }
}

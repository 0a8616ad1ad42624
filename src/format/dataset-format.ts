/** What every dataset format is to the rest of the project: a name, a test of content, a reader and a writer. */
import type { Dataset, DatasetProblem } from "../model/scene.ts";
import type { FileSink, FileTree } from "./file-tree.ts";

/** How a tree is read; each format uses what it knows. */
export interface ReadTreeOptions {
  /**
   * Where the pictures are, for formats whose annotations have no sizes; default: the dataset's own tree. `openDataset` names
   * each scene by its picture's place here, in every format.
   */
  readonly images?: FileTree | undefined;
  /** Stop at what is wrong instead of listing it in `problems`. Default false. */
  readonly strict?: boolean | undefined;
}

/** How a dataset is written. */
export interface WriteTreeOptions {
  /** Name of the split that scenes without one belong to. Default `train`. */
  readonly split?: string | undefined;
  /** The pictures, for formats that are made of them (a folder for each label). */
  readonly images?: FileTree | undefined;
}

/** One dataset format. */
export interface DatasetFormat {
  /** As in `limn convert --to`: `coco`, `yolo`, `voc` … */
  readonly name: string;
  /** Words for help texts: `YOLO boxes, segments, oriented boxes and poses with data.yaml`. */
  readonly title: string;
  /**
   * How sure it is, 0..1, that a tree holds this format; looks at names and the beginnings of a few files only. More
   * specific formats say more than general ones.
   */
  detect(tree: FileTree): Promise<number>;
  /** @throws {ImageError} when nothing of it can be used; what is wrong in part is listed in `problems` */
  read(tree: FileTree, options?: ReadTreeOptions): Promise<Dataset>;
  /** Undefined for formats that are only read. @returns what the format cannot hold, each once per kind with a count */
  readonly write?: (dataset: Dataset, sink: FileSink, options?: WriteTreeOptions) => Promise<readonly Loss[]>;
}

/** Something that a format could not hold. */
export interface Loss {
  /** What was lost: `score`, `mask with holes`, `keypoints` … */
  readonly what: string;
  /** How many objects or pictures it concerns. */
  readonly count: number;
  /** The first of them, as a path: `scenes[3].annotations[1].score`. */
  readonly first: string;
}

/** Counts what is lost while a dataset is written. */
export class Losses {
  readonly #byWhat: Map<string, { what: string; count: number; first: string }> = new Map();

  add(what: string, path: string): void {
    const known = this.#byWhat.get(what);
    if (known) known.count++;
    else this.#byWhat.set(what, { what, count: 1, first: path });
  }

  get list(): readonly Loss[] {
    return [...this.#byWhat.values()];
  }
}

export type { DatasetProblem };

/** The tasks as the service offers them: their names in addresses, and what each takes, as JSON Schema. */
import { fieldOf } from "../format/instill.ts";
import { slugOf, type TaskName, taskNamed, taskNames } from "../task/names.ts";

/** A JSON Schema (draft 2020-12). */
export type Schema = Readonly<Record<string, unknown>>;

/** A task as it is offered. */
export interface OfferedTask {
  readonly name: TaskName;
  /** Its name in addresses: `detection`. */
  readonly slug: string;
  readonly summary: string;
  readonly description: string;
  /** What it takes beside its picture, or pictures. */
  readonly fields: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
  /** An input without its picture. */
  readonly example: Readonly<Record<string, unknown>>;
}

const number: Schema = { type: "number" };
const text: Schema = { type: "string" };
const whole = (description: string): Schema => ({ type: "integer", minimum: 0, description });
const score: Schema = { type: "number", description: "How sure the model is, 0 to 1." };
const category: Schema = { type: "string", description: "Name of the class." };
const cocoRuns: Schema = {
  type: "object",
  properties: { size: { type: "array" }, counts: {} },
  required: ["size", "counts"],
};
const runs = (order: string): Schema => ({
  description: `Run lengths, background first, ${order}; they may stop early. Or a mask as COCO has it.`,
  anyOf: [{ type: "string" }, { type: "array", items: { type: "integer", minimum: 0 } }, cocoRuns],
});
/** What may stand in place of `rle`. */
const segmentation: Schema = {
  description: "In place of rle: COCO's segmentation, polygons in pixels of the picture, or run lengths.",
  anyOf: [{ type: "array" }, cocoRuns],
};
const mask: Schema = {
  type: "array",
  items: { type: "array", items: { type: "number" } },
  description: "In place of rle: rows of 0 and 1, as large as the box or the picture.",
};

/** A field of an object in the spellings that are taken, of which one is needed. */
function object(fields: Readonly<Record<string, Schema>>, required: readonly string[], title: string): Schema {
  const own: Record<string, Schema> = {};
  const needs: Schema[] = [];
  for (const [name, schema] of Object.entries(fields)) {
    const spellings = spellingsOf(name);
    for (const spelling of spellings) own[spelling] = schema;
    if (required.includes(name) && spellings.length > 1)
      needs.push({ anyOf: spellings.map((spelling) => ({ required: [spelling] })) });
  }
  return {
    title,
    type: "object",
    properties: own,
    required: required.filter((name) => spellingsOf(name).length === 1),
    ...(needs.length === 1 ? needs[0] : {}),
  };
}

/** The spellings that the readers take: those of {@link fieldOf}. */
export function spellingsOf(name: string): readonly string[] {
  const all = [name, name.replaceAll("-", "_"), name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
  return [...new Set(all)].filter((spelling) => fieldOf({ [spelling]: true }, name) === true);
}

const box: Schema = {
  title: "BoundingBox",
  type: "object",
  description: "Pixels from the top left corner of the picture.",
  properties: { left: number, top: number, width: number, height: number },
  required: ["left", "top", "width", "height"],
};
const keypoint: Schema = {
  title: "Keypoint",
  type: "object",
  properties: { x: number, y: number, v: { type: "number", description: "How sure the model is that it is visible." } },
  required: ["x", "y"],
};
const list = (items: Schema, description: string): Schema => ({ type: "array", items, description });
const showScore: Schema = { type: "boolean", description: "Write the score behind the name. Default false." };

const DOG = { category: "dog", score: 0.97, "bounding-box": { left: 6, top: 8, width: 18, height: 14 } };

/** What the tasks take, by name. */
const OFFERS: Readonly<Record<TaskName, Omit<OfferedTask, "name" | "slug">>> = {
  TASK_DRAW_CLASSIFICATION: {
    summary: "Write the class of a picture",
    description: "A banner with the name of the class that the picture shows.",
    fields: { category, score, "show-score": showScore },
    required: ["category"],
    example: { category: "tabby", score: 0.91, "show-score": true },
  },
  TASK_DRAW_DETECTION: {
    summary: "Draw boxes",
    description: "A box with its name for each object; objects of one class have one colour.",
    fields: {
      objects: list(
        object({ category, score, "bounding-box": box }, ["bounding-box"], "DetectedObject"),
        "In any order.",
      ),
      "show-score": showScore,
    },
    required: ["objects"],
    example: { objects: [DOG], "show-score": true },
  },
  TASK_DRAW_KEYPOINT: {
    summary: "Draw poses",
    description: "The 17 points of COCO's people with limbs between them; other numbers of points are drawn as points.",
    fields: {
      objects: list(
        object({ keypoints: list(keypoint, "In COCO's order."), score, "bounding-box": box }, ["keypoints"], "Pose"),
        "People.",
      ),
      "show-score": showScore,
    },
    required: ["objects"],
    example: {
      objects: [
        {
          score: 0.94,
          "bounding-box": { left: 4, top: 4, width: 20, height: 24 },
          keypoints: [
            { x: 14, y: 8, v: 0.99 },
            { x: 16, y: 6, v: 0.9 },
            { x: 12, y: 6, v: 0.4 },
          ],
        },
      ],
    },
  },
  TASK_DRAW_OCR: {
    summary: "Draw texts that were read",
    description: "Each text in its box.",
    fields: {
      objects: list(object({ text, score, "bounding-box": box }, ["text", "bounding-box"], "Word"), "Words or lines."),
      "show-score": showScore,
    },
    required: ["objects"],
    example: { objects: [{ text: "EXIT", score: 0.9, "bounding-box": { left: 4, top: 6, width: 24, height: 10 } }] },
  },
  TASK_DRAW_INSTANCE_SEGMENTATION: {
    summary: "Draw masks of objects",
    description: "A mask with its name for each object.",
    fields: {
      objects: list(
        object(
          { rle: runs("down the columns of the box"), segmentation, mask, category, score, "bounding-box": box },
          [], // a mask in one of three forms; runs that fill a box need one
          "Instance",
        ),
        "Objects.",
      ),
      "show-score": showScore,
    },
    required: ["objects"],
    example: {
      objects: [
        {
          category: "plus",
          score: 0.8,
          "bounding-box": { left: 10, top: 10, width: 3, height: 3 },
          rle: "1,1,1,3,1,1,1",
        },
      ],
    },
  },
  TASK_DRAW_SEMANTIC_SEGMENTATION: {
    summary: "Draw regions",
    description: "The whole picture in regions, with a legend of their classes.",
    fields: {
      stuffs: list(
        object({ rle: runs("down the columns of the picture"), segmentation, mask, category }, [], "Stuff"),
        "Regions.",
      ),
    },
    required: ["stuffs"],
    example: { stuffs: [{ category: "the left half of 32 x 32", rle: "0,512" }] },
  },
  TASK_CONCAT: {
    summary: "Put pictures in a grid",
    description: "Cells are as large as the first picture.",
    fields: {
      "grid-width": whole("Columns. Default: as many as make a square."),
      "grid-height": whole("Rows, where there is no grid-width."),
      padding: whole("Pixels between cells. Default 0."),
    },
    required: [],
    example: { "grid-width": 2, padding: 4 },
  },
  TASK_CROP: {
    summary: "Cut a part out",
    description: "What offsets from the four sides leave; a circle or round corners make the rest clear.",
    fields: {
      "top-offset": whole("Pixels."),
      "right-offset": whole("Pixels."),
      "bottom-offset": whole("Pixels."),
      "left-offset": whole("Pixels."),
      "corner-radius": whole("Pixels."),
      "circle-radius": whole("Pixels; it comes before corner-radius."),
    },
    required: [],
    example: { "top-offset": 4, "left-offset": 4, "corner-radius": 6 },
  },
  TASK_RESIZE: {
    summary: "Change the size",
    description: "By a ratio, else to a width, a height or both; one side alone keeps the shape.",
    fields: {
      ratio: { type: "number", minimum: 0, maximum: 100, description: "2 is twice as wide and high." },
      width: whole("Pixels."),
      height: whole("Pixels."),
    },
    required: [],
    example: { width: 16 },
  },
};

/** Every task. */
export const OFFERED: readonly OfferedTask[] = taskNames.map((name) => ({
  name,
  slug: slugOf(name),
  ...OFFERS[name],
}));

/** The task of a name: `TASK_DRAW_DETECTION`, `draw-detection`, `detection`. */
export function offeredTask(name: string): OfferedTask | undefined {
  const known = taskNamed(name);
  return OFFERED.find((task) => task.name === known);
}

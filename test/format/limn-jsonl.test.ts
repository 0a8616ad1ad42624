import fc from "../support/property.ts";
import { describe, expect, test } from "vitest";
import { ImageError } from "../../src/errors.ts";
import { limnJsonl, limnJsonlSchema, MemoryFiles } from "../../src/format/index.ts";
import type { Dataset, Scene } from "../../src/model/scene.ts";
import { violations } from "../support/json-schema.ts";
import { KITE, scenesOf } from "../support/random-datasets.ts";

const NAME = "dataset.limn.jsonl";
const schema = limnJsonlSchema();

const anyNumber = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(NaN, Infinity, -Infinity, -0));
const typed = fc.oneof(
  fc.array(anyNumber, { maxLength: 6 }),
  fc.float32Array({ maxLength: 4 }),
  fc.float64Array({ maxLength: 4 }),
  fc.int16Array({ maxLength: 4 }),
  fc.uint8ClampedArray({ maxLength: 4 }),
  fc.uint32Array({ maxLength: 4 }),
);
const bytes = fc.uint8Array({ maxLength: 9 });
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("__proto__", "NaN", "#1", "\ud800", "\u2028"),
);
const id = fc.oneof(text, anyNumber);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.jsonValue({ maxDepth: 2 }),
    anyNumber,
    text,
    fc.constant(undefined),
    fc.float32Array({ maxLength: 3 }),
    fc.array(fc.tuple(tie("any"), tie("any")), { maxLength: 2 }).map((pairs) => new Map(pairs)),
    fc.dictionary(fc.constantFrom("$map", "$number", "a", "__proto__", "$"), tie("any"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).any;
const attributes = fc.array(fc.tuple(text, value), { maxLength: 3 }).map((pairs) => new Map(pairs));
const color = fc.integer({ min: 0, max: 0xffffff });
const size = { width: fc.integer({ min: 0, max: 99 }), height: fc.integer({ min: 0, max: 99 }) };
const some = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }, required: (keyof T)[]): fc.Arbitrary<unknown> =>
  fc.record(fields, { requiredKeys: required as never, noNullPrototype: true });
const plain = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  fc.record(fields, { noNullPrototype: true });
const box = some(
  { x: anyNumber, y: anyNumber, width: anyNumber, height: anyNumber, rotation: anyNumber, normalized: fc.boolean() },
  ["x", "y", "width", "height"],
);
const segmentation = fc.oneof(
  some(
    {
      kind: fc.constant("rle"),
      rle: plain({ size: fc.tuple(size.width, size.height), counts: fc.oneof(text, typed) }),
      left: anyNumber,
      order: fc.constantFrom("row", "column"),
    },
    ["kind", "rle"],
  ),
  plain({
    kind: fc.constant("polygon"),
    parts: fc.array(some({ outline: typed, holes: fc.array(typed, { maxLength: 2 }) }, ["outline"]), { maxLength: 2 }),
  }),
  some({ kind: fc.constantFrom("mask", "soft"), data: typed, ...size, left: anyNumber, top: anyNumber }, [
    "kind",
    "data",
    "width",
    "height",
  ]),
);
const keypoint = some({ x: anyNumber, y: anyNumber, visibility: fc.constantFrom(0, 1, 2), score: anyNumber }, [
  "x",
  "y",
]);
const skeleton = fc.constantFrom(
  KITE,
  { ...KITE, points: [...KITE.points] },
  { ...KITE, name: "other", edgeColors: [1, 2, 3], pointColors: [4] },
);
const annotation = some(
  {
    id,
    box,
    segmentation,
    keypoints: some({ points: fc.array(keypoint, { maxLength: 3 }), skeleton }, ["points"]),
    polyline: some({ points: typed, closed: fc.boolean(), arrow: fc.constantFrom("none", "start", "end", "both") }, [
      "points",
    ]),
    ellipse: some({ x: anyNumber, y: anyNumber, radiusX: anyNumber, radiusY: anyNumber, rotation: anyNumber }, [
      "x",
      "y",
      "radiusX",
      "radiusY",
    ]),
    points: typed,
    trace: typed,
    icon: plain({ data: bytes, ...size }),
    text,
    quad: fc.array(anyNumber, { minLength: 8, maxLength: 8 }),
    group: text,
    categoryId: id,
    category: text,
    score: anyNumber,
    scores: fc.array(fc.tuple(text, anyNumber), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    color,
    isOccluded: fc.boolean(),
    caption: text,
    trackId: id,
    isCrowd: fc.boolean(),
    area: anyNumber,
    attributes,
  },
  [],
);
const heatMap = fc.oneof(
  some({ kind: fc.constant("array"), data: typed, ...size, range: fc.tuple(anyNumber, anyNumber) }, [
    "kind",
    "data",
    "width",
    "height",
  ]),
  some({ kind: fc.constant("points"), points: typed, weights: typed, radius: anyNumber }, ["kind", "points"]),
);
const labelMap = some(
  {
    data: bytes,
    ...size,
    group: text,
    classes: fc
      .array(fc.tuple(fc.integer({ min: 0, max: 255 }), text), { maxLength: 3 })
      .map((pairs) => new Map(pairs)),
    colors: fc
      .array(fc.tuple(fc.integer({ min: 0, max: 255 }), color), { maxLength: 3 })
      .map((pairs) => new Map(pairs)),
  },
  ["data", "width", "height"],
);
const scene = some(
  {
    ...size,
    fileName: text,
    imageId: id,
    annotations: fc.array(annotation, { maxLength: 3 }),
    labelMaps: fc.array(labelMap, { maxLength: 2 }),
    heatMaps: fc.array(heatMap, { maxLength: 2 }),
    classifications: fc.array(some({ category: text, categoryId: id, score: anyNumber }, ["category"]), {
      maxLength: 2,
    }),
    caption: text,
    captions: fc.array(text, { maxLength: 2 }),
    split: text,
    attributes,
    error: fc
      .tuple(fc.constantFrom("DECODE", "IO"), text, fc.option(text, { nil: undefined }))
      .map(([code, message, path]) => new ImageError(code as "IO", message, { path })),
  },
  ["width", "height", "annotations"],
);
const category = some({ id, name: text, supercategory: text, skeleton, color, isThing: fc.boolean(), attributes }, [
  "id",
  "name",
]);
const dataset = fc.record({
  categories: fc.uniqueArray(category, {
    maxLength: 3,
    selector: (entry) => JSON.stringify((entry as { id: unknown }).id) + Object.is((entry as { id: unknown }).id, -0),
  }),
  scenes: fc.array(scene, { maxLength: 3 }),
  attributes,
}) as unknown as fc.Arbitrary<Dataset>;

async function written(source: Dataset) {
  const files = new MemoryFiles();
  const losses = await limnJsonl.write!(source, files);
  return { files, losses, lines: new TextDecoder().decode(files.files.get(NAME)).trimEnd().split("\n") };
}

async function readText(content: string | Uint8Array, strict = false) {
  return limnJsonl.read(new MemoryFiles([[NAME, content]]), { strict });
}

describe("limn JSON Lines", () => {
  test("give back everything as it was: numbers, arrays, Maps, errors, whatever is in attributes", async () => {
    await fc.assert(
      fc.asyncProperty(dataset, async (source) => {
        const { files, losses, lines } = await written(source);
        expect(losses).toEqual([]);
        const back = await limnJsonl.read(files, { strict: true });
        expect(await scenesOf(back)).toStrictEqual(source.scenes);
        expect(back.categories.length).toBe(source.categories.length);
        expect(back.categories).toStrictEqual(source.categories);
        expect(back.attributes ?? new Map()).toStrictEqual(source.attributes);
        const again = await written(back);
        expect(again.lines).toEqual(lines);
      }),
      { numRuns: 300 },
    );
  });

  test("every line fits the schema", async () => {
    await fc.assert(
      fc.asyncProperty(dataset, async (source) => {
        const { lines } = await written(source);
        for (const line of lines) expect(violations(schema, JSON.parse(line))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  const HEADER = '{"format":"limn","version":1,"categories":[],"skeletons":[]}';
  const SCENE = '{"width":4,"height":3,"annotations":[]}';

  test.each<[string, string]>([
    ["an unknown field", '{"width":4,"height":3,"annotations":[],"extra":1}'],
    [
      "an unknown field deep inside",
      '{"width":4,"height":3,"annotations":[{"box":{"x":0,"y":0,"width":1,"height":1,"angle":3}}]}',
    ],
    ["a missing field", '{"width":4,"annotations":[]}'],
    ["a number as text", '{"width":"4","height":3,"annotations":[]}'],
    ["a side below 0", '{"width":-4,"height":3,"annotations":[]}'],
    ["an unknown kind of mask", '{"width":4,"height":3,"annotations":[{"segmentation":{"kind":"alpha"}}]}'],
    ["a colour beyond 24 bits", '{"width":4,"height":3,"annotations":[{"color":16777216}]}'],
    ["an array of no known type", '{"width":4,"height":3,"annotations":[{"points":{"type":"int64","base64":""}}]}'],
    ["a quad of seven", '{"width":4,"height":3,"annotations":[{"quad":[1,2,3,4,5,6,7]}]}'],
    ["null", "null"],
  ])("%s is refused by the reader and by the schema", async (_, line) => {
    expect(violations(schema, JSON.parse(line))).not.toEqual([]);
    await expect(readText(`${HEADER}\n${line}\n`, true)).rejects.toThrow(ImageError);
    const loose = await readText(`${HEADER}\n${SCENE}\n${line}\n${SCENE}\n`);
    expect(loose.size).toBe(2);
    expect(loose.problems).toHaveLength(1);
    expect(loose.problems![0]!.path).toContain(`${NAME}:3`);
  });

  test.each<[string, string]>([
    [
      "a skeleton that the header has not",
      '{"width":4,"height":3,"annotations":[{"keypoints":{"points":[],"skeleton":0}}]}',
    ],
    ["base64 that is none", '{"width":4,"height":3,"annotations":[{"points":{"type":"int8","base64":"*"}}]}'],
    ["half a number", '{"width":4,"height":3,"annotations":[{"points":{"type":"float64","base64":"AAAA"}}]}'],
    ["a line that is cut off", '{"width":4,"heig'],
    [
      "data nested beyond reason",
      `{"width":4,"height":3,"annotations":[],"attributes":[["a",${"[".repeat(5000)}${"]".repeat(5000)}]]}`,
    ],
  ])("%s is refused with its line", async (_, line) => {
    const { problems, size } = await readText(`${HEADER}\n${line}`);
    expect([size, problems!.length]).toEqual([0, 1]);
    expect(problems![0]!.path).toContain(`${NAME}:2`);
  });

  test.each([
    ["an empty file", ""],
    ["no header", SCENE],
    ["another format", '{"format":"other","version":1}'],
    ["another version", '{"format":"limn","version":2,"categories":[],"skeletons":[]}'],
    ["an unknown field of the header", '{"format":"limn","version":1,"categories":[],"skeletons":[],"x":1}'],
  ])("%s is an error", async (_, content) => {
    await expect(readText(content)).rejects.toThrow(ImageError);
  });

  test("line ends, blank lines, byte order marks and UTF-16 are no matter", async () => {
    const plain = `${HEADER}\r\n\r\n${SCENE}\n${SCENE.replace("4", "5")}`;
    const wide = new Uint8Array(2 + plain.length * 2);
    wide.set([0xff, 0xfe]);
    for (let i = 0; i < plain.length; i++) wide[2 + i * 2] = plain.charCodeAt(i);
    for (const content of [plain, `\ufeff${plain}`, wide])
      expect((await scenesOf(await readText(content, true))).map(({ width }) => width)).toEqual([4, 5]);
  });

  test("what is no data is counted, and fields that scenes have not", async () => {
    const odd = { width: 1, height: 1, annotations: [{ attributes: new Map([["run", () => 1]]) }], extra: 1 } as Scene;
    const { losses } = await written({ categories: [], scenes: [odd] });
    expect(losses.map(({ what }) => what)).toEqual(["value that is no data", "field that is not of limn"]);
  });
});

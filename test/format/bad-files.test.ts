/**
 * Broken and hostile files: an ImageError with the file, or a listed problem where the rest is of use. Long: every format
 * is here.
 */
import fc from "../support/property.ts";
import { describe, expect, test } from "vitest";
import { encodePng } from "../../src/codec/png-encode.ts";
import { ImageError } from "../../src/errors.ts";
import {
  classificationFolders,
  coco,
  comet,
  createml,
  datumaro,
  type DatasetFormat,
  deepdriverFiles,
  instill,
  limnJsonl,
  lvis,
  MemoryFiles,
  via,
  viaCsv,
  wandbFiles,
} from "../../src/format/index.ts";
import type { Dataset, Scene } from "../../src/model/scene.ts";
import { scenesOf } from "../support/random-datasets.ts";

const PICTURE = encodePng({ data: new Uint8Array(8 * 6), shape: [6, 8] });
const images = new MemoryFiles([
  ["a.png", PICTURE],
  ["sub/b.PNG", PICTURE],
]);

const VIA = (shape: string, filename = "a.png") =>
  `{"k":{"filename":"${filename}","size":1,"regions":[{"shape_attributes":${shape},"region_attributes":{"label":"x"}},` +
  `{"shape_attributes":{"name":"rect","x":1,"y":1,"width":2,"height":2},"region_attributes":{"label":"x"}}],"file_attributes":{}}}`;
const ML = (annotation: string, image = "a.png") =>
  `[{"image":"${image}","annotations":[${annotation},{"label":"x","coordinates":{"x":3,"y":3,"width":2,"height":2}}]}]`;
const DM = (annotation: string) =>
  `{"dm_format_version":"1.0","categories":{"label":{"labels":[{"name":"x","parent":""}]}},"items":[{"id":"a","image":{"path":"a.png","size":[6,8]},` +
  `"annotations":[${annotation},{"id":1,"type":"bbox","group":0,"label_id":0,"bbox":[1,1,2,2]}]}]}`;
const COMET = (data: string) =>
  `[{"name":"layer","data":[${data},{"label":"x","score":1,"boxes":[[1,1,2,2]],"points":null}]}]`;
const INSTILL = (object: string) =>
  `{"task":"TASK_DETECTION","task_outputs":[{"detection":{"objects":[${object},{"category":"x","score":1,"bounding_box":{"left":1,"top":1,"width":2,"height":2}}]}}]}`;
const BOXES = (box: string) =>
  `{"_type":"image-file","path":"a.png","width":8,"height":6,"boxes":{"p":[${box},{"position":{"minX":1,"maxX":2,"minY":1,"maxY":2},"domain":"pixel","class_id":1}]}}`;
const DEEP = (box: string) =>
  `{"path":"a.png","width":8,"height":6,"boxes":{"box_data":[${box},{"position":{"minX":1,"maxX":2,"minY":1,"maxY":2},"unit":"pixel","class_id":1}],"class_labels":{"1":"x"}}}`;
const COCO = (record: string, more = "") =>
  `{"images":[{"id":1,"width":8,"height":6,"file_name":"a.png"}${more}],"categories":[{"id":1,"name":"x"}],` +
  `"annotations":[${record},{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,2,2],"area":4,"iscrowd":0}]}`;

/** One object is broken, the other is of use. */
const BROKEN: [what: string, format: DatasetFormat, file: string, content: string, path: string][] = [
  ["VIA, a shape that it has not", via, "v.json", VIA('{"name":"cube"}'), "regions[0]"],
  [
    "VIA, a word for a number",
    via,
    "v.json",
    VIA('{"name":"rect","x":"left","y":0,"width":1,"height":1}'),
    "shape_attributes.x",
  ],
  [
    "VIA, a width below 0",
    via,
    "v.json",
    VIA('{"name":"rect","x":0,"y":0,"width":-1,"height":1}'),
    "shape_attributes.width",
  ],
  ["VIA, a huge number", via, "v.json", VIA('{"name":"circle","cx":1e300,"cy":0,"r":1}'), "shape_attributes.cx"],
  [
    "VIA, lists of two lengths",
    via,
    "v.json",
    VIA('{"name":"polygon","all_points_x":[1,2,3],"all_points_y":[1,2]}'),
    "shape_attributes",
  ],
  ["VIA, no shape at all", via, "v.json", VIA("null"), "regions[0]"],
  [
    "Create ML, null in a box",
    createml,
    "c.json",
    ML('{"label":"x","coordinates":{"x":null,"y":1,"width":1,"height":1}}'),
    "coordinates.x",
  ],
  ["Create ML, a list for a box", createml, "c.json", ML('{"label":"x","coordinates":[1,2,3,4]}'), "coordinates"],
  ["Create ML, nothing", createml, "c.json", ML("null"), "annotations[0]"],
  [
    "Datumaro, three numbers",
    datumaro,
    "annotations/train.json",
    DM('{"type":"bbox","label_id":0,"bbox":[1,2,3]}'),
    "annotations[0].bbox",
  ],
  [
    "Datumaro, a 3D box",
    datumaro,
    "annotations/train.json",
    DM('{"type":"cuboid_3d","label_id":0}'),
    "annotations[0].type",
  ],
  [
    "Datumaro, runs of another size",
    datumaro,
    "annotations/train.json",
    DM('{"type":"mask","label_id":0,"rle":{"size":[9,9],"counts":"abc"}}'),
    "rle.size",
  ],
  [
    "Datumaro, a label that is not there",
    datumaro,
    "annotations/train.json",
    DM('{"type":"bbox","label_id":7,"bbox":[1,1,1,1]}'),
    "label_id",
  ],
  [
    "Comet, a ring of two points",
    comet,
    "a.png.json",
    COMET('{"label":"x","score":1,"boxes":null,"points":[[1,2,3,4]]}'),
    "points[0]",
  ],
  ["Comet, neither boxes nor points", comet, "a.png.json", COMET('{"label":"x"}'), "data[0]"],
  ["Instill, no box", instill, "a.json", INSTILL('{"category":"x","score":1}'), "objects[0].bounding-box"],
  ["Instill, half a box", instill, "a.json", INSTILL('{"category":"x","bounding-box":{"left":1}}'), "bounding-box.top"],
  ["W&B, a box without numbers", wandbFiles, "a.image-file.json", BOXES('{"position":{"minX":"a"}}'), "box_data[0]"],
  ["deepdriver, a box without a position", deepdriverFiles, "a.IMAGE.json", DEEP("{}"), "box_data[0]"],
  [
    "COCO, an annotation without its picture",
    coco,
    "instances_train.json",
    COCO('{"id":2,"image_id":9,"category_id":1,"bbox":[0,0,1,1]}'),
    "image_id",
  ],
  [
    "COCO, a category that is missing",
    coco,
    "instances_train.json",
    COCO('{"id":2,"image_id":1,"category_id":9,"bbox":[0,0,1,1]}'),
    "category_id",
  ],
  [
    "COCO, an id twice",
    coco,
    "instances_train.json",
    COCO('{"id":1,"image_id":1,"category_id":1,"bbox":[0,0,1,1]}'),
    "id",
  ],
  [
    "LVIS, a picture twice",
    lvis,
    "lvis_v1_val.json",
    COCO('{"id":2,"image_id":1,"category_id":1,"bbox":[0,0,1,1]}', ',{"id":1,"width":8,"height":6}'),
    "images[1].id",
  ],
];

const clean = (dataset: Dataset) => dataset.problems ?? [];

describe("one broken object", () => {
  test.each(BROKEN)(
    "%s: is listed with its place, and an error when strict",
    async (_, format, file, content, path) => {
      const tree = new MemoryFiles([[file, content]]);
      const dataset = await format.read(tree, { images });
      const scenes = await scenesOf(dataset);
      const boxes = scenes
        .flatMap(({ annotations }) => annotations)
        .filter(({ box }) => box && Math.abs(box.width - 2) <= 1);
      expect(boxes.length).toBeGreaterThan(0);
      expect(
        clean(dataset)
          .map((problem) => problem.path)
          .join("\n"),
      ).toContain(path);
      expect(clean(dataset)[0]!.path).toContain(file);
      const strict = async () => scenesOf(await format.read(tree, { images, strict: true }));
      const error = await strict().then(
        () => undefined,
        (caught: unknown) => caught,
      );
      expect(error).toBeInstanceOf(ImageError);
      expect((error as ImageError).path).toContain(file);
    },
  );
});

const TEXTS: [DatasetFormat, string, string][] = [
  [via, "v.json", VIA('{"name":"point","cx":"1.5","cy":2}')],
  [
    viaCsv,
    "v.CSV",
    'filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\na.png,1,"{}",1,0,"{""name"":""point"",""cx"":""1.5"",""cy"":2}","{""é"":""x""}"\n',
  ],
  [createml, "c.JSON", ML('{"label":"x","coordinates":{"x":"1.5","y":2,"width":"1e0","height":1}}')],
  [datumaro, "annotations/train.json", DM('{"type":"polygon","label_id":0,"points":["1.5",2,3,4,5,6]}')],
  [comet, "a.png.json", COMET('{"label":"é","score":"0.5","boxes":[["1.5",2,3,4]]}')],
  [
    instill,
    "a.json",
    INSTILL('{"category":"é","score":"0.5","boundingBox":{"left":"1.5","top":1,"width":1,"height":1}}'),
  ],
  [
    wandbFiles,
    "a.image-file.json",
    BOXES('{"position":{"middle":[1.5,2],"width":1,"height":1},"domain":"pixel","class_id":1}'),
  ],
  [
    deepdriverFiles,
    "a.IMAGE.json",
    DEEP('{"position":{"minX":1.5,"maxX":2,"minY":1,"maxY":2},"unit":"pixel","class_id":1}'),
  ],
  [coco, "x.JSON", COCO('{"id":2,"image_id":"1","category_id":1,"bbox":["1.5",2,3,4]}')],
  [
    limnJsonl,
    "d.limn.jsonl",
    '{"format":"limn","version":1,"categories":[],"skeletons":[]}\n{"width":4,"height":3,"annotations":[]}\n',
  ],
];

describe("line ends, byte order marks, UTF-16, upper-case extensions and numbers as text are no matter", () => {
  test.each(TEXTS.map(([format, file, content]) => [format.name, format, file, content] as const))(
    "%s",
    async (_, format, file, content) => {
      const wide = (text: string): Uint8Array => {
        const bytes = new Uint8Array(2 + text.length * 2);
        bytes.set([0xff, 0xfe]);
        for (let i = 0; i < text.length; i++) bytes.set([text.charCodeAt(i) & 255, text.charCodeAt(i) >> 8], 2 + i * 2);
        return bytes;
      };
      const spaced = format === viaCsv || format === limnJsonl ? content : content.replaceAll(",", ",\n");
      const forms = [content, `\ufeff${content}`, wide(content), spaced.replaceAll("\n", "\r\n")];
      const read = await Promise.all(
        forms.map(async (form) =>
          scenesOf(await format.read(new MemoryFiles([[file, form]]), { images, strict: true })),
        ),
      );
      expect(read[0]!.length).toBe(1);
      for (const scenes of read) expect(scenes).toEqual(read[0]);
      for (const form of forms)
        expect(await format.detect(new MemoryFiles([[file, form]])), format.name).toBe(
          format === viaCsv ? 0 : await format.detect(new MemoryFiles([[file, content]])),
        );
    },
  );
});

describe("names of pictures", () => {
  const names = ["../../etc/passwd", "/srv/a.png", "C:\\photos\\a.png", "file:///home/a.png", "..\\a.png"];

  test.each(names)("%s does not leave the folder", async (name) => {
    const quoted = JSON.stringify(name).slice(1, -1);
    const sources: [DatasetFormat, string, string][] = [
      [via, "v.json", VIA('{"name":"point","cx":1,"cy":2}', quoted)],
      [createml, "c.json", ML('{"label":"x","coordinates":{"x":1,"y":1,"width":1,"height":1}}', quoted)],
      [
        datumaro,
        "annotations/a.json",
        DM('{"type":"points","points":[1,2],"label_id":0}').replace('"path":"a.png"', `"path":"${quoted}"`),
      ],
      [
        wandbFiles,
        "a.image-file.json",
        BOXES('{"position":{"minX":1,"maxX":2,"minY":1,"maxY":2}}').replace('"a.png"', `"${quoted}"`),
      ],
    ];
    for (const [format, file, content] of sources) {
      const tree = new MemoryFiles([[file, content]]);
      const dataset = await format.read(tree, { images });
      for (const { fileName } of await scenesOf(dataset)) expect(fileName).toMatch(/^(?:a\.png|passwd)$/);
      expect(clean(dataset).length).toBeGreaterThan(0);
      await expect(format.read(tree, { images, strict: true }).then(scenesOf)).rejects.toThrow(ImageError);
    }
  });

  test("a name in another folder, or with letters of another case, finds its picture", async () => {
    for (const name of ["sub/b.png", "B.png", "x/y/b.PNG", "./sub//b.PNG"]) {
      const tree = new MemoryFiles([
        ["c.json", ML('{"label":"x","coordinates":{"x":1,"y":1,"width":1,"height":1}}', name)],
      ]);
      const [scene] = await scenesOf(await createml.read(tree, { images, strict: true }));
      expect([scene!.width, scene!.height]).toEqual([8, 6]);
    }
  });

  test("a picture that is missing is a scene with an error, and a problem", async () => {
    const tree = new MemoryFiles([["v.json", VIA('{"name":"point","cx":1,"cy":2}', "none.png")]]);
    const dataset = await via.read(tree, { images });
    const [scene] = await scenesOf(dataset);
    expect(scene!.error).toBeInstanceOf(ImageError);
    expect(scene!.annotations).toHaveLength(2);
    expect(clean(dataset)).toHaveLength(1);
  });
});

describe("labels that are words of JavaScript", () => {
  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "%s is a label like any other",
    async (label) => {
      const sources: [DatasetFormat, string, string][] = [
        [via, "v.json", VIA('{"name":"point","cx":1,"cy":2}')],
        [createml, "c.json", ML('{"label":"x","coordinates":{"x":1,"y":1,"width":1,"height":1}}')],
        [datumaro, "annotations/a.json", DM('{"type":"points","points":[1,2],"label_id":0}')],
        [comet, "a.png.json", COMET('{"label":"x","score":1,"boxes":[[1,1,1,1]]}')],
        [coco, "x.json", COCO('{"id":2,"image_id":1,"category_id":1,"bbox":[1,2,3,4]}')],
        [deepdriverFiles, "a.IMAGE.json", DEEP('{"position":{"minX":1,"maxX":2,"minY":1,"maxY":2},"class_id":1}')],
      ];
      for (const [format, file, content] of sources) {
        const tree = new MemoryFiles([
          [file, content.replaceAll('"x"', JSON.stringify(label)).replaceAll(`${JSON.stringify(label)}:`, '"x":')],
        ]);
        const dataset = await format.read(tree, { images, strict: true });
        expect(dataset.categories.map(({ name }) => name)).toEqual([label]);
        const [scene] = await scenesOf(dataset);
        expect(scene!.annotations.every(({ category }) => category === label)).toBe(true);
      }
      expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
    },
  );
});

describe("no file breaks a reader", () => {
  const sources: [DatasetFormat, string, string][] = [
    ...TEXTS,
    ...BROKEN.map(([, format, file, content]): [DatasetFormat, string, string] => [format, file, content]),
  ];
  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      [],
      {},
      "",
      "x",
      -1,
      0,
      1e308,
      1e-320,
      true,
      [[]],
      [null],
      { a: 1 },
      "__proto__",
      "../..",
      "1e999",
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );

  /** The value with one place of it replaced. */
  function replaced(value: unknown, path: readonly number[], by: unknown): unknown {
    if (typeof value !== "object" || value === null || path.length === 0) return by;
    const keys = Object.keys(value);
    if (keys.length === 0) return by;
    const key = keys[path[0]! % keys.length]!;
    const inner = replaced((value as Record<string, unknown>)[key], path.slice(1), by);
    return Array.isArray(value)
      ? value.map((entry: unknown, i) => (String(i) === key ? inner : entry))
      : { ...value, [key]: inner };
  }

  async function readAll(format: DatasetFormat, tree: MemoryFiles, strict: boolean): Promise<void> {
    try {
      const dataset = await format.read(tree, { images, strict });
      for (const { width, height, annotations, error } of await scenesOf(dataset)) {
        expect(error !== undefined || (width > 0 && height > 0)).toBe(true);
        for (const { box } of annotations)
          if (box) expect([box.x, box.y, box.width, box.height].every(Number.isFinite)).toBe(true);
      }
      // what was read can be written, in a format that holds all and in one that holds little
      await limnJsonl.write!(dataset, new MemoryFiles());
      await coco.write!(dataset, new MemoryFiles());
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
    }
  }

  test("one value replaced by another", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sources.filter(([format]) => format !== viaCsv && format !== limnJsonl)),
        fc.array(fc.nat(30), { minLength: 1, maxLength: 9 }),
        odd,
        fc.boolean(),
        async ([format, file, content], path, value, strict) => {
          const text = JSON.stringify(replaced(JSON.parse(content), path, value));
          await readAll(format, new MemoryFiles([[file, text]]), strict);
          await format.detect(new MemoryFiles([[file, text]]));
        },
      ),
      { numRuns: 1500 },
    );
  });

  test("bytes cut off, changed or doubled", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sources),
        fc.array(fc.tuple(fc.nat(3000), fc.nat(255), fc.constantFrom("cut", "set", "copy")), {
          minLength: 1,
          maxLength: 4,
        }),
        async ([format, file, content], edits) => {
          let bytes = new TextEncoder().encode(content);
          for (const [place, byte, kind] of edits) {
            const at = place % Math.max(1, bytes.length);
            if (kind === "cut") bytes = bytes.slice(0, at);
            else if (kind === "set") bytes[at] = byte;
            else bytes = new Uint8Array([...bytes.subarray(0, at), ...bytes]);
          }
          await readAll(format, new MemoryFiles([[file, bytes]]), byte0(edits) % 2 === 0);
        },
      ),
      { numRuns: 800 },
    );
  });

  const byte0 = (edits: readonly (readonly [number, number, string])[]): number => edits[0]![1];

  test.each(sources.map(([format, file]) => [format.name, format, file] as const))(
    "deep nesting in %s",
    async (_, format, file) => {
      const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
      for (const content of [
        deep,
        `{"annotations":[],"images":${deep},"items":${deep},"boxes":${deep}}`,
        `{"a":`.repeat(50_000),
      ])
        await readAll(format, new MemoryFiles([[file, content]]), true);
    },
  );

  test("empty trees and pictures alone are told from datasets", async () => {
    const formats = [...new Set(sources.map(([format]) => format)), classificationFolders];
    for (const format of formats) {
      expect(await format.detect(new MemoryFiles())).toBe(0);
      await expect(format.read(new MemoryFiles())).rejects.toThrow(ImageError);
      await expect(format.read(new MemoryFiles([["readme.json", "{}"]]))).rejects.toThrow(ImageError);
    }
  });
});

describe("folders of classes", () => {
  const tree = (...names: string[]) => new MemoryFiles(names.map((name) => [name, PICTURE] as const));
  const labels = (scenes: readonly Scene[]) =>
    scenes.map(({ split, classifications }) => [
      split,
      classifications?.[0]?.category,
      classifications?.[0]?.categoryId,
    ]);

  test("splits, folders around everything and folders inside of classes", async () => {
    const read = async (...names: string[]) =>
      labels(await scenesOf(await classificationFolders.read(tree(...names), { strict: true })));
    expect(await read("dog/1.png", "cat/2.PNG")).toEqual([
      [undefined, "cat", 0],
      [undefined, "dog", 1],
    ]);
    expect(await read("train/dog/1.png", "val/cat/2.png")).toEqual([
      ["train", "dog", 1],
      ["val", "cat", 0],
    ]);
    expect(await read("set/train/dog/1.png", "set/train/cat/2.png")).toEqual([
      ["train", "cat", 0],
      ["train", "dog", 1],
    ]);
    expect(await read("cat/a/1.png", "dog/2.png")).toEqual([
      [undefined, "cat", 0],
      [undefined, "dog", 1],
    ]);
  });

  test("a broken picture and one outside of the folders are problems", async () => {
    const files = new MemoryFiles([
      ["cat/1.png", PICTURE],
      ["dog/2.png", "no picture"],
      ["3.png", PICTURE],
    ]);
    const dataset = await classificationFolders.read(files);
    const scenes = await scenesOf(dataset);
    await scenesOf(dataset);
    expect(scenes.map(({ error }) => error instanceof ImageError)).toEqual([false, true]);
    expect(clean(dataset).map(({ path }) => path)).toEqual(["3.png", "dog/2.png"]);
  });

  test("writing needs the pictures", async () => {
    const dataset = { categories: [], scenes: [] };
    await expect(classificationFolders.write!(dataset, new MemoryFiles())).rejects.toThrow(/options\.images/);
  });
});

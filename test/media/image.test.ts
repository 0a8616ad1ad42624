import { describe, expect, test } from "vitest";
import { decodePng } from "../../src/codec/png-decode.ts";
import { encodeJpeg } from "../../src/codec/jpeg-encode.ts";
import { encodePng } from "../../src/codec/png-encode.ts";
import { Frame } from "../../src/core/frame.ts";
import { core } from "../../src/core/wasm.ts";
import { BoundingBoxes2D } from "../../src/media/bounding-boxes.ts";
import { Classes } from "../../src/media/classes.ts";
import * as deepdriver from "../../src/log/deepdriver.ts";
import { Image } from "../../src/media/image.ts";
import { ImageMask } from "../../src/media/image-mask.ts";

const [WIDTH, HEIGHT] = [64, 48];
const PIXELS = {
  data: Float32Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => ((i * 7) % 256) / 255),
  shape: [HEIGHT, WIDTH, 3],
};
const BOXES = {
  predictions: {
    box_data: [{ position: { minX: 0.25, maxX: 0.75, minY: 0.25, maxY: 0.75 }, class_id: 1, scores: { score: 0.9 } }],
    class_labels: { 1: "car" },
  },
  "ground truth": {
    box_data: [{ position: { minX: 8, maxX: 20, minY: 8, maxY: 20 }, domain: "pixel", class_id: 1 }],
    class_labels: { 1: "vehicle", 2: "road" },
  },
};

describe("from pixels", () => {
  test("has size, mode, format and the rule that was used, and keeps a copy", () => {
    const data = PIXELS.data.slice();
    const image = new Image({ ...PIXELS, data }, { caption: "c", grouping: 2 });
    data.fill(0);
    expect(image).toMatchObject({
      width: WIDTH,
      height: HEIGHT,
      mode: "RGB",
      format: "png",
      caption: "c",
      grouping: 2,
    });
    expect(image.rule).toBe("unit");
    expect([...decodePng(image.toPng(), { as: "native" }).data.slice(0, 4)]).toEqual([0, 7, 14, 21]);
  });

  test("is encoded in its own mode, without a Frame", () => {
    const before = core().heap.blocks;
    for (const [channels, mode] of [
      [1, "L"],
      [2, "LA"],
      [3, "RGB"],
      [4, "RGBA"],
    ] as const) {
      const data = Uint8Array.from({ length: 5 * 4 * channels }, (_, i) => i * 3);
      const image = new Image({ data, shape: [4, 5, channels] });
      const decoded = decodePng(image.toPng(), { as: "native" });
      expect(decoded.mode).toBe(mode);
      expect([...decoded.data]).toEqual([...data]);
    }
    expect(core().heap.blocks).toBe(before);
  });

  test("mode converts, fileType picks the encoder and drops alpha for a JPEG", () => {
    const rgba = { data: new Uint8Array(8 * 8 * 4).fill(128), shape: [8, 8, 4] };
    expect(new Image(rgba, { mode: "L" }).mode).toBe("L");
    const jpeg = new Image(rgba, { fileType: "jpg" });
    expect([jpeg.mode, jpeg.format]).toEqual(["RGB", "jpg"]);
    expect([...jpeg.toFile().subarray(0, 2)]).toEqual([0xff, 0xd8]);
    expect([...new Image(rgba, { fileType: "bmp" }).toFile().subarray(0, 2)]).toEqual([0x42, 0x4d]);
  });

  test("normalize chooses the policy", () => {
    const data = Uint8Array.of(0, 1, 1, 0);
    const bytes = (normalize: never) => [
      ...decodePng(new Image({ data, shape: [2, 2] }, { normalize }).toPng(), { as: "native" }).data,
    ];
    expect(bytes(true as never)).toEqual([0, 255, 255, 0]);
    expect(bytes(false as never)).toEqual([0, 1, 1, 0]);
    expect(bytes({ range: [0, 2] } as never)).toEqual([0, 127, 127, 0]);
  });

  test("a Frame and an ImageData are pixels too", () => {
    using frame = Frame.create(3, 2, { fill: 0x102030 });
    const image = new Image(frame);
    expect(image.mode).toBe("RGB");
    using again = image.toFrame();
    expect(again.toRgba()).toEqual(frame.toRgba());
    expect(new Image({ data: new Uint8ClampedArray(24), width: 3, height: 2 }).mode).toBe("RGBA");
  });
});

describe("from the bytes of a file", () => {
  const png = encodePng({ data: new Uint8Array(12).fill(9), shape: [4, 3] });
  const jpeg = encodeJpeg({ data: new Uint8Array(8 * 6 * 3).fill(100), shape: [6, 8, 3] });

  test("keeps them unchanged and reads the size from the header", () => {
    const image = new Image(png, { mode: "RGB" });
    expect(image.toFile()).toBe(png);
    expect(image.toPng()).toBe(png);
    expect(image).toMatchObject({ width: 3, height: 4, format: "png", mode: "L" });
    expect(new Image(png.buffer.slice(png.byteOffset, png.byteOffset + png.length)).width).toBe(3);
    expect(new Image(jpeg)).toMatchObject({ width: 8, height: 6, format: "jpg", mode: "RGB" });
    expect(new Image(jpeg).toJpeg()).toBe(jpeg);
    expect(decodePng(new Image(jpeg).toPng(), { as: "native" }).shape).toEqual([6, 8, 3]);
  });

  test("refuses what is no picture", () => {
    for (const bytes of [new Uint8Array(0), new TextEncoder().encode("no picture"), png.subarray(0, 10)])
      expect(() => new Image(bytes)).toThrow(expect.objectContaining({ code: "DECODE" }));
  });

  test("opens Blobs, Files and Responses", async () => {
    expect((await Image.open(new Blob([png]), { caption: "x" })).caption).toBe("x");
    expect((await Image.open(new File([png], "dir.PNG"))).format).toBe("PNG");
    expect((await Image.open(new Response(png))).width).toBe(3);
    expect((await Image.open(new Blob([png]).stream())).width).toBe(3);
    const parts = async function* (): AsyncGenerator<Uint8Array> {
      yield png.subarray(0, 20);
      yield png.subarray(20);
    };
    expect((await Image.open(parts())).toFile()).toEqual(png);
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error("cut off")) });
    await expect(Image.open(broken)).rejects.toMatchObject({ code: "IO" });
    const words = async function* (): AsyncGenerator<string> {
      yield "png";
    };
    await expect(Image.open(words() as never)).rejects.toMatchObject({ code: "ARGUMENT" });
    const data = `data:image/png;base64,${btoa(String.fromCharCode(...png))}`;
    expect((await Image.open(new URL(data))).height).toBe(4);
    await expect(Image.open(new Response("", { status: 404 }))).rejects.toMatchObject({ code: "IO" });
    await expect(Image.open(7 as never)).rejects.toMatchObject({ code: "ARGUMENT" });
    const reason = new Error("enough");
    await expect(Image.open(new Blob([png]), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("boxes, masks and classes", () => {
  test("every set is kept under its own name, from dictionaries, objects and Maps", () => {
    const layer = new BoundingBoxes2D(BOXES.predictions, "other");
    for (const boxes of [BOXES, { ...BOXES, predictions: layer }, new Map(Object.entries(BOXES))]) {
      const image = new Image(PIXELS, { boxes });
      expect([...image.boxes.keys()]).toEqual(["predictions", "ground truth"]);
      const { annotations } = image.toScene();
      expect(annotations.map(({ group, category }) => [group, category])).toEqual([
        ["predictions", "car"],
        ["ground truth", "vehicle"],
      ]);
      expect(annotations[0]!.box).toEqual({ x: 16, y: 12, width: 32, height: 24 });
    }
    expect(new Image(PIXELS, { boxes: {} }).boxes.size).toBe(0);
  });

  test("classes are merged, later names winning", () => {
    const masks = { m: { mask_data: { data: new Uint8Array(WIDTH * HEIGHT).fill(7), width: WIDTH, height: HEIGHT } } };
    const image = new Image(PIXELS, { boxes: BOXES, masks, classes: [{ id: 2, name: "street" }] });
    expect(image.classes!.classSet).toEqual([
      { id: 1, name: "vehicle" },
      { id: 2, name: "street" },
      { id: 7, name: "class_7" },
    ]);
    expect(new Image(PIXELS).classes).toBeUndefined();
    expect(new Classes([{ id: 1, name: "a" }]).equals(new Classes([{ id: 1, name: "a" }]))).toBe(true);
  });

  test("errors tell where they are", () => {
    const bad = { box_data: [BOXES.predictions.box_data[0], { position: { minX: NaN, maxX: 1, minY: 0, maxY: 1 } }] };
    const fails = (options: object, path: string): void =>
      expect(() => new Image(PIXELS, options as never)).toThrow(expect.objectContaining({ code: "ARGUMENT", path }));
    fails({ boxes: { predictions: bad } }, "boxes.predictions.box_data[1].position.minX");
    fails({ boxes: { "ground truth": bad } }, 'boxes["ground truth"].box_data[1].position.minX');
    fails({ boxes: [bad] }, "boxes");
    fails({ boxes: { predictions: 7 } }, "boxes.predictions");
    fails({ masks: { m: {} } }, "masks.m.mask_data");
    fails({ masks: { m: { mask_data: { data: Uint16Array.of(300), shape: [1, 1] } } } }, "masks.m.mask_data");
    fails({ classes: [{ id: 1 }] }, "classes[0].name");
    fails({ caption: 5 }, "caption");
    fails({ grouping: "a" }, "grouping");
    fails({ fileType: "gif" }, "fileType");
    fails({ mode: "CMYK" }, "mode");
  });

  test("a mask becomes a label map; class 0 is background unless it is named", () => {
    const data = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => i % 2);
    const mask_data = { data, width: WIDTH, height: HEIGHT };
    const scene = (class_labels?: Record<number, string>) =>
      new Image(PIXELS, { masks: { m: { mask_data, class_labels } } }).toScene().labelMaps![0]!;
    expect(scene().classes).toEqual(new Map([[1, "class_1"]]));
    expect(scene({ 0: "sky", 1: "road" }).classes!.has(0)).toBe(true);
    expect(scene().group).toBe("m");
    const small = new Image(PIXELS, { masks: { m: { mask_data: { data: new Uint8Array(4), width: 2, height: 2 } } } });
    expect(() => small.toScene()).toThrow(expect.objectContaining({ code: "ARGUMENT", path: "masks.m" }));
  });

  test("the layers' own classes can be used alone", () => {
    const mask = new ImageMask({ mask_data: [[0, 1]], class_labels: { 1: "road" } }, "truth");
    expect([mask.width, mask.height, [...mask.data]]).toEqual([2, 1, [0, 1]]);
    const boxes = BoundingBoxes2D.from([{ box: { x: 1, y: 2, width: 3, height: 4 }, category: "car" }], "p");
    expect(boxes.toAnnotations(100, 100)[0]).toMatchObject({
      box: { x: 1, y: 2, width: 3, height: 4 },
      category: "car",
    });
    expect(boxes.boxData[0]).toMatchObject({ class_id: "car", domain: "pixel" });
  });
});

describe("drawing", () => {
  test("a mask colours the pixels of its classes and no others", () => {
    const ids = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH < 32 ? 0 : 2));
    const grey = { data: new Uint8Array(WIDTH * HEIGHT * 3).fill(128), shape: [HEIGHT, WIDTH, 3] };
    const masks = { road: { mask_data: { data: ids, width: WIDTH, height: HEIGHT }, class_labels: { 2: "road" } } };
    using frame = new Image(grey, { masks }).render({ colors: { road: "#ff0000" }, labelMapAlpha: 1 });
    const pixel = (x: number): number[] => [...frame.toRgba().subarray(x * 4, x * 4 + 4)];
    expect(pixel(31)).toEqual([128, 128, 128, 255]);
    expect(pixel(32)).toEqual([255, 0, 0, 255]);
  });

  test("render draws boxes and masks on a copy; toPng leaves them out unless asked", () => {
    new Image(PIXELS, { boxes: BOXES }).render().free(); // the font stays in memory from its first use on
    const before = core().heap.blocks;
    const data = new Uint8Array(WIDTH * HEIGHT * 3).fill(10);
    const mask = { data: new Uint8Array(WIDTH * HEIGHT).fill(3), width: WIDTH, height: HEIGHT };
    const image = new Image(
      { data, shape: [HEIGHT, WIDTH, 3] },
      { boxes: BOXES, masks: { m: { mask_data: mask } }, normalize: false },
    );
    const plain = decodePng(image.toPng(), { as: "native" });
    expect([...plain.data]).toEqual([...data]);
    const drawn = decodePng(image.toPng({ overlays: true }), { as: "native" });
    expect([...drawn.data]).not.toEqual([...data]);
    const alsoDrawn = decodePng(image.toPng({ style: {} }), { as: "native" });
    expect([...alsoDrawn.data]).toEqual([...drawn.data]);
    expect(image.toJpeg({ overlays: true, quality: 90 })[0]).toBe(0xff);
    image.render().free();
    expect(() => image.render({ palette: "no such palette" })).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
    expect(core().heap.blocks).toBe(before);
  });
});

describe("another image", () => {
  test("gives picture, caption, grouping and classes, but neither boxes nor masks", () => {
    const first = new Image(PIXELS, { caption: "one", grouping: 3, boxes: BOXES });
    const copy = new Image(first);
    expect(copy).toMatchObject({ caption: "one", grouping: 3, width: WIDTH, mode: "RGB" });
    expect(copy.boxes.size).toBe(0);
    expect(copy.classes!.classSet).toEqual(first.classes!.classSet);
    expect(copy.toPng()).toEqual(first.toPng());
    expect(new Image(first, { caption: "two" }).caption).toBe("two");
  });
});

describe("deepdriver", () => {
  const box_data = [
    {
      position: { minX: 0.1, maxX: 0.2, minY: 0.3, maxY: 0.4 },
      class_id: 1,
      caption: "road",
      scores: { acc: 0.2, loss: 1.2 },
    },
    { position: { minX: 10, maxX: 15, minY: 30, maxY: 35 }, unit: "pixel", class_id: 3, caption: "a building" },
  ];
  const class_labels = { "0": "person", "1": "car", "2": "road", "3": "building" };

  test("takes its own dictionaries, in every form, and keeps every group", () => {
    const boxes = new deepdriver.BoundingBoxes({ key: "predictions", box_data, class_labels });
    for (const given of [boxes, { predictions: boxes }, { predictions: { box_data, class_labels } }]) {
      const image = new deepdriver.Image(PIXELS, { caption: "Caption Title", boxes: given });
      expect(image).toBeInstanceOf(Image);
      const { annotations, caption } = image.toScene();
      expect(caption).toBe("Caption Title");
      expect(annotations.map(({ caption: words, category, group }) => [words, category, group])).toEqual([
        ["road", "car", "predictions"],
        ["a building", "building", "predictions"],
      ]);
      expect(annotations[1]!.box).toEqual({ x: 10, y: 30, width: 5, height: 5 });
    }
    const both = new deepdriver.Image(PIXELS, { boxes: { a: { box_data }, b: { box_data } } });
    expect([...both.boxes.keys()]).toEqual(["a", "b"]);
  });

  test("its errors tell where they are", () => {
    const boxes = { predictions: { box_data: [{ position: { minX: 0, maxX: 1, minY: 0 } }] } };
    expect(() => new deepdriver.Image(PIXELS, { boxes: boxes as never })).toThrow(
      expect.objectContaining({ code: "ARGUMENT", path: "boxes.predictions.box_data[0].position.maxY" }),
    );
  });
});

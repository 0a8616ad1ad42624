/** What no caller can mean is an ImageError, leaves no memory behind and does no harm to the next call. */
import { expect, test } from "vitest";
import { core } from "../src/core/wasm.ts";
import { writeDeepdriverBoxes, writeWandbBoxes } from "../src/format/index.ts";
import * as limn from "../src/index.ts";

const { Frame, ImageError, rle } = limn;

const PIXELS = { data: new Float32Array(12), shape: [2, 2, 3] };
const BAD: readonly (readonly [name: string, value: unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["NaN", NaN],
  ["a text", "x"],
  ["an empty object", {}],
  ["a length and nothing else", { length: 3 }],
  ["a list of nothing", [undefined]],
  ["a big number", 5n],
];

/** Calls that no value of the list above can satisfy. */
const CALLS: Readonly<Record<string, (frame: limn.Frame, bad: never) => unknown>> = {
  "the bytes of a PNG": (_, bad) => limn.decodePng(bad),
  "the bytes of a JPEG": (_, bad) => limn.decodeJpeg(bad),
  "the bytes of a BMP": (_, bad) => limn.decodeBmp(bad),
  "the bytes of a picture": (_, bad) => limn.decodeImage(bad),
  "pixels for a BMP": (_, bad) => limn.encodeBmp(bad),
  "pixels for a PNG": (_, bad) => limn.encodePng(bad),
  "pixels for a JPEG": (_, bad) => limn.encodeJpeg(bad),
  "the RGBA of a frame": (_, bad) => Frame.fromRgba(bad, 2, 2),
  annotations: (frame, bad) => limn.render(frame, { width: 4, height: 4, annotations: bad }),
  "an annotation": (frame) => limn.render(frame, { width: 4, height: 4, annotations: [null as never] }),
  "the points of a pose": (frame, bad) =>
    limn.render(frame, { width: 4, height: 4, annotations: [{ keypoints: { points: bad } }] }),
  "the ids of a label map": (frame, bad) =>
    limn.render(frame, { width: 4, height: 4, annotations: [], labelMaps: [{ data: bad, width: 4, height: 4 }] }),
  "a box for an RLE": (_, bad) => rle.fromBbox(bad, 4, 4),
  rings: (_, bad) => rle.fromPolygons(bad, 4, 4),
  "RLEs to merge": (_, bad) => rle.merge(bad),
  detections: (_, bad) => rle.iou(bad, [{ size: [1, 1], counts: [1] }]),
};

for (const [what, call] of Object.entries(CALLS))
  test(`${what}: nonsense is an ImageError and leaves no memory behind`, () => {
    const frame = Frame.create(4, 4);
    for (const [name, value] of BAD) {
      const blocks = core().heap.blocks - core().cachedBlocks;
      expect(() => call(frame, value as never), name).toThrow(ImageError);
      expect(core().heap.blocks - core().cachedBlocks, name).toBe(blocks);
    }
    frame.free();
  });

test.each([writeWandbBoxes, writeDeepdriverBoxes])("what are no annotations is written by none: %o", (write) => {
  for (const odd of [null, 5, true, {}, 5n, Symbol("s"), [null], [5]] as never[])
    expect(() => write(odd)).toThrow(/^expected (an )?annotations?, got/);
});

test("sniff never throws", () => {
  for (const [name, value] of BAD) expect(limn.sniff(value as never), name).toBeUndefined();
});

test("an unknown mode is refused, and the heap is as it was", () => {
  for (const mode of ["CMYK", "constructor", true] as never[])
    expect(() => limn.pixelsToUint8(PIXELS, { mode })).toThrow(/expected L, LA, RGB or RGBA/);
  const memory = core().memory.buffer.byteLength;
  const frame = Frame.create(64, 64);
  expect(limn.encodePng(frame).length).toBeGreaterThan(0);
  frame.free();
  expect(core().memory.buffer.byteLength).toBeLessThan(memory + 2 ** 22);
});

test("the heap refuses a size that is no size, and goes on", () => {
  const { heap } = core();
  const before = heap.freeBlocks();
  for (const size of [NaN, -1, -100_000, undefined as never]) expect(() => heap.alloc(size)).toThrow(ImageError);
  expect(heap.freeBlocks()).toEqual(before);
});

test("a frame that was freed, or a fill that is no colour, takes no memory", () => {
  const freed = Frame.create(4, 4);
  freed.free();
  const blocks = core().heap.blocks;
  expect(() => freed.clone()).toThrow(/was freed/);
  for (const fill of [5n, {}, NaN, "red"] as never[]) expect(() => Frame.create(4, 4, { fill })).toThrow(ImageError);
  expect(core().heap.blocks).toBe(blocks);
});

test("a range that is no range is refused", () => {
  for (const range of [null, 1, {}, [1], [2, 2]] as never[])
    expect(() => limn.toUint8(PIXELS, { range })).toThrow(/expected range/);
});

test("runs and rings that hold no numbers, or claim to be endless, are refused", () => {
  const endless = { length: 1e15 } as never;
  for (const layout of ["coco", "instill", "cvat", "kaggle", "label-studio"] as const) {
    expect(() => rle.parse(endless, { layout, size: [4, 5] })).toThrow(ImageError);
    expect(() => rle.parse([{}, 5n] as never, { layout, size: [4, 5] })).toThrow(ImageError);
  }
  expect(() => rle.parse("1", undefined as never)).toThrow(ImageError);
  expect(() => rle.format({ size: [1, 1], counts: [1] }, null as never)).toThrow(ImageError);
  for (const odd of [{}, 5n, Symbol("s"), null] as never[]) {
    expect(() => rle.decode({ size: [1, 2], counts: [odd, 2] })).toThrow(ImageError);
    expect(() => rle.fromPolygons([[1, 1, 5, 1, 5, odd]], 9, 9)).toThrow(ImageError);
  }
  const frame = Frame.create(9, 9, { fill: 0 });
  const part = { outline: [1, 1, 5, 1, 5, 5], holes: 5 as never };
  const scene = { width: 9, height: 9, annotations: [{ segmentation: { kind: "polygon", parts: [part] } }] } as const;
  expect(() => limn.render(frame, scene)).toThrow(/holes/);
  frame.free();
});

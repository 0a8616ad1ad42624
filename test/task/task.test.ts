import { expect, test } from "vitest";
import {
  decodeImage,
  drawDetection,
  drawInstanceSegmentation,
  encodePng,
  fetchPictures,
  Frame,
  ImageError,
  type PictureFetch,
  rle,
  runTask,
  runTasks,
  type TaskName,
} from "../../src/index.ts";
import { percent } from "../../src/task/instill-styles.ts";
import { seedColor } from "../../src/task/seed-colors.ts";

function photo(width = 96, height = 72): Frame {
  const frame = Frame.create(width, height, { fill: 0x557799 });
  return frame;
}

const BOX = { left: 20, top: 30, width: 40, height: 30 };
const DOG = { category: "dog", score: 0.9, "bounding-box": BOX };

function errorOf(work: () => unknown): ImageError {
  try {
    work();
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
  throw new Error("expected an error");
}

test("a picture as bytes, base64, data URI and Frame gives the same result", () => {
  const bytes = encodePng(photo());
  const base64 = btoa(String.fromCharCode(...bytes));
  const results = [bytes, base64, `data:image/png;base64,${base64}`, photo()].map(
    (image) => runTask({ task: "TASK_DRAW_DETECTION", input: { image, objects: [DOG] } }).image,
  );
  expect(results[0]).toMatch(/^data:image\/png;base64,iVBOR/);
  expect(new Set(results).size).toBe(1);
});

test("every spelling of a box and every wrapping of an output is read", () => {
  const image = encodePng(photo());
  const spellings = ["bounding-box", "bounding_box", "boundingBox"].map((key) => ({
    objects: [{ category: "dog", score: 0.9, [key]: BOX }],
  }));
  const wrapped = [
    { data: spellings[0] },
    { task: "TASK_DETECTION", task_outputs: [{ detection: spellings[1] }] },
    { task: "TASK_DRAW_DETECTION", input: { image, ...spellings[2] } },
  ];
  const results = [...spellings, ...wrapped].map((output) => drawDetection(image, output).image);
  expect(new Set(results).size).toBe(1);
  const scores = ["show-score", "show_score", "showScore"].map(
    (key) => drawDetection(image, { ...spellings[0], [key]: true }).image,
  );
  expect(new Set(scores).size).toBe(1);
  expect(scores[0]).not.toBe(results[0]);
});

test("masks in COCO's forms, or as rows of pixels, are drawn as those in run lengths", () => {
  const image = encodePng(photo());
  const box = { left: 20, top: 10, width: 3, height: 4 };
  const rows = Array.from({ length: box.height }, (_, y) => Array.from({ length: box.width }, (_, x) => (x + y) % 2));
  const runs = rle.encode({ data: rows.flat(), width: box.width, height: box.height });
  const forms = [
    { rle: rle.format(runs, { layout: "instill" }) },
    { rle: runs },
    { segmentation: runs },
    { mask: rows },
  ];
  for (const style of ["instill-a", "instill-b", {}] as const) {
    const results = forms.map(
      (form) =>
        drawInstanceSegmentation(
          image,
          { objects: [{ category: "x", score: 0.5, "bounding-box": box, ...form }] },
          { style },
        ).image,
    );
    expect(new Set(results).size).toBe(1);
    // a polygon needs no box, and an empty mask has none
    const polygon = { category: "x", score: 0.5, segmentation: [[10, 10, 30, 10, 30, 30]] };
    const drawn = drawInstanceSegmentation(image, { objects: [polygon] }, { style }).image;
    const empty = { category: "x", score: 0.5, mask: [[0]] };
    expect(() => drawInstanceSegmentation(image, { objects: [empty] }, { style })).toThrow(/objects\[0\]\.mask/);
    expect(drawn).not.toBe(drawInstanceSegmentation(image, { objects: [] }, { style }).image);
  }
});

test("results are PNG or JPEG, as bytes, base64 or data URI", () => {
  const job = { task: "TASK_DRAW_DETECTION", input: { image: photo(), objects: [DOG] } } as const;
  const bytes: Uint8Array = runTask(job, {
    output: { as: "bytes", type: "jpeg", quality: 60, subsampling: "4:4:4" },
  }).image;
  expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xd8]);
  expect(runTask(job, { output: { as: "base64" } }).image).toMatch(/^iVBOR/);
  expect(errorOf(() => runTask(job, { output: { type: "gif" as "png" } })).path).toBe(
    "TASK_DRAW_DETECTION.output.type",
  );
});

test("several tasks share one picture, and the given frame stays as it is", () => {
  const frame = photo();
  const before = frame.toRgba();
  const detection = { task: "TASK_DRAW_DETECTION", input: { objects: [DOG] } } as const;
  const words = {
    task: "TASK_DRAW_OCR",
    input: { objects: [{ text: "EXIT", score: 1, "bounding-box": BOX }] },
  } as const;
  const { image } = runTasks(frame, [detection, words, { task: "TASK_RESIZE", input: { width: 48 } }], {
    output: { as: "bytes" },
  });
  using result = decodeImage(image);
  expect([result.width, result.height]).toEqual([48, 36]);
  expect(frame.toRgba()).toEqual(before);
  const broken = { task: "TASK_DRAW_OCR", input: { objects: [{}] } } as const;
  expect(errorOf(() => runTasks(frame, [detection, broken])).path).toBe("tasks[1].objects[0].bounding-box");
});

test("several tasks are encoded once: a JPEG has no losses of two encodings", () => {
  const detection = { task: "TASK_DRAW_DETECTION", input: { objects: [DOG] } } as const;
  const words = {
    task: "TASK_DRAW_OCR",
    input: { objects: [{ text: "EXIT", score: 1, "bounding-box": { ...BOX, top: 2 } }] },
  } as const;
  const output = { as: "bytes", type: "jpeg", quality: 30 } as const;
  const together = runTasks(photo(), [detection, words], { output }).image;
  const drawn = runTask({ ...detection, input: { ...detection.input, image: photo() } }, { output: { as: "bytes" } });
  const exact = runTask({ ...words, input: { ...words.input, image: drawn.image } }, { output }).image;
  expect(together).toEqual(exact);
});

test("what is wrong is named with task, object and field", () => {
  const path = (task: TaskName, input: object): string | undefined =>
    errorOf(() => runTask({ task, input: { image: photo(), ...input } })).path;
  expect(path("TASK_DRAW_DETECTION", { objects: [DOG, { category: "cat" }] })).toBe(
    "TASK_DRAW_DETECTION.objects[1].bounding-box",
  );
  expect(path("TASK_DRAW_DETECTION", { objects: [{ ...DOG, "bounding-box": { ...BOX, top: "x" } }] })).toBe(
    "TASK_DRAW_DETECTION.objects[0].bounding-box.top",
  );
  expect(path("TASK_DRAW_SEMANTIC_SEGMENTATION", { stuffs: [{ rle: "0 4", category: "a" }] })).toBe(
    "TASK_DRAW_SEMANTIC_SEGMENTATION.stuffs[0].rle",
  );
  const long = errorOf(() =>
    runTask({
      task: "TASK_DRAW_INSTANCE_SEGMENTATION",
      input: { image: photo(), objects: [{ ...DOG, rle: "0,1300" }] },
    }),
  );
  expect(long.message).toBe(
    "TASK_DRAW_INSTANCE_SEGMENTATION.objects[0].rle: expected runs of 1200 pixels or fewer, got runs that sum to 1300: 100 more at run 1",
  );
  expect(errorOf(() => runTask({ task: "TASK_FLY" as TaskName, input: {} })).path).toBe("task");
  expect(path("TASK_DRAW_DETECTION", { image: "https://example.com/a.png", objects: [] })).toBe(
    "TASK_DRAW_DETECTION.image",
  );
});

test("what real data has is taken: boxes that reach out, runs that stop early, fewer keypoints", () => {
  const image = photo();
  const rle = "0,20";
  const inputs: readonly (readonly [TaskName, object])[] = [
    ["TASK_DRAW_DETECTION", { objects: [{ ...DOG, "bounding-box": { left: -1, top: -1, width: 98, height: 74 } }] }],
    ["TASK_DRAW_INSTANCE_SEGMENTATION", { objects: [{ ...DOG, rle }] }],
    ["TASK_DRAW_SEMANTIC_SEGMENTATION", { stuffs: [{ category: "sky", rle }] }],
    ["TASK_DRAW_KEYPOINT", { objects: [{ score: 1, "bounding-box": BOX, keypoints: [{ x: 30, y: 40, v: 0.9 }] }] }],
  ];
  for (const style of [{}, "instill-a", "instill-b"] as const)
    for (const [task, input] of inputs) {
      using result = decodeImage(
        runTask({ task, input: { image, ...input } }, { style, output: { as: "bytes" } }).image,
      );
      expect(result.toRgba(), task).not.toEqual(image.toRgba());
    }
});

test("a keypoint is drawn where its v is more than a half", () => {
  const image = photo();
  const draw = (v: number, style: "instill-b" | undefined): Uint8Array => {
    const objects = [{ score: 1, keypoints: [{ x: 30, y: 40, v }] }];
    const { image: bytes } = runTask(
      { task: "TASK_DRAW_KEYPOINT", input: { image, objects } },
      { style, output: { as: "bytes" } },
    );
    return decodeImage(bytes).toRgba();
  };
  for (const style of ["instill-b", undefined] as const) {
    expect(draw(0.49, style)).toEqual(image.toRgba());
    expect(draw(0.51, style)).not.toEqual(image.toRgba());
    // of COCO's own numbers, 1 and 2 are both visible
    expect(draw(1, style)).toEqual(draw(2, style));
  }
  expect(draw(0.5, "instill-b")).toEqual(image.toRgba());
});

test("a grid of pictures has cells of the first one's size", () => {
  const sizeOf = (input: object): readonly number[] => {
    const images = [0, 1, 2, 3].map(() => photo(50, 50));
    using sheet = decodeImage(
      runTask({ task: "TASK_CONCAT", input: { images, ...input } }, { output: { as: "bytes" } }).image,
    );
    return [sheet.width, sheet.height];
  };
  expect(sizeOf({ "grid-width": 2, padding: 10 })).toEqual([110, 110]);
  expect(sizeOf({ grid_height: 1 })).toEqual([200, 50]);
  expect(sizeOf({})).toEqual([100, 100]);
  expect(errorOf(() => runTask({ task: "TASK_CONCAT", input: { images: [] } })).path).toBe("TASK_CONCAT.images");
});

test("a crop takes offsets, then a circle or round corners", () => {
  const cut = (input: object): Frame =>
    decodeImage(
      runTask({ task: "TASK_CROP", input: { image: photo(100, 100), ...input } }, { output: { as: "bytes" } }).image,
    );
  using part = cut({ "top-offset": 10, "right-offset": 20, "bottom-offset": 30, "left-offset": 40 });
  expect([part.width, part.height]).toEqual([40, 60]);
  using circle = cut({ circleRadius: 50 });
  const alpha = circle.toRgba().filter((_, i) => i % 4 === 3);
  expect([alpha[0], alpha[50 * 100 + 50], alpha[50 * 100]]).toEqual([0, 255, 255]);
  expect(errorOf(() => cut({ "top-offset": 60, "bottom-offset": 40 })).path).toBe("TASK_CROP");
});

test("a resize takes a ratio or sides", () => {
  const sizeOf = (input: object): readonly number[] => {
    using result = decodeImage(
      runTask({ task: "TASK_RESIZE", input: { image: photo(), ...input } }, { output: { as: "bytes" } }).image,
    );
    return [result.width, result.height];
  };
  expect(sizeOf({ ratio: 0.5 })).toEqual([48, 36]);
  expect(sizeOf({ height: 36 })).toEqual([48, 36]);
  expect(sizeOf({ width: 10, height: 20 })).toEqual([10, 20]);
  expect(errorOf(() => sizeOf({ ratio: -1 })).path).toBe("TASK_RESIZE.ratio");
});

test("scores in percent round halves to the even number", () => {
  expect([0.885, 0.125, 0.5, 0.004, 0.898938, 0.135, 1].map(percent)).toEqual([88, 12, 50, 0, 90, 14, 100]);
});

test("colours come from seeds", () => {
  expect([0, 1, 2, 31].map((seed) => seedColor(seed).toString(16))).toEqual(["fa12f9", "210fc7", "e2aadc", "b44764"]);
});

test("pictures by their address are fetched by whatever the caller gives, each once", async () => {
  const objects = [{ category: "dog", score: 0.9, "bounding-box": { left: 2, top: 3, width: 10, height: 8 } }];
  const photo = encodePng(Frame.create(32, 24, { fill: 0x557799 }));
  const asked: string[] = [];
  const get: PictureFetch = async (address) => {
    asked.push(address);
    return new Response(photo.slice(), { status: address.endsWith("gone.png") ? 404 : 200 });
  };
  const address = "https://example.org/a.png";
  const expected = runTask({ task: "TASK_DRAW_DETECTION", input: { image: photo, objects } });
  for (const input of [
    { image: address, objects },
    { image: new URL(address), objects },
    { input: { image: address, objects } },
  ]) {
    const job = { task: "TASK_DRAW_DETECTION", input } as const;
    const before = JSON.stringify(job);
    expect(runTask(await fetchPictures(job, get))).toEqual(expected);
    expect(JSON.stringify(job)).toBe(before);
  }
  expect(asked).toEqual([address, address, address]);
  const images = [address, photo, address, "https://example.org/b.png"];
  const grid = runTask(await fetchPictures({ task: "TASK_CONCAT", input: { images } }, get));
  expect(grid).toEqual(runTask({ task: "TASK_CONCAT", input: { images: [photo, photo, photo, photo] } }));
  expect(asked.length).toBe(5);
  // what is no address is left to the task
  const here = { task: "TASK_DRAW_DETECTION", input: { image: photo, objects } } as const;
  expect(await fetchPictures(here, get)).toEqual(here);
  expect(asked.length).toBe(5);
});

test("pictures that do not come are named", async () => {
  const job = { task: "TASK_CONCAT", input: { images: ["https://example.org/gone.png"] } } as const;
  const failed = fetchPictures(job, async () => new Response("", { status: 404 }));
  await expect(failed).rejects.toMatchObject({
    code: "IO",
    message: "TASK_CONCAT.images[0]: expected a picture, got status 404",
  });
  const cause = new TypeError("fetch failed");
  const broken = fetchPictures(job, () => Promise.reject(cause));
  await expect(broken).rejects.toMatchObject({ code: "IO", path: "TASK_CONCAT.images[0]", cause });
  for (const wrong of [undefined, null, 5, {}, { task: "TASK_CONCAT" }, { task: "TASK_CONCAT", input: 5 }])
    await expect(fetchPictures(wrong as never, async () => new Response())).rejects.toMatchObject({ code: "ARGUMENT" });
  await expect(fetchPictures(job, undefined as never)).rejects.toMatchObject({ code: "ARGUMENT" });
});

test("what cannot be a picture is called what it is", () => {
  const given = [new ArrayBuffer(8), new Blob([]), Promise.resolve(1), new URL("https://example.org")];
  const kinds = ["ArrayBuffer", "Blob", "Promise", "URL"];
  for (const [i, image] of given.entries())
    expect(() => drawDetection(image as never, { objects: [] })).toThrow(`a Frame, got ${kinds[i]}`);
});

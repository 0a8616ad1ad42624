import { describe, expect, test } from "vitest";
import * as deepdriver from "../../src/log/deepdriver.ts";
import { Image } from "../../src/media/image.ts";
import { md5Hex } from "../../src/model/digest.ts";

const pixels = (seed = 0): { data: Uint8Array; shape: number[] } => ({
  data: Uint8Array.from({ length: 48 }, (_, i) => (i * 11 + seed) & 255),
  shape: [4, 4, 3],
});
const box = (caption: string): object => ({
  position: { minX: 0.1, maxX: 0.2, minY: 0.3, maxY: 0.4 },
  class_id: 1,
  caption,
  scores: { acc: 0.2, loss: 1.2 },
});
const set = (caption: string, name: string) =>
  ({ box_data: [box(caption)], class_labels: { "1": name } }) as unknown as { box_data: never[]; class_labels: object };

const text = (files: ReadonlyMap<string, Uint8Array>, name: string): string =>
  new TextDecoder().decode(files.get(name));

describe("a run", () => {
  test("names files and rows as upstream does, and changes nothing that is handed in", async () => {
    const run = deepdriver.init({ mode: "memory", expName: "cats", config: { lr: 1 } });
    const image = new deepdriver.Image(pixels(), {
      caption: "one",
      boxes: { predictions: set("road", "car") as never },
    });
    const values = { image, loss: 0.5, list: [image, new deepdriver.Image(pixels(1), { caption: "two" })] };
    await deepdriver.log(values);
    await deepdriver.log(image);
    await deepdriver.finish();
    expect(values.image).toBe(image);
    const files = run.files();
    expect([...files.keys()].filter((name) => name.startsWith("media/")).sort()).toEqual([
      "media/image.IMAGE.0.PNG",
      "media/image.IMAGE.1.PNG",
      "media/list.IMAGE.0.0.PNG",
      "media/list.IMAGE.0.1.PNG",
    ]);
    const [first, second] = text(files, "history.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const record = JSON.parse(first.image);
    expect(Object.keys(record)).toEqual([
      "log_type",
      "hash",
      "size",
      "path",
      "height",
      "width",
      "format",
      "caption",
      "boxes",
    ]);
    expect(record).toMatchObject({
      hash: md5Hex(image.toFile()),
      path: "media/image.IMAGE.0.PNG",
      format: "PNG",
      caption: "one",
      boxes: { box_data: [box("road")], class_labels: { 1: "car" } },
    });
    expect(Object.keys(record.boxes)).toEqual(["box_data", "class_labels"]);
    expect(JSON.parse(first.list)[1]).toMatchObject({ caption: "two", boxes: "" });
    expect(JSON.parse(second.image).path).toBe("media/image.IMAGE.1.PNG");
    expect(JSON.parse(text(files, "summary.json"))).toMatchObject({ _step: 2, _custom: { loss: 0.5 } });
    await expect(run.log({ a: 1 })).rejects.toMatchObject({ code: "STATE" });
    await expect(deepdriver.log({ a: 1 })).rejects.toMatchObject({ code: "STATE" });
  });

  test("refuses names that are no names", () => {
    for (const options of [{ expName: "a/b" }, { expName: "x".repeat(50) }, { runName: ".." }])
      expect(() => deepdriver.init({ mode: "memory", ...options })).toThrow(/49 letters/);
  });
});

test("boxes may come as any list, and as what only has numbers for keys", () => {
  const position = { minX: 0, maxX: 1, minY: 0, maxY: 1 };
  const box_data = { 0: { position, class_id: 1 }, 1: { position, class_id: 2 }, length: 2 };
  const make = (strict: boolean) =>
    new deepdriver.BoundingBoxes(
      { key: "p", box_data: box_data as never, class_labels: { 1: "a", 2: "b" } },
      { strict },
    );
  expect(make(false).boxData.map(({ class_id }) => class_id)).toEqual([1, 2]);
  expect(() => make(true)).toThrow(/box_data/);
  for (const length of [1e9, -1, 1.5, "2"])
    expect(() => new deepdriver.BoundingBoxes({ key: "p", box_data: { ...box_data, length } as never })).toThrow(
      expect.objectContaining({ code: "ARGUMENT" }),
    );
});

describe("an artifact", () => {
  test("comes back whole: every group, every caption, images that never were files", async () => {
    const store = deepdriver.memoryArtifacts();
    const artifact = new deepdriver.Artifacts({ name: "cats", type: "dataset", desc: "two" });
    const one = new deepdriver.Image(pixels(), {
      caption: "one",
      boxes: { truth: set("a", "car"), predictions: set("b", "bus") } as never,
    });
    const two = new deepdriver.Image(pixels(1), { caption: "two", boxes: { predictions: set("c", "cat") } as never });
    artifact.add([one, two], "pets").add(one, "first");
    expect(artifact.entryList.map(({ path, key }) => `${key} ${path}`)).toEqual([
      "pets pets.IMAGE.0.PNG",
      "pets_json pets.IMAGE.0.json",
      "pets pets.IMAGE.1.PNG",
      "pets_json pets.IMAGE.1.json",
      "first first.IMAGE.PNG",
      "first_json first.IMAGE.json",
    ]);
    const lines = artifact.entryList.map(({ path, digest }) => `${path}:${digest}\n`).sort();
    expect(artifact.digest).toBe(md5Hex(new TextEncoder().encode(lines.join(""))));
    expect(await deepdriver.uploadArtifact(artifact, store)).toBe("V1");
    const back = await deepdriver.getArtifact({ name: "cats", type: "dataset", store });
    expect(back).toMatchObject({ tag: "V1", desc: "two", digest: artifact.digest });
    const images = back.get("pets") as Image[];
    expect(images.map(({ caption }) => caption)).toEqual(["one", "two"]);
    expect(images[0]!.toDataArray()).toEqual(one.toDataArray());
    const marks = (image: Image) =>
      image.toScene().annotations.map(({ group, category, caption }) => [group, category, caption]);
    expect(marks(images[0]!)).toEqual(marks(one));
    expect((back.get("first") as Image).caption).toBe("one");
    expect(await deepdriver.uploadArtifact(back, store)).toBe("V2");
    expect((await deepdriver.getArtifact({ name: "cats", type: "dataset", tag: "V1", store })).tag).toBe("V1");
  });

  test("whose file was changed is refused", async () => {
    const store = deepdriver.memoryArtifacts();
    const artifact = new deepdriver.Artifacts({ name: "cats", type: "dataset" });
    artifact.add(new deepdriver.Image(pixels()), "cat");
    await artifact.upload(store);
    const files = new Map(await store.get("dataset", "cats", "V1"));
    files.set("cat.IMAGE.PNG", new deepdriver.Image(pixels(9)).toFile());
    await store.put("dataset", "cats", "V2", files);
    await expect(deepdriver.getArtifact({ name: "cats", type: "dataset", store })).rejects.toMatchObject({
      code: "DECODE",
      path: "cat.IMAGE.PNG",
    });
    await expect(deepdriver.getArtifact({ name: "dogs", type: "dataset", store })).rejects.toMatchObject({
      code: "IO",
    });
    expect(() => artifact.get("dog")).toThrow(/key/);
    expect(() => artifact.add(new deepdriver.Image(pixels()))).toThrow(/name/);
    expect(() => new deepdriver.Artifacts({ name: "../x", type: "dataset" })).toThrow(/letters/);
  });
});

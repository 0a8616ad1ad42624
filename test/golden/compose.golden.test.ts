/**
 * Heat maps, icons and pictures out of pictures do not change unnoticed, and are the same bytes in Node and in the browser.
 * `UPDATE=1 npx vitest run --project node test/golden` writes the list anew; look at the pictures before you commit it.
 */
import { afterAll, describe, expect, test } from "vitest";
import { decodeImage } from "../../src/codec/image.ts";
import { encodePng } from "../../src/codec/png-encode.ts";
import type { Frame } from "../../src/core/frame.ts";
import { concat, contactSheet } from "../../src/draw/contact-sheet.ts";
import { crop } from "../../src/draw/crop.ts";
import { cropGallery } from "../../src/draw/crop-gallery.ts";
import { differenceOverlay } from "../../src/draw/difference.ts";
import { render } from "../../src/draw/render.ts";
import { resize } from "../../src/draw/resize.ts";
import { sideBySide } from "../../src/draw/side-by-side.ts";
import type { Style } from "../../src/draw/style.ts";
import type { HeatMap, Icon, Scene } from "../../src/model/scene.ts";
import { readCoco } from "../../src/format/coco.ts";
import { projectBytes, sha256 } from "../support/files.ts";
import { random } from "../support/random.ts";
import { testFrame, testScene } from "../support/scenes.ts";

const LIST = "test/golden/compose.json";
const update = typeof process !== "undefined" && Boolean(process.env?.["UPDATE"]);
const expected = JSON.parse(new TextDecoder().decode(await projectBytes(LIST))) as Record<string, string>;
const seen: Record<string, string> = {};

async function check(name: string, frame: Frame): Promise<void> {
  seen[name] = await sha256(encodePng(frame));
  if (!update) expect(`${name} ${seen[name]}`).toBe(`${name} ${expected[name]}`);
}

/** A red disc with a soft rim. */
const DISC: Icon = {
  width: 24,
  height: 24,
  data: Uint8Array.from({ length: 24 * 24 * 4 }, (_, i) => {
    const [x, y] = [((i >> 2) % 24) - 11.5, Math.floor(i / 96) - 11.5];
    return [220, 40, 50, Math.max(0, Math.min(255, Math.round((12 - Math.sqrt(x * x + y * y)) * 255)))][i % 4]!;
  }),
};

const HILL = Array.from({ length: 12 * 9 }, (_, i) => {
  const [x, y] = [(i % 12) - 4, Math.floor(i / 12) - 5];
  return i === 20 ? NaN : 1 / (1 + (x * x + y * y) / 5);
});
const ARRAY: HeatMap = { kind: "array", data: HILL, width: 12, height: 9 };

function somePoints(width: number, height: number): HeatMap {
  const next = random(77);
  return { kind: "points", points: Array.from({ length: 80 }, (_, i) => next() * next() * (i % 2 ? height : width)) };
}

describe("golden pictures", () => {
  test.each([
    ["array", (): HeatMap => ARRAY, {}],
    ["array fade turbo", (): HeatMap => ARRAY, { heatMapFade: true, heatMapColors: "turbo", heatMapBar: "top-left" }],
    ["points", somePoints, {}],
    ["points magma", somePoints, { heatMapColors: "magma", heatMapAlpha: 1, heatMapRange: [0, 3] }],
  ] as [string, (width: number, height: number) => HeatMap, Style][])(
    "of a heat map: %s",
    async (name, make, style) => {
      for (const [width, height] of [
        [1, 1],
        [64, 48],
        [640, 480],
      ] as const) {
        using frame = testFrame(width, height, 3, name === "points magma");
        render(frame, { ...testScene(width, height, 2), heatMaps: [make(width, height)] }, style);
        await check(`heat map ${name} ${width}x${height}`, frame);
      }
    },
  );

  test("of icons", async () => {
    for (const [name, style] of [
      ["", {}],
      [" share", { iconSize: 0.5, iconAnchor: "top-right", iconAlpha: 0.7 }],
    ] as const) {
      using frame = testFrame(320, 240);
      const scene = testScene(320, 240, 8, 5);
      const annotations = scene.annotations.map((annotation) => ({ ...annotation, icon: DISC }));
      render(frame, { ...scene, annotations }, style);
      await check(`icons${name}`, frame);
    }
  });

  test("of other sizes", async () => {
    for (const alpha of [false, true]) {
      using frame = testFrame(320, 200, 6, alpha);
      for (const method of ["area", "lanczos3", "nearest"] as const)
        for (const [width, height] of [
          [160, 100],
          [77, 131],
          [500, 333],
        ] as const) {
          using result = resize(frame, { width, height, method });
          await check(`${method} ${width}x${height}${alpha ? " alpha" : ""}`, result);
        }
      using cover = resize(frame, { width: 100, height: 100, fit: "cover" });
      await check(`cover${alpha ? " alpha" : ""}`, cover);
    }
  });

  test("of parts", async () => {
    using frame = testFrame(320, 200, 6);
    using round = crop(frame, { x: 250, y: -20, width: 120, height: 90 }, { outside: "pad", cornerRadius: 20 });
    await check("crop round", round);
    using circle = crop(frame, { x: 20, y: 30, width: 101, height: 90 }, { circle: true });
    await check("crop circle", circle);
    using both = concat([round, circle], { gap: 6, background: "#335577" });
    await check("concat", both);
  });

  test("of sheets and comparisons", async () => {
    using frame = testFrame(400, 300, 2);
    const scene = testScene(400, 300, 14, 9);
    using gallery = cropGallery(frame, scene, { label: "{category} {score:.0%}" }, { cellWidth: 120, cellHeight: 90 });
    await check("gallery", gallery);
    using marked = cropGallery(frame, scene, { maxCount: 5 }, { annotated: true, background: "#1f2328", columns: 3 });
    await check("gallery annotated", marked);
    using pair = sideBySide(frame, scene);
    await check("side by side", pair);
    using sheet = contactSheet([frame, pair, gallery], {
      captions: ["one", "a caption too long for its place"],
      title: "All",
    });
    await check("contact sheet", sheet);
    differenceOverlay(frame, scene);
    await check("difference", frame);
  });

  test("of the sample dataset", async () => {
    const dataset = readCoco(await projectBytes("examples/sample/instances.json"));
    for (const scene of dataset.scenes as Iterable<Scene>) {
      using frame = decodeImage(await projectBytes(`examples/sample/images/${scene.fileName}`));
      using gallery = cropGallery(frame, scene);
      await check(`gallery ${scene.fileName}`, gallery);
    }
  });
});

afterAll(async () => {
  if (update) {
    const { writeFile } = await import("node:fs/promises");
    await writeFile(LIST, `${JSON.stringify(seen, null, 2)}\n`);
  } else expect(Object.keys(expected).sort()).toEqual(Object.keys(seen).sort());
});

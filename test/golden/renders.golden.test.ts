/**
 * Renders do not change unnoticed, and are the same bytes in Node and in the browser: both compare with one list.
 * `UPDATE=1 npx vitest run --project node test/golden` writes the list anew; look at the pictures before you commit it.
 */
import { afterAll, describe, expect, test } from "vitest";
import { decodeImage } from "../../src/codec/image.ts";
import { type Style } from "../../src/draw/style.ts";
import { renderToJpeg, renderToPng } from "../../src/draw/render.ts";
import { readCoco } from "../../src/format/coco.ts";
import type { Scene } from "../../src/model/scene.ts";
import { projectBytes, sha256 } from "../support/files.ts";
import { registerTestFonts, SAMPLES } from "../support/fonts.ts";
import { lineScene, testFrame, testScene, testTexts } from "../support/scenes.ts";

const LIST = "test/golden/renders.json";
const update = typeof process !== "undefined" && Boolean(process.env?.["UPDATE"]);
const expected = JSON.parse(new TextDecoder().decode(await projectBytes(LIST))) as Record<string, string>;
const seen: Record<string, string> = {};

async function check(name: string, bytes: Uint8Array): Promise<void> {
  seen[name] = await sha256(bytes);
  if (!update) expect(`${name} ${seen[name]}`).toBe(`${name} ${expected[name]}`);
}

const SIZES: [width: number, height: number][] = [
  [1, 1],
  [7, 3],
  [64, 48],
  [321, 200],
  [640, 480],
];

const STYLES: Record<string, Style> = {
  plain: {},
  instance: { colorBy: "instance", maskAlpha: 0.7, maskOutline: 0 },
  track: { colorBy: "track", boxWidth: 1, boxFill: 0.2 },
  group: { colorBy: "group", boxWidth: 6, label: "{group} {id}" },
  truncate: { blend: "truncate", maskAlpha: 0.5 },
  masks: { boxWidth: 0, showLabels: false, maskOutline: 3 },
  filtered: { minScore: 0.5, fontSize: 20 },
};

/** Kinds of area marks, on scenes where objects overlap. */
const AREAS: Record<string, Style> = {
  halo: { maskHalo: 9, maskHaloColor: "#ffffff", maskAlpha: 0 },
  hatch: { maskHatch: "diagonal", maskHatches: { dog: "dots", car: "cross", predictions: "vertical" } },
  average: { maskMode: "blend", maskOutline: 4.5, maskOutlineColor: "#ffffff" },
  dark: { dim: 0.6 },
  light: { dim: 0.7, dimMode: "light", maskAlpha: 0 },
  gray: { dim: 1, dimMode: "gray", maskOutline: 0.5 },
  pixelate: { privacyCategories: ["car", "dog", "person"] },
  blur: { privacyCategories: ["car", "dog", "person"], privacyMode: "blur" },
};

/** On a scene of everything that is drawn by lines. */
const LINE_STYLES: Record<string, Style> = {
  lines: {},
  dashed: { boxLine: "dashed", shapeLine: "dashed", boxRadius: 6, boxFill: 0.2, keypointMarker: "square" },
  dotted: { boxLine: "dotted", shapeLine: "dotted", shapeFill: 0.3, keypointMarker: "diamond", pointMarker: "star" },
  corners: { boxCorners: true, boxWidth: 4, shapeWidth: 5, keypointMarker: "triangle", pointMarker: "cross" },
  feet: { boxMark: "ellipse", boxWidth: 3, keypointColors: "object", keypointMarker: "star", traceWidth: 12 },
  pointers: { boxMark: "triangle", groupLines: { predictions: "dotted" }, keypointMarker: "cross" },
  circles: { boxMark: "circle", boxAlign: "outside", keypointSkeleton: "auto" },
  dots: { boxMark: "dot", boxAnchor: "bottom", traceLength: 20 },
};

describe("golden renders", () => {
  for (const [name, style] of Object.entries(AREAS)) {
    test(`areas: ${name}`, async () => {
      for (const alpha of [false, true]) {
        const frame = testFrame(320, 240, 3, alpha);
        const png = renderToPng(frame, testScene(320, 240, 12, 5), style);
        await check(`area ${name}${alpha ? " on alpha" : ""}`, png);
        frame.free();
      }
    });
  }

  test("areas: soft masks and label maps", async () => {
    const [width, height] = [320, 240];
    const soft = Float32Array.from({ length: 120 * 90 }, (_, i) => {
      const [x, y] = [(i % 120) / 60 - 1, Math.floor(i / 120) / 45 - 1];
      return 1.3 - x * x - y * y;
    });
    const data = Uint16Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [(i % width) - 200, Math.floor(i / width) - 90];
      return x * x + y * y < 6000 ? 40_000 : y > 20 + x / 6 ? 7 : y > 60 - x ? 300 : 0;
    });
    const scene: Scene = {
      ...testScene(width, height, 4, 6),
      labelMaps: [{ data, width, height, classes: new Map([[7, "road"]]) }],
    };
    const annotations = [
      ...scene.annotations,
      {
        category: "smoke",
        segmentation: { kind: "soft" as const, data: soft, width: 120, height: 90, left: 15, top: -20 },
      },
    ];
    for (const [name, style] of Object.entries({
      plain: {},
      "own borders": { labelMapBorder: 4, labelMapAlpha: 0.3, maskCut: 0.4, maskOutline: 0 },
      "one border": { labelMapBorder: 1.5, labelMapBorderColor: "#fff", labelMapClasses: { road: { hide: true } } },
    } satisfies Record<string, Style>)) {
      const frame = testFrame(width, height, 3);
      await check(`soft and labels, ${name}`, renderToPng(frame, { ...scene, annotations }, style));
      frame.free();
    }
  });

  for (const [width, height] of SIZES) {
    for (const [name, style] of Object.entries(STYLES)) {
      test(`${name} at ${width} x ${height}`, async () => {
        const frame = testFrame(width, height, 3);
        await check(`${name} ${width}x${height}`, renderToPng(frame, testScene(width, height, 12, 5), style));
        frame.free();
      });
    }
  }

  test("labels of several lines, on plates that shine through, in a crowd", async () => {
    const frame = testFrame(320, 240, 6);
    const style: Style = {
      label: "{category} {score:.0%}\n{group}, #{id}",
      labelAlign: "center",
      labelPlateAlpha: 0.6,
      labelMaxWidth: "9em",
      declutter: "all",
    };
    await check("labels", renderToPng(frame, testScene(320, 240, 40, 9), style));
    frame.free();
  });

  test("classes of the picture, a legend and a caption", async () => {
    const classifications = [
      { category: "street", categoryId: 3, score: 0.91 },
      { category: "market", categoryId: 4, score: 0.07 },
      { category: "harbour", categoryId: 9, score: 0.02 },
    ];
    const caption = "A street with cars and people, seen from a balcony above the crossing: 18:40";
    const data = Uint8Array.from({ length: 320 * 240 }, (_, i) => (i % 320 < 90 ? 0 : i < 40_000 ? 2 : 5));
    const labelMaps = [{ data, width: 320, height: 240, classes: new Map([[2, "sky"]]) }];
    const scene = { ...testScene(320, 240, 9, 3), classifications, caption, labelMaps };
    for (const [name, style] of Object.entries({
      bars: { legend: "auto", caption: true },
      banner: { legend: "bottom-left", classificationStyle: "banner", labelPosition: "center", labelPlate: "#202020" },
    } satisfies Record<string, Style>)) {
      const frame = testFrame(320, 240, 6);
      await check(`blocks ${name}`, renderToPng(frame, scene, style));
      frame.free();
    }
  });
  for (const [width, height] of SIZES.slice(2)) {
    for (const [name, style] of Object.entries(LINE_STYLES)) {
      test(`${name} at ${width} x ${height}`, async () => {
        const frame = testFrame(width, height, 3);
        await check(`${name} ${width}x${height}`, renderToPng(frame, lineScene(width, height), style));
        frame.free();
      });
    }
  }

  test("a picture with alpha", async () => {
    const frame = testFrame(200, 120, 4, true);
    await check("alpha", renderToPng(frame, testScene(200, 120, 10, 8)));
    frame.free();
  });

  test("JPEG output", async () => {
    const frame = testFrame(200, 120, 4);
    await check("jpeg", renderToJpeg(frame, testScene(200, 120, 10, 8)));
    frame.free();
  });

  test("PNG levels", async () => {
    const frame = testFrame(200, 120, 4);
    await check("store", renderToPng(frame, testScene(200, 120, 1, 8), {}, { level: "store" }));
    await check("small", renderToPng(frame, testScene(200, 120, 1, 8), {}, { level: "small" }));
    frame.free();
  });

  test("the sample dataset", async () => {
    const dataset = readCoco(await projectBytes("examples/sample/instances.json"));
    for (const scene of dataset.scenes as Iterable<Scene>) {
      const frame = decodeImage(await projectBytes(`examples/sample/images/${scene.fileName}`));
      await check(`sample ${scene.fileName}`, renderToPng(frame, scene));
      frame.free();
      const focus = decodeImage(await projectBytes(`examples/sample/images/${scene.fileName}`));
      const style: Style = { dim: 0.5, maskHalo: 12, maskAlpha: 0.2, privacyCategories: ["person"] };
      await check(`sample ${scene.fileName} in focus`, renderToPng(focus, scene, style));
      focus.free();
    }
  });

  test("labels in other scripts", async () => {
    await registerTestFonts("arabic", "hebrew", "devanagari", "thai", "hangul", "japanese", "cff", "variable");
    const frame = testFrame(480, 400, 5);
    const annotations = SAMPLES.map(([script, , caption], i) => ({
      box: { x: 10 + (i % 2) * 240, y: 40 + Math.floor(i / 2) * 75, width: 200, height: 30 },
      caption: i % 3 ? caption : `${caption} 0.${i} ${script}`,
      categoryId: i,
    }));
    await check("scripts", renderToPng(frame, { width: 480, height: 400, annotations }, { fontSize: 17 }));
    frame.free();
  });

  for (const textPlacement of ["under", "beside", "inside", "none"] as const)
    test(`texts ${textPlacement}`, async () => {
      await registerTestFonts("arabic", "hangul", "japanese", "thai");
      const frame = testFrame(450, 320, 6);
      const label = textPlacement === "beside" ? "{text} {score:.2f}" : undefined;
      const scene = { width: 450, height: 320, annotations: testTexts() };
      await check(`texts ${textPlacement}`, renderToPng(frame, scene, { textPlacement, label }));
      frame.free();
    });
});

afterAll(async () => {
  if (update) {
    const { writeFile } = await import("node:fs/promises");
    await writeFile(LIST, `${JSON.stringify(seen, null, 2)}\n`);
  } else expect(Object.keys(expected).sort()).toEqual(Object.keys(seen).sort());
});

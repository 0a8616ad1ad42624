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
import { testFrame, testScene, testTexts } from "../support/scenes.ts";

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

describe("golden renders", () => {
  for (const [width, height] of SIZES) {
    for (const [name, style] of Object.entries(STYLES)) {
      test(`${name} at ${width} x ${height}`, async () => {
        const frame = testFrame(width, height, 3);
        await check(`${name} ${width}x${height}`, renderToPng(frame, testScene(width, height, 12, 5), style));
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

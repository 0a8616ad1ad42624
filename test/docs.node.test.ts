/** The examples of the README and of the docstrings run, and give what their comments say. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { paintLabelMap } from "../src/core/label-map.ts";
import { MaskSet } from "../src/core/masks.ts";
import { lineBrush } from "../src/core/brush.ts";
import * as batch from "../src/batch/index.ts";
import * as format from "../src/format/index.ts";
import * as limn from "../src/index.ts";
import { imageType } from "../src/codec/sniff.ts";
import { temporaryFolder } from "./support/cli.ts";
import { testFrame, testScene } from "./support/scenes.ts";

const SAMPLE = "examples/sample/images/square/bench.jpg";

describe("README", () => {
  const blocks = [...readFileSync("README.md", "utf8").matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code!);

  test("has examples", () => {
    expect(blocks.length).toBeGreaterThan(4);
  });

  test.each(blocks.map((code, i) => [i + 1, code]))("example %i runs", (i, code) => {
    // below the project, so that the package finds itself by its name; run where the files are that it names
    mkdirSync("build/docs", { recursive: true });
    const file = resolve(`build/docs/readme-${i}.mjs`);
    writeFileSync(file, withChecks(code as string));
    const folder = temporaryFolder();
    cpSync("examples/sample/images", join(folder, "photos"), { recursive: true });
    cpSync("examples/sample/instances.json", join(folder, "instances.json"));
    cpSync(SAMPLE, join(folder, "photo.jpg"));
    execFileSync(process.execPath, [file], { cwd: folder, stdio: "pipe" });
  });
});

describe("docstrings", () => {
  const examples = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) =>
      [...readFileSync(join("src", file), "utf8").matchAll(/\/\*\*([\s\S]*?)\*\//g)]
        .map(([, comment]) => comment!.replace(/^\s*\* ?/gm, ""))
        .filter((comment) => comment.includes("@example"))
        .map((comment) => [file, comment.split("@example")[1]!.split(/^@/m)[0]!.trim()] as const),
    )
    .filter(([file]) => file !== "core/load.ts"); // the README's last example

  test("are there", () => {
    expect(examples.length).toBeGreaterThan(30);
  });

  test.each(examples)("of %s: %s", async (_, code) => {
    const photo = readFileSync(SAMPLE);
    const mask = limn.rle.fromPolygons([[10, 10, 60, 10, 60, 40, 10, 40]], 48, 64);
    const frame = testFrame(100, 100);
    const scene = testScene(100, 100, 4);
    const { maxPixels } = limn.limits;
    const given: Record<string, unknown> = {
      ...limn,
      ...format,
      ...batch,
      json: readFileSync("examples/sample/instances.json"),
      dataset: format.readCoco(readFileSync("examples/sample/instances.json")),
      MaskSet,
      lineBrush,
      paintLabelMap,
      imageType,
      frame,
      mask,
      photo,
      scene,
      truth: scene,
      predictions: scene,
      objects: [{ category: "cat", score: 0.9, boundingBox: { left: 4, top: 4, width: 40, height: 30 } }],
      stuffs: [{ category: "sky", rle: "0,100" }],
      before: frame,
      after: frame,
      frames: [frame, frame],
      names: ["noon", "evening"],
      bytes: bytesFor(code, photo),
      webp: limn.encodePng(frame),
      run: limn.init({ mode: "memory" }),
      ids: new Uint8Array(640 * 480),
      classIds: new Uint8Array(100 * 100),
      boxes: new limn.deepdriver.BoundingBoxes({ key: "predictions", box_data: [] }),
      readFileSync: () => photo,
      writeFileSync: () => undefined,
      fetch: async () => new Response(photo),
      console: { log: () => undefined },
      same,
    };
    if (code.includes("new deepdriver.Image("))
      given["deepdriver"] = {
        Image: class {
          toPng = (): void => undefined;
        },
      };
    if (code.includes("Image.open")) {
      given["Image"] = { open: async () => new limn.Image(photo) };
    }
    if (code.includes("decodeImage(") || code.includes("renderToPng")) given["scene"] = testScene(480, 640, 4);
    if (code.includes("expect: { width")) given["bytes"] = limn.encodePng(testFrame(640, 480));
    if (code.includes("registerFont(")) given["readFileSync"] = () => readFileSync("test/fonts/hangul.ttf");
    const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
    const body = withChecks(code)
      .replace('images: "photos", out: "drawn"', JSON.stringify(folders()).slice(1, -1))
      .replace('images: "photos", archive', `images: ${JSON.stringify(folders().images)}, archive`)
      .replace(/images: "photos", output: \{ folder: "drawn" \}/, () => {
        const { images, out } = folders();
        return `images: ${JSON.stringify(images)}, output: { folder: ${JSON.stringify(out)} }`;
      })
      .replace(/\busing /g, "const ")
      .replace(/^import .*$/gm, "");
    await (new AsyncFunction(...Object.keys(given), `{\n${body}\n}`)(...Object.values(given)) as Promise<void>);
    limn.limits.maxPixels = maxPixels;
  });
});

function folders(): { images: string; out: string } {
  return { images: "examples/sample/images", out: temporaryFolder() };
}

/** The bytes of a file in the format that an example decodes. */
function bytesFor(code: string, photo: Uint8Array): Uint8Array {
  if (code.includes("decodePng")) return limn.encodePng(testFrame(20, 20));
  if (code.includes("decodeBmp")) return limn.encodeBmp(testFrame(20, 20));
  return photo;
}

/** `expression; // value` becomes a check where the comment is a list, a string, a number or a truth value. */
function withChecks(code: string): string {
  const checked = code.replace(
    /^(?!const |import |await |for |if |\s|\/\/)(.+?);?\s*\/\/ (?:Uint8Array )?(\[[^\]]*\]|"[^"]*"|-?[\d.]+|true|false)$/gm,
    "__same($1, $2);",
  );
  return checked === code ? code : `${checked}\n${same.toString().replace("function same", "function __same")}`;
}

function same(actual: unknown, expected: unknown): void {
  const plain = (value: unknown): string =>
    JSON.stringify(ArrayBuffer.isView(value) ? Array.from(value as Uint8Array) : value);
  if (plain(actual) !== plain(expected)) throw new Error(`the comment says ${plain(expected)}, it is ${plain(actual)}`);
}

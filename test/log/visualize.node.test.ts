/**
 * Pages that `visualize` writes, opened as files in a browser that reaches no network.
 * Long: all need the one browser, and the watch on what a page does.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import sharp from "sharp";
import type { BrowserContextOptions, Page } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { decodeImage } from "../../src/codec/image.ts";
import { Frame } from "../../src/core/frame.ts";
import { registerFont } from "../../src/draw/fonts/registry.ts";
import { render } from "../../src/draw/render.ts";
import { resizeScene } from "../../src/draw/resize-scene.ts";
import { resize } from "../../src/draw/resize.ts";
import type { Style } from "../../src/draw/style.ts";
import { visualize as deepdriverVisualize } from "../../src/log/deepdriver.ts";
import { JUPYTER_DISPLAY, visualize } from "../../src/log/visualize.ts";
import { Image } from "../../src/media/image.ts";
import type { Scene } from "../../src/model/scene.ts";
import { pageOf } from "../../src/viewer/page.ts";
import { chromiumTest, fileBrowser } from "../support/chromium.ts";
import { testFrame, testScene } from "../support/scenes.ts";

let dir: string;
const browser = fileBrowser();
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "limn-page-"));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const pixels = (seed = 0, width = 48, height = 32) => ({
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 11 + seed) & 255),
  shape: [height, width, 3],
});
const BOXES = {
  box_data: [
    { position: { minX: 0.1, maxX: 0.5, minY: 0.1, maxY: 0.6 }, class_id: 1, scores: { acc: 0.8 } },
    { position: { minX: 0.4, maxX: 0.9, minY: 0.3, maxY: 0.9 }, class_id: 2, scores: { acc: 0.3 } },
  ],
  class_labels: { 1: "car", 2: "dog" },
};

/** A page that is looked at, and everything about it that should not happen. */
interface Opened {
  readonly page: Page;
  /** Requests, words on the console, dialogs, breaches of the policy, windows, a flag that hostile data sets. */
  trouble(): Promise<readonly string[]>;
}

async function open(path: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser().newContext({ viewport: { width: 1000, height: 800 }, ...options });
  const trouble: string[] = [];
  await context.route(/^(?!file:)/, (route) => {
    trouble.push(`network ${route.request().url()}`);
    return route.abort();
  });
  await context.addInitScript(() => {
    const breaches: string[] = ((globalThis as never as { breaches: string[] }).breaches = []);
    document.addEventListener("securitypolicyviolation", (event) => breaches.push(event.violatedDirective));
  });
  const page = await context.newPage();
  page.on("request", (request) => {
    if (request.url() !== pathToFileURL(path).href) trouble.push(`request ${request.url().slice(0, 80)}`);
  });
  page.on("console", (message) => {
    // what reads the canvas is the test
    if (!message.text().includes("getImageData")) trouble.push(`console ${message.text()}`);
  });
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("popup", () => trouble.push("popup"));
  page.on("dialog", (dialog) => {
    trouble.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(pathToFileURL(path).href);
  await drawn(page);
  return {
    page,
    async trouble() {
      await page.waitForTimeout(50);
      const inside = await page.evaluate(() => {
        const { breaches, pwned } = globalThis as never as { breaches: string[]; pwned?: unknown };
        return [...breaches, ...(pwned === undefined ? [] : ["pwned"])];
      });
      return [...trouble, ...inside];
    },
  };
}

/** Wait until the picture that is looked at is on the canvas. */
async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector("limn-image")?.drawnScene !== undefined);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** What is on the canvas, and the style that it says it was drawn with. */
async function canvasOf(
  page: Page,
): Promise<{ rgba: Buffer; width: number; height: number; style: Style; css: number }> {
  const { base64, ...rest } = await page.evaluate(() => {
    const element = document.querySelector("limn-image")!;
    const canvas = element.shadowRoot!.querySelector("canvas")!;
    const { data, width, height } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let binary = "";
    for (let i = 0; i < data.length; i += 4096) binary += String.fromCharCode(...data.subarray(i, i + 4096));
    return {
      base64: btoa(binary),
      width,
      height,
      style: element.drawnStyle,
      css: canvas.getBoundingClientRect().width,
    };
  });
  return { rgba: Buffer.from(base64, "base64"), ...rest };
}

/** The canvas holds what `render` draws in Node, byte for byte. */
async function expectDrawn(page: Page, frame: Frame, scene: Scene, style: Style): Promise<void> {
  const canvas = await canvasOf(page);
  const { width, height } = canvas;
  using expected = resize(frame, { width, height, method: width >= frame.width * 4 ? "nearest" : undefined });
  const { fontSize, boxWidth } = canvas.style;
  render(expected, resizeScene(scene, width, height), { fontSize, boxWidth, ...style });
  expect(Buffer.compare(canvas.rgba, Buffer.from(expected.toRgba()))).toBe(0);
}

describe("a page", () => {
  chromiumTest("shows what render draws in Node, and asks for nothing", async () => {
    const image = new Image(pixels(), { caption: "a caption", boxes: { predictions: BOXES } });
    const path = visualize(image, { as: "file" });
    const { page, trouble } = await open(path);
    using frame = image.toFrame();
    await expectDrawn(page, frame, image.toScene(), {});
    await page.getByRole("checkbox", { name: "car" }).click();
    await drawn(page);
    await expectDrawn(page, frame, image.toScene(), { hideCategories: ["car"] });
    await page.getByRole("slider", { name: "acc" }).press("End");
    await drawn(page);
    await expectDrawn(page, frame, image.toScene(), { hideCategories: ["car"], scoreLimits: { acc: { min: 1 } } });
    expect(await page.getByText("a caption").isVisible()).toBe(true);
    expect(await trouble()).toEqual([]);
    await page.context().close();
  });

  chromiumTest("is drawn on every pixel of screens of any density", async () => {
    const scene = testScene(120, 90, 6);
    using frame = testFrame(120, 90);
    const path = visualize({ scene, image: frame }, { as: "file" });
    for (const deviceScaleFactor of [1, 1.5, 2, 3]) {
      const { page, trouble } = await open(path, { deviceScaleFactor, viewport: { width: 480, height: 600 } });
      const { width, css } = await canvasOf(page);
      expect(Math.abs(width - css * deviceScaleFactor)).toBeLessThan(1e-3);
      await expectDrawn(page, frame, scene, {});
      expect(await trouble()).toEqual([]);
      await page.context().close();
    }
  });

  chromiumTest("looks as wanted: the picture on the screen is the picture that was drawn", async () => {
    const scene = testScene(200, 150, 5);
    using frame = testFrame(200, 150);
    const path = visualize({ scene, image: frame }, { as: "file" });
    const { page } = await open(path, { colorScheme: "dark" });
    const { rgba, width, height } = await canvasOf(page);
    using shot = decodeImage(await page.locator("limn-image canvas").first().screenshot());
    // a screenshot may begin on a part of a pixel
    expect([Math.abs(shot.width - width) <= 1, Math.abs(shot.height - height) <= 1]).toEqual([true, true]);
    const seen = shot.view();
    let other = 0;
    for (let y = 8; y < height - 8; y++)
      for (let x = 8; x < width - 8; x++)
        for (let c = 0; c < 3; c++) if (seen[(y * shot.width + x) * 4 + c] !== rgba[(y * width + x) * 4 + c]) other++;
    expect(other / (width * height * 3)).toBeLessThan(0.002);
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground).toBe("rgb(21, 24, 28)");
    await page.context().close();
  });

  chromiumTest("holds many pictures, and the keys that turn them", async () => {
    const images = Array.from(
      { length: 5 },
      (_, i) => new Image(pixels(i), { boxes: { p: BOXES }, fileName: `${i}.png` }),
    );
    const path = visualize(images, { as: "file", title: "Five" });
    const { page, trouble } = await open(path);
    expect(await page.title()).toBe("Five");
    await page.locator(".stage").focus();
    for (let i = 1; i < 5; i++) {
      await page.keyboard.press("ArrowRight");
      await page.getByText(`${i + 1} / 5`).waitFor();
      await page.waitForFunction(
        (name) => document.querySelector("limn-image")?.drawnScene?.fileName === name,
        `${i}.png`,
      );
      await drawn(page);
      using frame = images[i]!.toFrame();
      await expectDrawn(page, frame, images[i]!.toScene(), {});
    }
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as PNG" }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe("4.png");
    using frame = decodeImage(readFileSync(await saved.path()));
    using wanted = images[4]!.render();
    expect(Buffer.compare(Buffer.from(frame.toRgba()), Buffer.from(wanted.toRgba()))).toBe(0);
    // the picture was saved from the page's own memory
    expect((await trouble()).filter((each) => !each.startsWith("request blob:"))).toEqual([]);
    await page.context().close();
  });

  const EVIL = [
    "</script><script>pwned=1</script>",
    "<!--<script>",
    "<img src=x onerror=pwned=1>",
    '<img src=x onerror="alert(1)">',
    "\"' onfocus=pwned=1 autofocus x='\"",
    "</title><svg onload=pwned=1>",
    '</limn-image><iframe srcdoc="<script>parent.pwned=1</script>">',
    "]]>\u2028pwned=1\u2029//",
    "${pwned=1}`+pwned",
    "javascript:pwned=1",
    "&lt;script&gt;pwned=1&lt;/script&gt;",
    "__proto__",
    "constructor",
    "\0\ud800\r\n",
  ];

  chromiumTest("runs nothing of captions, labels, classes, groups, scores and names, whatever they are", async () => {
    const scenes = EVIL.map((evil, i): Scene => ({
      width: 48,
      height: 32,
      fileName: evil,
      imageId: evil,
      caption: evil,
      split: evil,
      attributes: new Map([[evil, evil]]),
      classifications: [{ category: evil, score: 0.5 }],
      annotations: [0, 1].map((k) => ({
        id: evil,
        category: evil,
        categoryId: evil,
        group: evil,
        trackId: evil,
        caption: k ? evil : undefined,
        text: evil,
        scores: new Map([[evil, k]]),
        attributes: new Map([[evil, evil]]),
        box: { x: 2 + k * 20, y: 4, width: 18, height: 20 },
      })),
      labelMaps: [
        {
          data: new Uint8Array(48 * 32).fill(i),
          width: 48,
          height: 32,
          group: evil,
          classes: new Map([[i, evil]]),
        },
      ],
    }));
    const path = visualize(
      scenes.map((scene) => ({ scene, image: new Image(pixels(), { fileName: scene.fileName }) })),
      {
        as: "file",
        title: EVIL.join(" "),
        style: {
          colors: Object.fromEntries(EVIL.map((evil) => [evil, "#ff0000"])),
          groupLines: Object.fromEntries(EVIL.map((evil) => [evil, "dotted"])),
        },
      },
    );
    const text = readFileSync(path, "utf8");
    // the data, the pictures, the viewer
    for (const tag of [/<script\b/gi, /<\/script/gi]) expect(text.match(tag)).toHaveLength(EVIL.length + 2);
    expect(text).not.toMatch(/<img|<iframe|<svg|<!--/i);
    const { page, trouble } = await open(path);
    expect(
      await page.evaluate(() => {
        const { pictures, shadowRoot } = document.querySelector("limn-image")!;
        const odd = "img, iframe, script:not([type]), [onerror], [onload], [onfocus]";
        const found = document.querySelectorAll(odd).length + shadowRoot!.querySelectorAll(odd).length;
        return [found, pictures.map(({ scene }) => scene.caption)];
      }),
    ).toEqual([0, EVIL]);
    for (let i = 1; i < EVIL.length; i++) {
      await page.getByRole("button", { name: "Next picture" }).click();
      await page.waitForFunction((at) => {
        const element = document.querySelector("limn-image")!;
        return element.drawnScene?.annotations === undefined ? false : element.index === at;
      }, i);
      await drawn(page);
    }
    for (const box of (await page.getByRole("checkbox").all()).slice(0, 8)) await box.click();
    expect(await trouble()).toEqual([]);
    await page.context().close();
  });

  chromiumTest("has a policy that stops what its text does not", async () => {
    const path = visualize(new Image(pixels()), { as: "file", path: join(dir, "policy.html") });
    const text = readFileSync(path, "utf8");
    const spoiled = join(dir, "spoiled.html");
    const attack = `<script>pwned=1</script><img src="https://example.org/x.png" onerror="pwned=2"><style>body{color:red}</style>`;
    writeFileSync(spoiled, text.replace("<main>", `<main>${attack}`));
    const { page, trouble } = await open(spoiled);
    const found = await trouble();
    expect(found).not.toContain("pwned");
    expect(found.filter((each) => each.startsWith("network"))).toEqual([]);
    for (const directive of ["script-src-elem", "img-src", "style-src-elem"]) expect(found).toContain(directive);
    // the viewer itself makes no markup either: the policy would refuse it
    expect(
      await page.evaluate(() => {
        try {
          document.body.innerHTML = "<b>x</b>";
          return "made";
        } catch {
          return "refused";
        }
      }),
    ).toBe("refused");
    await page.context().close();
  });

  chromiumTest("turns a picture as its file says, and shows those that only a browser decodes", async () => {
    const raw = { raw: { width: 40, height: 20, channels: 3 as const } };
    const data = Uint8Array.from({ length: 2400 }, (_, i) => ((i % 120) * 2) & 255);
    const turned = await sharp(data, raw).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const webp = await sharp(data, raw).webp({ lossless: true }).toBuffer();
    const images = [new Image(turned), new Image(webp)];
    expect([images[0]!.width, images[0]!.height]).toEqual([20, 40]);
    const path = visualize(images, { as: "file" });
    const { page, trouble } = await open(path);
    using frame = decodeImage(turned);
    await expectDrawn(page, frame, { width: 20, height: 40, annotations: [] }, {});
    await page.getByRole("button", { name: "Next picture" }).click();
    await page.waitForFunction(() => (document.querySelector("limn-image")?.drawnScene?.width ?? 0) > 400);
    await drawn(page);
    using same = Frame.create(40, 20, { fill: 0 });
    for (let i = 0; i < 800; i++) same.view().set(data.subarray(i * 3, i * 3 + 3), i * 4);
    await expectDrawn(page, same, { width: 40, height: 20, annotations: [] }, {});
    expect(await trouble()).toEqual([]);
    await page.context().close();
  });

  chromiumTest("draws labels in the fonts that it was given", async () => {
    const scene: Scene = {
      width: 48,
      height: 32,
      annotations: [{ category: "हिन्दी", box: { x: 2, y: 12, width: 30, height: 18 } }],
    };
    const image = new Image(pixels());
    const font = "test/fonts/devanagari.woff";
    const plain = await open(visualize({ scene, image }, { as: "file" }));
    const { page, trouble } = await open(visualize({ scene, image }, { as: "file", fonts: [font] }));
    const without = (await canvasOf(plain.page)).rgba;
    expect(Buffer.compare((await canvasOf(page)).rgba, without)).not.toBe(0);
    await registerFont(readFileSync(font));
    using frame = image.toFrame();
    await expectDrawn(page, frame, scene, {});
    expect([await trouble(), await plain.trouble()]).toEqual([[], []]);
    await page.context().close();
    await plain.page.context().close();
  });

  chromiumTest("is what a notebook shows, in a frame of its own, and a picture where there are no frames", async () => {
    const image = new Image(pixels(), { boxes: { p: BOXES }, caption: EVIL[0] });
    const display = visualize(image, { as: "display", title: EVIL[4]! });
    expect(JUPYTER_DISPLAY).toBe(Symbol.for("Jupyter.display"));
    const shown = display[JUPYTER_DISPLAY]();
    expect(Object.keys(shown)).toEqual(["text/html", "image/png"]);
    using frame = decodeImage(Buffer.from(shown["image/png"]!, "base64"));
    using wanted = image.render();
    expect(Buffer.compare(Buffer.from(frame.toRgba()), Buffer.from(wanted.toRgba()))).toBe(0);
    const notebook = join(dir, "notebook.html");
    writeFileSync(notebook, `<!doctype html><meta charset="utf-8"><body>${shown["text/html"]}</body>`);
    const context = await browser().newContext();
    const page = await context.newPage();
    await page.goto(pathToFileURL(notebook).href);
    const inside = page.frameLocator("iframe");
    await inside.locator("limn-image canvas").first().waitFor();
    expect(await inside.getByRole("checkbox", { name: "car" }).isVisible()).toBe(true);
    expect(await page.evaluate(() => document.querySelectorAll("body > *").length)).toBe(1);
    await context.close();
  });
});

describe("visualize in Node", () => {
  test("writes one file, where it is told to, and gives its path", () => {
    const image = new Image(pixels());
    const path = visualize(image);
    expect(path).toMatch(/images\.html$/);
    expect(readdirSync(join(path as string, ".."))).toEqual(["images.html"]);
    const own = visualize(image, { as: "file", path: join(dir, "deep/er/own.html") });
    expect(own).toBe(join(dir, "deep/er/own.html"));
    expect(readFileSync(own, "utf8")).toBe(readFileSync(path as string, "utf8"));
    expect(visualize(image, { as: "html" })).toBe(readFileSync(own, "utf8"));
    expect(deepdriverVisualize).toBe(visualize);
  });

  test("gives a display where it runs in a notebook's kernel", () => {
    vi.stubGlobal("Deno", { jupyter: {} });
    expect(JUPYTER_DISPLAY in (visualize(new Image(pixels())) as object)).toBe(true);
  });

  test("takes a scene with the folder of its file, and one without a picture", () => {
    const scene: Scene = { width: 48, height: 32, fileName: "a/b.png", annotations: [] };
    const image = new Image(pixels());
    visualize({ scene, image }, { as: "file", path: join(dir, "pictures/a/x.html") });
    writeFileSync(join(dir, "pictures/a/b.png"), image.toFile());
    const page = visualize(scene, { as: "html", images: join(dir, "pictures") });
    expect(page).toContain(Buffer.from(image.toFile()).toString("base64"));
    const plain = visualize(scene, { as: "html" });
    expect(plain).not.toContain(Buffer.from(image.toFile()).toString("base64"));
    expect(() => visualize({ ...scene, fileName: "../../etc/passwd" }, { images: dir })).toThrow(/\.\./);
    expect(() => visualize([{ ...scene, fileName: "none.png" }], { images: dir })).toThrow(
      expect.objectContaining({ code: "IO" }),
    );
  });

  test("opens the page with the desktop's program, whatever its path is", async () => {
    if (process.platform === "darwin" || process.platform === "win32") return;
    const opened = join(dir, "opened.txt");
    writeFileSync(
      join(dir, "xdg-open"),
      `#!/bin/sh\nprintf '%s' "$1" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`,
    );
    chmodSync(join(dir, "xdg-open"), 0o755);
    vi.stubEnv("PATH", `${dir}:${process.env["PATH"]}`);
    const path = visualize(new Image(pixels()), {
      as: "file",
      path: join(dir, "$(touch pwned) `x` ' \" .html"),
      open: true,
    });
    await vi.waitFor(() => expect(readFileSync(opened, "utf8")).toBe(path), 5000);
    expect(readdirSync(dir)).not.toContain("pwned");
    vi.stubEnv("PATH", join(dir, "nowhere"));
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    visualize(new Image(pixels()), { path: join(dir, "alone.html"), open: true });
    await vi.waitFor(() => expect(warn).toHaveBeenCalledWith(expect.stringContaining("no program")), 5000);
  });

  test("refuses what it cannot show or write, by name", () => {
    const image = new Image(pixels());
    for (const [what, options] of [
      ["x", {}],
      [[image, 3], {}],
      [{ scene: 3, image }, {}],
      [image, { as: "pdf" }],
      [image, { title: 3 }],
      [image, { style: { boxWidth: -1 } }],
      [new Image("s3://bucket/cat.png"), {}],
    ] as const)
      expect(() => visualize(what as never, options as never)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/ARGUMENT|UNSUPPORTED/) }),
      );
    const bytes = new Uint8Array(2 ** 28 + 1);
    const large = { pictures: [{ scene: image.toScene(), bytes }], style: {}, title: "", fonts: [] };
    expect(() => pageOf(large, "")).toThrow(expect.objectContaining({ code: "LIMIT" }));
    writeFileSync(join(dir, "file"), "");
    expect(() => visualize(image, { path: join(dir, "file/page.html") })).toThrow(
      expect.objectContaining({ code: "IO", path: expect.stringContaining("file") }),
    );
  });
});

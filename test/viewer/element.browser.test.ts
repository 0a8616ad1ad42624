/** The element, used as a reader does: with clicks and keys. Long: the file mirrors one class. */
import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { Frame } from "../../src/core/frame.ts";
import { core } from "../../src/core/wasm.ts";
import { encodePng } from "../../src/codec/png-encode.ts";
import { decodePng } from "../../src/codec/png-decode.ts";
import { render } from "../../src/draw/render.ts";
import type { Style } from "../../src/draw/style.ts";
import { Image } from "../../src/media/image.ts";
import type { Scene } from "../../src/model/scene.ts";
import { visualize } from "../../src/log/visualize.ts";
import { defineLimnImage, LimnImageElement } from "../../src/viewer/index.ts";
import {
  canvasOf,
  cleanUp,
  control,
  drawnAfter,
  expectDrawn,
  HEIGHT,
  mount,
  picture,
  SCENE,
  WIDTH,
} from "../support/viewer.ts";

afterEach(cleanUp);

async function mounted(style: Style = {}): Promise<{ element: LimnImageElement; frame: Frame }> {
  const frame = picture();
  const element = await mount([{ scene: SCENE, source: frame }], { style, width: 900 });
  return { element, frame };
}

const stageOf = (element: LimnImageElement): HTMLElement => element.shadowRoot!.querySelector<HTMLElement>(".stage")!;
const click = (element: LimnImageElement, name: string): Promise<void> =>
  drawnAfter(element, () => userEvent.click(control(element, name)));
const choose = (element: LimnImageElement, name: string, value: string): Promise<void> =>
  drawnAfter(element, () => userEvent.selectOptions(control(element, name), value));
const slide = (element: LimnImageElement, name: string, value: number): Promise<void> =>
  drawnAfter(element, () => {
    const slider = control(element, name, "input[type=range]") as HTMLInputElement;
    slider.value = String(value);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
const text = (element: LimnImageElement, selector: string): string =>
  element.shadowRoot!.querySelector(selector)!.textContent ?? "";

describe("what is drawn", () => {
  test("is what render draws, on as many pixels as the screen has there", async () => {
    const { element, frame } = await mounted();
    expectDrawn(element, frame, SCENE, {});
    const canvas = canvasOf(element);
    expect(canvas.width).toBe(Math.round(canvas.getBoundingClientRect().width * devicePixelRatio));
    expect(canvas.height).toBe(Math.round(canvas.getBoundingClientRect().height * devicePixelRatio));
  });

  test("follows the style that it is given", async () => {
    const style: Style = { colorBy: "group", maskAlpha: 0.9, boxRadius: 5, fontSize: 15, minArea: 1600 };
    const { element, frame } = await mounted(style);
    const { width } = canvasOf(element);
    expect(element.drawnStyle.fontSize).toBe(15 * devicePixelRatio);
    expectDrawn(element, frame, SCENE, {
      ...style,
      fontSize: 15 * devicePixelRatio,
      minArea: element.drawnStyle.minArea,
    });
    expect(element.drawnStyle.minArea).toBeCloseTo(1600 * (width / WIDTH) ** 2, -2);
  });

  test("follows the width of its container", async () => {
    const { element, frame } = await mounted();
    await drawnAfter(element, () => (element.parentElement!.style.width = "300px"));
    const canvas = canvasOf(element);
    expect(canvas.getBoundingClientRect().width).toBeLessThanOrEqual(300);
    expectDrawn(element, frame, SCENE, {});
    const { left, right } = element.shadowRoot!.querySelector(".panel")!.getBoundingClientRect();
    const { left: stageLeft, right: stageRight } = stageOf(element).getBoundingClientRect();
    expect([left, right]).toEqual([stageLeft, stageRight]); // the controls are below, not beside
  });

  test("may be made as the documentation says", async () => {
    using frame = picture();
    const [bytes, scene] = [encodePng(frame), SCENE];
    defineLimnImage();
    const element = document.createElement("limn-image");
    element.pictures = [{ source: bytes, scene }];
    await drawnAfter(element, () => document.body.append(element));
    expectDrawn(element, frame, SCENE, {});
    const shown = visualize({ scene, image: frame }, { as: "element", style: { maskAlpha: 1 }, title: "t" });
    expect(shown).toBeInstanceOf(LimnImageElement);
    expect(visualize([], {})).toBeInstanceOf(LimnImageElement);
    await drawnAfter(shown, () => document.body.append(shown));
    expectDrawn(shown, frame, SCENE, { maskAlpha: 1 });
    expect(() => visualize(new Image(bytes), { as: "file" })).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });

  test("may be an Image of limn, a file, and a function that gives one", async () => {
    const frame = picture();
    const bytes = encodePng(frame);
    const image = new Image(bytes, {
      boxes: { p: { box_data: [{ position: { minX: 0, maxX: 0.5, minY: 0, maxY: 0.5 } }] } },
    });
    const element = await mount([
      image,
      { scene: SCENE, source: bytes },
      { scene: SCENE, source: async () => frame.clone() },
    ]);
    expectDrawn(element, frame, image.toScene(), {});
    for (const index of [1, 2]) {
      await drawnAfter(element, () => (element.index = index));
      expectDrawn(element, frame, SCENE, {});
    }
  });

  test("may be what only the browser can decode", async () => {
    const canvas = new OffscreenCanvas(20, 10);
    canvas.getContext("2d")!.fillRect(0, 0, 20, 10);
    const blob = await canvas.convertToBlob({ type: "image/webp" });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    expect(bytes[0]).toBe(0x52); // RIFF: a browser without WebP would have written a PNG
    const element = await mount([{ scene: { width: 20, height: 10, annotations: [] }, source: bytes }]);
    expect([...canvasOf(element).getContext("2d")!.getImageData(5, 5, 1, 1).data]).toEqual([0, 0, 0, 255]);
  });
});

describe("choices", () => {
  test("a class is left out and comes back", async () => {
    const { element, frame } = await mounted();
    await click(element, "car");
    expectDrawn(element, frame, SCENE, { hideCategories: ["car"] });
    await click(element, "sky");
    expectDrawn(element, frame, SCENE, { hideCategories: ["car", "sky"] });
    await click(element, "car");
    await click(element, "sky");
    expectDrawn(element, frame, SCENE, {});
  });

  test("one class alone, none, and all of them", async () => {
    const { element, frame } = await mounted();
    await click(element, "Only dog");
    expectDrawn(element, frame, SCENE, { categories: ["dog"] });
    await click(element, "none");
    expectDrawn(element, frame, SCENE, { categories: [] });
    await click(element, "all");
    expectDrawn(element, frame, SCENE, {});
  });

  test("classes are counted, in the picture's own colours", async () => {
    const { element } = await mounted({ colors: { car: "#123456" } });
    const rows = [...element.shadowRoot!.querySelectorAll(".list .row")].map((row) => [
      row.querySelector(".name")!.textContent,
      row.querySelector(".count")!.textContent,
    ]);
    expect(rows).toEqual([
      ["car", "2"],
      ["dog", "2"],
      ["cat", "1"],
      ["sky", "18%"],
    ]);
    expect(control(element, "car").style.getPropertyValue("--swatch")).toBe("#123456");
  });

  test("groups of objects and of label maps, each with its own line", async () => {
    const { element, frame } = await mounted();
    await click(element, "predictions · objects");
    expectDrawn(element, frame, SCENE, { hideGroups: ["predictions"], hideLabelMapGroups: [] });
    await click(element, "predictions · objects");
    await click(element, "predictions · label map");
    expectDrawn(element, frame, SCENE, { hideLabelMapGroups: ["predictions"] });
    await click(element, "predictions · label map");
    await choose(element, "Lines of predictions", "dotted");
    expectDrawn(element, frame, SCENE, { groupLines: { predictions: "dotted" } });
    await choose(element, "Lines of ground truth", "solid");
    expectDrawn(element, frame, SCENE, { groupLines: { predictions: "dotted", "ground truth": "solid" } });
  });

  test("a limit for each score, from below and from above", async () => {
    const { element, frame } = await mounted();
    await slide(element, "acc", 0.5);
    expectDrawn(element, frame, SCENE, { scoreLimits: { acc: { min: 0.5 } } });
    await choose(element, "acc: at least or at most", "<=");
    expectDrawn(element, frame, SCENE, { scoreLimits: { acc: { max: 0.5 } } });
    await slide(element, "loss", 1);
    expectDrawn(element, frame, SCENE, { scoreLimits: { acc: { max: 0.5 }, loss: { min: 1 } } });
    await slide(element, "acc", 1);
    await slide(element, "loss", 0.1);
    expectDrawn(element, frame, SCENE, {});
  });

  test("a slider is moved by keys", async () => {
    const { element, frame } = await mounted();
    control(element, "Mask opacity").focus();
    await drawnAfter(element, () => userEvent.keyboard("{End}"));
    expectDrawn(element, frame, SCENE, { maskAlpha: 1, labelMapAlpha: 1 });
    expect(text(element, ".opacity output")).toBe("100%");
  });

  test("labels, captions, boxes, masks and label maps", async () => {
    const { element, frame } = await mounted();
    await click(element, "Labels");
    expectDrawn(element, frame, SCENE, { showLabels: false });
    await click(element, "Labels");
    expect(text(element, "figcaption")).toBe("a street");
    await click(element, "Captions");
    expectDrawn(element, frame, SCENE, { label: "{category} {score:.2f}" });
    expect(text(element, "figcaption")).toBe("");
    await click(element, "Captions");
    for (const [name, kind] of [
      ["Boxes", "boxes"],
      ["Masks", "masks"],
      ["Label maps", "labelMaps"],
    ] as const) {
      await click(element, name);
      expectDrawn(element, frame, SCENE, { hideMarks: [kind] });
      await click(element, name);
    }
    expectDrawn(element, frame, SCENE, {});
  });

  test("are saved as a picture of its own size", async () => {
    const { element, frame } = await mounted();
    await click(element, "car");
    const { data } = decodePng(await element.toPng(), { as: "native" });
    using expected = render(frame.clone(), SCENE, element.chosenStyle);
    const wanted = expected.view();
    for (let i = 0; i < WIDTH * HEIGHT; i++)
      if (data[i * 3] !== wanted[i * 4] || data[i * 3 + 2] !== wanted[i * 4 + 2]) throw new Error(`pixel ${i}`);
  });
});

describe("zoom", () => {
  test("by buttons and keys, drawn again for what is looked at", async () => {
    const { element, frame } = await mounted();
    const { width } = canvasOf(element);
    await drawnAfter(element, () => userEvent.click(control(element, "Zoom in")));
    expect(element.zoom).toBe(1.5);
    expect(canvasOf(element).width).toBe(Math.round(width * 1.5));
    expectDrawn(element, frame, SCENE, {});
    stageOf(element).focus();
    await drawnAfter(element, () => userEvent.keyboard("+"));
    expect(element.zoom).toBe(2.25);
    expect(text(element, ".zoom")).toBe("225%");
    const before = canvasOf(element).style.transform;
    await userEvent.keyboard("{ArrowRight}{ArrowDown}");
    expect(canvasOf(element).style.transform).not.toBe(before);
    await drawnAfter(element, () => userEvent.keyboard("-"));
    expect(element.zoom).toBe(1.5);
    await drawnAfter(element, () => userEvent.keyboard("0"));
    expect([element.zoom, canvasOf(element).width]).toEqual([1, width]);
    expectDrawn(element, frame, SCENE, {});
  });

  test("by double click, wheel and drag; what is under the pointer stays there", async () => {
    const element = await mount([{ scene: SCENE, source: picture() }], { width: 360 });
    const stage = stageOf(element);
    const { left, top, width, height } = stage.getBoundingClientRect();
    const at = { x: width * 0.7, y: height * 0.4 };
    // a test's page may be scaled: where the click has come down is told by its event
    stage.addEventListener(
      "dblclick",
      ({ clientX, clientY }) => {
        [at.x, at.y] = [clientX - left, clientY - top];
        before ??= under();
      },
      { capture: true },
    );
    const under = (): [number, number] => {
      const canvas = canvasOf(element).getBoundingClientRect();
      return [(left + at.x - canvas.left) / canvas.width, (top + at.y - canvas.top) / canvas.height];
    };
    let before: [number, number] | undefined;
    await drawnAfter(element, () => userEvent.dblClick(stage, { position: at }));
    expect(element.zoom).toBe(2.5);
    for (const i of [0, 1]) expect(under()[i]).toBeCloseTo(before![i]!, 2);
    const wheel = (deltaY: number): WheelEvent =>
      new WheelEvent("wheel", { deltaY, clientX: left + at.x, clientY: top + at.y, cancelable: true, bubbles: true });
    await drawnAfter(element, () => stage.dispatchEvent(wheel(-200)));
    expect(element.zoom).toBeGreaterThan(2.5);
    for (const i of [0, 1]) expect(under()[i]).toBeCloseTo(before![i]!, 2);
    await drawnAfter(element, () => userEvent.dblClick(stage));
    expect(element.zoom).toBe(1);
    // a wheel that cannot zoom out any more is the page's
    const out = wheel(200);
    stage.dispatchEvent(out);
    expect(out.defaultPrevented).toBe(false);
  });

  test("by two fingers, and the picture never leaves the stage", async () => {
    const { element } = await mounted();
    const stage = stageOf(element);
    const { left, top, width, height } = stage.getBoundingClientRect();
    stage.setPointerCapture = () => {}; // pointers of a test are not the system's
    const pointer = (type: string, pointerId: number, x: number, y: number): void =>
      void stage.dispatchEvent(
        new PointerEvent(type, { pointerId, clientX: left + x, clientY: top + y, bubbles: true, button: 0 }),
      );
    await drawnAfter(element, () => {
      pointer("pointerdown", 1, width / 2 - 40, height / 2);
      pointer("pointerdown", 2, width / 2 + 40, height / 2);
      pointer("pointermove", 2, width / 2 + 120, height / 2);
      pointer("pointerup", 2, width / 2 + 120, height / 2);
    });
    expect(element.zoom).toBeCloseTo(2, 5);
    pointer("pointermove", 1, width * 50, height * 50);
    pointer("pointerup", 1, width * 50, height * 50);
    const canvas = canvasOf(element).getBoundingClientRect();
    expect(canvas.left).toBeLessThanOrEqual(left + 1);
    expect(canvas.top).toBeLessThanOrEqual(top + 1);
    expect(canvas.right).toBeGreaterThan(left + width - 1);
  });
});

describe("many pictures", () => {
  const scenes = [0, 1, 2].map((i): Scene => ({
    ...SCENE,
    fileName: `${i}.png`,
    annotations: SCENE.annotations.slice(i),
  }));

  test("are turned by buttons, keys and small pictures, and choices stay", async () => {
    const frames = scenes.map((_, i) => picture(i + 1));
    const element = await mount(
      scenes.map((scene, i) => ({ scene, source: frames[i]! })),
      { width: 900 },
    );
    expect(text(element, ".where")).toBe("1 / 3");
    await click(element, "dog");
    await click(element, "Next picture");
    expect([element.index, text(element, ".where"), text(element, ".file")]).toEqual([1, "2 / 3", "1.png"]);
    expectDrawn(element, frames[1]!, scenes[1]!, { hideCategories: ["dog"] });
    stageOf(element).focus();
    await drawnAfter(element, () => userEvent.keyboard("{ArrowRight}"));
    expectDrawn(element, frames[2]!, scenes[2]!, { hideCategories: ["dog"] });
    await userEvent.keyboard("{PageDown}"); // there is none behind the last
    expect(element.index).toBe(2);
    await click(element, "Picture 1: 0.png");
    expectDrawn(element, frames[0]!, scenes[0]!, { hideCategories: ["dog"] });
    expect(control(element, "Picture 1: 0.png").getAttribute("aria-current")).toBe("true");
    await expect.poll(() => element.shadowRoot!.querySelectorAll(".strip canvas").length).toBe(3);
  });

  test("one that is broken says so, and the others are shown", async () => {
    const frame = picture();
    const other: Scene = { width: 5, height: 5, annotations: [] };
    const element = await mount([
      { scene: SCENE, source: frame },
      { scene: SCENE, source: Uint8Array.of(1, 2, 3) },
      { scene: other, source: frame },
      { scene: { ...SCENE, annotations: [{ box: { x: NaN, y: 0, width: 1, height: 1 } }] }, source: frame },
    ]);
    const message = element.shadowRoot!.querySelector<HTMLElement>(".message")!;
    for (const [index, words] of [
      [1, /got/],
      [2, /160 x 120/],
      [3, /annotations\[0\]\.box\.x/],
    ] as const) {
      element.index = index;
      await expect.poll(() => (message.hidden ? "" : message.textContent)).toMatch(words);
      expect(canvasOf(element).hidden).toBe(true);
    }
    await drawnAfter(element, () => (element.index = 0));
    expect(message.hidden).toBe(true);
    expectDrawn(element, frame, SCENE, {});
  });
});

describe("work", () => {
  test("a picture is decoded once, and drawn once for each time that the screen is", async () => {
    const frame = picture();
    let decoded = 0;
    const element = await mount([{ scene: SCENE, source: () => (decoded++, frame.clone()) }]);
    let drawn = 0;
    element.addEventListener("limn-drawn", () => drawn++);
    const slider = control(element, "Mask opacity") as HTMLInputElement;
    await drawnAfter(element, () => {
      for (let i = 0; i <= 40; i++) {
        slider.value = String(i / 40);
        slider.dispatchEvent(new Event("input"));
      }
    });
    expectDrawn(element, frame, SCENE, { maskAlpha: 1, labelMapAlpha: 1 });
    expect([decoded, drawn]).toEqual([1, 1]);
  });

  test("all memory is given back when it leaves the page, and it can come back", async () => {
    const frame = picture();
    const blocks = (): number => core().heap.blocks - core().cachedBlocks;
    const before = blocks();
    const element = await mount([SCENE, SCENE].map((scene) => ({ scene, source: frame })));
    await expect.poll(() => element.shadowRoot!.querySelectorAll(".strip canvas").length).toBe(2);
    await drawnAfter(element, () => (element.index = 1));
    const holder = element.parentElement!;
    element.remove();
    expect(blocks()).toBe(before);
    await drawnAfter(element, () => holder.append(element));
    expectDrawn(element, frame, SCENE, {});
    element.remove();
    await expect.poll(blocks).toBe(before);
  });
});

describe("for everyone", () => {
  test("every control has a name, can be reached by Tab and shows where the focus is", async () => {
    const { element } = await mounted();
    const controls = [...element.shadowRoot!.querySelectorAll<HTMLElement>("input, select, button, summary, .stage")];
    expect(controls.length).toBeGreaterThan(20);
    for (const found of controls) {
      const name =
        found.getAttribute("aria-label") ?? (found as HTMLInputElement).labels?.[0]?.textContent ?? found.textContent;
      expect(name, found.outerHTML).toBeTruthy();
    }
    stageOf(element).focus();
    expect(element.shadowRoot!.activeElement).toBe(stageOf(element));
    await userEvent.keyboard("{Tab}");
    const next = element.shadowRoot!.activeElement as HTMLElement;
    expect(next.getAttribute("aria-label")).toBe("Zoom out");
    expect(getComputedStyle(next).outlineStyle).toBe("solid");
    expect(stageOf(element).getAttribute("aria-label")).toBe("street.png, a street, 5 objects");
  });

  test("names of the data are words and nothing else", async () => {
    const flag = globalThis as { pwned?: number };
    delete flag.pwned;
    const evil = [
      '<img src=x onerror="pwned=1">',
      '"><script>pwned=1</script>',
      "' onload='pwned=1",
      "\u2028\u2029",
      "__proto__",
      "javascript:pwned=1",
    ];
    const scene: Scene = {
      width: WIDTH,
      height: HEIGHT,
      fileName: evil[1],
      caption: evil.join(" "),
      annotations: evil.flatMap((words, i) =>
        [0, 1].map((k) => ({
          category: words,
          group: words,
          caption: k ? words : undefined,
          scores: new Map([[words, i / 10 + k / 100]]),
          box: { x: 5 * i, y: 4 * i, width: 30, height: 20 },
        })),
      ),
    };
    const frame = picture();
    const element = await mount(
      [scene, scene].map((each) => ({ scene: each, source: frame, name: evil[0] })),
      { width: 900 },
    );
    const root = element.shadowRoot!;
    expect(root.querySelectorAll("img, script, iframe, object, [onerror], [onload]").length).toBe(0);
    expect(text(element, "figcaption")).toBe(evil.join(" "));
    await click(element, "__proto__");
    expectDrawn(element, frame, scene, { hideCategories: ["__proto__"] });
    await choose(element, "Lines of __proto__", "dashed");
    expect(Object.entries(element.drawnStyle.groupLines!)).toEqual([["__proto__", "dashed"]]);
    await slide(element, "__proto__", 0.41);
    expect(Object.entries(element.drawnStyle.scoreLimits!)).toEqual([["__proto__", { min: 0.41 }]]);
    await new Promise((done) => setTimeout(done, 50));
    expect(flag.pwned).toBeUndefined();
    expect(({} as { dashed?: unknown }).dashed).toBeUndefined();
  });

  test("refuses what it cannot show", async () => {
    const { element } = await mounted();
    for (const pictures of ["x", [1], [{ scene: SCENE }], [{ source: Uint8Array.of(1) }]])
      expect(() => (element.pictures = pictures as never)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
    expect(() => (element.baseStyle = { boxWidth: -1 })).toThrow(/style\.boxWidth/);
  });

  test("the page's colours are followed, and nothing is cut off at any width", async () => {
    const { element } = await mounted();
    for (const width of [320, 480, 700, 1000]) {
      element.parentElement!.style.width = `${width}px`;
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      for (const part of element.shadowRoot!.querySelectorAll(".bar, .panel, .stage, .row, .score"))
        expect(part.scrollWidth, `${part.className} at ${width}`).toBeLessThanOrEqual(part.clientWidth + 1);
    }
  });
});

/** Viewers in a page, and what they must show. */
import { expect } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { render } from "../../src/draw/render.ts";
import { resizeScene } from "../../src/draw/resize-scene.ts";
import { resize } from "../../src/draw/resize.ts";
import type { Style } from "../../src/draw/style.ts";
import type { Annotation, Scene } from "../../src/model/scene.ts";
import { defineLimnImage, type LimnImageElement } from "../../src/viewer/element.ts";
import type { ImageLike, ViewerPicture } from "../../src/viewer/picture.ts";
import { testFrame } from "./scenes.ts";

export const WIDTH = 160;
export const HEIGHT = 120;

const annotation = (i: number, category: string, group: string, scores: [string, number][]): Annotation => ({
  category,
  categoryId: category === "car" ? 3 : 18,
  group,
  score: scores[0]?.[1],
  scores: new Map(scores),
  box: { x: 6 + i * 25, y: 10 + i * 14, width: 44, height: 34 },
});

/** Two classes, two groups, two scores, a mask, a label map and captions. */
export const SCENE: Scene = {
  width: WIDTH,
  height: HEIGHT,
  fileName: "street.png",
  caption: "a street",
  annotations: [
    annotation(0, "car", "ground truth", []),
    annotation(1, "car", "predictions", [
      ["acc", 0.9],
      ["loss", 0.1],
    ]),
    annotation(2, "dog", "predictions", [
      ["acc", 0.4],
      ["loss", 1.5],
    ]),
    { ...annotation(3, "dog", "predictions", [["acc", 0.2]]), caption: "a good dog" },
    {
      category: "cat",
      segmentation: { kind: "polygon", parts: [{ outline: [100, 10, 150, 10, 150, 60, 120, 50] }] },
      group: "predictions",
    },
  ],
  labelMaps: [
    {
      data: Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH > 130 ? 2 : 0)),
      width: WIDTH,
      height: HEIGHT,
      group: "predictions",
      classes: new Map([[2, "sky"]]),
    },
  ],
};

const pictures: Frame[] = [];

/** The picture of {@link SCENE}; {@link cleanUp} frees it. */
export function picture(seed = 1): Frame {
  const frame = testFrame(WIDTH, HEIGHT, seed);
  pictures.push(frame);
  return frame;
}

/** After each test: nothing in the page, no memory held. */
export function cleanUp(): void {
  document.body.replaceChildren();
  for (const frame of pictures.splice(0)) frame.free();
}

/** A viewer in the page, drawn. */
export async function mount(
  pictures: readonly (ViewerPicture | ImageLike)[],
  { style = {}, width = 640 }: { style?: Style; width?: number } = {},
): Promise<LimnImageElement> {
  defineLimnImage();
  document.body.replaceChildren();
  const element = document.createElement("limn-image");
  const holder = document.createElement("div");
  holder.style.width = `${width}px`;
  holder.append(element);
  element.baseStyle = style;
  element.pictures = pictures;
  const drawn = nextDrawing(element);
  document.body.append(holder);
  await drawn;
  return element;
}

/** Resolves when the element has drawn next. */
export function nextDrawing(element: LimnImageElement): Promise<void> {
  return new Promise((done) => element.addEventListener("limn-drawn", () => done(), { once: true }));
}

/** Do something that must lead to a drawing. */
export async function drawnAfter(element: LimnImageElement, act: () => unknown): Promise<void> {
  const drawn = nextDrawing(element);
  await act();
  await drawn;
}

export function canvasOf(element: LimnImageElement): HTMLCanvasElement {
  return element.shadowRoot!.querySelector<HTMLCanvasElement>(".stage canvas")!;
}

/** The pixels of the canvas are those of `render` with this style, for a picture as large as the canvas. */
export function expectDrawn(element: LimnImageElement, frame: Frame, scene: Scene, style: Style): void {
  const { width, height } = canvasOf(element);
  const { fontSize, boxWidth } = element.drawnStyle;
  const method = width >= frame.width * 4 ? "nearest" : undefined;
  using expected = resize(frame, { width, height, method });
  render(expected, resizeScene(scene, width, height), { fontSize, boxWidth, ...style });
  const { data } = canvasOf(element).getContext("2d")!.getImageData(0, 0, width, height);
  const wanted = expected.view();
  expect(data.findIndex((byte, i) => byte !== wanted[i])).toBe(-1);
}

/** A control by its accessible name. */
export function control(
  element: LimnImageElement,
  name: string,
  selector = "input, select, button, summary",
): HTMLElement {
  for (const found of element.shadowRoot!.querySelectorAll<HTMLElement>(selector)) {
    const labels = (found as HTMLInputElement).labels;
    const own = found.getAttribute("aria-label") ?? (labels?.length ? labels[0]!.textContent : found.textContent);
    if (own?.trim() === name) return found;
  }
  throw new Error(`no control ${JSON.stringify(name)}`);
}

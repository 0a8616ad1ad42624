/** Where a picture is looked at: drawn at the screen's own resolution, and drawn again when it is looked at more closely. */
import type { Frame } from "../core/frame.ts";
import { resolveBoxStyle } from "../draw/box-style.ts";
import { resolveLabelStyle } from "../draw/label-style.ts";
import { render } from "../draw/render.ts";
import { resize } from "../draw/resize.ts";
import { resizeScene } from "../draw/resize-scene.ts";
import type { Style } from "../draw/style.ts";
import type { Scene } from "../model/scene.ts";
import { make } from "./dom.ts";

/** Of a drawn picture, unless the picture itself has more: what is drawn while a slider moves must keep up with it. */
const MOST_PIXELS = 8e6;
const MOST_ZOOM = 64;
/** From so many pixels of the screen for one of the picture on, its pixels are shown as they are. */
const SHOW_PIXELS = 4;
const LEAST_HEIGHT = 96;
/** Milliseconds without zooming after which a picture is drawn as closely as it is looked at. */
const REST = 140;

/** What a stage asks of the viewer. */
export interface StageEvents {
  /** The picture was drawn anew. */
  onDrawn(): void;
  onError(error: unknown): void;
  onZoom(zoom: number): void;
}

export class Stage {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly #events: StageEvents;
  #source: Frame | undefined;
  #scene: Scene | undefined;
  #style: Style = {};
  /** The picture and the scene in the size that they are drawn in. */
  #base: Frame | undefined;
  #drawnScene: Scene | undefined;
  #drawnStyle: Style = {};
  #width = 0;
  #height = 0;
  #ratio = 1;
  #zoom = 1;
  /** Of the picture's middle from the stage's, in CSS pixels. */
  #x = 0;
  #y = 0;
  #frameRequest = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(events: StageEvents) {
    this.#events = events;
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.element = make(
      "div",
      { class: "stage", part: "stage", tabindex: 0, role: "img", "aria-roledescription": "picture with annotations" },
      this.canvas,
    );
    this.#listen();
  }

  /** The scene as it is drawn now, in pixels of {@link canvas}. */
  get drawnScene(): Scene | undefined {
    return this.#drawnScene;
  }

  /** The style that it is drawn with. */
  get drawnStyle(): Style {
    return this.#drawnStyle;
  }

  get zoom(): number {
    return this.#zoom;
  }

  /** Show a picture as a whole. The frame is the stage's from now on. */
  show(frame: Frame, scene: Scene, style: Style): void {
    this.clear();
    this.#source = frame;
    this.#scene = scene;
    this.#style = style;
    this.#fit();
  }

  /** Show nothing. */
  clear(): void {
    this.#base?.free();
    this.#source?.free();
    this.#base = this.#source = this.#scene = this.#drawnScene = undefined;
    this.canvas.hidden = true;
    this.#zoom = 1;
    this.#x = this.#y = 0;
  }

  /** Draw with another style as soon as the screen is drawn again. */
  restyle(style: Style): void {
    this.#style = style;
    this.#request();
  }

  /** The stage has another width, or the screen other pixels. @param shape - height by width that suits all pictures */
  layout(width: number, shape: number, maxHeight: number): void {
    this.#ratio = globalThis.devicePixelRatio || 1;
    this.#width = width;
    this.#height = Math.max(LEAST_HEIGHT, Math.min(Math.round(width * shape), maxHeight));
    this.element.style.height = `${this.#height}px`;
    this.#fit();
  }

  /** Zoom by a factor; the given point of the stage stays where it is. */
  zoomBy(factor: number, x: number = this.#width / 2, y: number = this.#height / 2): void {
    const zoom = Math.max(1, Math.min(MOST_ZOOM, this.#zoom * factor));
    const [dx, dy] = [x - this.#width / 2, y - this.#height / 2];
    const scale = zoom / this.#zoom;
    this.#x = dx - (dx - this.#x) * scale;
    this.#y = dy - (dy - this.#y) * scale;
    this.#zoom = zoom;
    this.#place();
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#fit(), REST);
    this.#events.onZoom(zoom);
  }

  resetZoom(): void {
    this.zoomBy(1 / this.#zoom);
  }

  /** Move the picture by CSS pixels. */
  panBy(dx: number, dy: number): void {
    this.#x += dx;
    this.#y += dy;
    this.#place();
  }

  dispose(): void {
    clearTimeout(this.#rest);
    cancelAnimationFrame(this.#frameRequest);
    this.#frameRequest = 0;
    this.clear();
  }

  /** Size in CSS pixels at which all of the picture is seen, in whole pixels of the screen. */
  #fitted(): { width: number; height: number } {
    const { width, height } = this.#scene!;
    const scale = Math.min(this.#width / width, this.#height / height);
    const whole = (side: number): number => Math.max(1, Math.round(side * scale * this.#ratio)) / this.#ratio;
    return { width: whole(width), height: whole(height) };
  }

  /** Bring picture and scene into the size that they are looked at in, if they are not yet. */
  #fit(): void {
    const scene = this.#scene;
    const source = this.#source;
    if (!scene || !source || this.#width <= 0) return;
    const fitted = this.#fitted();
    const wanted = this.#ratio * this.#zoom;
    const most = Math.max(MOST_PIXELS, source.width * source.height);
    const scale = Math.min(wanted, Math.sqrt(most / (fitted.width * fitted.height)));
    const width = Math.max(1, Math.round(fitted.width * scale));
    const height = Math.max(1, Math.round(fitted.height * scale));
    this.#place();
    if (this.#base?.width === width && this.#base.height === height) return;
    try {
      this.#base?.free();
      this.#base = undefined;
      const method = width >= source.width * SHOW_PIXELS ? "nearest" : undefined;
      this.#base = resize(source, { width, height, method });
      this.#drawnScene = resizeScene(scene, width, height);
      this.#request();
    } catch (error) {
      this.#events.onError(error);
    }
  }

  /** Put the canvas where it belongs; the picture cannot leave the stage. */
  #place(): void {
    if (!this.#scene) return;
    const fitted = this.#fitted();
    const [width, height] = [fitted.width * this.#zoom, fitted.height * this.#zoom];
    const [freeX, freeY] = [Math.max(0, width - this.#width) / 2, Math.max(0, height - this.#height) / 2];
    this.#x = Math.max(-freeX, Math.min(freeX, this.#x));
    this.#y = Math.max(-freeY, Math.min(freeY, this.#y));
    const whole = (at: number): number => Math.round(at * this.#ratio) / this.#ratio;
    const { style } = this.canvas;
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.transform = `translate(${whole((this.#width - width) / 2 + this.#x)}px, ${whole((this.#height - height) / 2 + this.#y)}px)`;
    this.element.classList.toggle("zoomed", this.#zoom > 1);
  }

  /** Once for each time that the screen is drawn, however often a slider moves. */
  #request(): void {
    if (this.#frameRequest !== 0) return;
    this.#frameRequest = requestAnimationFrame(() => {
      this.#frameRequest = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const base = this.#base;
    const scene = this.#drawnScene;
    if (!base || !scene) return;
    const style = this.#screenStyle(scene);
    const frame = base.clone();
    try {
      render(frame, scene, style);
      const { width, height } = frame;
      if (this.canvas.width !== width || this.canvas.height !== height) {
        this.canvas.width = width;
        this.canvas.height = height;
      }
      const pixels = frame.view();
      const image = new ImageData(
        new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length),
        width,
        height,
      );
      this.canvas.getContext("2d")!.putImageData(image, 0, 0);
      this.canvas.hidden = false;
      this.#drawnStyle = style;
      this.#events.onDrawn();
    } catch (error) {
      this.#events.onError(error);
    } finally {
      frame.free();
    }
  }

  /**
   * The style in pixels of the screen. Letters and lines are as large as if the picture were looked at as a whole, on any screen:
   * a closer look shows more of the picture, and more labels find room.
   */
  #screenStyle(drawn: Scene): Style {
    const style = this.#style;
    const { width, height } = this.#fitted();
    const size = { width, height, side: Math.sqrt(width * height) };
    const ratio = this.#ratio;
    const source = this.#scene!;
    return {
      ...style,
      fontSize: Math.max(6, Math.min(400, Math.round(resolveLabelStyle(style, size).fontSize * ratio))),
      boxWidth: Math.min(200, Math.round(resolveBoxStyle(style, size).boxWidth * ratio)),
      ...(style.minArea !== undefined && {
        minArea: (style.minArea * drawn.width * drawn.height) / (source.width * source.height),
      }),
    };
  }

  #listen(): void {
    const { element } = this;
    const place = ({ clientX, clientY }: MouseEvent): [x: number, y: number] => {
      const { left, top } = element.getBoundingClientRect();
      return [clientX - left, clientY - top];
    };
    element.addEventListener(
      "wheel",
      (event) => {
        // what cannot be zoomed out any more scrolls the page
        if (event.deltaY > 0 && this.#zoom <= 1) return;
        event.preventDefault();
        const lines = event.deltaMode === 0 ? 1 : 16;
        this.zoomBy(2 ** ((-event.deltaY * lines * (event.ctrlKey ? 4 : 1)) / 400), ...place(event));
      },
      { passive: false },
    );
    element.addEventListener("dblclick", (event) => {
      if (this.#zoom > 1) this.resetZoom();
      else this.zoomBy(2.5, ...place(event));
    });
    this.#listenToPointers(place);
  }

  /** One pointer drags, two pinch. */
  #listenToPointers(place: (event: MouseEvent) => [x: number, y: number]): void {
    const { element } = this;
    const down = new Map<number, [x: number, y: number]>();
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      down.set(event.pointerId, place(event));
      element.setPointerCapture(event.pointerId);
    });
    element.addEventListener("pointermove", (event) => {
      const before = down.get(event.pointerId);
      if (!before) return;
      const now = place(event);
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const distance = ([x, y]: [x: number, y: number]): number => Math.hypot(x - other[0], y - other[1]);
        const middle = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2] as const;
        if (distance(before) > 0) this.zoomBy(distance(now) / distance(before), ...middle);
        this.panBy((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
      } else this.panBy(now[0] - before[0], now[1] - before[1]);
      down.set(event.pointerId, now);
    });
    for (const end of ["pointerup", "pointercancel"] as const)
      element.addEventListener(end, ({ pointerId }) => void down.delete(pointerId));
  }
}

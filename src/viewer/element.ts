/** `<limn-image>`: pictures with their annotations, to look at. Longer than other files: an element is one class. */
import { encodePng } from "../codec/png-encode.ts";
import { parseStyle, type Style } from "../draw/style.ts";
import { render } from "../draw/render.ts";
import { ImageError, show } from "../errors.ts";
import type { Scene } from "../model/scene.ts";
import { type Choices, noChoices, styleOf } from "./choices.ts";
import { type Contents, contentsOf } from "./contents.ts";
import { iconButton, make, newId } from "./dom.ts";
import { Panel } from "./panel.ts";
import { type ImageLike, nameOf, openPicture, pictureOf, type ViewerPicture } from "./picture.ts";
import { Stage } from "./stage.ts";
import { Strip } from "./strip.ts";
import { STYLE_SHEET } from "./style-sheet.ts";

/** Part of the window's height that a picture takes at most. */
const MOST_HEIGHT = 0.78;
/** CSS pixels that an arrow key moves a picture by. */
const ARROW = 48;
const ZOOM_STEP = 1.5;

// in Node, where there are no elements, the module can still be imported
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement);

/**
 * Shows one picture or many with boxes, masks, labels and everything else that `render` draws; readers choose classes, groups,
 * scores and opacity, zoom and pan. It is as wide as its container, follows the page's colour scheme, and loads nothing.
 *
 * Keys on the picture: `+` `-` `0` zoom, arrows move a picture that is zoomed and change pictures else, Page Up and Page Down
 * change pictures. `limn-drawn` is dispatched each time that the picture was drawn anew.
 *
 * @example
 * defineLimnImage();
 * const element = document.createElement("limn-image");
 * element.pictures = [{ source: bytes, scene }];
 * document.body.append(element);
 */
export class LimnImageElement extends Base {
  #pictures: readonly ViewerPicture[] = [];
  #style: Style = {};
  #index = 0;
  #contents: Contents = contentsOf([], {});
  #choices: Choices = noChoices({});
  #parts: Parts | undefined;
  /** Goes up whenever another picture is asked for, so that a late one is dropped. */
  #request = 0;
  #stopListening: AbortController | undefined;

  /** What is shown. Setting it forgets what the reader has chosen. @throws {ImageError} `ARGUMENT` for what is no picture */
  get pictures(): readonly ViewerPicture[] {
    return this.#pictures;
  }

  set pictures(pictures: readonly (ViewerPicture | ImageLike)[]) {
    if (!Array.isArray(pictures))
      throw new ImageError("ARGUMENT", `expected a list of pictures, got ${show(pictures)}`);
    this.#pictures = (pictures as (ViewerPicture | ImageLike)[]).map((picture, i) =>
      pictureOf(picture, `pictures[${i}]`),
    );
    this.#index = 0;
    this.#reset();
  }

  /**
   * How pictures are drawn before the reader chooses anything. `fontSize` and `boxWidth` are CSS pixels, other sizes pixels of
   * the screen. Default: limn's own look.
   * @throws {ImageError} `ARGUMENT` for what is no style
   */
  get baseStyle(): Style {
    return this.#style;
  }

  set baseStyle(style: Style) {
    this.#style = parseStyle(style);
    this.#reset();
  }

  /** Which picture is looked at, from 0. */
  get index(): number {
    return this.#index;
  }

  set index(index: number) {
    const to = Math.max(0, Math.min(this.#pictures.length - 1, Math.trunc(index) || 0));
    if (to === this.#index) return;
    this.#index = to;
    void this.#open();
  }

  /** The style of what is seen: `render` with it, and with {@link drawnScene}, gives the same pixels. */
  get drawnStyle(): Style {
    return this.#parts?.stage.drawnStyle ?? this.#style;
  }

  /** The scene of what is seen, in pixels of the screen; undefined before the first picture was drawn. */
  get drawnScene(): Scene | undefined {
    return this.#parts?.stage.drawnScene;
  }

  /** What the reader has chosen, as a style for `render` and the picture as it is. */
  get chosenStyle(): Style {
    return styleOf(this.#style, this.#choices, this.#contents);
  }

  /** How much closer than as a whole the picture is looked at. */
  get zoom(): number {
    return this.#parts?.stage.zoom ?? 1;
  }

  /** Called by the browser. */
  connectedCallback(): void {
    this.#parts ??= this.#build();
    this.#takeOver();
    this.#stopListening = new AbortController();
    const { signal } = this.#stopListening;
    const observer = new ResizeObserver(() => this.#layout());
    // as wide as the stage, whose height a layout changes: it would be observed to change for ever
    observer.observe(this.#parts.bar);
    signal.addEventListener("abort", () => observer.disconnect());
    addEventListener("resize", () => this.#layout(), { signal });
    this.#watchRatio(signal);
    this.#reset();
  }

  /** Called by the browser. */
  disconnectedCallback(): void {
    this.#stopListening?.abort();
    this.#request++;
    this.#parts?.stage.dispose();
    this.#parts?.strip?.dispose();
  }

  /** The picture that is looked at, in its own size with what was chosen, as a PNG. */
  async toPng(): Promise<Uint8Array> {
    const picture = this.#pictures[this.#index];
    if (!picture) throw new ImageError("STATE", "expected a picture, got none");
    const frame = await openPicture(picture);
    try {
      return encodePng(render(frame, picture.scene, this.chosenStyle));
    } finally {
      frame.free();
    }
  }

  /** What was set before the element was known to the page stands in the way of its own properties. */
  #takeOver(): void {
    for (const name of ["baseStyle", "pictures", "index"] as const) {
      if (!Object.hasOwn(this, name)) continue;
      const value: unknown = this[name];
      delete (this as Record<string, unknown>)[name];
      (this as Record<string, unknown>)[name] = value;
    }
  }

  #build(): Parts {
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE_SHEET);
    root.adoptedStyleSheets = [sheet];
    const hint = make(
      "span",
      { class: "hint", id: newId("keys") },
      "Plus, minus and zero zoom. Arrow keys move a zoomed picture, else they change pictures, as Page Up and Page Down do.",
    );
    const stage = new Stage({
      onDrawn: () => {
        message.hidden = true;
        this.dispatchEvent(new CustomEvent("limn-drawn"));
      },
      onError: (error) => this.#fail(error),
      onZoom: (zoom) => {
        parts.zoom.textContent = `${Math.round(zoom * 100)}%`;
        parts.whole.disabled = zoom <= 1;
      },
    });
    stage.element.setAttribute("aria-describedby", hint.id);
    stage.element.addEventListener("keydown", (event) => this.#key(event));
    const message = make("div", { class: "message", role: "alert", hidden: "" });
    stage.element.append(message);
    const step = (by: number) => (): void => {
      this.index += by;
    };
    const before = iconButton("Previous picture", "M10 3 5 8l5 5", step(-1));
    const after = iconButton("Next picture", "m6 3 5 5-5 5", step(1));
    const where = make("span", { class: "where", "aria-live": "polite" });
    const file = make("span", { class: "file" });
    const zoom = make("span", { class: "zoom" }, "100%");
    const whole = iconButton("Whole picture", "M6 2H2v4M10 2h4v4M6 14H2v-4M10 14h4v-4", () => stage.resetZoom());
    whole.disabled = true;
    const bar = make("div", { class: "bar", part: "bar", role: "toolbar", "aria-label": "Picture" });
    bar.append(before, where, after, file, zoom);
    bar.append(iconButton("Zoom out", "M3 8h10", () => stage.zoomBy(1 / ZOOM_STEP)));
    bar.append(iconButton("Zoom in", "M3 8h10M8 3v10", () => stage.zoomBy(ZOOM_STEP)));
    bar.append(
      whole,
      iconButton("Save as PNG", "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11", () => void this.#save()),
    );
    const caption = make("figcaption", { part: "caption" });
    const figure = make("figure", {}, stage.element, bar, caption);
    const viewer = make("div", { class: "viewer" }, figure);
    root.append(viewer, hint);
    const parts: Parts = { stage, message, before, after, where, file, zoom, whole, bar, caption, figure, viewer };
    return parts;
  }

  /** Other pictures or another style: everything is looked at anew. */
  #reset(): void {
    const parts = this.#parts;
    if (!parts || !this.isConnected) return;
    this.#contents = contentsOf(
      this.#pictures.map(({ scene }) => scene),
      this.#style,
    );
    this.#choices = noChoices(this.#style);
    parts.panel?.element.remove();
    parts.strip?.element.remove();
    parts.strip?.dispose();
    const many = this.#pictures.length > 1;
    for (const part of [parts.before, parts.after, parts.where]) part.hidden = !many;
    parts.strip = many
      ? new Strip(this.#pictures, this.#style, (index) => {
          this.index = index;
        })
      : undefined;
    if (parts.strip) parts.figure.append(parts.strip.element);
    parts.panel = this.#hasChoices()
      ? new Panel(this.#contents, this.#choices, this.#style, () => this.#choose())
      : undefined;
    if (parts.panel) parts.viewer.append(parts.panel.element);
    parts.viewer.classList.toggle("controls", parts.panel !== undefined);
    this.#layout();
    void this.#open();
  }

  #hasChoices(): boolean {
    const { classes, marks, captions } = this.#contents;
    return classes.length > 0 || marks.size > 0 || captions;
  }

  #choose(): void {
    this.#parts!.stage.restyle(this.chosenStyle);
    this.#tellCaption();
  }

  /** Decode the picture that is looked at now, and show it. */
  async #open(): Promise<void> {
    const parts = this.#parts;
    const picture = this.#pictures[this.#index];
    if (!parts || !this.isConnected) return;
    const request = ++this.#request;
    this.#tell();
    if (!picture) return parts.stage.clear();
    try {
      const frame = await openPicture(picture);
      if (request !== this.#request) return frame.free();
      parts.message.hidden = true;
      parts.stage.show(frame, picture.scene, this.chosenStyle);
    } catch (error) {
      if (request === this.#request) this.#fail(error);
    }
  }

  /** Words around the picture. */
  #tell(): void {
    const { before, after, where, file, stage, strip, panel } = this.#parts!;
    const picture = this.#pictures[this.#index];
    const count = this.#pictures.length;
    const name = picture ? nameOf(picture) : "";
    before.disabled = this.#index === 0;
    after.disabled = this.#index >= count - 1;
    where.textContent = `${this.#index + 1} / ${count}`;
    file.textContent = file.title = name;
    const objects = picture?.scene.annotations?.length ?? 0;
    const words = [name, picture?.scene.caption, `${objects} ${objects === 1 ? "object" : "objects"}`];
    stage.element.setAttribute("aria-label", words.filter(Boolean).join(", "));
    strip?.choose(this.#index);
    panel?.showCounts(this.#index);
    this.#tellCaption();
  }

  #tellCaption(): void {
    const { caption } = this.#parts!;
    const words = this.#choices.captions ? (this.#pictures[this.#index]?.scene.caption ?? "") : "";
    caption.textContent = words;
    caption.hidden = words === "";
  }

  #fail(error: unknown): void {
    const { message, stage } = this.#parts!;
    stage.clear();
    message.textContent = error instanceof Error ? error.message : String(error);
    message.hidden = false;
  }

  #layout(): void {
    const parts = this.#parts;
    if (!parts) return;
    const { width } = parts.stage.element.getBoundingClientRect();
    const shapes = this.#pictures.map(({ scene }) => scene.height / scene.width).filter((shape) => shape > 0);
    parts.stage.layout(width, shapes.length ? Math.max(...shapes) : 0.5, Math.max(200, innerHeight * MOST_HEIGHT));
    parts.viewer.style.setProperty("--stage-height", `${parts.figure.getBoundingClientRect().height}px`);
  }

  /** A window that is moved to another screen keeps its size, but not the pixels under it. */
  #watchRatio(signal: AbortSignal): void {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
      "change",
      () => {
        this.#layout();
        this.#watchRatio(signal);
      },
      { once: true, signal },
    );
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { stage } = this.#parts!;
    const move = (dx: number, dy: number): boolean => {
      if (stage.zoom <= 1) return false;
      stage.panBy(dx * ARROW, dy * ARROW);
      return true;
    };
    const turn = (by: number): boolean => {
      if (this.#pictures.length < 2) return false;
      this.index += by;
      return true;
    };
    const keys: Readonly<Record<string, () => boolean | void>> = {
      "+": () => stage.zoomBy(ZOOM_STEP),
      "=": () => stage.zoomBy(ZOOM_STEP),
      "-": () => stage.zoomBy(1 / ZOOM_STEP),
      "0": () => stage.resetZoom(),
      ArrowLeft: () => move(1, 0) || turn(-1),
      ArrowRight: () => move(-1, 0) || turn(1),
      ArrowUp: () => move(0, 1),
      ArrowDown: () => move(0, -1),
      PageUp: () => turn(-1),
      PageDown: () => turn(1),
    };
    // what does nothing here belongs to the page
    if (Object.hasOwn(keys, event.key) && keys[event.key]!() !== false) event.preventDefault();
  }

  async #save(): Promise<void> {
    try {
      const png = await this.toPng();
      const url = URL.createObjectURL(new Blob([png as Uint8Array<ArrayBuffer>], { type: "image/png" }));
      const name = nameOf(this.#pictures[this.#index]!).replace(/^.*[\\/]|\.[^.]*$/g, "");
      make("a", { href: url, download: `${name || "picture"}.png` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      this.#fail(error);
    }
  }
}

/** The pieces of a viewer. */
interface Parts {
  readonly stage: Stage;
  readonly message: HTMLElement;
  readonly before: HTMLButtonElement;
  readonly after: HTMLButtonElement;
  readonly where: HTMLElement;
  readonly file: HTMLElement;
  readonly zoom: HTMLElement;
  readonly whole: HTMLButtonElement;
  readonly bar: HTMLElement;
  readonly caption: HTMLElement;
  readonly figure: HTMLElement;
  readonly viewer: HTMLElement;
  panel?: Panel | undefined;
  strip?: Strip | undefined;
}

/** Make `<limn-image>` known to the page; a second call does nothing. */
export function defineLimnImage(): void {
  if (!customElements.get("limn-image")) customElements.define("limn-image", LimnImageElement);
}

declare global {
  interface HTMLElementTagNameMap {
    "limn-image": LimnImageElement;
  }
}
